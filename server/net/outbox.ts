/**
 * The outgoing bytes of one connection, bounded: what a slow reader has not taken yet. It holds references to
 * chunks that others share, and joins small ones when they are taken. It knows no socket.
 */

/** When all together have too much waiting, a peer with less than this waiting for itself is still served. */
const FAIR_SHARE = 64 * 1024;
/** Small chunks are joined up to this size, so that one write takes many of them. */
const JOINED = 64 * 1024;

/** The bytes that wait for all peers of a hub. */
export class PendingTotal {
  readonly limit: number;
  bytes = 0;
  /** Those that do not wait any more, as the system has taken them. */
  sent = 0;

  /** At most `limit` of them. */
  constructor(limit: number) {
    this.limit = limit;
  }
}

export class Outbox {
  readonly #limit: number;
  readonly #total: PendingTotal;
  #chunks: Uint8Array[] = [];
  #pending = 0;

  /** At most `limit` bytes, which count for `total` too. */
  constructor(total: PendingTotal, limit: number) {
    this.#total = total;
    this.#limit = limit;
  }

  /** Bytes that were pushed and not yet {@linkcode sent}. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Queues a chunk, which must not change any more; or gives "full" and queues nothing of it. While nothing is
   * pending any chunk is taken: whoever has kept up is not slow, however much one tick brings.
   */
  push(chunk: Uint8Array): "queued" | "full" {
    const pending = this.#pending + chunk.length;
    const overTotal = this.#total.bytes + chunk.length > this.#total.limit && pending > FAIR_SHARE;
    if (this.#pending > 0 && (pending > this.#limit || overTotal)) return "full";
    this.#chunks.push(chunk);
    this.#count(chunk.length);
    return "queued";
  }

  /** Takes the next bytes to write, or undefined when there are none. They stay pending until {@linkcode sent}. */
  take(): Uint8Array | undefined {
    if (this.#chunks.length <= 1) return this.#chunks.pop();
    const first = this.#chunks[0]!;
    let count = 0;
    let size = 0;
    while (
      count < this.#chunks.length && (count === 0 || size + this.#chunks[count]!.length <= JOINED)
    ) {
      size += this.#chunks[count++]!.length;
    }
    const taken = this.#chunks.splice(0, count);
    if (taken.length === 1) return first;
    const joined = new Uint8Array(size);
    let at = 0;
    for (const chunk of taken) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    return joined;
  }

  /** So many of the taken bytes are with the kernel. After {@linkcode abandon} that is of no interest any more. */
  sent(bytes: number): void {
    this.#count(-Math.min(bytes, this.#pending));
    this.#total.sent += bytes;
  }

  /** Drops what was not taken yet. */
  clear(): void {
    for (const chunk of this.#chunks) this.#count(-chunk.length);
    this.#chunks = [];
  }

  /** Drops everything, what was taken and not sent included: the connection is gone. */
  abandon(): void {
    this.#chunks = [];
    this.#count(-this.#pending);
  }

  #count(bytes: number): void {
    this.#pending += bytes;
    this.#total.bytes += bytes;
  }
}
