/** What the client knows of its conversation, and how it changes: (state, event) -> state. Pure. */

import { type Lang, parseLang } from "../i18n/mod.ts";
import type { ByeFrame, HubFrame, MessageKind } from "../protocol/frame.ts";
import { ACTION_NAMES, parseInput, splitCommand } from "../protocol/input.ts";

/** What was sent and not answered yet: `text` as it was typed. */
export interface Pending {
  readonly text: string;
}

export interface State {
  /** One's own, as the hub last said; empty before the welcome. */
  readonly nick: string;
  /** The first room, and the current one, where what one says goes. */
  readonly home: string;
  readonly room: string;
  readonly lang: Lang;
  /** Longest frame that the hub takes, in bytes. */
  readonly maxFrame: number;
  /** By ref, in the order in which it was sent. */
  readonly pending: ReadonlyMap<string, Pending>;
  /** How many errors came. */
  readonly errors: number;
  /** The hub's last word, once it came. */
  readonly bye: ByeFrame | undefined;
}

export type ClientEvent =
  | { type: "received"; frame: HubFrame }
  | { type: "sent"; ref: string; text: string };

export function initialState(lang: Lang): State {
  return {
    nick: "",
    home: "",
    room: "",
    lang,
    maxFrame: Infinity,
    pending: new Map(),
    errors: 0,
    bye: undefined,
  };
}

/** The state after an event. */
export function reduce(state: State, event: ClientEvent): State {
  if (event.type === "sent") {
    return { ...state, pending: new Map(state.pending).set(event.ref, { text: event.text }) };
  }
  const { frame } = event;
  switch (frame.type) {
    case "welcome":
      return {
        ...state,
        nick: frame.nick,
        home: frame.room,
        room: frame.room,
        maxFrame: frame.limits.line,
      };
    case "ack":
      return answered(state, frame.ref);
    case "error":
      return { ...answered(state, frame.ref), errors: state.errors + 1 };
    case "reply":
      return learn(answered(state, frame.ref), frame.code, frame.data);
    case "bye":
      return { ...state, bye: frame };
    default:
      return state;
  }
}

function answered(state: State, ref: string | undefined): State {
  if (ref === undefined || !state.pending.has(ref)) return state;
  const pending = new Map(state.pending);
  pending.delete(ref);
  return { ...state, pending };
}

/** What one's own commands changed. */
function learn(state: State, code: string, data: Record<string, unknown>): State {
  if (code === "nick" && typeof data["nick"] === "string") return { ...state, nick: data["nick"] };
  if (code === "join" && typeof data["room"] === "string") return { ...state, room: data["room"] };
  if (code === "leave" && typeof data["current"] === "string") {
    return { ...state, room: data["current"] };
  }
  if (code === "lang" && typeof data["lang"] === "string") {
    return { ...state, lang: parseLang(data["lang"]) ?? state.lang };
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
