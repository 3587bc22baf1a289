/** Which part of a line looks how. Pure: whether there is colour at all, its caller decides. */

import {
  blue,
  bold,
  brightBlue,
  brightCyan,
  brightGreen,
  brightMagenta,
  brightRed,
  cyan,
  dim,
  green,
  magenta,
  red,
  yellow,
} from "@std/fmt/colors";
import { nickKey } from "../protocol/names.ts";

type Style = (text: string) => string;

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
}

/** Colours that can be told apart and read on light and dark backgrounds. */
const NICK_STYLES: readonly Style[] = [
  cyan,
  green,
  magenta,
  yellow,
  blue,
  red,
  brightCyan,
  brightGreen,
  brightMagenta,
  brightBlue,
  brightRed,
];

const same: Style = (text) => text;

/** The styles, or with `color` false styles that change nothing. */
export function makeTheme(color: boolean): Theme {
  if (!color) {
    return { time: same, nick: () => same, notice: same, error: same, typed: same, prompt: same };
  }
  return {
    time: dim,
    nick: (nick) => (text) => bold(NICK_STYLES[hash(nickKey(nick)) % NICK_STYLES.length]!(text)),
    notice: dim,
    error: red,
    typed: dim,
    prompt: bold,
  };
}

/** FNV-1a over UTF-16 units, without its lowest bits: in those, short texts are often alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 7;
}
