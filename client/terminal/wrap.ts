/** Breaks text into lines of a width. Pure. */

import { graphemes, textWidth } from "./width.ts";

/** A line of a wrapped text, and where it begins in the text, in UTF-16 units. */
export interface WrappedLine {
  text: string;
  start: number;
}

/**
 * The text in lines of at most `width` columns: broken at spaces, and inside of a word only where the word alone is
 * wider than a line. The space at a break is dropped; others stay. A grapheme wider than a line stands alone in one.
 * Gives at least one line.
 */
export function wrap(text: string, width: number): string[] {
  return wrapWithOffsets(text, width).map((piece) => piece.text);
}

/** As {@linkcode wrap}, with the places of the lines in the text. */
export function wrapWithOffsets(text: string, width: number): WrappedLine[] {
  if (textWidth(text) <= width) return [{ text, start: 0 }];
  const lines: WrappedLine[] = [];
  let line = "";
  let used = 0;
  let start = 0;
  for (const { 0: word, index } of text.matchAll(/ +|[^ ]+/g)) {
    const wordWidth = textWidth(word);
    if (used + wordWidth <= width) {
      line += word;
      used += wordWidth;
      continue;
    }
    if (word.startsWith(" ")) {
      lines.push({ text: line, start });
      [line, used, start] = ["", 0, index + word.length];
      continue;
    }
    if (used > 0 && wordWidth <= width) {
      const kept = line.replace(/ +$/, ""); // other white space stays: lines are not broken at it
      if (kept !== "") lines.push({ text: kept, start });
      [line, used, start] = [word, wordWidth, index];
      continue;
    }
    let at = index;
    for (const each of graphemes(word)) {
      if (used > 0 && used + each.width > width) {
        lines.push({ text: line, start });
        [line, used, start] = ["", 0, at];
      }
      line += each.grapheme;
      used += each.width;
      at += each.grapheme.length;
    }
  }
  if (line !== "" || lines.length === 0) lines.push({ text: line, start });
  return lines;
}
