/** The terminal that the program runs in, if any. */

import type { Environment } from "./environment.ts";

/**
 * Whether the program writes to a terminal that is open: call this at the start. If not, it should outlive the
 * terminal: `nohup` ignores SIGHUP for that, but Deno undoes this for a program that listens for any signal.
 */
export function isSeen(): boolean {
  return Deno.stdout.isTerminal() || Deno.stderr.isTerminal();
}

/** Whether a person can type and read. */
export function isAtTerminal(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

/** Whether lines of the terminal can be drawn again. */
export function canRedraw(environment: Environment): boolean {
  return isAtTerminal() && environment("TERM") !== "dumb";
}
