/** The width of text in a terminal, in columns. */

import { eastAsianWidth } from "get-east-asian-width";

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Two columns wide: an emoji with a variation selector, a skin tone or joined to others; a flag; a keycap. */
const EMOJI_SEQUENCE =
  /\p{Extended_Pictographic}.*[\uFE0F\u200D\u{1F3FB}-\u{1F3FF}]|^\p{Regional_Indicator}{2}|^[\d#*]\uFE0F\u20E3/u;
/**
 * Takes no column of its own: marks, controls, format characters that are not drawn, and the vowels and finals of Hangul,
 * which join the letter before them. Arabic number signs are format characters too, but are drawn, so they take one
 * column, as in the wcwidth of glibc.
 */
const NO_WIDTH =
  /[\p{M}\p{Cc}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff\u2028\u2029\ufff9-\ufffb\u{13430}-\u{1343f}]/u;

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

/** The width of a text, in the Unicode version of get-east-asian-width. Controls count as 0 columns: sanitize first. */
export function textWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += grapheme.width;
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (EMOJI_SEQUENCE.test(grapheme)) return 2;
  let width = 0;
  for (const char of grapheme) {
    if (!NO_WIDTH.test(char)) width += eastAsianWidth(char.codePointAt(0)!);
  }
  return width;
}
