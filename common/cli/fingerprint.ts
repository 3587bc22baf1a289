/** The SHA-256 fingerprint of a certificate, as people read it to each other: `sha256:` and 64 hexadecimal digits. Pure. */

/** What is meant as a fingerprint, well written or not. */
export const FINGERPRINT_LIKE = /^sha-?256:/i;

/**
 * Reads a fingerprint in any letter case, with or without colons between the bytes, as other programs write it; undefined for
 * anything else.
 */
export function parseFingerprint(text: string): string | undefined {
  if (!FINGERPRINT_LIKE.test(text)) return undefined;
  const digits = text.replace(FINGERPRINT_LIKE, "").replaceAll(":", "").toLowerCase();
  return /^[\da-f]{64}$/.test(digits) ? `sha256:${digits}` : undefined;
}

/** The fingerprint of a certificate by its hash. */
export function formatFingerprint(sha256: Uint8Array): string {
  return `sha256:${sha256.toHex()}`;
}
