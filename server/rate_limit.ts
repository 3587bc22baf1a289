/** A token bucket: how fast one peer may send. It tells how long to wait; waiting is its owner's business. */

export interface RateLimit {
  /** Lines a second in the long run; 0 for no limit. */
  rate: number;
  /** Lines at once after a silence; 0 for no limit. */
  burst: number;
}

export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  /** `now` in milliseconds; it may stand still and jump forth, and jumping back costs the peer nothing. */
  constructor(limit: RateLimit, now: () => number) {
    this.#limit = limit;
    this.#now = now;
    this.#tokens = limit.burst;
    this.#filledAt = now();
  }

  /** Takes one token and gives how many milliseconds to wait until it is there; 0 for at once. */
  take(): number {
    const { rate, burst } = this.#limit;
    if (rate === 0 || burst === 0) return 0;
    const now = this.#now();
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(burst, this.#tokens + elapsed * rate / 1000) - 1;
    return this.#tokens >= 0 ? 0 : -this.#tokens / rate * 1000;
  }
}
