/**
 * Calls back for each of many after the same time, with one timer for all of them: a timer for each of thousands that come
 * at once takes as long as to greet them. What is waited for, its owner knows.
 */

import type { Clock } from "../clock.ts";

export class Delay<Each> {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #call: (each: Each) => void;
  /** When it is each one's time; who came first stands first. */
  readonly #due: Map<Each, number> = new Map();
  /** Ends the wait for the first of them; undefined while nobody waits. */
  #stop: (() => void) | undefined;

  /** Calls back with each one that was added and not deleted for so many milliseconds. */
  constructor(clock: Clock, milliseconds: number, call: (each: Each) => void) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#call = call;
  }

  /** From now on this one waits, and not since before. */
  add(each: Each): void {
    this.#due.delete(each);
    this.#due.set(each, this.#clock.now() + this.#milliseconds);
    this.#stop ??= this.#clock.after(this.#milliseconds, () => this.#callDue());
  }

  /** This one waits no more, if it did. */
  delete(each: Each): void {
    this.#due.delete(each);
    if (this.#due.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #callDue(): void {
    const now = this.#clock.now();
    try {
      for (const [each, time] of this.#due) {
        if (time > now) break;
        this.#due.delete(each);
        this.#call(each);
      }
    } finally { // what goes wrong with one is not the others' business
      const [next] = this.#due.values();
      this.#stop = next === undefined
        ? undefined
        : this.#clock.after(next - now, () => this.#callDue());
    }
  }
}
