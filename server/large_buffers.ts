/**
 * Buffers for reading from peers that send much at once. An idle peer has a small one, since there may be ten thousand of
 * them; what has filled that is read on with a large one, which is used again for the next who needs it: a new one each time
 * would cost more than the reading. It knows no sockets.
 */

/** Bytes of one: what a thousand messages take that somebody sends at once. */
const SIZE = 128 * 1024;
/** So many at the same time: whoever sends much and then nothing keeps one. Beyond that peers are read in small pieces. */
export const MAX_LENT = 128;

export class LargeBuffers {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #lent = 0;

  /** One that nobody else has, until it is given back; undefined where there are no more. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#lent === MAX_LENT) return undefined;
    this.#lent++;
    return this.#free.pop() ?? new Uint8Array(SIZE);
  }

  /** Takes one back that nobody looks at any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#lent--;
    this.#free.push(buffer);
  }
}
