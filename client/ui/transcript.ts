/** The lines of a conversation's events, each of which it sees once, in order: a line on the screen never changes. */

import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { describeChange, type Mark } from "../session/changes.ts";
import type { ConversationEvent, OwnLine } from "../session/conversation.ts";
import { type JoinChoice, JoinFilter } from "../session/join_filter.ts";
import { addLocalHelp, hidePassword } from "../session/local_commands.ts";
import {
  acceptedMessage,
  isReplay,
  momentOf,
  OwnLines,
  unansweredMessage,
} from "../session/own_lines.ts";
import { textWidth } from "../../common/cli/width.ts";
import { noticeLimits } from "./fold.ts";
import type { hyperlink } from "./links.ts";
import { summarize } from "./multiline.ts";
import { NickColors } from "./nick_colors.ts";
import {
  pendingContext,
  type RenderContext,
  renderDivider,
  renderFrame,
  renderMessage,
  renderNotice,
  type Viewport,
} from "./render.ts";
import type { Glyphs, Style } from "./theme.ts";
import { Timestamps, type TimeStyle } from "./timestamps.ts";

/** How the user likes the conversation to be shown. */
export interface DisplayOptions extends Pick<RenderContext, "theme" | "glyphs" | "hasMarkup"> {
  time: TimeStyle;
  joins: JoinChoice;
  link: typeof hyperlink;
}

export class Transcript {
  readonly #looks: Omit<RenderContext, keyof Viewport>;
  readonly #joinFilter: JoinFilter;
  readonly #timestamps: Timestamps;
  readonly #nickColors = new NickColors();
  readonly #ownLines = new OwnLines();

  /** `zone.timeZone` is an IANA name; the system's own by default. */
  constructor(options: DisplayOptions, zone: { timeZone?: string } = {}) {
    this.#looks = {
      ...options,
      pickColor: (nick) => this.#nickColors.pick(nick),
      formatTime: (moment, previous) => this.#timestamps.time(moment, previous),
    };
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
    const text = summarize(hidePassword(`${params["text"] ?? ""}`), lang, this.#looks.glyphs);
    return this.formatText(mark, translate(lang, key, { ...params, text }), viewport);
  }

  /** The lines of a text of the client's own. */
  formatText(mark: Mark, text: string, viewport: Viewport): string[] {
    const { theme } = this.#looks;
    return this.#formatLine(mark + text, mark === "! " ? theme.error : theme.notice, viewport);
  }

  /** The rows of unanswered input, unstyled, at most `maxRows`: the latest, below the number of the others. */
  formatPending(inputs: readonly string[], viewport: Viewport, maxRows: number): string[] {
    const context = pendingContext({ ...viewport, ...this.#looks });
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
    const more = `${this.#looks.glyphs.pending} ${hidden}`;
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
    const accepted = acceptedMessage(frame, own);
    if (accepted) {
      const message = { ...accepted, ts: momentOf(frame, viewport) };
      const context = { ...viewport, ...this.#looks };
      return this.#addDivider(renderMessage(message, context), message.ts, context);
    }
    const { command, unsent: text } = this.#ownLines.read(frame, own);
    return [
      ...(command ? this.#formatEcho(command, viewport) : []),
      ...this.#formatFrame(frame, viewport),
      ...(text ? this.formatNotice("! ", "client.unsent", { text }, viewport) : []),
      ...this.#formatUnread(frame, own.unread, viewport),
    ];
  }

  /** On going to a room with unread messages, which are above: how many there are. */
  #formatUnread(frame: HubFrame, unread: OwnLine["unread"], viewport: Viewport): string[] {
    const room = frame.type === "reply" && frame.code === "join" ? String(frame.data["room"]) : "";
    const count = unread.get(room)?.count;
    return count ? this.formatNotice("* ", "client.unread", { room, count }, viewport) : [];
  }

  #formatEcho(line: string, viewport: Viewport): string[] {
    const { theme, glyphs } = this.#looks;
    return this.#formatLine(echoText(line, glyphs, viewport.lang), theme.echo, viewport);
  }

  #formatFrame(frame: HubFrame, viewport: Viewport): string[] {
    const context = { ...viewport, ...this.#looks };
    const moment = momentOf(frame, viewport);
    const shown = frame.type === "message"
      ? { ...frame, ts: moment }
      : addLocalHelp(frame, viewport.lang, this.#looks.glyphs.up);
    return this.#addDivider(renderFrame(shown, moment, context), moment, context, isReplay(frame));
  }

  #formatLine(text: string, style: Style, viewport: Viewport): string[] {
    const context = { ...viewport, ...this.#looks };
    return this.#addDivider(
      renderNotice(text, viewport.now, style, context),
      viewport.now,
      context,
    );
  }

  /** Lines of one moment, with a divider before them if they are the first of their day. */
  #addDivider(lines: string[], moment: number, context: RenderContext, isReplay = false): string[] {
    if (lines.length === 0) return [];
    const day = this.#timestamps.advance(moment, context.lang, { isReplay });
    return [...(day === undefined ? [] : renderDivider(day, context)), ...lines];
  }
}

/** As {@linkcode Transcript.formatPending}, for one input. */
function renderPending(input: string, now: number, context: RenderContext): string[] {
  const message = unansweredMessage(input);
  const { glyphs, lang, nick, room } = context;
  if (message) return renderMessage({ ...message, nick, room, ts: now }, context);
  const echo = echoText(input, glyphs, lang);
  return renderNotice(echo, now, (text) => text, context, noticeLimits(context.height));
}

function echoText(input: string, glyphs: Glyphs, lang: Lang): string {
  return `${glyphs.echo} ${summarize(hidePassword(input), lang, glyphs)}`;
}
