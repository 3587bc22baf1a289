/** A clock whose pending timers can all be cancelled at once. */

import type { Clock } from "../../clock.ts";

export class TimerScope implements Clock {
  readonly #clock: Clock;
  readonly #cancels: Set<() => void> = new Set();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(milliseconds: number, call: () => void): () => void {
    if (this.#isClosed) return () => {};
    const cancelTimer = this.#clock.after(milliseconds, () => {
      this.#cancels.delete(cancel);
      call();
    });
    const cancel = () => {
      this.#cancels.delete(cancel);
      cancelTimer();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  /** Cancels all pending timers; later ones never fire. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of [...this.#cancels]) cancel();
  }
}
