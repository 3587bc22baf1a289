/** Asks the host to confirm leaving while others are connected: the hub stops when its host leaves. */

/** How long a second request counts as the confirmation of the first, in milliseconds. */
const CONFIRM_WITHIN = 10_000;

export class LeaveGuard {
  readonly #others: () => number;
  readonly #now: () => number;
  #askedAt = -Infinity;

  /** `others`: how many other users are connected; `now`: milliseconds of a monotonic clock. */
  constructor({ others }: { others: () => number }, now: () => number) {
    this.#others = others;
    this.#now = now;
  }

  /** Returns 0 if the host may leave, otherwise how many users that would disconnect. */
  requestLeave(): number {
    const now = this.#now();
    if (now - this.#askedAt <= CONFIRM_WITHIN) return 0;
    this.#askedAt = now;
    return this.#others();
  }
}
