/** How long to wait before a lost connection is tried again. Pure: chance is given to it. */

/** The first wait is at most so long, each next one twice that, up to the longest, in milliseconds. */
const FIRST = 1000;
const LONGEST = 30_000;

/**
 * The wait before an attempt, counted from 0, in milliseconds: between a half of the wait that is due and the whole, as
 * `random` (from 0 to 1) has it, so that those whom one hub has lost do not come back in one moment.
 */
export function backoff(attempt: number, random: () => number): number {
  const due = Math.min(LONGEST, FIRST * 2 ** attempt);
  return due / 2 + random() * due / 2;
}
