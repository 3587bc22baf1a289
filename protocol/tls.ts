/** TLS where it is not expected: on a connection that is not encrypted. Pure. */

/** Content types of RFC 8446, section 5.1. */
const FIRST_TYPE = 20; // change_cipher_spec
const LAST_TYPE = 23; // application_data

/** Whether bytes begin as a TLS record does. Of fewer than two, the first one alone decides: no text begins with it. */
export function isTlsRecord(bytes: Uint8Array): boolean {
  const [type = 0, major = 3] = bytes;
  return type >= FIRST_TYPE && type <= LAST_TYPE && major === 3;
}
