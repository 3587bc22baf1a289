/** Breaks text into lines of a width. Pure. */

import { graphemes, textWidth } from "./width.ts";

/**
 * The text in lines of at most `width` columns: broken at spaces, and inside of a word only where the word alone is
 * wider than a line. The space at a break is dropped; others stay. A grapheme wider than a line stands alone in one.
 * Gives at least one line.
 */
export function wrap(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.match(/ +|[^ ]+/g) ?? []) {
    const wordWidth = textWidth(word);
    if (used + wordWidth <= width) {
      line += word;
      used += wordWidth;
      continue;
    }
    if (word.startsWith(" ")) {
      lines.push(line);
      [line, used] = ["", 0];
      continue;
    }
    if (used > 0 && wordWidth <= width) {
      const kept = line.replace(/ +$/, ""); // other white space stays: lines are not broken at it
      if (kept !== "") lines.push(kept);
      [line, used] = [word, wordWidth];
      continue;
    }
    for (const each of graphemes(word)) {
      if (used > 0 && used + each.width > width) {
        lines.push(line);
        [line, used] = ["", 0];
      }
      line += each.grapheme;
      used += each.width;
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}
