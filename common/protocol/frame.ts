/**
 * The frames dialect: one JSON object a line, both ways, for our client and for bots in any language. Types, encoding
 * and validated decoding; it never throws on what came from outside, and ignores frames and fields that it does not
 * know, so that either side may be newer than the other.
 */

import type { Params } from "./codes.ts";
import {
  anyObject,
  checkFields,
  type Field,
  integer,
  isObject,
  listOf,
  objectOf,
  oneOf,
  optional,
  params,
  type Shape,
  text,
} from "./fields.ts";

/** The version of the protocol that this program speaks. */
export const PROTOCOL = 1;

/** Longest line that the hub takes in the text dialect unless it is told otherwise, in bytes. */
export const MAX_TEXT_LINE = 4096;
/** Longest frame that the hub takes unless it is told otherwise, in bytes. */
export const MAX_FRAME = 64 * 1024;
/**
 * The longest line or frame that a hub can be told to take, in bytes: made safe it may be three times as long, the answer to
 * a private one has it twice, and that has to fit into {@linkcode MAX_HUB_FRAME}.
 */
export const GREATEST_FRAME = 128 * 1024;
/** Longest frame that the client takes, in bytes: a `welcome` names many members. */
export const MAX_HUB_FRAME = 1024 * 1024;
/** At most so many members are named in the answer to `/quien`; `count` has them all. */
export const MAX_MEMBERS_NAMED = 500;
/** The same in a `welcome`: where thousands come in at once, each of them gets one. */
export const MAX_WELCOME_NAMED = 50;

/** Of many who came or went at once, so many are named. */
export const MAX_PRESENCE_NAMED = 8;

/** At most so many rooms are listed in the answer to `/salas`. */
export const MAX_ROOMS_LISTED = 100;

/** Frames in a run, as the client takes them; what a hub sends has no more than fit into a few reads. */
const MAX_RUN = 100_000;
const MAX_REF = 64;
const MAX_NAME = 256;
const MAX_TOKEN = 128;

// From the client.

export interface HelloFrame {
  type: "hello";
  /** {@linkcode PROTOCOL}; the hub says bye to one that it does not speak. */
  protocol: number;
  nick?: string;
  /** To come into in place of the first one. */
  room?: string;
  /** `es` or `en`; others count as the hub's own. */
  lang?: string;
  password?: string;
  /** How many messages of the room's history are wanted. */
  history?: number;
  /** Whether frames that follow one another and hardly differ may come as one: {@linkcode MessagesFrame}. */
  runs?: true;
  /**
   * The session that is to go on: its token, and the highest id that was seen in it. Where the hub does not know the token
   * (any more), a new session begins, and its `welcome` has another token.
   */
  resume?: { token: string; after: number };
  /**
   * Whether one only wants to know how things are, and not to come in: a {@linkcode LookFrame} answers, and behind it what
   * a `hello` with this nick and password would be told that may not come in. Nobody else hears of it, and a `hello` that
   * comes in may follow. The protocol does not matter; with 0, a hub that does not know of looking lets nobody in either.
   */
  look?: true;
}

export interface SayFrame {
  type: "say";
  /**
   * Chosen by the client, and used once in a session; comes back in the `ack` or `error`. The same again gets the same
   * answer, and does nothing more.
   */
  ref: string;
  /** May hold newlines (LF). */
  text: string;
  room?: string;
  /** A nick: the message is private. */
  to?: string;
}

export interface CommandFrame {
  type: "command";
  ref: string;
  /** With its slash, as a person types it: `/quien`. */
  line: string;
}

export interface PingFrame {
  type: "ping";
}

export type ClientFrame = HelloFrame | SayFrame | CommandFrame | PingFrame;

// From the hub.

export interface WelcomeFrame {
  type: "welcome";
  protocol: number;
  /** Program and version of the hub. */
  hub: string;
  /**
   * Names this life of the hub, or of the chat where several hubs are one: another one knows neither its tokens nor its refs,
   * and its ids begin anew.
   */
  epoch: string;
  /** Secret of this session. */
  token: string;
  /** The nick that was given, which may differ from the one that was asked for. */
  nick: string;
  room: string;
  /** At most {@linkcode MAX_WELCOME_NAMED} nicks, one's own among them. */
  members: string[];
  /** Members of the room in all. */
  count: number;
  /** Of the room; missing where there is none. */
  topic?: string;
  motd?: string;
  /** `line`: longest frame that the hub takes, in bytes. */
  limits: { line: number };
}

/** What a hub is, for who only looks. */
export interface LookFrame {
  type: "look";
  /** The one that it speaks. */
  protocol: number;
  /** Program and version of the hub. */
  hub: string;
  /** How many are in the chat; for those alone who may come in. */
  people?: number;
}

export type MessageKind = "say" | "action" | "private";

export interface MessageFrame {
  type: "message";
  /** Grows in the order in which the hub accepted the messages. */
  id: number;
  /** Empty for a private message. */
  room: string;
  nick: string;
  text: string;
  /** When the hub accepted it: milliseconds since 1970, UTC. */
  ts: number;
  kind: MessageKind;
  /** Set when it is told again from the history. */
  replay?: true;
}

/** A message of one's own was accepted: `id` and `ts` are those that the others see. */
export interface AckFrame {
  type: "ack";
  ref: string;
  id: number;
  ts: number;
}

export interface JoinedFrame {
  type: "joined";
  room: string;
  nick: string;
  /** Members of the room, the newcomer counted. */
  count: number;
}

export interface LeftFrame {
  type: "left";
  room: string;
  nick: string;
  /** Members of the room that remain. */
  count: number;
  /** Why the hub closed the connection, where it did: a code of `bye`. */
  reason?: string;
  /** Where a moderator did: `by`, and `because` where a reason was given. */
  params?: Params;
}

/** Many have come and gone since the room was told last; who did both meanwhile is not among them. */
export interface PresenceFrame {
  type: "presence";
  room: string;
  /** How many, and the nicks of the first {@linkcode MAX_PRESENCE_NAMED}. Who is named in both has gone before coming. */
  joined: { count: number; nicks: string[] };
  left: { count: number; nicks: string[] };
  /** Members of the room now. */
  count: number;
}

export interface RenamedFrame {
  type: "renamed";
  room: string;
  /** The nick until now. */
  from: string;
  nick: string;
}

/** Somebody gave the room another topic. */
export interface TopicFrame {
  type: "topic";
  room: string;
  nick: string;
  /** Empty when it was taken away. */
  topic: string;
}

export interface ReplyFrame {
  type: "reply";
  ref: string;
  code: string;
  /** See ReplyData in codes.ts. */
  data: Record<string, unknown>;
  /** English, for programs that do not know the code; so in `error`, `notice` and `bye`. */
  text: string;
}

export interface ErrorFrame {
  type: "error";
  /** Of the frame that failed, where it had one. */
  ref?: string;
  code: string;
  params: Params;
  text: string;
}

export interface NoticeFrame {
  type: "notice";
  code: string;
  params: Params;
  text: string;
}

export interface ByeFrame {
  type: "bye";
  code: string;
  params: Params;
  text: string;
}

export interface PongFrame {
  type: "pong";
}

export type HubFrame =
  | WelcomeFrame
  | LookFrame
  | MessageFrame
  | AckFrame
  | JoinedFrame
  | LeftFrame
  | PresenceFrame
  | RenamedFrame
  | TopicFrame
  | ReplyFrame
  | ErrorFrame
  | NoticeFrame
  | ByeFrame
  | PongFrame;

/**
 * Messages that followed one another, for who wants runs: what one says at once. The first has the `id`, and each further
 * one an id that is greater by one.
 */
export interface MessagesFrame extends Omit<MessageFrame, "type" | "text" | "replay"> {
  type: "messages";
  texts: string[];
}

/** Acks that followed one another, for who wants runs; their ids are those of messages that did. */
export interface AcksFrame extends Omit<AckFrame, "type" | "ref"> {
  type: "acks";
  refs: string[];
}

/** What the hub sends. Who does not want runs gets but {@linkcode HubFrame}s. */
export type WireFrame = HubFrame | MessagesFrame | AcksFrame;

/** What a line turned out to be. `type` and `ref` are given where they could be read. */
export type Decoded<F> =
  | { kind: "frame"; frame: F }
  /** A frame of a type that is not known here: to be ignored. */
  | { kind: "unknown"; type: string }
  /** No frame, or one with a bad field. */
  | { kind: "invalid"; reason: string; type?: string; ref?: string };

type Shapes<F extends { type: string }> = {
  readonly [T in F["type"]]: Shape<Extract<F, { type: T }>>;
};

const name = text(MAX_NAME);
const longText = text(MAX_HUB_FRAME);
const count = integer(0);
/** Milliseconds since 1970, as far as dates go. */
const moment = integer(0, 8_640_000_000_000_000);
const messageKind = oneOf<MessageKind>("say", "action", "private");
const isTrue: Field<true> = {
  wanted: "true",
  optional: false,
  accepts: (value): value is true => value === true,
};
const coded = { code: text(64), params: params(), text: longText };

const someNicks = objectOf<PresenceFrame["joined"]>({
  count,
  nicks: listOf(name, MAX_MEMBERS_NAMED),
});

/** What each field of each frame may hold, from the client and from the hub: what decodes them, and what describes them. */
export const CLIENT_SHAPES: Shapes<ClientFrame> = {
  hello: {
    protocol: integer(0),
    nick: optional(name),
    room: optional(name),
    lang: optional(text(64)),
    password: optional(text(1024)),
    history: optional(count),
    runs: optional(isTrue),
    resume: optional(
      objectOf<NonNullable<HelloFrame["resume"]>>({ token: text(MAX_TOKEN), after: count }),
    ),
    look: optional(isTrue),
  },
  say: { ref: text(MAX_REF), text: text(GREATEST_FRAME), room: optional(name), to: optional(name) },
  command: { ref: text(MAX_REF), line: text(GREATEST_FRAME) },
  ping: {},
};

export const HUB_SHAPES: Shapes<WireFrame> = {
  welcome: {
    protocol: integer(0),
    hub: name,
    epoch: text(MAX_TOKEN),
    token: text(MAX_TOKEN),
    nick: name,
    room: name,
    members: listOf(name, 100_000),
    count,
    topic: optional(text(1024)),
    motd: optional(longText),
    limits: objectOf<WelcomeFrame["limits"]>({ line: integer(1) }),
  },
  look: { protocol: integer(0), hub: name, people: optional(count) },
  message: {
    id: count,
    room: name,
    nick: name,
    text: longText,
    ts: moment,
    kind: messageKind,
    replay: optional(isTrue),
  },
  messages: {
    id: count,
    room: name,
    nick: name,
    texts: listOf(longText, MAX_RUN),
    ts: moment,
    kind: messageKind,
  },
  acks: { id: count, ts: moment, refs: listOf(text(MAX_REF), MAX_RUN) },
  ack: { ref: text(MAX_REF), id: count, ts: moment },
  joined: { room: name, nick: name, count },
  left: { room: name, nick: name, count, reason: optional(text(64)), params: optional(params()) },
  presence: { room: name, joined: someNicks, left: someNicks, count },
  renamed: { room: name, from: name, nick: name },
  topic: { room: name, nick: name, topic: text(1024) },
  reply: { ref: text(MAX_REF), code: text(64), data: anyObject(), text: longText },
  error: { ref: optional(text(MAX_REF)), ...coded },
  notice: coded,
  bye: coded,
  pong: {},
};

/** Whether a frame is told in a room that is not the reader's current one. */
export function isElsewhere(frame: HubFrame, current: string): boolean {
  return "room" in frame && frame.room !== "" && frame.room !== current;
}

/** A frame as its line, without the LF. */
export function encodeFrame(frame: ClientFrame | WireFrame): string {
  return JSON.stringify(frame);
}

/** The usual `say`, as `JSON.stringify` writes it, with nothing in it that JSON might escape. */
const SAY = { ref: '{"type":"say","ref":"', text: '","text":"', end: '"}' } as const;
const ESCAPED = /["\\\p{Cc}]/u;

/** The `say` of such a line: nearly all that comes in a flood is one, and read like this it takes a quarter of the time. */
function decodePlainSay(line: string): SayFrame | undefined {
  if (!line.startsWith(SAY.ref) || !line.endsWith(SAY.end)) return undefined;
  const refEnd = line.indexOf('"', SAY.ref.length);
  const from = refEnd + SAY.text.length;
  const to = line.length - SAY.end.length;
  if (!line.startsWith(SAY.text, refEnd) || from > to) return undefined;
  const ref = line.slice(SAY.ref.length, refEnd);
  const text = line.slice(from, to);
  if (ref.length > MAX_REF || text.length > GREATEST_FRAME) return undefined;
  if (ESCAPED.test(ref) || ESCAPED.test(text)) return undefined;
  return { type: "say", ref, text };
}

/** Reads a line that a client sent. `ref`: what a frame that has none is given. */
export function decodeClientFrame(
  line: string,
  { ref }: { ref?: string } = {},
): Decoded<ClientFrame> {
  const say = decodePlainSay(line);
  if (say) return { kind: "frame", frame: say };
  return decode<ClientFrame>(line, CLIENT_SHAPES, ref);
}

/** Reads a line that the hub sent. */
export function decodeHubFrame(line: string): Decoded<WireFrame> {
  return decode<WireFrame>(line, HUB_SHAPES);
}

function decode<F extends { type: string }>(
  line: string,
  shapes: Shapes<F>,
  givenRef?: string,
): Decoded<F> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { kind: "invalid", reason: "the line is not JSON" };
  }
  if (!isObject(parsed)) return { kind: "invalid", reason: "the line is not a JSON object" };
  const value = givenRef === undefined ? parsed : { ref: givenRef, ...parsed };
  const type = Object.hasOwn(value, "type") ? value["type"] : undefined;
  if (typeof type !== "string") return { kind: "invalid", reason: '"type" must be a string' };
  if (!Object.hasOwn(shapes, type)) return { kind: "unknown", type };

  const checked = checkFields(value, shapes[type as F["type"]]);
  if (checked.ok) return { kind: "frame", frame: Object.assign(checked.fields, { type }) };
  const ref = value["ref"];
  return {
    kind: "invalid",
    reason: `${type}: ${checked.reason}`,
    type,
    ...(typeof ref === "string" && ref.length <= MAX_REF ? { ref } : {}),
  };
}
