/** The clocks that the hub's parts are given, so that tests can control time. */

import { type After, after } from "../common/cli/timers.ts";

export interface Clock {
  /** Milliseconds from any fixed moment, never going back. */
  now(): number;
  after: After;
}

/** A running hub reads its clock every second. After a longer gap, in milliseconds, it was stopped or asleep. */
const STANDSTILL = 5_000;

/** The system's time, without the time that the hub stood still. */
export const systemClock: Clock = { now: withoutStandstills(() => performance.now()), after };

/** A clock without gaps longer than {@linkcode STANDSTILL}, for which no peer must time out. `now`: in milliseconds. */
export function withoutStandstills(now: () => number): () => number {
  let last = now();
  let skipped = 0;
  return () => {
    const moment = now();
    if (moment - last > STANDSTILL) skipped += moment - last;
    last = moment;
    return moment - skipped;
  };
}

/** A time that stays the same within one task of the event loop: everything in the task happens at one moment. */
export function tickTime(now: () => number): () => number {
  let moment: number | undefined;
  return () => {
    if (moment === undefined) {
      moment = now();
      queueMicrotask(() => moment = undefined);
    }
    return moment;
  };
}
