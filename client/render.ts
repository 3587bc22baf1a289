/** What a frame looks like: styled lines for a width, each at most as wide. Pure. */

import { describeFrame } from "../i18n/frames.ts";
import { type Lang, translate } from "../i18n/mod.ts";
import { type HubFrame, isElsewhere, type MessageFrame } from "../protocol/frame.ts";
import { sanitize } from "../protocol/sanitize.ts";
import type { Theme } from "./theme.ts";
import { textWidth } from "./width.ts";
import { wrap } from "./wrap.ts";

export interface View {
  /** Columns of the terminal. */
  width: number;
  lang: Lang;
  /** The current room: what is told in others is marked with theirs. */
  room: string;
  theme: Theme;
  /** The time of day of a moment (milliseconds since 1970), as it is shown: `14:03`. */
  clock: (moment: number) => string;
}

/** A head that takes more than this part of the width stands in lines of its own. */
const WIDEST_HEAD = 0.5;
/** The text under such a head is indented so far. */
const NARROW_INDENT = 2;

type Style = (text: string) => string;

/** The local time of day, in hours and minutes. */
export function timeOfDay(moment: number): string {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The lines of a frame; `now` is the time of those that carry none. */
export function renderFrame(frame: HubFrame, now: number, view: View): string[] {
  if (frame.type === "message") return renderMessage(frame, view);
  const [mark, style] = frame.type === "error"
    ? ["! ", view.theme.error] as const
    : ["* ", view.theme.notice] as const;
  const where = isElsewhere(frame, view.room) && "room" in frame ? `#${sanitize(frame.room)} ` : "";
  return describeFrame(frame, view.lang).flatMap((text) =>
    renderNotice(mark + where + sanitize(text), now, style, view)
  );
}

/** The lines of somebody's message, one's own too. */
export function renderMessage(message: Omit<MessageFrame, "type" | "id">, view: View): string[] {
  const { nick, text, ts, kind, room } = message;
  const where = kind !== "private" && room !== view.room ? `#${sanitize(room)} ` : "";
  const name = sanitize(nick);
  const style = view.theme.nick(nick);
  const [before, after] = kind === "action"
    ? [`${where}* `, " "]
    : kind === "private"
    ? [`${translate(view.lang, "event.private")} `, ": "]
    : [where, ": "];
  return hang({
    head: before + name + after,
    style: () => before + style(name) + after,
    lines: sanitize(text, { newlines: true }).split("\n"),
    moment: ts,
    view,
  });
}

/** A text of the program itself, in a style; mostly of one line. It may begin with a mark (`* `, `! `, `› `), under which nothing hangs. */
export function renderNotice(text: string, moment: number, style: Style, view: View): string[] {
  const head = /^[*!›] /.exec(text)?.[0] ?? "";
  return hang({
    head,
    style,
    lines: text.slice(head.length).split("\n"),
    textStyle: style,
    moment,
    view,
  });
}

/** The time and a head, and beside them the text, which hangs under its own beginning. */
function hang(
  { head, style, lines, textStyle = (text) => text, moment, view }: {
    head: string;
    style: Style;
    lines: string[];
    textStyle?: Style;
    moment: number;
    view: View;
  },
): string[] {
  const { width, theme } = view;
  const time = `${view.clock(moment)} `;
  const headWidth = textWidth(time + head);
  if (headWidth > width * WIDEST_HEAD) {
    const indent = width > 4 * NARROW_INDENT ? NARROW_INDENT : 0;
    return [
      ...wrap((time + head).trimEnd(), width).map(theme.time),
      ...lines.flatMap((line) => wrap(line, width - indent)).map((piece) =>
        " ".repeat(indent) + textStyle(piece)
      ),
    ];
  }
  const [first = "", ...rest] = lines.flatMap((line) => wrap(line, width - headWidth));
  return [
    theme.time(time) + style(head) + textStyle(first),
    ...rest.map((piece) => " ".repeat(headWidth) + textStyle(piece)),
  ];
}
