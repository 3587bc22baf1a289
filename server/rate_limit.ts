/** A token bucket: how fast one peer may send, or one room be told. It tells how long to wait, or whether; waiting is its owner's business. */

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
    this.#fill(burst);
    this.#tokens--;
    return this.#tokens >= 0 ? 0 : -this.#tokens / rate * 1000;
  }

  /** Takes so many tokens if all of them are there, and gives whether they were; the bucket holds no fewer than these. */
  tryTake(count: number): boolean {
    const { rate, burst } = this.#limit;
    if (rate === 0 || burst === 0) return true;
    this.#fill(Math.max(burst, count));
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  #fill(most: number): void {
    const now = this.#now();
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    this.#tokens = Math.min(most, this.#tokens + elapsed * this.#limit.rate / 1000);
  }
}
