/** What a typed line means: a message or a command. Hub (text dialect) and client read lines alike. */

import { COMMAND_NAMES, everyName } from "./command_names.ts";
import { parseRoom } from "./names.ts";
import { isBlank, UNSEEN } from "./visible.ts";

export type Input =
  | { kind: "nothing" }
  | { kind: "say"; text: string }
  /** `line` includes the slash. */
  | { kind: "command"; line: string };

/** A line that begins with `/` is a command; one that begins with `//` is a message that begins with `/`. */
export function parseInput(line: string): Input {
  if (isBlank(line)) return { kind: "nothing" };
  if (line.startsWith("//")) return { kind: "say", text: dropLineEnds(line.slice(1)) };
  if (line.startsWith("/")) return { kind: "command", line };
  return { kind: "say", text: dropLineEnds(line) };
}

/** A text without the line ends at its end, which would show as empty rows. */
export function dropLineEnds(text: string): string {
  // The look behind keeps the search from beginning anew at each line end of a run.
  return /[\r\n]$/.test(text) ? text.replace(/(?<![\r\n])[\r\n]+$/, "") : text;
}

/** The room that a typed text names first, as in `#dev text` or `#dev: text`, and the text for it. */
export function splitRoom(typed: string): { room: string; text: string } | undefined {
  const [, name, text = ""] = /^[#\uFF03]([^\s:#]+):?\s+([^]+)$/.exec(skipUnseen(typed)) ?? [];
  if (name === undefined || isBlank(text)) return undefined;
  const room = parseRoom(name);
  return room.ok ? { room: room.value, text } : undefined;
}

/** A command's name in lower case without its slash, and the rest of the line, trimmed. */
export function splitCommand(line: string): { name: string; argument: string } {
  const [, name = "", argument = ""] = /^\/(\S*)\s*([^]*)$/.exec(line) ?? [];
  return { name: name.toLowerCase(), argument: argument.trim() };
}

/** By each word that, alone, is probably meant for a command: the command. */
const BARE_COMMANDS = new Map(
  (["exit", "help"] as const).flatMap((name) =>
    everyName(COMMAND_NAMES[name]).map((word) => [word, name])
  ),
);
/** One word, also as in vi (`:q!`), psql (`\q`) or Python (`exit()`). Most messages must fail at once. */
const BARE_WORD = /^\s*[:.\\]?([\p{L}\p{M}?]{1,20})(?:\(\))?[.!;]*\s*$/u;

/** The command that a message is probably meant for. */
export function findBareCommand(message: string): "exit" | "help" | undefined {
  const [, word] = message.length > LONGEST_NAME ? [] : BARE_WORD.exec(message) ?? [];
  return word === undefined ? undefined : BARE_COMMANDS.get(withoutMarks(word.toLowerCase()));
}

/** Accents do not matter in a command's name: `/quién` is `/quien`. */
export function withoutMarks(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "");
}

/** U+FFFD stands for a control character that was replaced. */
const LEADING_UNSEEN = new RegExp(`^[${UNSEEN}\uFFFD]+`, "u");
const UNSEEN_MARKS = new RegExp(`(?!\\s)[${UNSEEN}\uFFFD]`, "gu");
/** The slash, and what looks like it. */
const SLASH = /[/\u2044\u2215\u2571\u27CB\u29F8\uFF0F\u{1D23A}]/u;
const LEADING_SLASH = new RegExp(`^${SLASH.source}\\s*`, "u");
/** A name with what is unseen in it, and the beginning of its argument; in UTF-16 units. */
const LONGEST_NAME = 64;

/** Whether a text has more than `max` lines, which end in LF, CRLF or CR. */
export function exceedsLines(text: string, max: number): boolean {
  if (text.length < max) return false; // most are that short
  let lines = 1;
  for (const _ of text.matchAll(/\r\n?|\n/g)) if (++lines > max) return true;
  return false;
}

/** A text without the blanks and unseen characters before it. */
export function skipUnseen(text: string): string {
  return /^[!-~]/.test(text) ? text : text.replace(LEADING_UNSEEN, "");
}

/** Commands whose argument is not for everybody, and the key of that argument (`argument.<key>` in common/i18n/). */
const SECRETS = [["mod", "password"], ["message", "nick_text"], ["answer", "text"]] as const;
export type Slip = { name: string; argument: (typeof SECRETS)[number][1] };

/**
 * The secret command that a message was meant to be: something unseen stands before its slash, or another character
 * looks like the slash. Letter case and accents do not matter. A password is also found on a further line of a paste.
 */
export function findSlip(message: string): Slip | undefined {
  if (!SLASH.test(message)) return undefined; // most have none
  return findSecret(splitRoom(message)?.text ?? message) ??
    message.split(/[\r\n]/).slice(1).map(findSecret).find((slip) => slip?.argument === "password");
}

function findSecret(message: string): Slip | undefined {
  const seen = skipUnseen(message).slice(0, LONGEST_NAME);
  if (!LEADING_SLASH.test(seen)) return undefined;
  const folded = seen.normalize("NFKD").replace(UNSEEN_MARKS, "").replace(LEADING_SLASH, "");
  const [, name = "", rest = ""] = /^(\S*)\s*([^]*)$/.exec(folded.toLowerCase()) ?? [];
  // "//mod" alone only names the command.
  if (rest === "" && message.startsWith("/")) return undefined;
  const [, argument] =
    SECRETS.find(([command]) => everyName(COMMAND_NAMES[command]).includes(name)) ?? [];
  return argument && { name, argument };
}
