/** Pauses, and actions at a steady rate. */

/** Milliseconds between rounds of actions. */
const TICK = 20;
/** If the machine is late, at most this many seconds of actions are made up for. */
const MAX_BACKLOG = 1;

/** Resolves after a time, or when `signal` aborts. */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  if (signal?.aborted) resolve();
  await promise;
  clearTimeout(timer);
}

/** Calls `act` this often a second, until the returned interval is cleared. */
export function atRate(rate: number, act: () => void): ReturnType<typeof setInterval> {
  let last = performance.now();
  let due = 0;
  return setInterval(() => {
    const now = performance.now();
    due = Math.min(due + (now - last) * rate / 1000, rate * MAX_BACKLOG + 1);
    last = now;
    for (; due >= 1; due--) act();
  }, TICK);
}
