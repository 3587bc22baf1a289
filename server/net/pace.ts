/**
 * When deliveries go out: at once, or when the writes of the last one have ended. A small write takes as long as a large
 * one, so what happens while a large room is being served is delivered to it together.
 */

import type { After } from "../../common/cli/timers.ts";

/** The longest wait in milliseconds, and what each write adds to it. A slow reader delays the others by no more. */
const LONGEST = 5;
const PER_WRITE = 0.01;

const NOTHING = () => {};

export class Pace {
  readonly #after: After;
  /** The number of the last delivery: only its writes are waited for. */
  delivery = 0;
  /** See {@linkcode wait}. */
  #next: PromiseWithResolvers<void> | undefined;
  /** How many of them have not ended. */
  #underWay = 0;
  /** Called when all have ended. */
  #onEnded: () => void = NOTHING;

  constructor(after: After) {
    this.#after = after;
  }

  /** Resolves when the next delivery begins; undefined unless it waits for writes. A peer adds no more lines to it meanwhile. */
  get wait(): Promise<void> | undefined {
    return this.#next?.promise;
  }

  /** Calls `deliver` soon: when the current task has ended, and the writes of the last delivery. */
  schedule(deliver: () => void): void {
    const begin = () => {
      this.#onEnded = NOTHING;
      this.#next?.resolve();
      this.#next = undefined;
      this.delivery++;
      this.#underWay = 0;
      deliver();
    };
    if (this.#underWay === 0) return queueMicrotask(begin);
    this.#next = Promise.withResolvers();
    const stopTimer = this.#after(LONGEST + PER_WRITE * this.#underWay, begin);
    this.#onEnded = () => {
      this.#onEnded = NOTHING;
      stopTimer();
      queueMicrotask(begin);
    };
  }

  /** A write begins. Returns the number of its delivery, for {@linkcode end}. */
  begin(): number {
    this.#underWay++;
    return this.delivery;
  }

  /** A write that began in this delivery has ended. */
  end(delivery: number): void {
    if (delivery === this.delivery && --this.#underWay === 0) this.#onEnded();
  }
}
