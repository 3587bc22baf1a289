/**
 * Texts of several lines, as they are pasted: when one has to be asked for before it is sent, how that is asked, and how
 * such a text is told in one line. Pure: who sends it is not its business.
 */

import { type Lang, translate } from "../../common/i18n/mod.ts";
import { MARKS, type Marks } from "./marks.ts";
import { graphemes, textWidth } from "../terminal/width.ts";

/** So many lines are sent without asking, and told whole where they could not be sent. */
const MAX_LINES = 5;
/** Of the first line at least so many columns are shown, and at most. */
const MIN_SHOWN = 8;
const MAX_SHOWN = 60;

const latin1 = new TextDecoder("latin1");
/** Keys as terminals send them: a sequence, Alt and a key, or a single byte. */
// deno-lint-ignore no-control-regex
const KEY = /\x1b[[O][\x20-\x3f]*[\x40-\x7e]|\x1b[^\x1b]|\r\n?|[^]/g;

/** Whether a text is of several lines. */
export function isBlock(text: string): boolean {
  return text.includes("\n");
}

/** Whether a text has so many lines that a person is to be asked. */
export function isLong(text: string): boolean {
  return countLines(text) > MAX_LINES;
}

/** The question whether to send a text: in one row of so many columns, where that can be. */
export function askToSend(
  text: string,
  lang: Lang,
  columns: number,
  { ellipsis }: Pick<Marks, "ellipsis"> = MARKS,
): string {
  const ask = (first: string) =>
    `${translate(lang, "client.send_lines", { count: countLines(text), first })} `;
  // The cursor stands behind it.
  const room = columns - textWidth(ask("")) - 1;
  return ask(shorten(firstLine(text), Math.max(MIN_SHOWN, Math.min(room, MAX_SHOWN)), ellipsis));
}

/**
 * What some keys answer to that question, and how many bytes of them came up to that; undefined when they answer nothing.
 * Enter is a yes; Esc and Ctrl-C are a no.
 */
export function readAnswer(keys: Uint8Array): { isYes: boolean; length: number } | undefined {
  for (const { 0: key, index } of latin1.decode(keys).matchAll(KEY)) {
    const isYes = /^[\r\n]/.test(key);
    if (isYes || key === "\x1b" || key === "\x03") return { isYes, length: index + key.length };
  }
  return undefined;
}

/** A text as it is, or one of many lines by its first line and their number. */
export function summarize(
  text: string,
  lang: Lang,
  { ellipsis }: Pick<Marks, "ellipsis"> = MARKS,
): string {
  if (!isLong(text)) return text;
  const first = shorten(firstLine(text), MAX_SHOWN, ellipsis);
  return translate(lang, "client.lines", { count: countLines(text), first });
}

/** The first line in which there is something to read. */
function firstLine(text: string): string {
  return text.trimStart().split("\n", 1)[0]!.trimEnd();
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** At most so many columns of a text, the last ones for an ellipsis where it has more. */
function shorten(text: string, columns: number, ellipsis: string): string {
  let [shown, kept, width] = ["", "", 0];
  const room = columns - textWidth(ellipsis);
  for (const each of graphemes(text)) {
    width += each.width;
    if (width > columns) return kept + ellipsis;
    shown += each.grapheme;
    if (width <= room) kept = shown;
  }
  return text;
}
