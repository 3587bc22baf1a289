/** Detects TLS on a connection that is not encrypted, and certificates that end soon. */

/** The types of records, and the first byte of every version (RFC 8446, section 5.1). */
const FIRST_TYPE = 20; // change_cipher_spec
const LAST_TYPE = 23; // application_data
const MAJOR_VERSION = 3;

/** How long before its end a certificate should be renewed: 14 days, in milliseconds. */
const LAST_DAYS = 14 * 24 * 60 * 60 * 1000;

/** Both in milliseconds since 1970. */
export function endsSoon(until: number, now: number): boolean {
  return until <= now + LAST_DAYS;
}

/** The ISO 8601 date of a time in milliseconds since 1970; "?" if it is not a valid time. */
export function formatDate(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString().slice(0, 10) : "?";
}

/** Whether these first bytes are TLS, of either side; undefined if more are needed. No text or frame begins so. */
export function beginsTls(head: Uint8Array): boolean | undefined {
  const [type, version] = head;
  if (type === undefined) return undefined;
  if (type < FIRST_TYPE || type > LAST_TYPE) return false;
  return version === undefined ? undefined : version === MAJOR_VERSION;
}
