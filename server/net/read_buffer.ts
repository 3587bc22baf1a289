/** The read buffer of a connection: small while the peer is idle, as 10,000 may be, and larger when a read fills it. */

/** Initial size, in bytes. */
export const SMALL_BUFFER = 256;
/** Small buffers are cut from blocks of this many: with memory of its own, each would take 300 bytes more. */
const IN_A_BLOCK = 64;
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

/** Small buffers that no connection has. */
const freeSmall: Uint8Array<ArrayBuffer>[] = [];

function borrowSmall(): Uint8Array<ArrayBuffer> {
  if (freeSmall.length === 0) {
    const block = new ArrayBuffer(IN_A_BLOCK * SMALL_BUFFER);
    for (let from = 0; from < block.byteLength; from += SMALL_BUFFER) {
      freeSmall.push(new Uint8Array(block, from, SMALL_BUFFER));
    }
  }
  return freeSmall.pop()!;
}

export class ReadBuffer {
  readonly #pool: LargeBufferPool;
  /** The buffer for the next read. {@linkcode resize} may replace it. */
  bytes: Uint8Array<ArrayBuffer> = borrowSmall();
  #smallReads = 0;

  constructor(pool: LargeBufferPool) {
    this.#pool = pool;
  }

  /** Grows or shrinks after a read of `size` bytes, which must have been processed. */
  resize(size: number): void {
    const { length } = this.bytes;
    this.#smallReads = GROWTH * size < length ? this.#smallReads + 1 : 0;
    const isFull = size === length;
    if (isFull && length < OWN_BUFFER) this.#replace(new Uint8Array(GROWTH * length));
    else if (isFull && length === OWN_BUFFER) this.#replace(this.#pool.borrow() ?? this.bytes);
    else if (length > SMALL_BUFFER && this.#smallReads >= SMALL_READS) this.shrink();
  }

  /** Goes back to the initial size. */
  shrink(): void {
    this.#replace(borrowSmall());
  }

  /** Another connection may use the memory. Must not be called during a read, and nothing may be read afterwards. */
  release(): void {
    this.#replace(new Uint8Array(0));
  }

  #replace(next: Uint8Array<ArrayBuffer>): void {
    const { bytes } = this;
    this.bytes = next;
    if (bytes === next) return;
    if (bytes.length === LARGE_BUFFER) this.#pool.giveBack(bytes);
    else if (bytes.length === SMALL_BUFFER) freeSmall.push(bytes.fill(0)); // nothing that was deleted may stay in it
  }
}
