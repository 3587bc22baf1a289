/**
 * A frame of the hub as plain lines without colour: the output side of the text dialect, and what our client
 * prints where there is no terminal. Marks at the beginning keep apart who speaks: a nick and a colon are a person,
 * `*` is the hub or an action, `!` an error, and the further lines of a message begin with `  | `, so that no message can
 * pass for another one.
 */

import type { HubFrame, MessageFrame } from "../protocol/frame.ts";
import { describeFrame } from "./frames.ts";
import type { Lang } from "./mod.ts";

/** Before each further line of a message. */
export const CONTINUATION = "  | ";

/** The lines of a frame; none for frames that are for programs only. */
export function plainLines(frame: HubFrame, lang: Lang): string[] {
  if (frame.type === "message") return messageLines(frame);
  const mark = frame.type === "error" ? "! " : "* ";
  return describeFrame(frame, lang).map((line) => mark + line);
}

function messageLines({ kind, nick, text }: MessageFrame): string[] {
  const [first = "", ...others] = text.split("\n");
  const head = kind === "action"
    ? `* ${nick} ${first}`
    : kind === "private"
    ? `[private] ${nick}: ${first}`
    : `${nick}: ${first}`;
  return [head, ...others.map((line) => CONTINUATION + line)];
}
