/**
 * Whether somebody whose leaving ends the chat for all means it: asked once while others are here, and leaving again soon
 * is the answer. Pure: the clock is given to it.
 */

/** The answer counts for so long, in milliseconds. */
const ANSWER_WITHIN = 10_000;

export class LeaveGuard {
  readonly #others: () => number;
  readonly #now: () => number;
  #askedAt = -Infinity;

  /** `others`: how many are here besides; `now`: milliseconds of a clock that only goes forward. */
  constructor({ others, now }: { others: () => number; now: () => number }) {
    this.#others = others;
    this.#now = now;
  }

  /** The wish to leave: for how many others that is to be thought over, or 0 to leave. */
  wish(): number {
    const now = this.#now();
    if (now - this.#askedAt <= ANSWER_WITHIN) return 0;
    this.#askedAt = now;
    return this.#others();
  }
}
