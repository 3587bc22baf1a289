/**
 * The styles of the parts of a line, and the glyphs that the client draws. The colours are from the fixed part of the
 * palette (16 to 255), which terminals render alike; their contrast by WCAG is at least 3:1 with black, with white and
 * with the common backgrounds in between. The first 16 colours and dim text depend on the terminal.
 */

import { bold, dim, inverse, rgb8, underline } from "@std/fmt/colors";
import { NICK_COLORS } from "./nick_colors.ts";

export type Style = (text: string) => string;

/** `mono` has no colours; `high-contrast` has none either, and no text fainter than the terminal's own. */
export const THEMES = ["default", "mono", "high-contrast"] as const;
export type ThemeName = (typeof THEMES)[number];

/**
 * What has a style. `notice`: what the hub says; `echo`: the user's own input, if it is not a message; `mention`: the
 * user's own nick in messages of others; `pending`: input until the hub has accepted it; `divider`: the line between two
 * days; `code` and `bold`: parts of messages; `faint`: quotes, and the signs of markup.
 */
type Part =
  | ("time" | "notice" | "error" | "echo" | "prompt" | "mention")
  | ("pending" | "divider" | "code" | "bold" | "faint");

export interface Theme extends Record<Part, Style> {
  /** The style of a nick with a colour, which is an index of {@linkcode NICK_COLORS}. */
  nick(color: number): Style;
}

/**
 * The glyphs that the client draws: before the user's own command, in place of the time of input that the hub has not
 * answered, after text that was cut, and for the key of the arrow that points up. Users' text stays as it is.
 */
export type Glyphs = Record<"echo" | "pending" | "ellipsis" | "up", string>;
export const UNICODE_GLYPHS: Glyphs = { echo: "›", pending: "…", ellipsis: "…", up: "↑" };
/** For terminals and fonts without other glyphs. */
export const ASCII_GLYPHS: Glyphs = { echo: ">", pending: "...", ellipsis: "...", up: "Up" };

const RED = 196;
const CODE_COLOR = 31;
/** A contrast of 4.5:1 with black and with white. */
const GREY = 243;

const same: Style = (text) => text;
const grey: Style = (text) => rgb8(text, GREY);
const boldInverse: Style = (text) => bold(inverse(text));

/** What stands back behind the messages. */
const faint = (style: Style) => (
  { time: style, notice: style, echo: style, pending: style, divider: style, faint: style }
);

/** What stands out among the messages. */
const strong = (bold: Style, mention: Style, code: Style) => (
  { nick: () => bold, prompt: bold, bold, mention, code }
);

const PLAIN = { ...faint(same), ...strong(same, same, same), error: same };

const STYLES: Readonly<Record<ThemeName, Theme>> = {
  default: {
    ...faint(grey),
    ...strong(bold, boldInverse, (text) => rgb8(text, CODE_COLOR)),
    nick: (color) => (text) => bold(rgb8(text, NICK_COLORS[color]!)),
    error: (text) => rgb8(text, RED),
  },
  mono: { ...faint(dim), ...strong(bold, boldInverse, inverse), error: bold },
  "high-contrast": {
    ...{ ...faint(same), ...strong(bold, boldInverse, inverse) },
    ...{ error: boldInverse, pending: underline, divider: bold },
  },
};

/** The styles of a theme; without `color`, styles that change nothing. */
export function makeTheme(color: boolean, name: ThemeName = "default"): Theme {
  return color ? STYLES[name] : PLAIN;
}
