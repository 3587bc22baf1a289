/** Token buckets: how fast a peer may send, a room may announce presence, and datagrams come and go. */

export interface RateLimit {
  /** Tokens a second in the long run; 0 for no limit. */
  rate: number;
  /** Tokens available at once after a silence; 0 for no limit. */
  burst: number;
}

const NO_LIMIT: RateLimit = { rate: 0, burst: Infinity };

export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** `now` is in milliseconds. It may stand still and jump forward; a jump back adds no tokens. */
  constructor(limit: RateLimit, now: () => number) {
    const isLimited = limit.rate > 0 && limit.burst > 0;
    this.#limit = isLimited ? limit : NO_LIMIT;
    this.#now = now;
    this.#tokens = this.#limit.burst;
    this.#filledAt = now();
  }

  /** Whether a whole burst is available. */
  get isFull(): boolean {
    this.#fill(this.#limit.burst);
    return this.#tokens >= this.#limit.burst;
  }

  /** Takes tokens, on credit if too few are left, and returns the milliseconds until they are there; 0 if they are. */
  take(count = 1): number {
    const { rate, burst } = this.#limit;
    this.#fill(burst);
    this.#tokens -= count;
    return this.#tokens >= 0 ? 0 : -this.#tokens / rate * 1000;
  }

  /** Takes `count` tokens, for which the bucket is large enough, if they are there, and returns whether they were. */
  tryTake(count: number): boolean {
    this.#fill(Math.max(this.#limit.burst, count));
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  #fill(max: number): void {
    const now = this.#now();
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(max, this.#tokens + elapsed * this.#limit.rate / 1000);
  }
}
