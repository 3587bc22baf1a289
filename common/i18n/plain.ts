/**
 * A frame of the hub as plain lines without colour: the output side of the text dialect, and what our client
 * prints where there is no terminal. Marks at the beginning keep apart who speaks: a nick and a colon are a person,
 * `*` is the hub or an action, `!` an error, and the further lines of a message begin with `  | `, so that no message can
 * pass for another one.
 */

import type { HubFrame, MessageFrame } from "../protocol/frame.ts";
import { CONTINUATION, describeFrame } from "./frames.ts";
import { type Lang, translate } from "./mod.ts";

/**
 * The lines of a frame; none for frames that are for programs only. With `isElsewhere`, for a frame of a room that is not
 * the reader's current one, each begins with the room.
 */
export function plainLines(
  frame: HubFrame,
  lang: Lang,
  { isElsewhere = false }: { isElsewhere?: boolean } = {},
): string[] {
  const lines = frame.type === "message" ? messageLines(frame, lang) : noticeLines(frame, lang);
  return isElsewhere && "room" in frame ? lines.map((line) => `#${frame.room} ${line}`) : lines;
}

function noticeLines(frame: Exclude<HubFrame, MessageFrame>, lang: Lang): string[] {
  const mark = frame.type === "error" ? "! " : "* ";
  return describeFrame(frame, lang).map((line) => mark + line);
}

function messageLines({ kind, nick, text }: MessageFrame, lang: Lang): string[] {
  const head = kind === "action"
    ? `* ${nick} `
    : kind === "private"
    ? `${translate(lang, "event.private")} ${nick}: `
    : `${nick}: `;
  if (!text.includes("\n")) return [head + text];
  return text.split("\n").map((line, index) => (index === 0 ? head : CONTINUATION) + line);
}
