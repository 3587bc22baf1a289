/** Asks the host to confirm leaving while others are connected: the hub stops when its host leaves. */

/** How long a second request counts as the confirmation of the first, in milliseconds. */
const CONFIRM_WITHIN = 10_000;

/**
 * Makes a function that returns 0 if the host may leave, otherwise how many users that would disconnect. `others`: how
 * many other users are connected; `now`: milliseconds of a monotonic clock.
 */
export function guardLeaving(others: () => number, now: () => number): () => number {
  let askedAt = -Infinity;
  return () => {
    if (now() - askedAt <= CONFIRM_WITHIN) return 0;
    askedAt = now();
    return others();
  };
}
