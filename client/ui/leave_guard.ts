/** Asks the host to confirm leaving while others are connected: the hub stops when its host leaves. */

/** How long a second request counts as the confirmation of the first, in milliseconds. */
const CONFIRM_WITHIN = 10_000;

/** Makes what returns 0 if the host may leave, else how many others that disconnects. `now`: monotonic, in ms. */
export function guardLeaving(others: () => number, now: () => number): () => number {
  let askedAt = -Infinity;
  return () => {
    if (now() - askedAt <= CONFIRM_WITHIN) return 0;
    askedAt = now();
    return others();
  };
}
