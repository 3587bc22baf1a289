/**
 * Which escape sequence makes a terminal show a notification of the desktop. It knows the terminals whose documentation
 * names one; for others there is none, and the bell has to do. Pure: it is given the environment, and writes nothing.
 */

import type { Environment } from "../../common/cli/environment.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";

/** Rings the bell of every terminal. */
export const BELL = "\x07";

/** At most so many UTF-16 units of a nick and of a text are shown. */
const MAX_FROM = 64;
const MAX_TEXT = 200;

/** Ends a sequence. In it stands no control character, so that nothing else can. */
const END = "\x1b\\";

type Sequence = (from: string, text: string) => string;

/** https://iterm2.com/documentation-escape-codes.html; the text begins with a letter: `9;4` means something else. */
const osc9: Sequence = (from, text) => `\x1b]9;chat: ${from}: ${text}${END}`;
/** https://sw.kovidgoyal.net/kitty/desktop-notifications/; nothing is shown while the window has the focus. */
const osc99: Sequence = (from, text) => `\x1b]99;o=unfocused;chat: ${from}: ${text}${END}`;
/** Title and text, parted by semicolons, for which there is no escape. */
const osc777: Sequence = (from, text) =>
  `\x1b]777;notify;chat: ${from.replaceAll(";", ",")};${text.replaceAll(";", ",")}${END}`;

/**
 * Terminals by the values of variables. TERM and LC_TERMINAL come along through ssh; inside of tmux, KITTY_WINDOW_ID and
 * LC_TERMINAL still name the terminal around it.
 */
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

/** The variables that are asked for. */
export const NOTIFY_VARIABLES: readonly string[] = [
  ...new Set(TERMINALS.map(([variable]) => variable)),
  "TMUX",
];

/**
 * The sequence that shows what somebody said, or undefined where none is known to work. Both may be anything: they are
 * made safe, put into one line, and cut.
 */
export function notification(
  environment: Environment,
  { from, text }: { from: string; text: string },
): string | undefined {
  const isInTmux = (environment("TMUX") ?? "") !== "";
  // A multiplexer that is not known to pass anything on.
  if (!isInTmux && /^(screen|tmux)/.test(environment("TERM") ?? "")) return undefined;
  const terminal = TERMINALS.find(([variable, value]) => value.test(environment(variable) ?? ""));
  if (terminal === undefined) return undefined;
  const [, , sequence] = terminal;
  const shown = sequence(oneLine(from, MAX_FROM), oneLine(text, MAX_TEXT));
  return isInTmux ? throughTmux(shown) : shown;
}

/** tmux passes on what is wrapped so, where its option `allow-passthrough` is on, and drops it elsewhere. */
function throughTmux(sequence: string): string {
  return `\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}${END}`;
}

function oneLine(text: string, max: number): string {
  // What sanitizing adds and takes away does not matter at this length.
  const safe = sanitize(text.slice(0, 4 * max).replace(/\s+/g, " "));
  return safe.length <= max ? safe : safe.slice(0, max - 3).toWellFormed() + "...";
}

/** What to write to the terminal for a message that mentions the user: nothing, the bell, or a notification. */
export function ringing(
  bell: "bell" | "notify" | "none",
  environment: Environment,
  { nick, text }: { nick: string; text: string },
): string {
  if (bell === "none") return "";
  const shown = bell === "notify" ? notification(environment, { from: nick, text }) : undefined;
  // Whether tmux passes on what is meant for the terminal around it is unknown.
  return shown === undefined ? BELL : environment("TMUX") ? shown + BELL : shown;
}
