/** Where graphemes and words of a line begin and end. Positions are in UTF-16 units; the line is well-formed. */

/** Pasted blocks count as letters. Joiners are part of words in Persian and Hindi. */
const WORD = /[\p{L}\p{M}\p{N}\p{Join_Control}\uFDD0-\uFDEF]/u;
const NOT_WORD = new RegExp(`[^${WORD.source.slice(1)}`, "u");
/** Characters that never join their neighbours: most lines have no others. */
const PLAIN = /^[\n\x20-\x7e\u00a0-\u02ff]{2}$/;
const LOW_SURROGATE = /[\uDC00-\uDFFF]/;

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The start of the grapheme before a position. */
export function previous(line: string, at: number): number {
  return at === 0 ? 0 : graphemeStart(line, at - 1);
}

/** The end of the grapheme after a position. */
export function next(line: string, at: number): number {
  return graphemeEnd(line, Math.min(at + 1, line.length));
}

/** The position, or the start of the grapheme that it is inside. */
export function graphemeStart(line: string, at: number): number {
  if (isBoundary(line, at)) return at;
  return segmenter.segment(line).containing(at)!.index;
}

/** The position, or the end of the grapheme that it is inside. */
export function graphemeEnd(line: string, at: number): number {
  if (isBoundary(line, at)) return at;
  const { index, segment } = segmenter.segment(line).containing(at)!;
  return index === at ? at : index + segment.length;
}

function isBoundary(line: string, at: number): boolean {
  return at <= 0 || at >= line.length || PLAIN.test(line.slice(at - 1, at + 1));
}

/** The end of the word at or after a position. */
export function wordEnd(line: string, at: number): number {
  return graphemeEnd(line, skip(line, skip(line, at, NOT_WORD), WORD));
}

/** The start of the word at or before a position. */
export function wordStart(line: string, at: number): number {
  return graphemeStart(line, skipBack(line, skipBack(line, at, NOT_WORD), WORD));
}

/** The start of what white space surrounds, at or before a position. */
export function blankWordStart(line: string, at: number): number {
  return graphemeStart(line, skipBack(line, skipBack(line, at, /\s/), /\S/));
}

/** The position after the characters that fit the pattern. */
export function skip(line: string, from: number, pattern: RegExp): number {
  let at = from;
  while (at < line.length) {
    const char = String.fromCodePoint(line.codePointAt(at)!);
    if (!pattern.test(char)) break;
    at += char.length;
  }
  return at;
}

/** The position before the characters that fit the pattern. */
export function skipBack(line: string, from: number, pattern: RegExp): number {
  let at = from;
  while (at > 0) {
    const char = LOW_SURROGATE.test(line[at - 1]!) ? line.slice(at - 2, at) : line[at - 1]!;
    if (!pattern.test(char)) break;
    at -= char.length;
  }
  return at;
}
