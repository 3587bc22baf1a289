/**
 * The hub's clock for deadlines: it counts only the time in which the hub was running. Pure: the system's clock is given
 * to it. Dates and times of day are not its business.
 */

/**
 * Between two looks at the clock there are never so many milliseconds while the hub runs, as it looks after its deadlines
 * every second or so; then it stood still: it was stopped, or the machine slept.
 */
const STOOD_STILL = 5_000;

/**
 * A clock in milliseconds that goes on from where it was after the hub stood still, so that nobody is taken for silent or
 * too slow for what waited only for the hub. `now`: milliseconds from any fixed moment, never going back.
 */
export function runningTime(now: () => number): () => number {
  let last = now();
  let missed = 0;
  return () => {
    const moment = now();
    if (moment - last > STOOD_STILL) missed += moment - last;
    last = moment;
    return moment - missed;
  };
}
