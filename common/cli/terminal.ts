/** The terminal that the program runs in, if any. */

import type { Environment } from "./environment.ts";

/** Whether the terminal has colours that the user wants to see (no-color.org). */
export function hasColors(environment: Environment): boolean {
  return !environment("NO_COLOR") && !/^(dumb|vt\d)/.test(environment("TERM") ?? "");
}

/** Whether a person can type and read. */
export function isAtTerminal(): boolean {
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
}

/** Whether lines of the terminal can be drawn again. */
export function canRedraw(environment: Environment): boolean {
  return isAtTerminal() && environment("TERM") !== "dumb";
}
