/** Wraps text into lines. */

import { graphemes, textWidth } from "../../common/cli/width.ts";

/** A line of a wrapped text, and its offset in the text, in UTF-16 units. */
export interface WrappedLine {
  text: string;
  start: number;
  /** Whether it is a URL, or the rest of one, that begins at the edge of the terminal. */
  url?: "begins" | "goes_on" | undefined;
}

/**
 * Wraps a text into at least one line of at most `width` columns: at spaces, which are dropped there, and inside a word
 * only if it is wider than a line. A grapheme wider than a line has a line of its own.
 */
export function wrap(text: string, width: number): string[] {
  return Array.from(wrapLazily(text, width), (line) => line.text);
}

/**
 * As {@linkcode wrap}, with the offset of each line in the text; a line that is not asked for costs nothing. A word
 * wider than a line is broken before a URL in it. A URL wider than a line begins at the edge, `edge` columns wide.
 */
export function* wrapLazily(
  text: string,
  width: number,
  urls: readonly { start: number; closed: number }[] = [],
  edge = width,
): Generator<WrappedLine> {
  if (textWidth(text, width) <= width) {
    yield { text, start: 0 };
    return;
  }
  const limits = new Map<number, number>(); // of what begins at an offset
  for (const { start, closed } of urls) {
    const isWide = textWidth(text.slice(start, closed)) > width;
    limits.set(start, isWide ? edge : width).set(closed, width);
  }
  let line = "";
  let used = 0;
  let start = 0;
  let url: WrappedLine["url"];
  const lineOf = (text: string) => url ? { text, start, url } : { text, start };
  for (const { 0: word, index } of text.matchAll(/ +|[^ ]+/g)) {
    const wordWidth = textWidth(word, width);
    if (used + wordWidth <= width) {
      line += word;
      used += wordWidth;
      continue;
    }
    if (word.startsWith(" ")) {
      yield lineOf(line);
      [line, used, start, url] = ["", 0, index + word.length, undefined];
      continue;
    }
    const kept = line.replace(/ +$/, ""); // other white space stays: lines do not break at it
    if (used > 0 && wordWidth <= width) {
      if (kept !== "") yield lineOf(kept);
      [line, used, start, url] = [word, wordWidth, index, undefined];
      continue;
    }
    let [at, limit] = [index, width];
    for (const { grapheme, width: graphemeWidth } of graphemes(word)) {
      const isBreak = limits.has(at);
      limit = limits.get(at) ?? limit;
      if (isBreak || (used > 0 && used + graphemeWidth > limit)) {
        const ended = at > index ? line : kept;
        if (ended !== "") yield lineOf(ended);
        [line, used, start] = ["", 0, at];
        url = limit <= width ? undefined : isBreak ? "begins" : "goes_on";
      }
      line += grapheme;
      used += graphemeWidth;
      at += grapheme.length;
    }
  }
  if (line !== "") yield lineOf(line);
}
