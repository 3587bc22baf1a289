/** The text of a paste, as terminals mark it ("bracketed paste" in xterm's control sequences). */

import { sanitize } from "../../common/protocol/sanitize.ts";

/** How much of a paste is kept, in bytes of UTF-8. */
export const MAX_PASTE_BYTES = 64 * 1024;

/** Control sequences; control strings with their end, such as titles and links; and other escape sequences (ECMA-48). */
const ESCAPE_SEQUENCES =
  // deno-lint-ignore no-control-regex
  /(?:\x1b\[|\x9b)[\x20-\x3f]*[\x40-\x7e]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[\x20-\x2f]*[\x30-\x7e]/g;

/** One paste, received in chunks. It holds at most `maxBytes`, and drops the rest. */
export class PasteBuffer {
  readonly #maxBytes: number;
  #received = "";
  #isCut = false;

  constructor(maxBytes = MAX_PASTE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Takes bytes, each as a character. */
  add(binary: string): void {
    const kept = binary.slice(0, this.#maxBytes - this.#received.length);
    this.#received += kept;
    this.#isCut ||= kept.length < binary.length;
  }

  /**
   * Sanitized text with LF between its lines, without escape sequences and without empty lines at its start and end. With
   * `isCut` it was too long, and its end is missing.
   */
  end(): { text: string; isCut: boolean } {
    // With `stream`, a character that was cut is left out.
    const text = new TextDecoder().decode(bytesOf(this.#received), { stream: this.#isCut });
    const safe = trimNewlines(sanitize(text.replace(ESCAPE_SEQUENCES, ""), { newlines: true }));
    // Sanitizing makes text longer: tabs and replaced characters.
    const { read } = new TextEncoder().encodeInto(safe, new Uint8Array(this.#maxBytes));
    return { text: trimNewlines(safe.slice(0, read)), isCut: this.#isCut || read < safe.length };
  }
}

/** The bytes of a text in which each character is one. */
export function bytesOf(binary: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/** In linear time, unlike a regular expression on a text of newlines. */
function trimNewlines(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === "\n") start++;
  while (end > start && text[end - 1] === "\n") end--;
  return text.slice(start, end);
}
