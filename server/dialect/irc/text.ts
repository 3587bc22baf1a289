/** Cuts texts into pieces that fit into a line. */

import { graphemesOf } from "../../../common/protocol/graphemes.ts";

/** Longest line without its tags, with its CR LF, in bytes (RFC 1459, section 2.3). */
const MAX_LINE = 512;
/** Two characters that are never of one grapheme. */
const PLAIN = /^[ -~]{2}$/;
const utf8 = new TextEncoder();
const buffer = new Uint8Array(MAX_LINE);

/** As much of a line as there always is for a text, in bytes: a character fits. */
const LEAST = 8;

/** Bytes of a line with a message besides its source, target and text. */
export const MESSAGE_OVERHEAD = ": PRIVMSG  :\x01ACTION \x01\r\n".length;

/** In bytes. */
export function sizeOf(text: string): number {
  const isShort = text.length * 3 <= MAX_LINE;
  return isShort ? utf8.encodeInto(text, buffer).written : utf8.encode(text).length;
}

/**
 * The pieces of a line of text, cut between graphemes; `taken` bytes of a line are needed for the rest. Only a grapheme
 * that is too long for a line is cut itself.
 */
export function cut(text: string, taken: number): string[] {
  const room = buffer.subarray(Math.min(taken, MAX_LINE - LEAST));
  const pieces: string[] = [];
  for (let at = 0;;) {
    // No more units than bytes fit, and the rest of a long text is not copied each time.
    const window = text.slice(at, at + MAX_LINE);
    const fits = window.length * 3 <= room.length;
    const fitting = fits ? window.length : utf8.encodeInto(window, room).read;
    if (at + fitting === text.length) return [...pieces, text.slice(at)];
    const isPlain = PLAIN.test(text.slice(at + fitting - 1, at + fitting + 1));
    const end = isPlain ? fitting : graphemesOf(text.slice(at, at + fitting + 2))
      .containing(fitting)!.index || fitting;
    pieces.push(text.slice(at, at + end));
    at += end;
  }
}

/** As much of the last param of a line as fits behind its start. */
export function fit(text: string, start: string): string {
  const taken = " :\r\n".length;
  if ((start.length + text.length) * 3 + taken <= MAX_LINE) return text;
  return cut(text, sizeOf(start) + taken)[0]!;
}
