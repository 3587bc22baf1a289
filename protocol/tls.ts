/** Tells a TLS client that came to a port without TLS, by the first bytes that it sends. */

/** The type of the records in which a handshake goes, and the first byte of every version (RFC 8446, section 5.1). */
const HANDSHAKE = 0x16;
const MAJOR_VERSION = 0x03;

/**
 * Whether a connection that begins with these bytes speaks TLS, or undefined where more of them are needed. Both bytes are
 * control characters, with which no line of text and no frame begins.
 */
export function beginsTls(head: Uint8Array): boolean | undefined {
  const [type, version] = head;
  if (type === undefined) return undefined;
  if (type !== HANDSHAKE) return false;
  return version === undefined ? undefined : version === MAJOR_VERSION;
}
