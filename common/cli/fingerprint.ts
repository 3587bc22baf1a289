/** SHA-256 fingerprints of certificates: `sha256:` and 64 hexadecimal digits. */

/** Text that is meant as a fingerprint, valid or not. */
export const FINGERPRINT_LIKE = /^sha-?256:/i;

/** Parses a fingerprint in any case, with or without colons between bytes. Undefined if it is invalid. */
export function parseFingerprint(text: string): string | undefined {
  if (!FINGERPRINT_LIKE.test(text)) return undefined;
  const digits = text.replace(FINGERPRINT_LIKE, "").replaceAll(":", "").toLowerCase();
  return /^[\da-f]{64}$/.test(digits) ? `sha256:${digits}` : undefined;
}
