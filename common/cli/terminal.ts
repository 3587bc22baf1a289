/** The terminal that the program runs in, if any. */

import type { Environment } from "./environment.ts";

/**
 * Whether a terminal shows what the program writes. If none does, the end of a terminal is no reason to stop: `nohup` asks
 * for that by ignoring SIGHUP, which Deno undoes for a program that listens for any signal. Ask at the start: a terminal that
 * is gone does not count.
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
