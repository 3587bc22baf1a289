/** The chat log: turns the events of the conversation into rows of their rooms, and draws the current room. */

import { describeFrame } from "../common/i18n/frames.ts";
import type { Key } from "../common/i18n/mod.ts";
import type { Params } from "../common/protocol/codes.ts";
import { COMMAND_NAMES } from "../common/protocol/command_names.ts";
import type { HubFrame, MessageFrame, Ref } from "../common/protocol/frame.ts";
import { describeChange, type Mark } from "../client/session/changes.ts";
import type { ConversationEvent, SubmitResult } from "../client/session/conversation.ts";
import { JoinFilter } from "../client/session/join_filter.ts";
import { addLocalHelp } from "../client/session/local_commands.ts";
import {
  acceptedMessage,
  isReplay,
  momentOf,
  OwnLines,
  type ShownMessage,
  unansweredMessage,
} from "../client/session/own_lines.ts";
import { type ConversationState, initialState } from "../client/session/state.ts";
import { NickColors } from "../client/ui/nick_colors.ts";
import { LANG, say } from "./elements.ts";
import { LogView, type RoomLog } from "./log_view.ts";
import { makeLine, makeMessage } from "./message.ts";
import { hasMessage, insertRow } from "./order.ts";

/** The most rows of a room; the oldest go first. */
const MAX_ROWS = 10_000;
/** The most unanswered lines that are shown; the latest are. */
const MAX_PENDING = 20;
/** How many messages are asked for on scrolling up, one after the other: a hub sends at most 1000 again. */
const HISTORY_COUNTS = [100, 300, 999];

export interface ChatLogOptions {
  /** Sends a line of which the user is not told. */
  ask: (line: string) => SubmitResult;
  onNick: (nick: string, at: HTMLElement) => void;
}

export class ChatLog {
  readonly #options: ChatLogOptions;
  readonly #view = new LogView(() => this.askHistory());
  readonly #joinFilter = new JoinFilter("smart");
  readonly #nickColors = new NickColors();
  readonly #rooms = new Map<string, RoomLog>();
  #state = initialState(LANG);
  /** What is added to the hub's ids of this epoch. */
  #base = 0;
  #lastId = 0;
  /** The log's own request for older messages that the hub has not answered. */
  #request: { ref: Ref; count: number; room: RoomLog } | undefined;
  readonly #ownLines = new OwnLines();
  /** Whether the hub sends what was missed while the connection was lost. */
  #isCatchingUp = false;
  #pendingCount = 0;

  constructor(options: ChatLogOptions) {
    this.#options = options;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#room().unseen = undefined;
    });
  }

  add(events: readonly ConversationEvent[], state: ConversationState): void {
    if (state.room !== this.#state.room) this.#room().unseen = undefined;
    if (state.epoch !== this.#state.epoch) this.#base = this.#lastId;
    this.#state = state;
    for (const event of events) {
      if (event.type === "frame") this.#addFrame(event);
      else this.#addChange(event);
    }
    for (const [name, { rows }] of this.#rooms) {
      rows.splice(0, rows.length - MAX_ROWS);
      if (state.rooms.length > 0 && !state.rooms.includes(name)) this.#rooms.delete(name);
    }
    const hasReplay = events.some((event) => event.type === "frame" && isReplay(event.frame));
    this.#view.show(this.#room(), hasReplay);
  }

  /** Shows the lines that the hub has not answered, below the others. */
  showPending(displays: readonly string[]): void {
    const { nick, room } = this.#state;
    if (displays.length > this.#pendingCount) this.#view.follow();
    if (displays.length + this.#pendingCount === 0) return;
    this.#pendingCount = displays.length;
    const hidden = displays.length - MAX_PENDING;
    const now = Date.now();
    const rows = displays.slice(-MAX_PENDING).map((line) => {
      const message = unansweredMessage(line);
      if (!message) return makeEcho(line, now);
      return this.#makeMessage({ ...message, nick, room, ts: now }, nick);
    });
    const more = say("client.more_pending", { count: hidden });
    if (hidden > 0) rows.unshift(makeLine("notice", more, now));
    this.#view.showPending(rows);
  }

  /** Shows a sentence of the page's own in the current room. */
  notice(mark: Mark, key: Key, params: Params): void {
    this.#addLine(mark, say(key, params));
    this.#view.show(this.#room(), false);
  }

  /** Empties the current room. */
  clear(): void {
    const room = this.#room();
    Object.assign(room, { rows: [], unseen: undefined, first: undefined, below: 0 });
    this.#view.show(room, true);
  }

  /** Asks the hub for older messages of the current room, which go above; nothing else shows the request. */
  askHistory(): void {
    const room = this.#room();
    const count = HISTORY_COUNTS[room.asked];
    if (this.#request || count === undefined || room.isWhole || this.#state.stage !== "joined") {
      return;
    }
    const result = this.#options.ask(`/${COMMAND_NAMES.history.en[0]} ${count}`);
    if (result.kind === "sent") this.#request = { ref: result.ref, count, room };
  }

  #room(name = this.#state.room): RoomLog {
    let room = this.#rooms.get(name);
    if (!room) this.#rooms.set(name, room = { rows: [], below: 0, asked: 0 });
    return room;
  }

  #addFrame({ frame, own, isSilent }: ConversationEvent & { type: "frame" }): void {
    const { nick, room, clockAhead } = this.#state;
    this.#nickColors.update(frame, own?.nick ?? nick);
    const isShown = this.#joinFilter.shows(frame);
    const isNotice = frame.type === "notice";
    this.#isCatchingUp = isNotice && frame.code === "resumed" ||
      this.#isCatchingUp && isReplay(frame);
    if (isSilent) return this.#onAnswer(frame);
    if (isNotice && frame.code === "history" && !own) return; // the messages have their place
    const ts = momentOf(frame, { now: Date.now(), clockAhead });
    const accepted = own && acceptedMessage(frame, own);
    if (accepted) return this.#addMessage({ ...accepted, ts }, true);
    if (frame.type === "message") return this.#addMessage({ ...frame, ts });
    const { ids } = frame.type === "reply" ? frame.data : { ids: [], ...frame };
    if (Array.isArray(ids)) this.#delete(ids);
    if (!isShown) return;
    const { command, unsent } = own ? this.#ownLines.read(frame, own) : {};
    if (command) {
      insertRow(this.#room().rows, { moment: ts, make: () => makeEcho(command, ts) });
    }
    const text = describe(frame);
    const where = "room" in frame && frame.room ? frame.room : room;
    if (text) this.#addLine(frame.type === "error" ? "! " : "* ", text, ts, where);
    if (unsent) this.notice("! ", "client.unsent", { text: unsent });
  }

  #addChange(event: Exclude<ConversationEvent, { type: "frame" }>): void {
    for (const { mark, key, params } of describeChange(event)) this.notice(mark, key, params);
    if (event.type === "restarted") this.#request = undefined;
  }

  #addLine(mark: Mark, text: string, moment = Date.now(), room = this.#state.room): void {
    const [className, shown] = mark === "! " ? ["error", mark + text] : ["notice", text];
    insertRow(this.#room(room).rows, { moment, make: () => makeLine(className, shown, moment) });
  }

  #addMessage(message: ShownMessage & { id: number }, isAccepted = false): void {
    const { room: current, nick } = this.#state;
    const name = message.kind === "private" ? current : message.room;
    const room = this.#room(name);
    const id = message.found ? undefined : this.#base + message.id;
    if (id !== undefined && hasMessage(room.rows, id)) return;
    this.#lastId = Math.max(this.#lastId, id ?? 0);
    const make = () => this.#makeMessage(message, nick, isAccepted);
    const row = { moment: message.ts, id, make };
    const isLatest = insertRow(room.rows, row, message.replay && !message.found);
    if (isAccepted || message.replay && !(this.#isCatchingUp && isLatest)) return;
    room.below++;
    if (document.hidden || name !== current || this.#isCatchingUp) room.unseen ??= row;
  }

  /** `nick`: the user's own when it was said. */
  #makeMessage(message: ShownMessage, nick: string, isAccepted = false): HTMLElement {
    const color = this.#nickColors.pick(message.to ?? message.nick);
    const { onNick } = this.#options;
    return makeMessage(message, { nick, color, onNick, isAccepted });
  }

  #delete(ids: readonly number[]): void {
    const deleted = new Set(ids.map((id) => this.#base + id));
    for (const row of [...this.#rooms.values()].flatMap(({ rows }) => rows)) {
      if (!deleted.has(row.id ?? -1)) continue;
      row.make = () => makeLine("notice", say("page.deleted"), row.moment);
      row.made = undefined;
    }
  }

  /** The answer to the log's own request comes after its messages. */
  #onAnswer(frame: HubFrame): void {
    const request = this.#request;
    const isIts = request && "ref" in frame && frame.ref === request.ref;
    if (!isIts || frame.type === "notice") return;
    this.#request = undefined;
    request.room.asked++;
    if (frame.type === "reply") request.room.isWhole = Number(frame.data["count"]) < request.count;
  }
}

function makeEcho(line: string, moment: number): HTMLElement {
  return makeLine("echo", `› ${line}`, moment);
}

/** The lines of a frame. The members are in their pane, and the columns of the help are made for a terminal. */
function describe(frame: Exclude<HubFrame, MessageFrame>): string {
  const lines = (shown: HubFrame) => describeFrame(shown as typeof frame, LANG).join("\n");
  if (frame.type === "welcome") return lines({ ...frame, members: [] });
  if (frame.type !== "reply") return lines(frame);
  if (frame.code === "join") return lines({ ...frame, data: { ...frame.data, members: [] } });
  const text = lines(addLocalHelp(frame, LANG, "↑"));
  return frame.code === "help" ? text.replace(/(?<=\S) {2,}/g, ": ") : text;
}
