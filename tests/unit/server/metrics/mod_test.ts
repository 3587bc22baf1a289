import { assertEquals } from "@std/assert";
import { MEASURE_INTERVAL, measureLoopDelay } from "../../../../server/metrics/mod.ts";

/** A clock whose one timer fires when the test says so, however late. */
class LateClock {
  #now = 0;
  #timer: { at: number; call: () => void } | undefined;

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = this.#timer = { at: this.#now + milliseconds, call };
    return () => {
      if (this.#timer === timer) this.#timer = undefined;
    };
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Fires the timer late by a number of milliseconds. */
  come(late: number): void {
    const { at, call } = this.#timer!;
    this.#timer = undefined;
    this.#now = at + late;
    call();
  }
}

Deno.test("the lateness of a timer is measured again and again, until it is stopped", () => {
  const clock = new LateClock();
  const seconds: number[] = [];
  const stop = measureLoopDelay(clock, (delay) => seconds.push(delay));
  for (const late of [0, 1500, 0, 20]) clock.come(late);
  assertEquals(seconds, [0, 1.5, 0, 0.02]);
  stop();
  assertEquals(clock.isSet, false);
});

Deno.test("a timer that fires early is not late", () => {
  const clock = new LateClock();
  const seconds: number[] = [];
  const stop = measureLoopDelay(clock, (delay) => seconds.push(delay));
  clock.come(-MEASURE_INTERVAL / 2);
  assertEquals(seconds, [0]);
  stop();
});
