/** Renders frames and notices as styled lines, each at most as wide as the terminal, except for those of long URLs. */

import { describeFrame } from "../../common/i18n/frames.ts";
import { NO_BREAK, translate } from "../../common/i18n/mod.ts";
import { messageHead } from "../../common/i18n/plain.ts";
import { type HubFrame, isElsewhere } from "../../common/protocol/frame.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { findMentions, type TextRange } from "../session/mentions.ts";
import type { ShownMessage } from "../session/own_lines.ts";
import type { ConversationState } from "../session/state.ts";
import { textWidth } from "../../common/cli/width.ts";
import { wrap, wrapLazily, type WrappedLine } from "../terminal/wrap.ts";
import type { FoldLimits } from "./fold.ts";
import { countRows, MAX_COUNTED, messageLimits, noticeLimits, UNLIMITED } from "./fold.ts";
import { findUrls, type hyperlink } from "./links.ts";
import { findMarkup } from "./markup.ts";
import { type Glyphs, makeTheme, type Style, type Theme } from "./theme.ts";

/** What lines depend on besides the event: those of rooms other than `room` name theirs, and `nick` is highlighted. */
export interface Viewport extends Pick<ConversationState, "clockAhead" | "lang" | "room" | "nick"> {
  /** The current moment, in milliseconds. */
  now: number;
  /** Columns of the terminal. */
  width: number;
  /** Rows of the terminal: a message that takes more than twice as many is folded. */
  height: number;
}

export interface RenderContext extends Omit<Viewport, "now" | "clockAhead"> {
  theme: Theme;
  glyphs: Glyphs;
  /** How URLs become links; without it they are broken like other words, and no line is wider than the terminal. */
  link?: typeof hyperlink | undefined;
  hasMarkup: boolean;
  /** The number of the colour of a nick that is shown now. */
  pickColor: (nick: string) => number;
  /** Empty if times are not shown. `previous` is the moment of the line above, if that belongs to the same frame. */
  formatTime: (moment: number, previous?: number) => string;
}

/** A head that is wider than this part of the terminal gets lines of its own. */
const MAX_HEAD_SHARE = 0.5;
/** The indent of the text below such a head, in columns. */
const NARROW_INDENT = 2;
/** How much of the text behind the last row is read for a mention that ends there, in UTF-16 units. */
const LOOKAHEAD = 64;

/** The lines of a frame; `now` is the time of a frame that carries none. */
export function renderFrame(frame: HubFrame, now: number, context: RenderContext): string[] {
  if (frame.type === "message") return renderMessage(frame, context);
  const { theme, lang, height, formatTime } = context;
  const [head, style] = frame.type === "error" ? ["! ", theme.error] : ["* ", theme.notice];
  const room = isElsewhere(frame, context.room) && "room" in frame
    ? `#${sanitize(frame.room)} `
    : "";
  const parts = describeFrame(frame, lang).map((text, index): Part => (
    { time: formatTime(now, index === 0 ? undefined : now), head, text: room + text, style }
  ));
  return renderParts(parts, context, noticeLimits(height));
}

/** The context of lines that the hub has not accepted yet: unstyled, with a glyph in place of the time. */
export function pendingContext(context: RenderContext): RenderContext {
  const { glyphs, formatTime } = context;
  return {
    ...context,
    theme: makeTheme(false),
    link: undefined,
    hasMarkup: false,
    pickColor: () => 0,
    formatTime: (moment) => glyphs.pending.padEnd(textWidth(formatTime(moment))),
  };
}

/** The lines of a message, the user's own too. */
export function renderMessage(message: ShownMessage, context: RenderContext): string[] {
  const { nick, to, text, ts, kind, room, more = 0 } = message;
  const { theme, lang } = context;
  const roomPrefix = kind !== "private" && room !== context.room ? `#${sanitize(room)} ` : "";
  const name = sanitize(to ?? nick);
  const [mark, after] = to === undefined
    ? messageHead(kind, lang, message.as)
    : translate(lang, "reply.private", { to: "\n", text: "" }).split("\n") as [string, string];
  const before = roomPrefix + mark;
  const head = before + name + after;
  const part: Part = {
    time: context.formatTime(ts),
    head,
    headStyle: () => before + theme.nick(context.pickColor(to ?? nick))(name) + after,
    text: more > 0 ? `${text}\n${translate(lang, "event.more_lines", { count: more })}` : text,
    newlines: true,
  };
  const isOwn = nickKey(context.nick) === nickKey(nick);
  return renderParts([part], context, messageLimits(context.height), isOwn ? "" : context.nick);
}

/** The lines of a notice, an error or the user's own command, made safe; `* `, `! ` or the echo glyph is the head. */
export function renderNotice(
  text: string,
  moment: number,
  style: Style,
  context: RenderContext,
  limits: FoldLimits = UNLIMITED,
): string[] {
  const head = /^[*!›>] /.exec(text)?.[0] ?? "";
  const time = context.formatTime(moment);
  const part: Part = { time, head, text: text.slice(head.length), style, newlines: true };
  return renderParts([part], context, limits);
}

/** The lines of the divider before a new day. */
export function renderDivider(day: string, { width, theme }: RenderContext): string[] {
  return wrap(`--- ${day} ---`, width).map(theme.divider);
}

/** A text, what stands before it, and how both are styled. */
interface Part {
  /** Takes no column if it is empty. */
  time: string;
  head: string;
  text: string;
  /** Of the text, and of the head if that has none; markup is only found in a text without it. */
  style?: Style;
  headStyle?: Style;
  /** Whether LF ends a line of the text, as in {@linkcode sanitize}. */
  newlines?: boolean;
}

/** A row of a text, where it begins in the safe text, and what stands before it. */
interface Row extends WrappedLine {
  before: string;
  style: Style;
  spans: readonly Span[];
}

/** A part of a text with a style of its own, on top of that of the text. */
type Span = TextRange & { style: Style };

/** Columns before the text, but for its first row: as many as the head takes, unless that has lines of its own. */
function indentOf({ time, head }: Part, width: number): { indent: number; isNarrow: boolean } {
  const indent = textWidth(time === "" ? head : `${time} ${head}`);
  if (indent <= width * MAX_HEAD_SHARE) return { indent, isNarrow: false };
  return { indent: width > 4 * NARROW_INDENT ? NARROW_INDENT : 0, isNarrow: true };
}

/** The lines of texts that belong together, folded above the limits; `highlight`: a nick in the first, or empty. */
function renderParts(
  parts: readonly Part[],
  context: RenderContext,
  { most, kept, units }: FoldLimits,
  highlight = "",
): string[] {
  const { width, lang, theme } = context;
  const rows: Row[] = [];
  let left = units;
  let first = "";
  let folded: string[] = [];
  for (const [index, part] of parts.entries()) {
    const { text } = part;
    const shown = sanitize(text.slice(0, left), part);
    if (index === 0) first = shown;
    const cut = text.slice(left, left + MAX_COUNTED + 1); // one more shows that there is more
    const columns = width - indentOf(part, width).indent;
    const isLong = cut !== "" || rows.length + countRows(shown, columns, part).count > most;
    const enough = isLong ? kept : most; // lay out only the rows that are shown
    for (const row of layOut(shown, part, context)) if (rows.push(row) > enough) break;
    if (rows.length > most || isLong) {
      // The last row may go on in what was cut.
      const { start } = rows.length > 1 ? rows.pop()! : rows[0]!;
      const { count, isExact } = countRows(shown.slice(start) + cut, columns, part);
      const others = parts.length - index - 1; // each takes a row at least
      const more = Math.max(0, rows.length - kept) + count + others;
      const sentence = isExact && others === 0
        ? translate(lang, "event.more_lines", { count: more })
        : translate(lang, "client.more_than_lines", { count: more - 1 });
      folded = wrap(sentence, width).map(theme.notice);
      rows.splice(kept);
      break;
    }
    left -= text.length;
  }
  const last = rows.at(-1);
  if (last === undefined) return []; // a frame for programs
  const end = last.start + last.text.length;
  const mentions = highlight === "" ? [] : findMentions(first.slice(0, end + LOOKAHEAD), highlight)
    .map((range): Span => ({ ...range, style: theme.mention }));
  const lines: Row[] = [];
  for (const row of rows) {
    if (row.url === "goes_on") lines.at(-1)!.text += row.text; // the terminal breaks it
    else lines.push(row);
  }
  const styled = lines.map((row) => row.before + styleRow(row, [...row.spans, ...mentions]));
  return [...styled, ...folded];
}

/** The rows of a safe text: its time and head, and beside them the text, indented to where it began. */
function* layOut(shown: string, part: Part, context: RenderContext): Generator<Row> {
  const { width, theme, link, hasMarkup } = context;
  const { time, head, style = (text) => text, headStyle = style } = part;
  const timeColumn = time === "" ? "" : `${time} `;
  const { indent, isNarrow } = indentOf(part, width);
  const margin = " ".repeat(indent);
  let before = theme.time(timeColumn) + headStyle(head);
  if (isNarrow) {
    for (const row of wrap((timeColumn + head).trimEnd(), width)) {
      yield { before: theme.time(row), text: "", start: 0, style, spans: [] };
    }
    before = margin;
  }
  const markup = hasMarkup && !part.style ? findMarkup(shown) : [];
  const marked = markup.map(({ look, ...range }): Span => ({ ...range, style: theme[look] }));
  const blocks = markup.filter(({ look }) => look === "code");
  let at = 0;
  for (const line of shown.split("\n")) {
    const end = at + line.length;
    const isCode = blocks.some((block) => block.start <= at && end <= block.end);
    const urls = link ? findUrls(line) : [];
    const links = urls.map(({ start, end }): Span => (
      { start: at + start, end: at + end, style: link!(line.slice(start, end)) }
    ));
    const spans = [...marked, ...links];
    const wrapped = isCode ? line.replaceAll(" ", NO_BREAK) : line;
    for (const { text, start, url } of wrapLazily(wrapped, width - indent, urls, width)) {
      if (url && before !== margin) yield { before, text: "", start: at, style, spans };
      const kept = isCode ? line.slice(start, start + text.length) : text;
      yield { before: url ? "" : before, text: kept, start: at + start, url, style, spans };
      before = margin;
    }
    at = end + 1;
  }
}

/** A row in its style, and on top of it the styles of the spans. */
function styleRow({ text, start, style }: Row, spans: readonly Span[]): string {
  const end = start + text.length;
  const inside = spans.filter((span) => span.start < end && span.end > start);
  if (inside.length === 0) return text && style(text);
  const cuts = [start, ...inside.flatMap((span) => [span.start, span.end])]
    .filter((at) => at >= start && at < end).sort((a, b) => a - b);
  return cuts.map((from, index) => {
    const part = text.slice(from - start, (cuts[index + 1] ?? end) - start);
    const styles = inside.filter((span) => span.start <= from && from < span.end);
    return part && styles.reduce((styled, span) => span.style(styled), style(part));
  }).join("");
}
