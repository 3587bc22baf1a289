/** URLs in texts, and the escape sequence that makes them links in the terminals that are known to support it. */

import type { Environment } from "../../common/cli/environment.ts";
import type { TextRange } from "../session/mentions.ts";

/** The longest URL, in characters and as the target of a link: the limit of VTE and iTerm2. */
const MAX_URL = 2083;
/** Letters of all scripts, but nothing that is blank or may be invisible. */
const CHARACTER = String
  .raw`[[!#$%&'*+,\-.\/:;=?@_~\p{L}\p{M}\p{N}]--\p{Default_Ignorable_Code_Point}]`;
/** Brackets belong to a URL in pairs, and punctuation within it; what else closes it comes after it. */
const URL = new RegExp(
  String.raw`\b(?:(?:https?|ftps?|ircs?|gemini):\/\/|mailto:)` +
    String.raw`(?:${CHARACTER}|\(${CHARACTER}*\)|\[${CHARACTER}*\])+(?<![.,:;!?'*])` +
    String.raw`(?=([\)\]>"'.,:;!?*]{0,9}))`,
  "giv",
);

/** The URLs of a safe text, and where the punctuation that closes them ends, in time linear in the text's length. */
export function findUrls(text: string): (TextRange & { closed: number })[] {
  if (!text.includes(":")) return []; // as most texts
  return Array.from(text.matchAll(URL), ({ 0: url, 1: closing, index: start }) => {
    const end = start + url.length;
    return { start, end, closed: end + closing!.length };
  }).filter(({ start, end }) => end - start <= MAX_URL);
}

/**
 * Makes a link with OSC 8. All have one id: pieces of the same id and URL are one link. The target is printable ASCII:
 * https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
 */
export function hyperlink(url: string): (text: string) => string {
  const target = url.replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  if (target.length > MAX_URL) return (text) => text;
  return (text) => `\x1b]8;id=chat;${target}\x1b\\${text}\x1b]8;;\x1b\\`;
}

/** https://github.com/Alhadis/OSC8-Adoption; VTE 0.50.0 crashes at a link. */
const TERMINALS: readonly [variable: string, value: RegExp][] = [
  ["TERM", /^(xterm-kitty|xterm-ghostty|wezterm|(foot|alacritty)(-.*)?)$/],
  ["TERM_PROGRAM", /^(iTerm\.app|ghostty|WezTerm|vscode)$/],
  ["LC_TERMINAL", /^iTerm2$/],
  ["KITTY_WINDOW_ID", /./],
  ["WT_SESSION", /./],
  ["VTE_VERSION", /^(?!5000$)([5-9]\d{3}|\d{5,})$/],
  ["KONSOLE_VERSION", /^(2012|2[1-9]\d\d|[3-9]\d{3})\d\d$/],
];
const TMUX_WITH_LINKS = /^(next-)?(3\.([4-9]|\d\d)|[4-9]\.|\d\d)/;

/** Whether the terminal is known to take links. In tmux and GNU screen, other variables name the outer terminal. */
export function takesLinks(environment: Environment): boolean {
  const read = (variable: string) => environment(variable) ?? "";
  if (read("TERM_PROGRAM") === "tmux") return TMUX_WITH_LINKS.test(read("TERM_PROGRAM_VERSION"));
  if (read("TMUX") !== "" || /^(screen|tmux)/.test(read("TERM"))) return false;
  return TERMINALS.some(([variable, value]) => value.test(read(variable)));
}
