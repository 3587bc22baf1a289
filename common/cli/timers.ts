/** Timers, for modules that take time as an argument. */

/** Calls back after the milliseconds have passed, unless the returned function is called first. */
export type After = (milliseconds: number, call: () => void) => () => void;

export const after: After = (milliseconds, call) => {
  const timer = setTimeout(call, milliseconds);
  return () => clearTimeout(timer);
};

/** Resolves after the milliseconds have passed. */
export function pause(milliseconds: number, clock = { after }): Promise<undefined> {
  return new Promise((resolve) => clock.after(milliseconds, () => resolve(undefined)));
}

/** Waits for a promise; resolves to "late" after the milliseconds have passed, or when the signal aborts. */
export async function within<T>(
  promise: Promise<T>,
  { milliseconds, signal, clock = { after } }: {
    milliseconds?: number;
    signal?: AbortSignal;
    clock?: { after: After };
  },
): Promise<T | "late"> {
  const late = Promise.withResolvers<"late">();
  const end = () => late.resolve("late");
  const stop = milliseconds === undefined ? undefined : clock.after(Math.max(0, milliseconds), end);
  signal?.addEventListener("abort", end);
  if (signal?.aborted) end();
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    stop?.();
    signal?.removeEventListener("abort", end);
  }
}
