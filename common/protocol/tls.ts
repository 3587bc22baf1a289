/** TLS where it is not expected: on a connection that is not encrypted. Pure. */

/** The types of records, and the first byte of every version (RFC 8446, section 5.1). */
const FIRST_TYPE = 20; // change_cipher_spec
const LAST_TYPE = 23; // application_data
const MAJOR_VERSION = 3;

/**
 * Whether what begins with these bytes is TLS, be it a client's hello or a hub's alert; undefined where more of them are
 * needed. Both bytes are control characters, with which no line of text and no frame begins.
 */
export function beginsTls(head: Uint8Array): boolean | undefined {
  const [type, version] = head;
  if (type === undefined) return undefined;
  if (type < FIRST_TYPE || type > LAST_TYPE) return false;
  return version === undefined ? undefined : version === MAJOR_VERSION;
}
