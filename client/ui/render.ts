/** What a frame looks like: styled lines for a width, each at most as wide. Pure. */

import { describeFrame } from "../../common/i18n/frames.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { type HubFrame, isElsewhere, type MessageFrame } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { MARKS, type Marks } from "./marks.ts";
import { findMentions, type TextRange } from "../session/mentions.ts";
import type { Theme } from "./theme.ts";
import { textWidth } from "../terminal/width.ts";
import { type Piece, wrap, wrapPieces } from "../terminal/wrap.ts";

export interface View {
  /** Columns of the terminal. */
  width: number;
  lang: Lang;
  /** The current room: what is told in others is marked with theirs. */
  room: string;
  theme: Theme;
  /**
   * The time of a moment (milliseconds since 1970), as it is shown: `14:03`; empty where none is. `previous` is the
   * moment of the line above, where that is of the same frame.
   */
  clock: (moment: number, previous?: number) => string;
  /** One's own, which stands out in what others say. */
  nick?: string;
  /** {@linkcode MARKS} unless given. */
  marks?: Marks;
}

/** A head that takes more than this part of the width stands in lines of its own. */
const WIDEST_HEAD = 0.5;
/** The text under such a head is indented so far. */
const NARROW_INDENT = 2;

type Style = (text: string) => string;

/** When a frame was said, `now` for those that carry no time of their own. */
export function momentOf(frame: HubFrame, now: number): number {
  return frame.type === "message" ? frame.ts : now;
}

/** The lines of a frame; `now` is the time of those that carry none. */
export function renderFrame(frame: HubFrame, now: number, view: View): string[] {
  if (frame.type === "message") return renderMessage(frame, view);
  const [mark, style] = frame.type === "error"
    ? ["! ", view.theme.error] as const
    : ["* ", view.theme.notice] as const;
  const where = isElsewhere(frame, view.room) && "room" in frame ? `#${sanitize(frame.room)} ` : "";
  const following = { ...view, clock: (moment: number) => view.clock(moment, moment) };
  return describeFrame(frame, view.lang).flatMap((text, index) =>
    renderNotice(mark + where + sanitize(text), now, style, index === 0 ? view : following)
  );
}

/**
 * The lines of somebody's message, one's own too. With `isPending` the hub has not accepted it yet: it has a style of its
 * own, and a mark where the time will be.
 */
export function renderMessage(
  message: Omit<MessageFrame, "type" | "id">,
  view: View,
  { isPending = false }: { isPending?: boolean } = {},
): string[] {
  const { nick, text, ts, kind, room } = message;
  const where = kind !== "private" && room !== view.room ? `#${sanitize(room)} ` : "";
  const name = sanitize(nick);
  const { theme } = view;
  const [before, after] = kind === "action"
    ? [`${where}* `, " "]
    : kind === "private"
    ? [`${translate(view.lang, "event.private")} `, ": "]
    : [where, ": "];
  const head = before + name + after;
  const lines = sanitize(text, { newlines: true }).split("\n");
  if (isPending) {
    const { pending } = view.marks ?? MARKS;
    const time = pending.padEnd(textWidth(view.clock(ts)));
    const style = theme.pending;
    return hang({ view, time, timeStyle: style, head, style, lines, textStyle: style });
  }
  const called = view.nick ?? "";
  return hang({
    view,
    time: view.clock(ts),
    head,
    style: () => before + theme.nick(nick)(name) + after,
    lines,
    called: nickKey(called) === nickKey(nick) ? "" : called,
  });
}

/**
 * What the program itself says, in a style: a line, or several below each other. It may begin with a mark (`* `, `! `, or that of what was typed), under which
 * nothing hangs.
 */
export function renderNotice(text: string, moment: number, style: Style, view: View): string[] {
  const head = /^[*!›>] /.exec(text)?.[0] ?? "";
  const lines = text.slice(head.length).split("\n");
  return hang({ view, time: view.clock(moment), head, style, lines, textStyle: style });
}

/** The lines that stand where another day begins. */
export function renderDivider(day: string, view: View): string[] {
  return wrap(`--- ${day} ---`, view.width).map(view.theme.divider);
}

/** The time and a head, and beside them the text, which hangs under its own beginning. */
function hang(
  {
    view: { width, theme },
    time,
    timeStyle = theme.time,
    head,
    style,
    lines,
    textStyle = (text) => text,
    called = "",
  }: {
    view: View;
    /** Nothing stands in its place where it is empty. */
    time: string;
    timeStyle?: Style;
    head: string;
    style: Style;
    lines: string[];
    textStyle?: Style;
    /** The nick that stands out in the text; none where it is empty. */
    called?: string;
  },
): string[] {
  const shownTime = time === "" ? "" : `${time} `;
  const headWidth = textWidth(shownTime + head);
  const broken = (columns: number) =>
    lines.flatMap((line) => {
      const mentions = findMentions(line, called);
      return wrapPieces(line, columns).map((piece) =>
        stylePiece(piece, textStyle, mentions, theme.mention)
      );
    });
  if (headWidth > width * WIDEST_HEAD) {
    const indent = width > 4 * NARROW_INDENT ? NARROW_INDENT : 0;
    return [
      ...wrap((shownTime + head).trimEnd(), width).map(timeStyle),
      ...broken(width - indent).map((piece) => " ".repeat(indent) + piece),
    ];
  }
  const [first = "", ...rest] = broken(width - headWidth);
  return [
    timeStyle(shownTime) + style(head) + first,
    ...rest.map((piece) => " ".repeat(headWidth) + piece),
  ];
}

/** A line of a text in its style, and what of it is a mention in another. */
function stylePiece(
  { text, start }: Piece,
  style: Style,
  mentions: readonly TextRange[],
  mentionStyle: Style,
): string {
  let styled = "";
  let done = 0;
  const add = (end: number, as: Style) => {
    if (end > done) styled += as(text.slice(done, end));
    done = Math.max(done, end);
  };
  for (const mention of mentions) {
    if (mention.end <= start || mention.start >= start + text.length) continue;
    add(mention.start - start, style);
    add(Math.min(mention.end - start, text.length), mentionStyle);
  }
  add(text.length, style);
  return styled;
}
