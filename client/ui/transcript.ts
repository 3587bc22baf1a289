/**
 * Turns the events of a conversation into the lines of the chat log: which are shown, in which order, with their times
 * and the dividers between days. It sees each event once, in order, since a line on the screen never changes. Moments
 * are milliseconds since 1970.
 */

import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import { type Params, readReply } from "../../common/protocol/codes.ts";
import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import type { HubFrame, Ref } from "../../common/protocol/frame.ts";
import { splitCommand, splitRoom } from "../../common/protocol/input.ts";
import { describeChange, type Mark } from "../session/changes.ts";
import type { ConversationEvent, OwnLine } from "../session/conversation.ts";
import { type JoinChoice, JoinFilter } from "../session/join_filter.ts";
import { addLocalHelp, hidePassword, invokes } from "../session/local_commands.ts";
import { MAX_LATENCY, ownMessage } from "../session/state.ts";
import { textWidth } from "../../common/cli/width.ts";
import { noticeLimits } from "./fold.ts";
import type { hyperlink } from "./links.ts";
import { summarize } from "./multiline.ts";
import { NickColors } from "./nick_colors.ts";
import {
  type RenderContext,
  renderDivider,
  renderFrame,
  renderMessage,
  renderNotice,
  type Viewport,
} from "./render.ts";
import { type Glyphs, makeTheme, type Style, type Theme } from "./theme.ts";
import { Timestamps, type TimeStyle } from "./timestamps.ts";

/** How the user likes the conversation to be shown. */
export interface DisplayOptions {
  theme: Theme;
  time: TimeStyle;
  joins: JoinChoice;
  glyphs: Glyphs;
  link: typeof hyperlink;
  hasMarkup: boolean;
}

/** Commands whose answers say all that they say: these are not shown above their answers. */
const ANSWERED_IN_FULL = (
  ["message", "answer", "nick", "join", "leave", "language", "ignore", "unignore"] as const
).map((command) => COMMAND_NAMES[command]);

export class Transcript {
  readonly #options: DisplayOptions;
  readonly #joinFilter: JoinFilter;
  readonly #timestamps: Timestamps;
  readonly #nickColors = new NickColors();
  /** The ref of the last command that was shown above a notice. */
  #echoed: Ref | undefined;

  /** `zone.timeZone` is an IANA name; the system's own by default. */
  constructor(options: DisplayOptions, zone: { timeZone?: string } = {}) {
    this.#options = options;
    this.#joinFilter = new JoinFilter(options.joins);
    this.#timestamps = new Timestamps(options.time, zone);
  }

  /** The lines of an event; none if the user does not want to see it. */
  formatEvent(event: ConversationEvent, viewport: Viewport): string[] {
    if (event.type === "frame") return this.#formatFrameEvent(event, viewport);
    return describeChange(event)
      .flatMap(({ mark, key, params }) => this.formatNotice(mark, key, params, viewport));
  }

  /** The lines of a sentence of the client's own; `params.text` is what the user entered. */
  formatNotice(mark: Mark, key: Key, params: Params, viewport: Viewport): string[] {
    const { lang } = viewport;
    const text = summarize(hidePassword(`${params["text"] ?? ""}`), lang, this.#options.glyphs);
    return this.formatText(mark, translate(lang, key, { ...params, text }), viewport);
  }

  /** The lines of a text of the client's own. */
  formatText(mark: Mark, text: string, viewport: Viewport): string[] {
    const { theme } = this.#options;
    return this.#formatLine(mark + text, mark === "! " ? theme.error : theme.notice, viewport);
  }

  /**
   * The rows of input that the hub has not answered yet, to be shown above the prompt: unstyled, at most `maxRows`. If
   * there are more, the latest are shown, below the number of the others.
   */
  formatPending(inputs: readonly string[], viewport: Viewport, maxRows: number): string[] {
    const context = { ...this.#context(viewport), theme: makeTheme(false), link: undefined };
    // Each takes at least a row: earlier ones cannot fit.
    const rendered = inputs.slice(-maxRows - 1)
      .map((input) => renderPending(input, viewport.now, context));
    const rowsFrom = (first: number) => rendered.slice(first).flat();
    if (rendered.length === inputs.length && rowsFrom(0).length <= maxRows) return rowsFrom(0);
    // One row is for the number of hidden inputs. The last input is always shown, if need be only its beginning.
    let first = rendered.length - 1;
    while (first > 0 && rowsFrom(first - 1).length < maxRows) first--;
    const count = inputs.length - rendered.length + first;
    if (count === 0) return rowsFrom(0).slice(0, maxRows);
    const hidden = translate(viewport.lang, "client.more_pending", { count });
    const more = `${this.#options.glyphs.pending} ${hidden}`;
    return [
      ...(textWidth(more) <= viewport.width ? [more] : []),
      ...rowsFrom(first).slice(0, maxRows - 1),
    ];
  }

  /** The lines of a frame, and before an answer the input that it answers. */
  #formatFrameEvent(
    { frame, own }: ConversationEvent & { type: "frame" },
    viewport: Viewport,
  ): string[] {
    this.#nickColors.update(frame, own?.nick ?? viewport.nick);
    const isShown = this.#joinFilter.shows(frame);
    if (own === undefined) return isShown ? this.#formatFrame(frame, viewport) : [];
    const message = ownMessage(own.line);
    const sent = frame.type === "ack" ? message : readPrivate(frame);
    if (sent) {
      const { nick } = own;
      const room = frame.type === "ack" && frame.room || own.room;
      const named = sent.kind === "say" ? splitRoom(sent.text) : undefined;
      const text = named?.room === room ? named.text : sent.text;
      const ts = momentOf(frame, viewport);
      const accepted = { ...sent, text, ts, nick, room };
      return this.#addDivider(ts, viewport, (context) => renderMessage(accepted, context));
    }
    if (message && frame.type === "error") {
      return [
        ...this.#formatFrame(frame, viewport),
        ...this.formatNotice("! ", "client.unsent", { text: message.text }, viewport),
      ];
    }
    return [
      ...this.#formatEcho(frame, own.line, viewport),
      ...this.#formatFrame(frame, viewport),
      ...this.#formatUnread(frame, own.unread, viewport),
    ];
  }

  /** On going to a room with unread messages, which are above: how many there are. */
  #formatUnread(frame: HubFrame, unread: OwnLine["unread"], viewport: Viewport): string[] {
    const room = frame.type === "reply" && frame.code === "join" ? String(frame.data["room"]) : "";
    const count = unread.get(room)?.count;
    return count ? this.formatNotice("* ", "client.unread", { room, count }, viewport) : [];
  }

  /** The user's command, above the first frame that answers it: a notice comes before the messages that it is about. */
  #formatEcho(frame: HubFrame, line: string, viewport: Viewport): string[] {
    if (frame.type !== "error" && invokes(line, ...ANSWERED_IN_FULL)) return [];
    if (frame.type === "notice") this.#echoed = frame.ref;
    else if ("ref" in frame && frame.ref !== undefined && frame.ref === this.#echoed) return [];
    const { theme, glyphs } = this.#options;
    return this.#formatLine(echoText(line, glyphs, viewport.lang), theme.echo, viewport);
  }

  #formatFrame(frame: HubFrame, viewport: Viewport): string[] {
    const moment = momentOf(frame, viewport);
    const shown = frame.type === "message"
      ? { ...frame, ts: moment }
      : addLocalHelp(frame, viewport.lang, this.#options.glyphs.up);
    const render = (context: RenderContext) => renderFrame(shown, moment, context);
    return this.#addDivider(moment, viewport, render, { isReplay: isReplay(frame) });
  }

  #formatLine(text: string, style: Style, viewport: Viewport): string[] {
    const { now } = viewport;
    const render = (context: RenderContext) => renderNotice(text, now, style, context);
    return this.#addDivider(now, viewport, render);
  }

  /** Lines of one moment, with a divider before them if they are the first of their day. */
  #addDivider(
    moment: number,
    viewport: Viewport,
    render: (context: RenderContext) => string[],
    { isReplay = false } = {},
  ): string[] {
    const context = this.#context(viewport);
    const lines = render(context);
    if (lines.length === 0) return [];
    const day = this.#timestamps.divider(moment, viewport.lang, { isReplay });
    this.#timestamps.recordShown(moment, { isReplay });
    return [...(day === undefined ? [] : renderDivider(day, context)), ...lines];
  }

  #context(viewport: Viewport): RenderContext {
    const formatTime = (moment: number, previous?: number) =>
      this.#timestamps.time(moment, previous);
    const pickColor = (nick: string) => this.#nickColors.pick(nick);
    return { ...viewport, ...this.#options, pickColor, formatTime };
  }
}

function isReplay(frame: HubFrame): boolean {
  return frame.type === "message" && frame.replay === true;
}

/**
 * When the hub said something, by the clock here. What has just arrived is of now, like the client's own lines, and so
 * is an answer, which may be repeated after a reconnect.
 */
function momentOf(frame: HubFrame, { now, clockAhead }: Viewport): number {
  if (!("ts" in frame) || frame.ts === undefined || "code" in frame && "ref" in frame) return now;
  const moment = frame.ts + clockAhead;
  return isReplay(frame) || Math.abs(now - moment) >= MAX_LATENCY ? moment : now;
}

/** As {@linkcode Transcript.formatPending}, for one input. */
function renderPending(input: string, now: number, context: RenderContext): string[] {
  const message = ownMessage(input) ?? parsePrivate(input);
  const { glyphs, lang, nick, room } = context;
  if (message) {
    return renderMessage({ ...message, nick, room, ts: now }, context, { isPending: true });
  }
  const formatTime = (moment: number) =>
    glyphs.pending.padEnd(textWidth(context.formatTime(moment)));
  const echo = echoText(input, glyphs, lang);
  const limits = noticeLimits(context.height);
  return renderNotice(echo, now, (text) => text, { ...context, formatTime }, limits);
}

/** The user's private message that the hub has delivered. */
function readPrivate(frame: HubFrame) {
  const reply = frame.type === "reply" ? readReply(frame.code, frame.data) : undefined;
  return reply?.code === "private" ? { kind: "private" as const, ...reply.data } : undefined;
}

/** The private message that a line is, if it names its receiver. */
function parsePrivate(line: string) {
  const [, to, text] = /^(\S+)\s+([^]+)$/.exec(splitCommand(line).argument) ?? [];
  if (!to || !text || !invokes(line, COMMAND_NAMES.message)) return undefined;
  return { kind: "private" as const, to, text };
}

function echoText(input: string, glyphs: Glyphs, lang: Lang): string {
  return `${glyphs.echo} ${summarize(hidePassword(input), lang, glyphs)}`;
}
