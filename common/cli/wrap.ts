/** Wraps what is printed outside of the chat. */

import { NO_BREAK } from "../i18n/mod.ts";
import { textWidth } from "./width.ts";

/** The width where a terminal does not tell its own, in columns. */
export const USUAL_COLUMNS = 80;

/** Columns before the further lines of a sentence. */
const HANG = 2;

/** Columns that a hanging indent leaves for the text, if there are as many. */
const NARROWEST = 20;

/** Indented text in two columns, up to the second one. */
const FIRST_COLUMN = /^ +\S+(?: \S+)* {2,}(?=\S)/;

/**
 * Wraps each line of a text at spaces into lines of at most `width` columns, but no word, and no command: it has
 * NO_BREAK for spaces, or stands indented on a line of its own. `hang`: columns before the further lines; by default
 * they begin below the second column of text in columns.
 */
export function wrapText(text: string, width: number, hang?: number): string {
  const lines = text.split("\n").map((line) => wrapLine(line, width, hang ?? hangOf(line)));
  return lines.join("\n").replaceAll(NO_BREAK, " ");
}

/** Undefined for a command on a line of its own. */
function hangOf(line: string): number | undefined {
  const [first] = FIRST_COLUMN.exec(line) ?? [];
  if (first !== undefined) return textWidth(first);
  return line.startsWith("  ") ? undefined : HANG;
}

function wrapLine(line: string, width: number, hang: number | undefined): string {
  if (hang === undefined || textWidth(line, width) <= width) return line;
  const indent = " ".repeat(Math.max(0, Math.min(hang, width - NARROWEST)));
  const rows: string[] = [];
  let row = "";
  let used = 0;
  for (const [word] of line.matchAll(/ *[^ ]+/g)) {
    if (used + textWidth(word) > width && row.trim() !== "") {
      rows.push(row);
      row = indent + word.trimStart();
      used = textWidth(row);
    } else {
      row += word;
      used += textWidth(word);
    }
  }
  return [...rows, row].join("\n");
}
