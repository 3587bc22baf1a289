/**
 * Which part of a line looks how. Pure: whether there is colour at all, its caller decides.
 *
 * The colours are of the fixed part of the palette (16 to 255), which terminals render alike, and each can be read on
 * dark and on light backgrounds: by the WCAG its contrast is at least 3:1 with black, with white and with the backgrounds
 * in use between them. The first 16 colours, and what is dim, are whatever somebody's terminal makes of them.
 */

import { bold, dim, inverse, rgb8, underline } from "@std/fmt/colors";
import { nickKey } from "../../common/protocol/names.ts";

type Style = (text: string) => string;

/** `mono` has no colours; `high-contrast` neither, nor anything fainter than the terminal's own text. */
export const THEMES = ["default", "mono", "high-contrast"] as const;
export type ThemeName = (typeof THEMES)[number];

export interface Theme {
  time: Style;
  /** The style of somebody's nick: always the same for the same nick. */
  nick(nick: string): Style;
  /** What the hub says. */
  notice: Style;
  error: Style;
  /** What one typed oneself and is no message. */
  typed: Style;
  prompt: Style;
  /** One's own nick in what others say. */
  mention: Style;
  /** One's own message until the hub has accepted it. */
  pending: Style;
  /** Between two days. */
  divider: Style;
}

const NICK_COLORS = [166, 136, 100, 64, 29, 30, 32, 63, 135, 164, 168, 131];
const RED = 196;
/** As far from black as from white: 4.5:1 with both. */
const GREY = 243;

const same: Style = (text) => text;
const grey: Style = (text) => rgb8(text, GREY);
const boldInverse: Style = (text) => bold(inverse(text));

const PLAIN: Theme = {
  time: same,
  nick: () => same,
  notice: same,
  error: same,
  typed: same,
  prompt: same,
  mention: same,
  pending: same,
  divider: same,
};

const STYLES: Readonly<Record<ThemeName, Theme>> = {
  default: {
    time: grey,
    nick: (nick) => {
      const color = NICK_COLORS[hash(nickKey(nick)) % NICK_COLORS.length]!;
      return (text) => bold(rgb8(text, color));
    },
    notice: grey,
    error: (text) => rgb8(text, RED),
    typed: grey,
    prompt: bold,
    mention: boldInverse,
    pending: grey,
    divider: grey,
  },
  mono: {
    time: dim,
    nick: () => bold,
    notice: dim,
    error: bold,
    typed: dim,
    prompt: bold,
    mention: boldInverse,
    pending: dim,
    divider: dim,
  },
  "high-contrast": {
    ...PLAIN,
    nick: () => bold,
    error: boldInverse,
    prompt: bold,
    mention: boldInverse,
    pending: underline,
    divider: bold,
  },
};

/** The styles of a theme, or with `color` false styles that change nothing. */
export function makeTheme(color: boolean, name: ThemeName = "default"): Theme {
  return color ? STYLES[name] : PLAIN;
}

/** FNV-1a over UTF-16 units, without its lowest bits: in those, short texts are often alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 7;
}
