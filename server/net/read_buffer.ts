/** The read buffer of a connection: small while the peer is idle, as 10,000 may be, and larger when a read fills it. */

/** Initial size, in bytes. */
export const SMALL_BUFFER = 256;
/** Factor between consecutive sizes. */
const GROWTH = 4;
/** The largest buffer that each connection may own, in bytes. */
const OWN_BUFFER = 16 * 1024;
/** The size of the buffers in the pool, in bytes: a burst of 1,000 messages is one read. */
export const LARGE_BUFFER = 128 * 1024;
/** Connections that may have a large buffer at the same time. */
export const MAX_LENT = 128;
/** After this many reads in a row that the next smaller buffer would have held, the buffer shrinks. */
const SMALL_READS = 8;

/** Large buffers, lent to busy connections and reused: allocating one takes longer than reading into it. */
export class LargeBufferPool {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #lent = 0;

  /** A buffer for one connection alone, or undefined if {@linkcode MAX_LENT} are lent. */
  borrow(): Uint8Array<ArrayBuffer> | undefined {
    if (this.#lent === MAX_LENT) return undefined;
    this.#lent++;
    return this.#free.pop() ?? new Uint8Array(LARGE_BUFFER);
  }

  /** Takes a buffer back; its borrower must not use it again. */
  giveBack(buffer: Uint8Array<ArrayBuffer>): void {
    this.#lent--;
    this.#free.push(buffer);
  }
}

export class ReadBuffer {
  readonly #pool: LargeBufferPool;
  /** The buffer for the next read. {@linkcode resize} may replace it. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(SMALL_BUFFER);
  #smallReads = 0;

  constructor(pool: LargeBufferPool) {
    this.#pool = pool;
  }

  /** Grows or shrinks after a read of `size` bytes, which must have been processed. */
  resize(size: number): void {
    const { length } = this.bytes;
    this.#smallReads = GROWTH * size < length ? this.#smallReads + 1 : 0;
    const isFull = size === length;
    if (isFull && length < OWN_BUFFER) this.bytes = new Uint8Array(GROWTH * length);
    else if (isFull && length === OWN_BUFFER) this.bytes = this.#pool.borrow() ?? this.bytes;
    else if (length > SMALL_BUFFER && this.#smallReads >= SMALL_READS) this.shrink();
  }

  /** Goes back to the initial size, and gives a large buffer back to the pool. */
  shrink(): void {
    if (this.bytes.length === LARGE_BUFFER) this.#pool.giveBack(this.bytes);
    this.bytes = new Uint8Array(SMALL_BUFFER);
  }
}
