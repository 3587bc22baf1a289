/** A clock for parts that end together: what they still wait for then does not happen any more. */

import type { Clock } from "../../clock.ts";

export class OwnClock implements Clock {
  readonly #clock: Clock;
  readonly #stops: Set<() => void> = new Set();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(milliseconds: number, call: () => void): () => void {
    if (this.#isClosed) return () => {};
    const end = this.#clock.after(milliseconds, () => {
      this.#stops.delete(stop);
      call();
    });
    const stop = () => {
      this.#stops.delete(stop);
      end();
    };
    this.#stops.add(stop);
    return stop;
  }

  close(): void {
    this.#isClosed = true;
    for (const stop of [...this.#stops]) stop();
  }
}
