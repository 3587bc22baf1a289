/** The width of text in a terminal, in columns. */

import { eastAsianWidth } from "get-east-asian-width";
import { graphemesOf } from "../protocol/graphemes.ts";

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
/** Letters that never join their neighbours: Latin, Greek, Cyrillic, Hebrew, Arabic, kana, Han and Hangul syllables. */
const UNJOINED =
  /^[\x20-\x7e\u00c0-\u02ff\u0370-\u0482\u048a-\u0556\u05d0-\u05ea\u0620-\u064a\u3001-\u3029\u3041-\u3096\u30a1-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;
/** Two columns wide: an emoji with a variation selector, a skin tone or joined to others; a flag; a keycap. */
const EMOJI_SEQUENCE =
  /\p{Extended_Pictographic}.*[\uFE0F\u200D\u{1F3FB}-\u{1F3FF}]|^\p{Regional_Indicator}{2}|^[\d#*]\uFE0F\u20E3/u;
/**
 * Takes no column of its own: marks, controls, format characters that are not drawn, and the vowels and finals of
 * Hangul, which join the letter before them. Arabic number signs are format characters too, but are drawn, so they
 * take one column, as in the wcwidth of glibc.
 */
const NO_WIDTH =
  /[\p{M}\p{Cc}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff\u2028\u2029\ufff9-\ufffb\u{13430}-\u{1343f}]/u;

/** Longest and widest grapheme, in UTF-16 units and columns: others are taken apart, as in most terminals. */
const MAX_UNITS = 32;
const MAX_COLUMNS = 4;

/** The graphemes of a text, each with its width in columns. */
export function* graphemes(text: string): Generator<{ grapheme: string; width: number }> {
  if (UNJOINED.test(text)) {
    for (const grapheme of text) yield { grapheme, width: unitWidth(grapheme.charCodeAt(0)) };
    return;
  }
  for (const { segment } of graphemesOf(text)) {
    const width = segment.length > MAX_UNITS ? Infinity : graphemeWidth(segment);
    if (width <= MAX_COLUMNS) yield { grapheme: segment, width };
    else for (const grapheme of segment) yield { grapheme, width: graphemeWidth(grapheme) };
  }
}

/** The width of a sanitized text; of a text wider than `max`, any width above `max`. */
export function textWidth(text: string, max = Infinity): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  if (text.length <= MAX_CACHED_UNITS) return cached(textWidths, text, widthOf);
  return widthOf(text, max);
}

function widthOf(text: string, max = Infinity): number {
  let width = 0;
  for (const grapheme of graphemes(text)) {
    width += grapheme.width;
    if (width > max) break;
  }
  return width;
}

/** The width of each UTF-16 unit by itself, plus 1; 0 if it was not measured yet. */
const unitWidths = new Uint8Array(0x10000);

/** The width of a UTF-16 unit by itself; half of a surrogate pair is 1 column wide. */
export function unitWidth(unit: number): number {
  unitWidths[unit] ||= characterWidth(String.fromCharCode(unit)) + 1;
  return unitWidths[unit]! - 1;
}

/** The widths of longer graphemes, and of short texts: starting the segmenter takes longer than measuring a word. */
const graphemeWidths = new Map<string, number>();
const textWidths = new Map<string, number>();
/** Entries of a cache, which is emptied when it is full. */
const MAX_CACHED = 4096;
/** V8 lets a longer substring share the memory of its text, which the cache would keep. */
const MAX_CACHED_UNITS = 12;

function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1) return unitWidth(grapheme.charCodeAt(0));
  return cached(graphemeWidths, grapheme, measure);
}

function cached(widths: Map<string, number>, text: string, measure: (text: string) => number) {
  let width = widths.get(text);
  if (width === undefined) {
    width = measure(text);
    if (widths.size >= MAX_CACHED) widths.clear();
    if (text.length <= MAX_CACHED_UNITS) widths.set(text, width);
  }
  return width;
}

function measure(grapheme: string): number {
  if (EMOJI_SEQUENCE.test(grapheme)) return 2;
  let width = 0;
  for (const char of grapheme) width += characterWidth(char);
  return width;
}

function characterWidth(char: string): number {
  return NO_WIDTH.test(char) ? 0 : eastAsianWidth(char.codePointAt(0)!);
}
