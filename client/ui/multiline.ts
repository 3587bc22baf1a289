/** Texts of several lines: the label of a paste, and the summary in one line. */

import { type Lang, translate } from "../../common/i18n/mod.ts";
import { graphemes, textWidth } from "../../common/cli/width.ts";
import type { Glyphs } from "./theme.ts";

/** The most lines that are shown whole when they could not be sent. */
const MAX_LINES = 5;
/** How much of the first line is shown in a label, and elsewhere; in columns. */
const MAX_LABEL = 20;
const MAX_SHOWN = 60;

/** What stands in the input for a pasted text: how many lines it has, and how the first one begins. */
export function blockLabel(text: string, lang: Lang, { ellipsis }: Glyphs): string {
  const first = shorten(firstLine(text), MAX_LABEL, ellipsis);
  return translate(lang, "client.block", { count: countLines(text), first, ellipsis });
}

/** The text itself; if it has many lines, the first line and their number. */
export function summarize(text: string, lang: Lang, { ellipsis }: Glyphs): string {
  if (countLines(text) <= MAX_LINES) return text;
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
