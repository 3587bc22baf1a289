/**
 * Where a nick is mentioned in a text: as a word of its own, whatever its letter case, width and accents. It knows
 * nothing of how a mention looks or sounds. Pure.
 *
 * Words end where people see them end. A nick followed by punctuation counts, and so does one behind an `@`; one that is
 * a part of a longer name (`ana2`, `ana.b`, `ana-maria`) or of an address (`luis@ana`) does not. Where words are written
 * without spaces between them, the dictionary of the engine says where they end.
 */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import { foldLookalikes, nickKey } from "../../common/protocol/names.ts";
import type { ConversationEvent } from "./conversation.ts";

/** A part of a text, in UTF-16 units. */
export interface TextRange {
  start: number;
  end: number;
}

/** The accents of Latin, Greek and Cyrillic letters. Other scripts have marks that make another letter: those stay. */
const ACCENTS = /[\u0300-\u036f]/g;

const WORD = /^[\p{L}\p{M}\p{N}_]$/u;
const LETTER = /^[\p{L}\p{M}]$/u;
/** May stand inside of a name, and at the end of a sentence too. */
const INNER = /^[.-]$/;
const SPACELESS =
  /^[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]$/u;
/** Words have spaces between them, but particles follow them without any. */
const HANGUL = /^\p{scx=Hang}$/u;

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** Whether a message calls somebody by name who should notice: not one's own message, nor one told again. */
export function shouldAlert(message: MessageFrame, nick: string): boolean {
  return !message.replay && mentions(message, nick);
}

/** The first message of what has happened that calls somebody by name. */
export function findAlert(
  happenings: readonly ConversationEvent[],
  nick: string,
): MessageFrame | undefined {
  for (const happening of happenings) {
    if (happening.type !== "frame" || happening.frame.type !== "message") continue;
    if (shouldAlert(happening.frame, nick)) return happening.frame;
  }
  return undefined;
}

/** Whether somebody else's message has a nick in it, told again or not. */
export function mentions({ nick: author, text }: MessageFrame, nick: string): boolean {
  return nickKey(author) !== nickKey(nick) && findMentions(text, nick).length > 0;
}

/**
 * Every mention of a nick, from the first to the last, without the `@` before it. The time is linear in the length of the
 * text, for a nick of bounded length.
 */
export function findMentions(text: string, nick: string): TextRange[] {
  const wanted = fold(nick).text;
  if (wanted === "") return [];
  const { text: folded, starts } = fold(text);
  const found: TextRange[] = [];
  const words = new WordBreaks(text);
  for (let at = folded.indexOf(wanted); at >= 0;) {
    const last = at + wanted.length;
    const [start, end] = [starts[at]!, starts[last]!];
    // One character may fold to several, and a mention has no part of a character.
    const isWhole = start !== starts[at - 1] && end !== starts[last - 1];
    const isMention = isWhole && !continuesBefore(text, start, words) &&
      !continuesAfter(text, end, words);
    if (isMention) found.push({ start, end });
    at = folded.indexOf(wanted, isMention ? last : at + 1);
  }
  return found;
}

/**
 * The text as it is compared, and for each of its units where the character begins of which it comes; behind the last
 * one, the length of the text. More is alike than by the keys of nicks: accents make no difference either.
 */
function fold(text: string): { text: string; starts: number[] } {
  let folded = "";
  const starts: number[] = [];
  let at = 0;
  for (const char of text) {
    const plain = foldCharacter(char);
    folded += plain;
    for (let i = 0; i < plain.length; i++) starts.push(at);
    at += char.length;
  }
  starts.push(text.length);
  return { text: folded, starts };
}

function foldCharacter(char: string): string {
  if (char <= "\x7f") return char.toLowerCase();
  return foldLookalikes(char.normalize("NFKD").toLowerCase().normalize("NFKD"))
    .replace(ACCENTS, "").replaceAll("ς", "σ");
}

function continuesBefore(text: string, start: number, words: WordBreaks): boolean {
  const [outer = "", further = ""] = charactersBefore(text, start);
  if (outer === "@" || INNER.test(outer)) return WORD.test(further);
  return WORD.test(outer) && !words.isBreak(start, outer, characterAt(text, start));
}

function continuesAfter(text: string, end: number, words: WordBreaks): boolean {
  const outer = characterAt(text, end);
  if (INNER.test(outer)) return WORD.test(characterAt(text, end + 1));
  if (!WORD.test(outer) || HANGUL.test(outer)) return false;
  const [inner = ""] = charactersBefore(text, end);
  return !words.isBreak(end, inner, outer);
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** The two characters before a place, the nearest first. */
function charactersBefore(text: string, at: number): string[] {
  return [...text.slice(Math.max(0, at - 4), at)].reverse();
}

/** Where words end in a text without spaces between them; looked up when it is first asked for. */
class WordBreaks {
  readonly #text: string;
  #breaks: Set<number> | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether a word ends at a place, between two characters of words. */
  isBreak(at: number, before: string, behind: string): boolean {
    if (!LETTER.test(before) || !LETTER.test(behind)) return false;
    if (!SPACELESS.test(before) && !SPACELESS.test(behind)) return false;
    this.#breaks ??= new Set(Array.from(segmenter.segment(this.#text), ({ index }) => index));
    return this.#breaks.has(at);
  }
}
