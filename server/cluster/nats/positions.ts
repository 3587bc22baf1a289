/** How far the stream was at some moments, from which follows what is surely known of it, and what is old. Pure. */

import type { Clock } from "../../clock.ts";

interface Sample {
  readonly at: number;
  readonly seq: number;
}

export class Samples {
  readonly #clock: Clock;
  /** In milliseconds, before now. */
  readonly #times: { kept: number; safe: number };
  /** The oldest first. */
  readonly #samples: Sample[] = [];

  /** `safe`: what came so long ago was heard; `kept`: what came so long ago is old. */
  constructor(clock: Clock, times: { kept: number; safe: number }) {
    this.#clock = clock;
    this.#times = times;
  }

  add(seq: number): void {
    const at = this.#clock.now();
    this.#samples.push({ at, seq });
    const until = at - this.#times.kept;
    // The last one that is old enough stays.
    while (this.#samples[1] && this.#samples[1].at <= until) this.#samples.shift();
  }

  /** How far it is at least; 0 where that is not known. */
  get last(): number {
    return this.#samples.at(-1)?.seq ?? 0;
  }

  /** A place up to which surely all was heard. */
  get safe(): number {
    const until = this.#clock.now() - this.#times.safe;
    const [first] = this.#samples;
    return (this.#samples.findLast(({ at }) => at <= until) ?? first)?.seq ?? 0;
  }

  /** A place up to which all is old; 0 for none. */
  get old(): number {
    const [first] = this.#samples;
    return first && first.at <= this.#clock.now() - this.#times.kept ? first.seq : 0;
  }
}
