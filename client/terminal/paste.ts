/** The text of a paste, as terminals mark it ("bracketed paste" in xterm's control sequences). */

import { sanitize } from "../../common/protocol/sanitize.ts";

/** The longest paste, in bytes of UTF-8. */
export const MAX_PASTE_BYTES = 64 * 1024;

/** Control sequences, control strings with their end (titles, links), and other escape sequences (ECMA-48). */
const ESCAPE_SEQUENCES =
  // deno-lint-ignore no-control-regex
  /(?:\x1b\[|\x9b)[\x20-\x3f]*[\x40-\x7e]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[\x20-\x2f]*[\x30-\x7e]/g;

/**
 * The text of a paste, whose bytes are characters: sanitized, with LF between lines, without escape sequences and
 * without empty lines at its start and end. Undefined if it is too long, also after that: tabs become blanks.
 */
export function pastedText(binary: string): string | undefined {
  if (binary.length > MAX_PASTE_BYTES) return undefined;
  const text = new TextDecoder().decode(bytesOf(binary)).replace(ESCAPE_SEQUENCES, "");
  const safe = sanitize(text, { newlines: true });
  // In linear time, unlike a regular expression on a text of newlines.
  let [start, end] = [0, safe.length];
  while (safe[start] === "\n") start++;
  while (end > start && safe[end - 1] === "\n") end--;
  const trimmed = safe.slice(start, end);
  return new TextEncoder().encode(trimmed).length > MAX_PASTE_BYTES ? undefined : trimmed;
}

/** The bytes of a text in which each character is one. */
export function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
