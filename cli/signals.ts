/** Signals that ask the program to stop. */

import { isSeen } from "./terminal.ts";

/** Several signals within this time are one request: some tools signal a process and then its group. In milliseconds. */
export const SAME_SIGNAL = 500;

/**
 * Calls back at each SIGINT, SIGTERM and SIGHUP, and at SIGHUP only if a terminal shows the program. `remove` stops listening
 * to the signal, which then ends the program.
 */
export function onStopSignals(listener: (signal: Deno.Signal, remove: () => void) => void): void {
  const wasSeen = isSeen();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const listen = () => {
      if (signal === "SIGHUP" && !wasSeen) return;
      listener(signal, () => Deno.removeSignalListener(signal, listen));
    };
    try {
      Deno.addSignalListener(signal, listen);
    } catch {
      // not on Windows
    }
  }
}
