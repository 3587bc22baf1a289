/** The messages of the load generator: lines of one length, encoded in advance, that differ in their refs alone. */

/** Occurs once in each message and nowhere else in a hub's output, so counting markers counts messages. */
export const MARKER = "|";
const MARKER_BYTE = MARKER.charCodeAt(0);

/** The text of each message. */
export const TEXT: string = `${MARKER} a message as people say it, with some words and an end.`;

/** The place of a ref in a line; a number with as many digits replaces it. */
export const REF = "000000000";

const utf8 = new TextEncoder();

/** Counts the messages whose markers are among the first `length` bytes. */
export function countMessages(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== MARKER_BYTE) continue;
    count++;
    at += TEXT.length - 1; // no marker is nearer
  }
  return count;
}

/** Several equal lines, sent by one write. */
export class Batch {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where each ref ends. */
  readonly #refs: number[] = [];

  constructor(line: string, count: number) {
    this.bytes = utf8.encode(line.repeat(count));
    this.count = count;
    const length = utf8.encode(line).length;
    const at = line.indexOf(REF);
    if (at === -1) return;
    for (let index = 0; index < count; index++) {
      this.#refs.push(index * length + at + REF.length);
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
