/** The outgoing bytes of one connection, bounded: chunks that many share, small ones joined into one write. */

/** Bytes that a connection may have pending although the budget of all connections is used up. */
const FAIR_SHARE = 64 * 1024;
/** Small chunks are joined up to this size, in bytes. */
const JOINED = 64 * 1024;

/** The bytes pending for many connections together, and their limit. */
export class OutboxBudget {
  readonly limit: number;
  readonly #all: OutboxBudget | undefined;
  pendingBytes = 0;
  /** Bytes that the system has accepted since the hub started. */
  sentBytes = 0;

  /** What is counted here also counts for `all`. */
  constructor(limit: number, all?: OutboxBudget) {
    this.limit = limit;
    this.#all = all;
  }

  fits(bytes: number): boolean {
    return this.pendingBytes + bytes <= this.limit && (this.#all?.fits(bytes) ?? true);
  }

  /** Adds bytes that are pending, or takes them away if it is negative. */
  count(bytes: number): void {
    this.pendingBytes += bytes;
    this.#all?.count(bytes);
  }

  countSent(bytes: number): void {
    this.sentBytes += bytes;
    this.#all?.countSent(bytes);
  }
}

export class Outbox {
  readonly #limit: number;
  readonly #budget: OutboxBudget;
  #chunks: Uint8Array[] = [];
  /** Bytes that were pushed and not yet sent. */
  pending = 0;

  /** At most `limit` bytes, which count against the shared budget too. */
  constructor(budget: OutboxBudget, limit: number) {
    this.#budget = budget;
    this.#limit = limit;
  }

  /** Queues a chunk, which must not change afterwards, or returns "full" and queues nothing. */
  push(chunk: Uint8Array): "queued" | "full" {
    const pending = this.pending + chunk.length;
    const isOverBudget = pending > FAIR_SHARE && !this.#budget.fits(chunk.length);
    // While nothing is pending, any chunk fits: a reader that has kept up is not slow.
    if (this.pending > 0 && (pending > this.#limit || isOverBudget)) return "full";
    this.#chunks.push(chunk);
    this.#count(chunk.length);
    return "queued";
  }

  /** Removes and returns the bytes of the next write, if any. They stay pending until {@linkcode markSent}. */
  next(): Uint8Array | undefined {
    if (this.#chunks.length <= 1) return this.#chunks.pop();
    let [count, size] = [0, 0];
    for (const { length } of this.#chunks) {
      if (count > 0 && size + length > JOINED) break;
      size += length;
      count++;
    }
    const chunks = this.#chunks.splice(0, count);
    return count === 1 ? chunks[0] : Buffer.concat(chunks, size);
  }

  /** The system has accepted this many bytes of what {@linkcode next} returned. Harmless after {@linkcode dropAll}. */
  markSent(bytes: number): void {
    this.#count(0 - Math.min(bytes, this.pending)); // and not -0, which takes memory in each connection
    this.countSent(bytes);
  }

  /** The system has accepted bytes that were not pushed. */
  countSent(bytes: number): void {
    this.#budget.countSent(bytes);
  }

  /** Drops the chunks that {@linkcode next} has not returned yet. */
  dropQueued(): void {
    for (const chunk of this.#chunks) this.#count(-chunk.length);
    this.#chunks = [];
  }

  /** Drops everything, a write in flight included: the connection is gone. */
  dropAll(): void {
    this.#chunks = [];
    this.#count(0 - this.pending);
  }

  #count(bytes: number): void {
    this.pending += bytes;
    this.#budget.count(bytes);
  }
}
