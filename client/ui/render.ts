/** Renders frames and notices as styled lines, each at most as wide as the terminal. */

import { describeFrame } from "../../common/i18n/frames.ts";
import { type Lang, translate } from "../../common/i18n/mod.ts";
import { type HubFrame, isElsewhere, type MessageFrame } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { findMentions, type TextRange } from "../session/mentions.ts";
import { textWidth } from "../terminal/width.ts";
import { wrap, type WrappedLine, wrapWithOffsets } from "../terminal/wrap.ts";
import { type Glyphs, type Style, type Theme, UNICODE_GLYPHS } from "./theme.ts";

export interface RenderContext {
  /** Columns of the terminal. */
  width: number;
  lang: Lang;
  /** The current room: lines of other rooms begin with the name of theirs. */
  room: string;
  theme: Theme;
  /**
   * Formats a moment (milliseconds since 1970), such as `14:03`; empty if times are not shown. `previous` is the moment of
   * the line above, if that belongs to the same frame.
   */
  formatTime: (moment: number, previous?: number) => string;
  /** The user's own nick, which is highlighted in messages of others. */
  nick?: string;
  /** {@linkcode UNICODE_GLYPHS} by default. */
  glyphs?: Glyphs;
}

/** A head that is wider than this part of the terminal gets lines of its own. */
const MAX_HEAD_SHARE = 0.5;
/** The indent of the text below such a head, in columns. */
const NARROW_INDENT = 2;

/** When a frame was sent: its own time, or `now` if it carries none. */
export function frameTime(frame: HubFrame, now: number): number {
  return frame.type === "message" ? frame.ts : now;
}

/** The lines of a frame; `now` is the time of a frame that carries none. */
export function renderFrame(frame: HubFrame, now: number, context: RenderContext): string[] {
  if (frame.type === "message") return renderMessage(frame, context);
  const [prefix, style] = frame.type === "error"
    ? ["! ", context.theme.error] as const
    : ["* ", context.theme.notice] as const;
  const room = isElsewhere(frame, context.room) && "room" in frame
    ? `#${sanitize(frame.room)} `
    : "";
  const formatTime = (moment: number) => context.formatTime(moment, moment);
  return describeFrame(frame, context.lang).flatMap((text, index) =>
    renderNotice(
      prefix + room + sanitize(text),
      now,
      style,
      index === 0 ? context : { ...context, formatTime },
    )
  );
}

/**
 * The lines of a message, the user's own too. With `isPending` (not accepted by the hub yet) it has a style of its own,
 * and a glyph in place of the time.
 */
export function renderMessage(
  message: Omit<MessageFrame, "type" | "id">,
  context: RenderContext,
  { isPending = false }: { isPending?: boolean } = {},
): string[] {
  const { nick, text, ts, kind, room, more = 0 } = message;
  const { theme, lang, glyphs = UNICODE_GLYPHS } = context;
  const roomPrefix = kind !== "private" && room !== context.room ? `#${sanitize(room)} ` : "";
  const name = sanitize(nick);
  const [before, after] = kind === "action"
    ? [`${roomPrefix}* `, " "]
    : kind === "private"
    ? [`${translate(lang, "event.private")} `, ": "]
    : [roomPrefix, ": "];
  const head = before + name + after;
  const lines = sanitize(text, { newlines: true }).split("\n");
  if (more > 0) lines.push(translate(lang, "event.more_lines", { count: more }));
  if (isPending) {
    const time = glyphs.pending.padEnd(textWidth(context.formatTime(ts)));
    const style = theme.pending;
    return renderHanging({
      context,
      time,
      timeStyle: style,
      head,
      headStyle: style,
      lines,
      textStyle: style,
    });
  }
  const own = context.nick ?? "";
  return renderHanging({
    context,
    time: context.formatTime(ts),
    head,
    headStyle: () => before + theme.nick(nick)(name) + after,
    lines,
    highlight: nickKey(own) === nickKey(nick) ? "" : own,
  });
}

/**
 * The lines of a text that is not a message: a notice, an error or the user's own command. A prefix (`* `, `! `, or the
 * echo glyph) is its head.
 */
export function renderNotice(
  text: string,
  moment: number,
  style: Style,
  context: RenderContext,
): string[] {
  const head = /^[*!›>] /.exec(text)?.[0] ?? "";
  const lines = text.slice(head.length).split("\n");
  const time = context.formatTime(moment);
  return renderHanging({ context, time, head, headStyle: style, lines, textStyle: style });
}

/** The lines of the divider before a new day. */
export function renderDivider(day: string, { width, theme }: RenderContext): string[] {
  return wrap(`--- ${day} ---`, width).map(theme.divider);
}

/** The time and a head, and beside them the text, indented to where it began. */
function renderHanging(
  {
    context: { width, theme },
    time,
    timeStyle = theme.time,
    head,
    headStyle,
    lines,
    textStyle = (text) => text,
    highlight = "",
  }: {
    context: RenderContext;
    /** Takes no column if it is empty. */
    time: string;
    timeStyle?: Style;
    head: string;
    headStyle: Style;
    lines: string[];
    textStyle?: Style;
    /** The nick to highlight in the text; empty for none. */
    highlight?: string;
  },
): string[] {
  const timeColumn = time === "" ? "" : `${time} `;
  const headWidth = textWidth(timeColumn + head);
  const wrapText = (columns: number) =>
    lines.flatMap((line) => {
      const mentions = findMentions(line, highlight);
      return wrapWithOffsets(line, columns).map((wrapped) =>
        styleLine(wrapped, textStyle, mentions, theme.mention)
      );
    });
  if (headWidth > width * MAX_HEAD_SHARE) {
    const indent = width > 4 * NARROW_INDENT ? NARROW_INDENT : 0;
    return [
      ...wrap((timeColumn + head).trimEnd(), width).map(timeStyle),
      ...wrapText(width - indent).map((line) => " ".repeat(indent) + line),
    ];
  }
  const [first = "", ...rest] = wrapText(width - headWidth);
  return [
    timeStyle(timeColumn) + headStyle(head) + first,
    ...rest.map((line) => " ".repeat(headWidth) + line),
  ];
}

/** A line in its style, and the mentions in it in theirs. */
function styleLine(
  { text, start }: WrappedLine,
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
