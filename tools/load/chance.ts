/** Repeatable random numbers from a seed. */

/** A generator of numbers from 0 to below 1, the same for the same seed (mulberry32, by Tommy Ettinger). */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random element; undefined for an empty list. */
export function oneOf<T>(all: readonly T[], random: () => number): T | undefined {
  return all[Math.floor(random() * all.length)];
}

/** A random number from `from` to below `to`. */
export function between(from: number, to: number, random: () => number): number {
  return from + random() * (to - from);
}
