/** Where graphemes and words begin and end, in UTF-16 units of a well-formed line. */

import { graphemesOf } from "../../common/protocol/graphemes.ts";

/** Blocks count as letters; joiners are parts of words in Persian and Hindi. */
const LETTER = "\\p{L}\\p{M}\\p{N}\\p{Join_Control}\\uFDD0-\\uFDEF";
const WORD = new RegExp(`^[^${LETTER}]*[${LETTER}]*`, "u");

/** The start of the grapheme that a position is in. */
export function graphemeStart(line: string, at: number): number {
  return graphemesOf(line).containing(at)?.index ?? line.length;
}

/** The position, or the end of the grapheme that it is inside. */
export function graphemeEnd(line: string, at: number): number {
  return at === 0 ? 0 : next(line, at - 1);
}

export function previous(line: string, at: number): number {
  return at === 0 ? 0 : graphemeStart(line, at - 1);
}

export function next(line: string, at: number): number {
  const { index = at, segment = "" } = graphemesOf(line).containing(at) ?? {};
  return index + segment.length;
}

/** The end of the word at or after a position. */
export function wordEnd(line: string, at: number, word = WORD): number {
  return graphemeEnd(line, at + word.exec(line.slice(at))![0].length);
}

/** The start of the word at or before a position. */
export function wordStart(line: string, at: number, word = WORD): number {
  const reversed = [...line.slice(0, at)].reverse().join("");
  return graphemeStart(line, at - word.exec(reversed)![0].length);
}
