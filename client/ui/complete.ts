/**
 * Tab completion: what the word before the cursor may become. Pure; it knows nothing of the line editor, and is told
 * what there is to complete.
 */

import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { foldForSearch } from "../../common/protocol/names.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";

/** What can be completed, each in the order in which it is offered. */
export interface Known {
  /** Without the slash: every name of every command, those of the person's language first. */
  commands: readonly string[];
  /** The most recent speaker first, oneself last. */
  nicks: readonly string[];
  /** Without the `#`. */
  rooms: readonly string[];
}

export type Completion =
  | { kind: "nothing" }
  /** The line as it is to be now; `cursor` in UTF-16 units. */
  | { kind: "completed"; line: string; cursor: number }
  /** To be listed; the line stays as it is. As they would be written: `/nombre`, `@ana`. */
  | { kind: "choices"; choices: string[] };

/** The commands whose first argument is somebody who is there, by every name. */
const NICK_COMMANDS: ReadonlySet<string> = everyName("message", "ignore", "kick", "mute", "ban");
/** The commands whose first argument is a room, by every name. */
const ROOM_COMMANDS: ReadonlySet<string> = everyName("join", "leave");

/** A name that stays one word when it is written, and begins with no mark. */
const ONE_WORD = /^[\p{L}\p{Nd}]\S*$/u;
const SPACE = /\s/;

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });
const NOTHING: Completion = { kind: "nothing" };

/**
 * Completes the word before the cursor, however its letters are written: `jos` becomes `José`. What stands behind the
 * cursor stays as it is. A cursor inside of a grapheme counts as before it, which is where it is shown.
 *
 * A single candidate is written wholly, with a space behind it (or `: ` for a nick that opens the line). Of several, what
 * they begin with alike is written as the first one writes it; where that adds nothing, they are given as choices. Where
 * no letter is there yet, nothing is ever written: the choices are given where only a few kinds of words can stand (behind
 * `/`, `@`, `#` or a command that takes one), and nothing elsewhere. So completing twice writes no more than once.
 */
export function complete(line: string, cursor: number, known: Known): Completion {
  const end = graphemeStart(line, cursor);
  const start = wordStart(line, end);
  const place = findPlace(line.slice(0, start), line.slice(start, end), known);
  const from = start + place.mark.length;
  const typed = foldForSearch(line.slice(from, end));
  const candidates = findCandidates(place.names, typed);
  if (candidates.length === 0 || (typed === "" && place.isText)) return NOTHING;

  const behind = line.slice(end);
  const after = SPACE.test(behind.charAt(0)) ? place.after.trimEnd() : place.after;
  const written = typed === "" ? undefined : extend(typed, candidates, after);
  if (written === undefined) {
    return { kind: "choices", choices: candidates.map((name) => place.mark + name) };
  }
  const before = line.slice(0, from) + written;
  const completed = before + behind;
  if (completed === line && before.length === end) return NOTHING;
  // What stands behind may be a mark or a joiner, which would become one with what is written.
  if (graphemeStart(completed, before.length) !== before.length) return NOTHING;
  return { kind: "completed", line: completed, cursor: before.length };
}

function everyName(...commands: (keyof typeof COMMAND_NAMES)[]): Set<string> {
  return new Set(commands.flatMap((each) => Object.values(COMMAND_NAMES[each]).flat()));
}

/** What can stand in a place of the line. */
interface Place {
  /** What the word begins with and the names do not. */
  mark: "/" | "@" | "#" | "";
  names: readonly string[];
  /** What is written behind a name. */
  after: " " | ": ";
  /** Anything can stand there, not only one of the names. */
  isText: boolean;
}

/** `before` is the line up to the word. */
function findPlace(before: string, word: string, { commands, nicks, rooms }: Known): Place {
  const one = { after: " ", isText: false } as const;
  if (before === "" && word.startsWith("/")) return { ...one, mark: "/", names: commands };
  if (word.startsWith("#")) return { ...one, mark: "#", names: rooms };
  if (word.startsWith("@")) return { ...one, mark: "@", names: nicks };
  const command = foldForSearch(/^\/(\S+)\s+$/.exec(before)?.[1] ?? "");
  if (ROOM_COMMANDS.has(command)) return { ...one, mark: "", names: rooms };
  if (NICK_COMMANDS.has(command)) return { ...one, mark: "", names: nicks };
  return { mark: "", names: nicks, after: before === "" ? ": " : " ", isText: true };
}

/** The names that begin with what was typed, without those that a hub must not give: writing them would do more. */
function findCandidates(names: readonly string[], typed: string): string[] {
  return [...new Set(names)].filter((name) =>
    foldForSearch(name).startsWith(typed) && ONE_WORD.test(name) && sanitize(name) === name
  );
}

/** What becomes of what was typed, or undefined when the candidates have no more in common. */
function extend(
  typed: string,
  [first = "", ...others]: readonly string[],
  after: string,
): string | undefined {
  if (others.length === 0) return first + after;
  const common = commonBeginning([first, ...others].map(foldForSearch));
  let written = "";
  for (const { segment } of segmenter.segment(first)) {
    if (!common.startsWith(foldForSearch(written + segment))) break;
    written += segment;
  }
  return foldForSearch(written).length > typed.length ? written : undefined;
}

function commonBeginning([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && first[same] === other[same]) same++;
    length = same;
  }
  return first.slice(0, length);
}

/** Where the word before `end` begins. */
function wordStart(line: string, end: number): number {
  let start = end;
  while (start > 0 && !SPACE.test(line.charAt(start - 1))) start--;
  return start;
}

/** The position, or where the grapheme begins inside of which it is. */
function graphemeStart(text: string, position: number): number {
  return segmenter.segment(text).containing(position)?.index ?? text.length;
}
