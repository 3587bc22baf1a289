/** The time, as the edges of the hub are given it: a test plays it. */

export interface Clock {
  /** Milliseconds from any fixed moment, never going back. */
  now(): number;
  /** Calls back after so many milliseconds, unless the function that it gives is called. */
  after(milliseconds: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};
