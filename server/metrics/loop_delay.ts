/** How late the event loop is: a timer is set again and again, and what it comes late by is given to whoever keeps it. Pure. */

import type { Clock } from "../clock.ts";

/** So often, in milliseconds. */
export const MEASURED_EVERY = 100;

/** Measures until what it gives is called. `observe` takes seconds. */
export function measureLoopDelay(clock: Clock, observe: (seconds: number) => void): () => void {
  let stop = () => {};
  const measure = () => {
    const due = clock.now() + MEASURED_EVERY;
    stop = clock.after(MEASURED_EVERY, () => {
      observe(Math.max(0, clock.now() - due) / 1000);
      measure();
    });
  };
  measure();
  return () => stop();
}
