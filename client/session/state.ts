/** The state of a conversation, and the state after each change. */

import { type Lang, parseLang } from "../../common/i18n/mod.ts";
import { COMMAND_NAMES, everyName } from "../../common/protocol/command_names.ts";
import type { ByeFrame, HubFrame, MessageFrame, ReplyFrame } from "../../common/protocol/frame.ts";
import { parseInput, splitCommand } from "../../common/protocol/input.ts";
import { mentions } from "./mentions.ts";

/** `joining`: until the hub's welcome; `password`: while the hub waits for it; `lost`: until the next attempt. */
export type ConversationStage = "joining" | "password" | "joined" | "lost";

/** By room, that of the newest message last: at most {@linkcode MAX_UNREAD} messages; whether any mentions the user. */
export type Unread = ReadonlyMap<string, { readonly count: number; readonly isMention: boolean }>;

export type ConversationState = Readonly<ReturnType<typeof initialState>>;

export function initialState(lang: Lang) {
  return {
    stage: "joining" as ConversationStage,
    /** When the next attempt is due, by the caller's clock; only while `lost`. */
    retryAt: undefined as number | undefined,
    /** The user's nick, as the hub last gave it; empty before the first welcome. */
    nick: "",
    /** The room of the first welcome. */
    home: "",
    /** The current room, where messages go. */
    room: "",
    /** All rooms of the user in the order in which they were joined, at most {@linkcode MAX_ROOMS}. */
    rooms: [] as readonly string[],
    /** Of these rooms, without the current one: a room is read when the user goes there or writes there. */
    unread: new Map() as Unread,
    lang,
    /** Longest frame that the hub accepts, in bytes. */
    maxFrame: Infinity,
    /** Most lines of a message that the hub accepts; older hubs do not say. */
    maxLines: Infinity,
    /** The secret that resumes the session; before the first welcome that of an earlier client, or empty. */
    token: "",
    /** The hub's epoch, within which ids are comparable; as the token before the first welcome. */
    epoch: "",
    /** The highest id among received messages and the user's accepted ones; 0 for none. */
    lastId: 0,
    /** Whether browsers find the hub's page at its address. */
    hasPage: false,
    /** Whether the hub has moderators. */
    hasModeration: false,
    isModerator: false,
    /** How far the clock here is ahead of the hub's, in milliseconds; 0 if they agree, or an older hub does not say. */
    clockAhead: 0,
    /** How many errors were received. */
    errors: 0,
    /** The hub's `bye`; undefined while the client reconnects. */
    bye: undefined as ByeFrame | undefined,
  };
}

/** The connection is lost. */
export function setLost(state: ConversationState, retryAt: number): ConversationState {
  return { ...state, stage: "lost", retryAt, bye: undefined };
}

/** The client tries again, or the user gave the password that the hub asked for. */
export function setJoining(state: ConversationState): ConversationState {
  return { ...state, stage: "joining", retryAt: undefined };
}

/** Clocks that differ by less than this, in milliseconds, count as equal: a frame may be on its way for that time. */
export const MAX_LATENCY = 5000;

function clockAhead(date: number | undefined, ts: number | undefined): number {
  const ahead = date === undefined || ts === undefined ? 0 : date - ts;
  return Math.abs(ahead) < MAX_LATENCY ? 0 : ahead;
}

/** The hub sent a frame. `date`: when, by the clock here, in milliseconds since 1970. */
export function receiveFrame(
  state: ConversationState,
  frame: HubFrame,
  date?: number,
): ConversationState {
  switch (frame.type) {
    case "welcome": {
      const isResumed = frame.token === state.token;
      return setRoom({
        ...state,
        rooms: frame.rooms ?? (isResumed ? state.rooms : []),
        unread: isResumed ? state.unread : new Map(),
        stage: "joined",
        nick: frame.nick,
        // A reconnect may land in another room; home stays the first room.
        home: state.home || frame.room,
        maxFrame: frame.limits.line,
        maxLines: frame.limits.lines ?? Infinity,
        token: frame.token,
        epoch: frame.epoch,
        lastId: frame.epoch === state.epoch ? state.lastId : 0,
        hasPage: frame.web === true,
        hasModeration: frame.moderation === true,
        isModerator: frame.moderator ?? (isResumed && state.isModerator), // an older hub does not say
        clockAhead: clockAhead(date, frame.ts),
      }, frame.room);
    }
    case "message": {
      const { room, rooms, unread, nick, lastId } = state;
      const isSeen = frame.room === room || (frame.replay && frame.id <= lastId);
      const isCounted = !isSeen && rooms.includes(frame.room);
      const counted = isCounted ? { ...state, unread: addUnread(unread, frame, nick) } : state;
      return noteId(counted, frame.id);
    }
    case "ack":
      return noteId({ ...state, unread: withoutRoom(state.unread, frame.room) }, frame.id);
    case "error": {
      // After the welcome the same codes answer a command.
      const isAsked = state.stage !== "joined" && PASSWORD_CODES.includes(frame.code);
      return isAsked ? { ...state, stage: "password" } : { ...state, errors: state.errors + 1 };
    }
    case "reply":
      return applyReply(state, frame);
    case "notice":
      if (frame.code !== "removed") return state;
      return applyReply(state, { code: "leave", data: frame.params });
    case "bye":
      return { ...state, bye: frame };
    default:
      return state;
  }
}

/** As many as `/history` shows again. */
const MAX_UNREAD = 999;

function addUnread(unread: Unread, message: MessageFrame, nick: string): Unread {
  const { room } = message;
  const { count = 0, isMention = false } = unread.get(room) ?? {};
  const added = {
    count: Math.min(count + 1, MAX_UNREAD),
    isMention: isMention || mentions(message, nick),
  };
  return withoutRoom(unread, room).set(room, added);
}

function withoutRoom(unread: Unread, room: unknown) {
  return new Map([...unread].filter(([name]) => name !== room));
}

/** Errors after which the hub waits for a password. */
const PASSWORD_CODES = ["password_wanted", "wrong_password", "try_later"];

function noteId(state: ConversationState, id: number): ConversationState {
  return id > state.lastId ? { ...state, lastId: id } : state;
}

/** The most rooms that are kept; a hub lets nobody join as many. */
const MAX_ROOMS = 100;

/** Makes a room the current one, and adds it to the user's rooms. */
function setRoom(state: ConversationState, room: string): ConversationState {
  const rooms = [...new Set(state.rooms).add(room)].slice(0, MAX_ROOMS);
  return { ...state, room, rooms, unread: withoutRoom(state.unread, room) };
}

type Reply = Pick<ReplyFrame, "code" | "data">;

/** Applies what the user's own commands changed, or a moderator's that put them out of a room. */
function applyReply(state: ConversationState, { code, data }: Reply): ConversationState {
  const { nick, room, current, lang, id } = data;
  if (code === "nick" && typeof nick === "string") return { ...state, nick };
  if (code === "join" && typeof room === "string") return setRoom(state, room);
  if (code === "leave" && typeof current === "string") {
    const rooms = state.rooms.filter((name) => name !== room);
    return setRoom({ ...state, rooms, unread: withoutRoom(state.unread, room) }, current);
  }
  if (code === "mod") return { ...state, isModerator: true };
  if (code === "lang" && typeof lang === "string") {
    return { ...state, lang: parseLang(lang) ?? state.lang };
  }
  if (code === "private" && Number.isSafeInteger(id)) return noteId(state, id as number);
  return state;
}

/** The message that a line of the user is, by `/me` and `/notice` too; undefined for others, and for a blank line. */
export function ownMessage(line: string): Pick<MessageFrame, "kind" | "text"> | undefined {
  const input = parseInput(line);
  if (input.kind === "say") return input;
  if (input.kind === "nothing") return undefined;
  const { name, argument: text } = splitCommand(input.line);
  const isOf = (command: "me" | "notice") => everyName(COMMAND_NAMES[command]).includes(name);
  const kind = isOf("me") ? "action" : isOf("notice") && "notice";
  return kind && text !== "" ? { kind, text } : undefined;
}
