/** Samples of the stream's last sequence number over time, to tell which messages are old or surely delivered. */

import type { Clock } from "../../clock.ts";

export class StreamPositions {
  readonly #clock: Clock;
  readonly #ages: { readonly delivered: number; readonly old: number };
  /** Oldest first. */
  readonly #samples: { readonly at: number; readonly seq: number }[] = [];

  /** `ages`, in milliseconds, from which messages count as delivered, and may be purged (`old`). */
  constructor(clock: Clock, ages: { delivered: number; old: number }) {
    this.#clock = clock;
    this.#ages = ages;
  }

  add(seq: number): void {
    const at = this.#clock.now();
    this.#samples.push({ at, seq });
    const until = at - this.#ages.old;
    // The newest of the old samples stays: `old` is its sequence number.
    while (this.#samples[1] && this.#samples[1].at <= until) this.#samples.shift();
  }

  /** The last sampled sequence number; 0 without a sample. */
  get last(): number {
    return this.#samples.at(-1)?.seq ?? 0;
  }

  /** All messages up to this sequence number count as delivered. */
  get delivered(): number {
    const until = this.#clock.now() - this.#ages.delivered;
    const [first] = this.#samples;
    return (this.#samples.findLast(({ at }) => at <= until) ?? first)?.seq ?? 0;
  }

  /** All messages up to this sequence number may be purged; 0 for none. */
  get old(): number {
    const [first] = this.#samples;
    return first && first.at <= this.#clock.now() - this.#ages.old ? first.seq : 0;
  }
}
