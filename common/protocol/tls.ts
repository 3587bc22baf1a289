/** Detects TLS on a connection that is not encrypted. */

/** The types of records, and the first byte of every version (RFC 8446, section 5.1). */
const FIRST_TYPE = 20; // change_cipher_spec
const LAST_TYPE = 23; // application_data
const MAJOR_VERSION = 3;

/**
 * Whether these first bytes are TLS, a client's hello or a server's alert; undefined if more are needed. Both bytes are control
 * characters, with which neither a line of text nor a frame begins.
 */
export function beginsTls(head: Uint8Array): boolean | undefined {
  const [type, version] = head;
  if (type === undefined) return undefined;
  if (type < FIRST_TYPE || type > LAST_TYPE) return false;
  return version === undefined ? undefined : version === MAJOR_VERSION;
}
