/** What the members of a crowd say: lines of one length, prepared, with nothing to be made anew but the refs. Pure. */

/** Stands once in each message, and in nothing else that a hub tells: to count it is to count messages. */
export const MARKER = "|";
export const MARKER_BYTE = MARKER.charCodeAt(0);

/** The text of a message: a sentence. */
export const TEXT: string = `${MARKER} a message as people say it, with some words and an end.`;

/** Where a line has a ref that must be another one each time; as long as the numbers that take its place. */
export const REF = "000000000";

const utf8 = new TextEncoder();

/** The shortest way from one marker to the next. */
const STRIDE = TEXT.length;

/** Counts the messages of which the markers are among so many first bytes. */
export function countMessages(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = 0; at < length; at++) {
    if (bytes[at] !== MARKER_BYTE) continue;
    count++;
    at += STRIDE - 1;
  }
  return count;
}

/** Some equal lines as the bytes of one write. */
export class Batch {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where the refs end, behind their last digit. */
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

  /** Gives each line with a ref a new one: the numbers from `first` on. Gives the next free one. */
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
