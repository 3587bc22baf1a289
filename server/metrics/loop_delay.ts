/** How late the event loop is: a timer is set again and again, and what it comes late by is given to whoever keeps it. Pure. */

import type { Clock } from "../clock.ts";

/** So often, in milliseconds. */
export const MEASURE_INTERVAL = 100;

/** Measures until what it gives is called. `observe` takes seconds. */
export function measureLoopDelay(clock: Clock, observe: (seconds: number) => void): () => void {
  let stop = () => {};
  const measure = () => {
    const due = clock.now() + MEASURE_INTERVAL;
    stop = clock.after(MEASURE_INTERVAL, () => {
      observe(Math.max(0, clock.now() - due) / 1000);
      measure();
    });
  };
  measure();
  return () => stop();
}
