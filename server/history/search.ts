/** Searching in what was said: all words must occur, in any order, without regard to case and accents. */

import type { HiddenAuthors, Posted } from "../types.ts";

/** UTF-16 units of messages after which a search ends: at most about 5 ms with a long message at the end. */
const MAX_LOOKED_THROUGH = 60_000;

const LETTER = "[\\p{L}\\p{N}\\p{Co}]";
const WORD = new RegExp(`${LETTER}+`, "gu");
/** The marks that SQLite takes for accents (sqlite3Fts5UnicodeIsdiacritic). */
const ACCENT =
  /[\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331]/;
/** What replaces small letters with accents, by UTF-16 unit: as in SQLite, which of the Latin letters leaves only ǡ. */
const PLAIN = Array.from({ length: 0x1f00 }, (_, unit) => {
  const letter = String.fromCharCode(unit);
  if (letter === "ς") return "σ";
  if (ACCENT.test(letter)) return "";
  const plain = /[à-ɏḀ-ỿ]/.test(letter) ? letter.normalize("NFD")[0]! : letter;
  return plain < "{" && plain !== letter && letter !== "ǡ" ? plain : undefined;
});

export interface Search {
  readonly room: string;
  /** From {@linkcode wordsOf}; at least one. */
  readonly words: readonly string[];
  /** Messages that are returned, at most. */
  readonly count: number;
  readonly hidden?: HiddenAuthors | undefined;
}

export interface Found {
  /** The newest first. */
  readonly messages: readonly Posted[];
  /** Whether older messages may have the words too. */
  readonly hasMore: boolean;
}

/** The words that a user searches for, each once. */
export function wordsOf(typed: string): string[] {
  return [...new Set(fold(typed).match(WORD))];
}

/** About where the first of the words is in a text; -1 unless all of them occur. */
export function findWords(text: string, words: readonly string[]): number {
  const folded = fold(text);
  if (!words.every((word) => folded.includes(word))) return -1; // nearly all texts end here
  const places = words.map((word) =>
    folded.search(new RegExp(`(?<!${LETTER})${word}(?!${LETTER})`, "u"))
  );
  return places.includes(-1) ? -1 : Math.min(...places);
}

/** The messages that a search finds among some of its room, which come newest first. */
export function findIn(messages: Iterable<Posted>, { words, count, hidden }: Search): Found {
  const found: Posted[] = [];
  let left = MAX_LOOKED_THROUGH;
  for (const posted of messages) {
    const { text } = posted.message;
    const isFound = left >= 0 && !hidden?.hides(posted.author) && findWords(text, words) >= 0;
    if (left < 0 || (isFound && found.length === count)) return { messages: found, hasMore: true };
    left -= text.length;
    if (isFound) found.push(posted);
  }
  return { messages: found, hasMore: false };
}

/** In small letters without accents. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  let [folded, done] = ["", 0];
  for (let at = 0; at < lower.length; at++) {
    const plain = PLAIN[lower.charCodeAt(at)];
    if (plain === undefined) continue;
    folded += lower.slice(done, at) + plain;
    done = at + 1;
  }
  return folded + lower.slice(done);
}
