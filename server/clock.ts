/** The time, as the parts of the hub are given it: a test plays it. Dates and times of day are not its business. */

export interface Clock {
  /** Milliseconds from any fixed moment, never going back. */
  now(): number;
  /** Calls back after so many milliseconds, unless the function that it gives is called. */
  after(milliseconds: number, call: () => void): () => void;
}

/**
 * Between two looks at the clock there are never so many milliseconds while the hub runs, as it looks after its deadlines
 * every second or so; then it stood still: it was stopped, or the machine slept.
 */
const STOOD_STILL = 5_000;

/** The system's time, less that in which the hub stood still. */
export const systemClock: Clock = {
  now: withoutStandstills(() => performance.now()),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * A clock in milliseconds that goes on from where it was after the hub stood still, so that nobody is taken for silent or
 * too slow for what waited only for the hub. `now`: milliseconds from any fixed moment, never going back.
 */
export function withoutStandstills(now: () => number): () => number {
  let last = now();
  let missed = 0;
  return () => {
    const moment = now();
    if (moment - last > STOOD_STILL) missed += moment - last;
    last = moment;
    return moment - missed;
  };
}

/** The time of day, which stands still while one task of the event loop runs: what happens there happens at one moment. */
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
