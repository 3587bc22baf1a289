/** Texts of several lines, which are pasted: whether to ask before sending, the question, and its summary in one line. */

import { type Lang, translate } from "../../common/i18n/mod.ts";
import { graphemes, textWidth } from "../../common/cli/width.ts";
import { type Glyphs, UNICODE_GLYPHS } from "./theme.ts";

/** The most lines that are sent without a question, and shown whole when they could not be sent. */
const MAX_LINES = 5;
/** How much of the first line is shown, in columns. */
const MIN_SHOWN = 8;
const MAX_SHOWN = 60;

export function isMultiline(text: string): boolean {
  return text.includes("\n");
}

/** Whether a text has more lines than are sent without a question. */
export function needsConfirmation(text: string): boolean {
  return countLines(text) > MAX_LINES;
}

/** The question whether to send a text, which fits into one row if `columns` allow it. */
export function confirmationPrompt(
  text: string,
  lang: Lang,
  columns: number,
  { ellipsis }: Glyphs = UNICODE_GLYPHS,
): string {
  const ask = (first: string) =>
    `${translate(lang, "client.send_lines", { count: countLines(text), first })} `;
  const room = columns - textWidth(ask("")) - 1; // a column for the cursor
  return ask(shorten(firstLine(text), Math.max(MIN_SHOWN, Math.min(room, MAX_SHOWN)), ellipsis));
}

/** The text itself; if it has many lines, the first line and their number. */
export function summarize(text: string, lang: Lang, { ellipsis }: Glyphs = UNICODE_GLYPHS): string {
  if (!needsConfirmation(text)) return text;
  const first = shorten(firstLine(text), MAX_SHOWN, ellipsis);
  return translate(lang, "client.lines", { count: countLines(text), first });
}

/** The first line that is not blank. */
function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]!.trimEnd();
}

function countLines(text: string): number {
  return text.split("\n").length;
}

/** Cuts a text to a width; a text that was cut ends with the ellipsis. */
function shorten(text: string, columns: number, ellipsis: string): string {
  let [shown, kept, used] = ["", "", 0];
  const room = columns - textWidth(ellipsis);
  for (const { grapheme, width } of graphemes(text)) {
    used += width;
    if (used > columns) return kept + ellipsis;
    shown += grapheme;
    if (used <= room) kept = shown;
  }
  return text;
}
