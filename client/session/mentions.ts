/** Finds mentions of a nick in a text: whole words, ignoring letter case, width and accents. */

import type { HubFrame, MessageFrame } from "../../common/protocol/frame.ts";
import { foldForSearch, nickKey } from "../../common/protocol/names.ts";

/** A part of a text, in UTF-16 code units. */
export interface TextRange {
  start: number;
  end: number;
}

const WORD = /^[\p{L}\p{M}\p{N}_]$/u;
const LETTER = /^[\p{L}\p{M}]$/u;
/** Letters without case: only their compatibility forms are folded. */
const CASELESS = /^\p{Lo}+$/u;
/** Characters that may be inside a name, but also end a sentence. */
const INNER = /^[.-]$/;
const SPACELESS =
  /^[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]$/u;
/** Korean has spaces between words, but none before particles. */
const HANGUL = /^\p{scx=Hang}$/u;

/** A mention behind this many UTF-16 units of a message does not alert the user. */
const MAX_SEARCHED = 16 * 1024;
/** How many characters are kept in the form that is compared. */
const MAX_FOLDED = 4096;

/** The messages among the events that should alert the user with this nick: mentions that are not replays. */
export function findAlerts(
  events: readonly { type: string; frame?: HubFrame }[],
  nick: string,
): MessageFrame[] {
  return events.flatMap(({ frame }) =>
    frame?.type === "message" && !frame.replay && mentions(frame, nick) ? [frame] : []
  );
}

/** Whether another user's message mentions a nick, replayed or not. */
export function mentions({ nick: author, text }: MessageFrame, nick: string): boolean {
  if (nickKey(author) === nickKey(nick)) return false;
  return findMentions(text.slice(0, MAX_SEARCHED), nick).length > 0;
}

/**
 * Every mention of a nick in order, without the `@` before it, in time linear in the length of the text. Punctuation
 * may follow a mention. A part of a longer name (`ana2`, `ana.b`, `ana-maria`) or of an address (`luis@ana`) is not a
 * mention. In scripts without spaces, `Intl.Segmenter` finds the ends of words.
 */
export function findMentions(text: string, nick: string): TextRange[] {
  const wanted = fold(nick).text;
  // Folding a text at once is a hundred times faster than folding each character.
  if (wanted === "" || !foldForSearch(text).includes(foldForSearch(nick))) return [];
  const found: TextRange[] = [];
  const { text: folded, starts } = fold(text);
  const isBreak = wordBreaks(text);
  for (let at = folded.indexOf(wanted); at >= 0;) {
    const last = at + wanted.length;
    const [start, end] = [starts[at]!, starts[last]!];
    // One character may fold to several, and a mention must not begin or end inside it.
    const isWhole = start !== starts[at - 1] && end !== starts[last - 1];
    const isMention = isWhole && !continuesBefore(text, start, isBreak) &&
      !continuesAfter(text, end, isBreak);
    if (isMention) found.push({ start, end });
    at = folded.indexOf(wanted, isMention ? last : at + 1);
  }
  return found;
}

/** The text in the form that is compared, and where the character of each of its units starts; last, the length. */
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

/** The folded characters; emptied when it is full. */
const foldedCharacters = new Map<string, string>();

function foldCharacter(char: string): string {
  let folded = foldedCharacters.get(char);
  if (folded === undefined) {
    if (foldedCharacters.size === MAX_FOLDED) foldedCharacters.clear();
    const letters = char.normalize("NFKD");
    folded = CASELESS.test(letters) ? letters : foldForSearch(char);
    foldedCharacters.set(char, folded);
  }
  return folded;
}

function continuesBefore(text: string, start: number, isBreak: IsBreak): boolean {
  const outer = characterBefore(text, start);
  if (outer === "@" || INNER.test(outer)) return WORD.test(characterBefore(text, start - 1));
  return WORD.test(outer) && !isBreak(start, outer, characterAt(text, start));
}

function continuesAfter(text: string, end: number, isBreak: IsBreak): boolean {
  const outer = characterAt(text, end);
  if (INNER.test(outer)) return WORD.test(characterAt(text, end + 1));
  if (!WORD.test(outer) || HANGUL.test(outer)) return false;
  return !isBreak(end, characterBefore(text, end), outer);
}

function characterAt(text: string, at: number): string {
  const [character = ""] = text.slice(at, at + 2);
  return character;
}

function characterBefore(text: string, at: number): string {
  return [...text.slice(Math.max(0, at - 2), at)].at(-1) ?? "";
}

/** Whether a word ends at a position between two word characters. */
type IsBreak = (at: number, before: string, after: string) => boolean;

let segmenter: Intl.Segmenter | undefined;

/** The ends of words in a text without spaces, which is segmented on first use. */
function wordBreaks(text: string): IsBreak {
  let breaks: Set<number> | undefined;
  return (at, before, after) => {
    if (!LETTER.test(before) || !LETTER.test(after)) return false;
    if (!SPACELESS.test(before) && !SPACELESS.test(after)) return false;
    segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
    breaks ??= new Set(Array.from(segmenter.segment(text), ({ index }) => index));
    return breaks.has(at);
  };
}
