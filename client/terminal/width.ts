/** How many columns text takes in a terminal, and where it may be cut. Pure. */

import { unicodeWidth } from "@std/cli/unicode-width";

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Shown as one picture of two columns: with a variation selector, a skin tone or joined to others; flags and keycaps. */
const EMOJI_SEQUENCE =
  /\p{Extended_Pictographic}.*[\uFE0F\u200D\u{1F3FB}-\u{1F3FF}]|^\p{Regional_Indicator}{2}|^[\d#*]\uFE0F\u20E3/u;
/** Takes no column of its own. */
const NO_WIDTH = /\p{M}|\p{Default_Ignorable_Code_Point}/u;

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The graphemes of a text, each with its width in columns. */
export function* graphemes(text: string): Generator<{ grapheme: string; width: number }> {
  if (PRINTABLE_ASCII.test(text)) {
    for (const grapheme of text) yield { grapheme, width: 1 };
    return;
  }
  for (const { segment } of segmenter.segment(text)) {
    yield { grapheme: segment, width: graphemeWidth(segment) };
  }
}

/** Columns that a text takes. Control characters count as none: make it safe first. */
export function textWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const each of graphemes(text)) width += each.width;
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (EMOJI_SEQUENCE.test(grapheme)) return 2;
  let width = 0;
  for (const char of grapheme) if (!NO_WIDTH.test(char)) width += unicodeWidth(char);
  return width;
}
