/**
 * The conversation as it is read: which of what happens is shown, in which order, and what stands beside and between it. It
 * sees everything once, in order, for a screen on which no line changes any more once it is shown. Pure: moments are given
 * to it, in milliseconds since 1970.
 */

import { formatAddress } from "../../common/cli/address.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { summarize } from "./multiline.ts";
import { Calendar, type TimeStyle } from "./timestamps.ts";
import { addLocalHelp, hidePassword } from "../session/local_commands.ts";
import type { ConversationEvent, OwnLine } from "../session/conversation.ts";
import { type JoinChoice, JoinFilter } from "../session/join_filter.ts";
import { MARKS, type Marks } from "./marks.ts";
import {
  momentOf,
  renderDivider,
  renderFrame,
  renderMessage,
  renderNotice,
  type View,
} from "./render.ts";
import { describeOwn } from "../session/state.ts";
import { makeTheme, type Theme } from "./theme.ts";
import { textWidth } from "../terminal/width.ts";

/** How a person likes to read. */
export interface Taste {
  theme: Theme;
  time: TimeStyle;
  joins: JoinChoice;
  marks: Marks;
}

/** Where and as whom one reads. */
export interface Reader {
  /** Columns of the terminal. */
  width: number;
  lang: Lang;
  room: string;
  nick: string;
}

export class Transcript {
  readonly #taste: Taste;
  readonly #filter: JoinFilter;
  readonly #calendar: Calendar;

  constructor(taste: Taste, { timeZone }: { timeZone?: string } = {}) {
    this.#taste = taste;
    this.#filter = new JoinFilter(taste.joins);
    this.#calendar = new Calendar(taste.time, timeZone === undefined ? {} : { timeZone });
  }

  /** The lines of what has happened. */
  tell(happening: ConversationEvent, now: number, reader: Reader): string[] {
    switch (happening.type) {
      case "frame":
        return this.#tellFrame(happening, now, reader);
      case "lost":
        return this.notice("* ", "client.lost", {}, now, reader);
      case "moved":
        return this.notice(
          "* ",
          "client.moved",
          { address: formatAddress(happening.address) },
          now,
          reader,
        );
      case "restarted":
        return [
          ...this.notice("* ", "client.restarted", {}, now, reader),
          ...happening.uncertain.flatMap(({ display: text }) =>
            this.notice(
              "! ",
              "client.uncertain",
              { text: summarize(text, reader.lang, this.#taste.marks) },
              now,
              reader,
            )
          ),
        ];
      case "unsent":
        return happening.lines.flatMap(({ display: text }) =>
          this.notice(
            "! ",
            "client.unsent",
            { text: summarize(text, reader.lang, this.#taste.marks) },
            now,
            reader,
          )
        );
    }
  }

  /** The lines of a sentence of the client's own. */
  notice(mark: "* " | "! ", key: Key, params: Params, now: number, reader: Reader): string[] {
    return this.text(mark, translate(reader.lang, key, params), now, reader);
  }

  /** The lines of a text of the client's own. */
  text(mark: "* " | "! ", text: string, now: number, reader: Reader): string[] {
    const { theme } = this.#taste;
    const style = mark === "! " ? theme.error : theme.notice;
    const safe = mark + sanitize(text, { newlines: true });
    return this.#show(now, reader, (view) => renderNotice(safe, now, style, view));
  }

  /**
   * What one has entered and the hub has not answered yet, for the rows above the input: at most `maxRows`, unstyled, the
   * latest lines of it and how many stand before those.
   */
  pending(lines: readonly string[], now: number, reader: Reader, maxRows: number): string[] {
    const view = this.#view(reader);
    // What does not fit in any case need not be rendered.
    const rendered = lines.slice(-maxRows - 1)
      .map((line) => renderPending(line, now, { ...view, theme: makeTheme(false) }, reader.nick));
    const rows = (from: number) => rendered.slice(from).flat();
    if (rendered.length === lines.length && rows(0).length <= maxRows) return rows(0);
    // One row says how many are not shown; of a line that is longer than the rest, its beginning is.
    let from = rendered.length - 1;
    while (from > 0 && rows(from - 1).length < maxRows) from--;
    const count = lines.length - rendered.length + from;
    if (count === 0) return rows(0).slice(0, maxRows);
    const more = `${this.#taste.marks.pending} ${
      translate(reader.lang, "client.more_pending", { count })
    }`;
    return [
      ...(textWidth(more) <= reader.width ? [more] : []),
      ...rows(from).slice(0, maxRows - 1),
    ];
  }

  /** What one has entered stands before the hub's answer to it. */
  #tellFrame(
    { frame, own }: ConversationEvent & { type: "frame" },
    now: number,
    reader: Reader,
  ): string[] {
    const isShown = this.#filter.shows(frame);
    if (own === undefined) return isShown ? this.#frame(frame, now, reader) : [];
    const said = describeOwn(own.line);
    if (said === undefined || said.kind === "command") {
      return [...this.#typed(own, now, reader), ...this.#frame(frame, now, reader)];
    }
    switch (frame.type) {
      case "ack": {
        const message = { ...said, ts: frame.ts, nick: own.nick, room: own.room };
        return this.#show(frame.ts, reader, (view) => renderMessage(message, view));
      }
      case "error":
        return [
          ...this.#frame(frame, now, reader),
          ...this.notice(
            "! ",
            "client.unsent",
            { text: summarize(said.text, reader.lang, this.#taste.marks) },
            now,
            reader,
          ),
        ];
      default:
        return [...this.#typed(own, now, reader), ...this.#frame(frame, now, reader)];
    }
  }

  #frame(frame: HubFrame, now: number, reader: Reader): string[] {
    const isReplay = frame.type === "message" && frame.replay === true;
    const whole = addLocalHelp(frame, reader.lang);
    return this.#show(
      momentOf(frame, now),
      reader,
      (view) => renderFrame(whole, now, view),
      { isReplay },
    );
  }

  #typed({ line }: OwnLine, now: number, reader: Reader): string[] {
    const { theme, marks } = this.#taste;
    return this.#show(
      now,
      reader,
      (view) => renderNotice(typedLine(line, marks, reader.lang), now, theme.typed, view),
    );
  }

  /** Lines of one moment, behind the name of the day where another one begins with them. */
  #show(
    moment: number,
    reader: Reader,
    render: (view: View) => string[],
    { isReplay = false }: { isReplay?: boolean } = {},
  ): string[] {
    const view = this.#view(reader);
    const lines = render(view);
    if (lines.length === 0) return [];
    const day = this.#calendar.divider(moment, reader.lang, { isReplay });
    this.#calendar.shown(moment, { isReplay });
    return [...(day === undefined ? [] : renderDivider(day, view)), ...lines];
  }

  #view(reader: Reader): View {
    const { theme, marks } = this.#taste;
    const clock = (moment: number, previous?: number) => this.#calendar.time(moment, previous);
    return { ...reader, theme, marks, clock };
  }
}

function renderPending(line: string, now: number, view: View, nick: string): string[] {
  const said = describeOwn(line);
  if (said === undefined || said.kind === "command") {
    const { marks = MARKS } = view;
    const clock = (moment: number) => marks.pending.padEnd(textWidth(view.clock(moment)));
    const text = typedLine(line, marks, view.lang);
    return renderNotice(text, now, (text) => text, { ...view, clock });
  }
  const message = { ...said, nick, room: view.room, ts: now };
  return renderMessage(message, view, { isPending: true });
}

function typedLine(line: string, marks: Marks, lang: Lang): string {
  const shown = summarize(hidePassword(line), lang, marks);
  return `${marks.typed} ${sanitize(shown, { newlines: true })}`;
}
