/** Tab completion of the word before the cursor. */

import { COMMAND_NAMES, everyName } from "../../common/protocol/command_names.ts";
import { foldForSearch, MAX_NICK_BYTES } from "../../common/protocol/names.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { graphemeStart, next } from "../terminal/words.ts";

/** The names that can be completed, in the order in which they are offered. */
export interface CompletionNames {
  /** Without the slash, in the user's language. */
  commands: readonly string[];
  /** In any language: completed where none of the user's own begins so. */
  otherCommands: readonly string[];
  /** The most recent speaker first, the user's own last. */
  nicks: readonly string[];
  /** Without the `#`. */
  rooms: readonly string[];
  /** By name, without colons; missing until they are loaded. */
  emoji?: Readonly<Record<string, string>> | undefined;
}

export type Completion =
  | { kind: "nothing" }
  /** The new line; `cursor` in UTF-16 units. */
  | { kind: "completed"; line: string; cursor: number }
  /** To be listed, as they would be written (`/nombre`, `@ana`); the line is unchanged. */
  | { kind: "choices"; choices: string[] };

/** Commands whose first argument is a nick. */
const { message, invite, ignore, unignore, kick, mute, unmute, ban, remove, op, deop } =
  COMMAND_NAMES;
const NICK_COMMANDS = everyName(
  ...[message, invite, ignore, unignore, kick, mute, unmute, ban, remove, op, deop],
);
/** Commands whose first argument is a room. */
const { who, join, leave, lock, unlock, pause, unpause } = COMMAND_NAMES;
const ROOM_COMMANDS = everyName(who, join, leave, lock, unlock, pause, unpause);
const HELP_COMMANDS = everyName(COMMAND_NAMES.help);

/** A name that is one word, and does not begin with a sigil. */
const ONE_WORD = /^[\p{L}\p{Nd}]\S*$/u;
const SPACE = /\s/;

const NOTHING = { kind: "nothing" } as const;

/**
 * Completes the word before the cursor, ignoring case and accents: `jos` becomes `José`. The text after the cursor is
 * unchanged. A cursor inside a grapheme counts as before it, which is where it is shown.
 *
 * A single candidate is written whole and followed by a space, or by `: ` if it is a nick at the start of the line. Of
 * several, the common beginning is written, in the spelling of the first; if that adds nothing, they are returned as
 * choices. An empty word has choices after `/`, `@`, `#` or a command that takes a nick, a room or a command, and is
 * never completed. So completing twice writes no more than completing once; but `:tada` becomes `:tada:`, and then 🎉.
 */
export function complete(line: string, cursor: number, names: CompletionNames): Completion {
  const word = findWord(line, cursor);
  const { emoji = {} } = names;
  const [, whole = ""] = /^:(\S+):$/.exec(foldForSearch(line.slice(word.start, word.end))) ?? [];
  if (Object.hasOwn(emoji, whole)) return replaceWord(line, word.start, word.end, emoji[whole]!);
  const { from, end, typed, sigil, suffix, ...found } = findCandidates(line, cursor, names);
  if (found.names.length === 0 || (typed === "" && found.isFreeText)) return NOTHING;

  const written = typed === "" ? undefined : extend(typed, found.names, suffix);
  if (written === undefined) {
    const after = (name: string) => sigil === ":" ? `: ${emoji[name]}` : "";
    return { kind: "choices", choices: found.names.map((name) => sigil + name + after(name)) };
  }
  return replaceWord(line, from, end, written);
}

/** The names that the word before the cursor may become. */
export interface Candidates extends Slot {
  /** Where the part of the name that is typed begins and ends in the line, and its form that is compared. */
  from: number;
  end: number;
  typed: string;
}

/** The names that begin as the word before the cursor; all names of its place if the word is empty. */
export function findCandidates(line: string, cursor: number, names: CompletionNames): Candidates {
  const { start, end } = findWord(line, cursor);
  const slot = findSlot(line.slice(0, start), line.slice(start, end), names);
  const from = start + slot.sigil.length;
  const typed = foldForSearch(line.slice(from, end));
  const own = namesFrom(slot.names, typed);
  const found = own.length > 0 ? own : namesFrom(slot.others ?? [], typed);
  const suffix = SPACE.test(line.charAt(end)) ? slot.suffix.trimEnd() : slot.suffix;
  return { ...slot, names: found, suffix, from, end, typed };
}

/** The word before the cursor. */
function findWord(line: string, cursor: number): { start: number; end: number } {
  const end = graphemeStart(line, cursor);
  return { start: end - line.slice(0, end).split(SPACE).at(-1)!.length, end };
}

/** The line with `written` in place of the characters from `start` to `end`. */
export function replaceWord(line: string, start: number, end: number, written: string): Completion {
  const before = line.slice(0, start) + written;
  const completed = before + line.slice(end);
  if (completed === line && before.length === end) return NOTHING;
  // The text after the cursor may begin with a combining mark or a joiner, which would merge with the name.
  if (graphemeStart(completed, before.length) !== before.length) return NOTHING;
  return { kind: "completed", line: completed, cursor: before.length };
}

/** What can be completed at a place of the line. */
interface Slot {
  /** The beginning of the word that is not part of the name. */
  sigil: "/" | "@" | "#" | ":" | "";
  names: readonly string[];
  /** Completed if none of the names is. */
  others?: readonly string[];
  /** Written after a name. */
  suffix: string;
  /** Whether the word may be anything, not only one of the names. */
  isFreeText: boolean;
}

/** `before` is the line up to the word. */
function findSlot(
  before: string,
  word: string,
  { commands, otherCommands, nicks, rooms, emoji = {} }: CompletionNames,
): Slot {
  const nameSlot = { suffix: " ", isFreeText: false } as const;
  const command = foldForSearch(/^\/(\S+)\s+$/.exec(before)?.[1] ?? "");
  const hasSlash = word.startsWith("/");
  if ((before === "" && hasSlash) || HELP_COMMANDS.includes(command)) {
    const sigil = hasSlash ? "/" : "";
    return { ...nameSlot, sigil, names: commands, others: otherCommands };
  }
  if (word.startsWith("#")) return { ...nameSlot, sigil: "#", names: rooms };
  if (word.startsWith("@")) return { ...nameSlot, sigil: "@", names: nicks };
  const emojiSlot = { ...nameSlot, sigil: ":", suffix: ":" } as const;
  if (/^:[\p{L}\p{Nd}]\S/u.test(word)) return { ...emojiSlot, names: Object.keys(emoji) };
  if (ROOM_COMMANDS.includes(command)) return { ...nameSlot, sigil: "", names: rooms };
  if (NICK_COMMANDS.includes(command)) return { ...nameSlot, sigil: "", names: nicks };
  return { sigil: "", names: nicks, suffix: before === "" ? ": " : " ", isFreeText: true };
}

/** The names that begin with `typed` and can be written. */
function namesFrom(names: readonly string[], typed: string): string[] {
  return [...new Set(names)].filter((name) =>
    isSafeName(name) && foldForSearch(name).startsWith(typed)
  );
}

/** Whether a name can be written into a line: not the unsafe name of a hostile hub, whose insertion would do more. */
export function isSafeName(name: string): boolean {
  return name.length <= MAX_NICK_BYTES && ONE_WORD.test(name) && sanitize(name) === name;
}

/** The completion of `typed`; undefined if the candidates have no longer beginning in common. */
function extend(typed: string, names: readonly string[], suffix: string): string | undefined {
  const [first = ""] = names;
  if (names.length === 1) return first + suffix;
  const folded = names.map(foldForSearch);
  let written = "";
  while (written !== first) {
    const longer = first.slice(0, next(first, written.length));
    const beginning = foldForSearch(longer);
    if (!folded.every((name) => name.startsWith(beginning))) break;
    written = longer;
  }
  return foldForSearch(written).length > typed.length ? written : undefined;
}
