/** The messages of the load generator: lines of one length, encoded in advance, that differ in their refs alone. */

/** Occurs once in each message and else only in the sizes of WebSocket's frames, so counting markers counts messages. */
export const MARKER = "|";
const MARKER_BYTE = MARKER.charCodeAt(0);
const SPACE = 0x20;
/** Says that the size has two bytes (RFC 6455, 5.2). */
const LONG = 126;

/** The text of each message. */
export const TEXT: string = `${MARKER} a message as people say it, with some words and an end.`;

/** The place of a ref in a line; a number with as many digits replaces it. */
export const REF = "000000000";

/** The bytes of what a wire sends: one for each character, as WebSocket's headers are no UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Counts the messages whose markers are among the first `length` bytes. */
export function countMessages(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== MARKER_BYTE || isSize(bytes, at, length)) continue;
    count++;
    at += TEXT.length - 1; // no marker is nearer
  }
  return count;
}

/**
 * Whether a marker is a byte of a size: a frame begins with its size, or with LONG and a size, and then a brace. A read that
 * ends there would count it, which is too rare to matter.
 */
function isSize(bytes: Uint8Array, at: number, length: number): boolean {
  return bytes[at - 1] === LONG || (at + 1 < length && bytes[at + 1] !== SPACE);
}

/** Several equal lines, sent by one write. */
export class Batch {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where each ref ends. */
  readonly #refs: number[] = [];

  constructor(line: string, count: number) {
    this.bytes = bytesOf(line.repeat(count));
    this.count = count;
    const at = line.indexOf(REF);
    if (at === -1) return;
    for (let index = 0; index < count; index++) {
      this.#refs.push(index * line.length + at + REF.length);
    }
  }

  /** Numbers the refs from `first` on, and returns the next free number. */
  number(first: number): number {
    let number = first;
    for (const end of this.#refs) {
      let rest = number++;
      for (let at = end - 1; at >= end - REF.length; at--) {
        this.bytes[at] = 48 + rest % 10;
        rest = Math.floor(rest / 10);
      }
    }
    return number;
  }
}
