/**
 * What one peer is read into: little while it is idle, since there may be ten thousand of them, and more whenever it was
 * filled, as what is read together is told together, too. It knows no sockets.
 */

/** Bytes to begin with. */
export const SMALL_BUFFER = 256;
/** So many times larger is a buffer than the one that was filled. */
const GROWTH = 4;
/** The largest that each peer may have for itself. */
const OWN_BUFFER = 16 * 1024;
/** Larger ones are lent, to so many at a time: a thousand messages that somebody sends at once are one read. */
export const LARGE_BUFFER = 128 * 1024;
export const MAX_LENT = 128;
/** After so many reads in a row that a buffer of the size before would have held, it is small again. */
const SMALL_READS = 8;

/** Large buffers, which are used again: a new one each time would cost more than the reading. */
export class LargeBuffers {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #lent = 0;

  /** One that nobody else has, until it is given back; undefined where there are no more. */
  take(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#lent === MAX_LENT) return undefined;
    this.#lent++;
    return this.#free.pop() ?? new Uint8Array(LARGE_BUFFER);
  }

  /** Takes one back that nobody looks at any more. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#lent--;
    this.#free.push(buffer);
  }
}

export class ReadBuffer {
  readonly #large: LargeBuffers;
  #bytes = new Uint8Array(SMALL_BUFFER);
  #smallReads = 0;

  /** `large` is shared by all. */
  constructor(large: LargeBuffers) {
    this.#large = large;
  }

  /** For the next read; after {@linkcode took} it may be another one. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** A read brought so many bytes, at which nobody looks any more. */
  took(size: number): void {
    const { length } = this.#bytes;
    this.#smallReads = GROWTH * size < length ? this.#smallReads + 1 : 0;
    if (size === length) this.#grow();
    else if (length > SMALL_BUFFER && this.#smallReads >= SMALL_READS) this.release();
  }

  /** Is small again. */
  release(): void {
    if (this.#bytes.length === LARGE_BUFFER) this.#large.give(this.#bytes);
    this.#bytes = new Uint8Array(SMALL_BUFFER);
  }

  #grow(): void {
    const { length } = this.#bytes;
    if (length < OWN_BUFFER) this.#bytes = new Uint8Array(GROWTH * length);
    else if (length === OWN_BUFFER) this.#bytes = this.#large.take() ?? this.#bytes;
  }
}
