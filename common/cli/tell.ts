/** Sentences on standard output and standard error, outside of the chat. */

import { NO_BREAK } from "../i18n/mod.ts";
import { attempt } from "../result.ts";
import { print, write } from "./output.ts";
import { USUAL_COLUMNS, wrapText } from "./wrap.ts";

/** Longer lines are hard to read. In columns. */
const MAX_COLUMNS = 100;

type Output = "stdout" | "stderr";

/** Prints sentences on standard output, wrapped at a terminal. */
export function tell(text: string): void {
  print(fit(text, "stdout"));
}

/** Prints sentences on standard error, wrapped at a terminal. */
export function warn(text: string): void {
  write(Deno.stderr, `${fit(text, "stderr")}\n`);
}

/** Prints error lines on standard error, wrapped at a terminal. */
export function complain(text: string): void {
  warn(text.split("\n").map((line) => `chat: ${line}`).join("\n"));
}

/** A text as it is printed: wrapped at a terminal, and with the spaces of its commands. */
export function fit(text: string, output: Output): string {
  return Deno[output].isTerminal()
    ? wrapText(text, columnsOf(output))
    : text.replaceAll(NO_BREAK, " ");
}

/** How wide the lines of an output may be, in columns. */
export function columnsOf(output: Output): number {
  const columns = Deno[output].isTerminal() && attempt(() => Deno.consoleSize().columns);
  return Math.min(columns || USUAL_COLUMNS, MAX_COLUMNS);
}
