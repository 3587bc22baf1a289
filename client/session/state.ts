/** What the client knows of its conversation, and how it changes: (state, event) -> state. Pure. */

import { type Lang, parseLang } from "../../common/i18n/mod.ts";
import type { ByeFrame, ErrorFrame, HubFrame, MessageKind } from "../../common/protocol/frame.ts";
import { ACTION_NAMES, parseInput, splitCommand } from "../../common/protocol/input.ts";

/**
 * Where the conversation stands: `joining` until the hub's welcome, `password` while the hub waits for one, `joined`, and
 * `lost` from when a connection breaks until the next attempt.
 */
export type ConversationStage = "joining" | "password" | "joined" | "lost";

export interface ConversationState {
  readonly stage: ConversationStage;
  /** When the next attempt is due, by the caller's clock; where the connection is lost. */
  readonly retryAt: number | undefined;
  /** One's own, as the hub last said; empty before the first welcome. */
  readonly nick: string;
  /** The first room, and the current one, where what one says goes. */
  readonly home: string;
  readonly room: string;
  readonly lang: Lang;
  /** Longest frame that the hub takes, in bytes. */
  readonly maxFrame: number;
  /** The session's secret, by which it can be gone on with, and the hub's life in which ids count; empty as the nick is. */
  readonly token: string;
  readonly epoch: string;
  /** The highest id of a message that came, or of one's own that was accepted; 0 for none. */
  readonly lastId: number;
  /** How many errors came. */
  readonly errors: number;
  /** The hub's last word, once it came; none while the connection is tried again. */
  readonly bye: ByeFrame | undefined;
}

export type StateChange =
  | { type: "received"; frame: HubFrame }
  /** The password that the hub wants was given. */
  | { type: "answered" }
  /** The connection is over, and is tried again at a time. */
  | { type: "lost"; retryAt: number }
  /** It is being tried again. */
  | { type: "retrying" };

export function initialState(lang: Lang): ConversationState {
  return {
    stage: "joining",
    retryAt: undefined,
    nick: "",
    home: "",
    room: "",
    lang,
    maxFrame: Infinity,
    token: "",
    epoch: "",
    lastId: 0,
    errors: 0,
    bye: undefined,
  };
}

/** The state after an event. */
export function reduce(state: ConversationState, event: StateChange): ConversationState {
  switch (event.type) {
    case "received":
      return receive(state, event.frame);
    case "lost":
      return { ...state, stage: "lost", retryAt: event.retryAt, bye: undefined };
    case "answered":
    case "retrying":
      return { ...state, stage: "joining", retryAt: undefined };
  }
}

function receive(state: ConversationState, frame: HubFrame): ConversationState {
  switch (frame.type) {
    case "welcome":
      return {
        ...state,
        stage: "joined",
        nick: frame.nick,
        // The room in which one began stays that, whatever room one comes back to.
        home: state.home || frame.room,
        room: frame.room,
        maxFrame: frame.limits.line,
        token: frame.token,
        epoch: frame.epoch,
        lastId: frame.epoch === state.epoch ? state.lastId : 0,
      };
    case "message":
    case "ack":
      return noteId(state, frame.id);
    case "error":
      return asksForPassword(state, frame)
        ? { ...state, stage: "password" }
        : { ...state, errors: state.errors + 1 };
    case "reply":
      return applyReply(state, frame.code, frame.data);
    case "bye":
      return { ...state, bye: frame };
    default:
      return state;
  }
}

/** Later on, the same codes answer a command. */
function asksForPassword({ stage }: ConversationState, { code }: ErrorFrame): boolean {
  return stage !== "joined" && (code === "password_wanted" || code === "wrong_password");
}

function noteId(state: ConversationState, id: number): ConversationState {
  return id > state.lastId ? { ...state, lastId: id } : state;
}

/** What one's own commands changed. */
function applyReply(
  state: ConversationState,
  code: string,
  data: Record<string, unknown>,
): ConversationState {
  if (code === "nick" && typeof data["nick"] === "string") return { ...state, nick: data["nick"] };
  if (code === "join" && typeof data["room"] === "string") return { ...state, room: data["room"] };
  if (code === "leave" && typeof data["current"] === "string") {
    return { ...state, room: data["current"] };
  }
  if (code === "lang" && typeof data["lang"] === "string") {
    return { ...state, lang: parseLang(data["lang"]) ?? state.lang };
  }
  if (code === "private" && Number.isSafeInteger(data["id"])) {
    return noteId(state, data["id"] as number);
  }
  return state;
}

/** How one's own line shows: as a message, or as the command that it is. */
export function describeOwn(
  line: string,
): { kind: MessageKind; text: string } | { kind: "command" } | undefined {
  const input = parseInput(line);
  if (input.kind === "nothing") return undefined;
  if (input.kind === "say") return { kind: "say", text: input.text };
  const { name, argument } = splitCommand(input.line);
  const isAction = Object.values(ACTION_NAMES).some((names) => names.some((each) => each === name));
  return isAction && argument !== "" ? { kind: "action", text: argument } : { kind: "command" };
}
