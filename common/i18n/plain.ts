/** Frames of the hub as plain lines without colour, for the text dialect and for the client without a terminal. */

import type { HubFrame, MessageFrame, MessageKind } from "../protocol/frame.ts";
import { CONTINUATION, describeFrame } from "./frames.ts";
import { type Lang, translate } from "./mod.ts";

let moments: Intl.DateTimeFormat | undefined;

/** The day and time of an old message, by the clock of whoever writes the lines: `2026-11-29 14:03`. */
export function formatMoment(moment: number): string {
  moments ??= new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short" });
  return moments.format(moment);
}

/**
 * The lines of a frame; none for frames that only programs need. The beginning of a line says where it comes from, so
 * that it cannot be forged: a nick and a colon are a user, `*` is the hub or an action, `!` is an error, and `  | `
 * continues a message. `isElsewhere`: the frame is not of the reader's current room, so lines begin with its room.
 */
export function plainLines(frame: HubFrame, lang: Lang, { isElsewhere = false } = {}): string[] {
  const mark = frame.type === "error" ? "! " : "* ";
  const lines = frame.type === "message"
    ? messageLines(frame, lang)
    : describeFrame(frame, lang).map((line) => mark + line);
  return isElsewhere && "room" in frame ? lines.map((line) => `#${frame.room} ${line}`) : lines;
}

/** What stands before and after the nick of a message, before its text. */
export function messageHead(kind: MessageKind, lang: Lang, as = kind): [string, string] {
  const before = kind === "private" ? `${translate(lang, "event.private")} ` : "";
  if (as === "action") return [`${before}* `, " "];
  return [before, as === "notice" ? ` ${translate(lang, "event.notice")}: ` : ": "];
}

function messageLines(frame: MessageFrame, lang: Lang): string[] {
  const { kind, nick, text, ts, found, more = 0, as } = frame;
  const head = (found ? `[${formatMoment(ts)}] ` : "") + messageHead(kind, lang, as).join(nick);
  const lines = text.split("\n").map((line, index) => (index === 0 ? head : CONTINUATION) + line);
  if (more > 0) lines.push(CONTINUATION + translate(lang, "event.more_lines", { count: more }));
  return lines;
}
