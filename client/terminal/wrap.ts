/** Wraps text into lines. */

import { graphemes, textWidth } from "../../common/cli/width.ts";

/** A line of a wrapped text, and its offset in the text, in UTF-16 units. */
export interface WrappedLine {
  text: string;
  start: number;
}

/**
 * Wraps a text into lines of at most `width` columns: at spaces, and inside a word only if the word is wider than a line.
 * The spaces at a break are dropped. A grapheme wider than a line has a line of its own. Returns at least one line.
 */
export function wrap(text: string, width: number): string[] {
  return Array.from(wrapLazily(text, width), (line) => line.text);
}

/** As {@linkcode wrap}, with the offset of each line in the text. A line that is not asked for costs nothing. */
export function* wrapLazily(text: string, width: number): Generator<WrappedLine> {
  if (textWidth(text, width) <= width) {
    yield { text, start: 0 };
    return;
  }
  let line = "";
  let used = 0;
  let start = 0;
  for (const { 0: word, index } of text.matchAll(/ +|[^ ]+/g)) {
    const wordWidth = textWidth(word, width);
    if (used + wordWidth <= width) {
      line += word;
      used += wordWidth;
      continue;
    }
    if (word.startsWith(" ")) {
      yield { text: line, start };
      [line, used, start] = ["", 0, index + word.length];
      continue;
    }
    if (used > 0 && wordWidth <= width) {
      const kept = line.replace(/ +$/, ""); // other white space stays: lines do not break at it
      if (kept !== "") yield { text: kept, start };
      [line, used, start] = [word, wordWidth, index];
      continue;
    }
    let at = index;
    for (const { grapheme, width: graphemeWidth } of graphemes(word)) {
      if (used > 0 && used + graphemeWidth > width) {
        yield { text: line, start };
        [line, used, start] = ["", 0, at];
      }
      line += grapheme;
      used += graphemeWidth;
      at += grapheme.length;
    }
  }
  if (line !== "") yield { text: line, start };
}
