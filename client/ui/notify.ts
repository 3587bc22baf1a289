/** The escape sequences for desktop notifications, where a terminal documents one; in others the bell rings instead. */

import type { Environment } from "../../common/cli/environment.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";

const BELL = "\x07";

/** How much of a nick and of a text is shown, in UTF-16 units. */
const MAX_NICK = 64;
const MAX_TEXT = 200;

/** Ends a sequence. Its text has no control character, so it cannot end earlier. */
const END = "\x1b\\";

type Sequence = (from: string, text: string) => string;

/** https://iterm2.com/documentation-escape-codes.html; the text must begin with a letter: `9;4` has another meaning. */
const osc9: Sequence = (from, text) => `\x1b]9;chat: ${from}: ${text}${END}`;
/** https://sw.kovidgoyal.net/kitty/desktop-notifications/; shows nothing while the window has the focus. */
const osc99: Sequence = (from, text) => `\x1b]99;o=unfocused;chat: ${from}: ${text}${END}`;
/** Title and text, separated by semicolons, which cannot be escaped. */
const osc777: Sequence = (from, text) =>
  `\x1b]777;notify;chat: ${from.replaceAll(";", ",")};${text.replaceAll(";", ",")}${END}`;

/** ssh passes on TERM and LC_TERMINAL; in tmux, KITTY_WINDOW_ID and LC_TERMINAL name the terminal that it runs in. */
const TERMINALS: readonly [variable: string, value: RegExp, sequence: Sequence][] = [
  ["TERM", /^xterm-kitty$/, osc99],
  ["TERM", /^xterm-ghostty$/, osc9],
  ["TERM", /^foot(-|$)/, osc777],
  ["TERM_PROGRAM", /^iTerm\.app$/, osc9],
  ["TERM_PROGRAM", /^ghostty$/, osc9],
  ["TERM_PROGRAM", /^WezTerm$/, osc777],
  ["LC_TERMINAL", /^iTerm2$/, osc9],
  ["KITTY_WINDOW_ID", /./, osc99],
];

/** Shows a message as one safe and short line; undefined if the terminal is not known to support notifications. */
export function notificationSequence(
  environment: Environment,
  { nick, text }: { nick: string; text: string },
): string | undefined {
  const isInTmux = (environment("TMUX") ?? "") !== "";
  // GNU screen, or tmux over ssh: neither is known to pass a sequence on.
  if (!isInTmux && /^(screen|tmux)/.test(environment("TERM") ?? "")) return undefined;
  const [, , sequence] =
    TERMINALS.find(([variable, value]) => value.test(environment(variable) ?? "")) ?? [];
  if (!sequence) return undefined;
  const shown = sequence(oneLine(nick, MAX_NICK), oneLine(text, MAX_TEXT));
  // tmux passes this on if its option `allow-passthrough` is on, and drops it otherwise.
  return isInTmux ? `\x1bPtmux;${shown.replaceAll("\x1b", "\x1b\x1b")}${END}` : shown;
}

function oneLine(text: string, max: number): string {
  // Cut before sanitizing too, so that a long text costs little.
  const safe = sanitize(text.slice(0, 4 * max).replace(/\s+/g, " "));
  return safe.length <= max ? safe : safe.slice(0, max - 3).toWellFormed() + "...";
}

/** What to write to the terminal for a message that mentions the user: nothing, the bell, or a notification. */
export function alertSequence(
  bell: "bell" | "notify" | "none",
  environment: Environment,
  message: { nick: string; text: string },
): string {
  if (bell === "none") return "";
  const sequence = bell === "notify" && notificationSequence(environment, message);
  if (!sequence) return BELL;
  return environment("TMUX") ? sequence + BELL : sequence; // tmux may drop the sequence
}
