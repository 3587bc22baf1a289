/** The frames of the protocol, both ways, for our client and for bots in any language: their fields, and what these may hold. */

import type { Params } from "./codes.ts";
import {
  anyObject,
  field,
  integer,
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

/** Default for the longest line of the text dialect, in bytes. */
export const MAX_TEXT_LINE = 4096;
/** Default for the longest frame that the hub accepts, in bytes. */
export const MAX_FRAME = 64 * 1024;
/**
 * The most that the limits of lines and frames can be set to, in bytes: safe text may be three times as long, the reply to a
 * private message contains it twice, and that has to fit into {@linkcode MAX_HUB_FRAME}.
 */
export const GREATEST_FRAME = 128 * 1024;
/** Longest frame that the client accepts, in bytes: a `welcome` names many members. */
export const MAX_HUB_FRAME = 1024 * 1024;
/** Members named in the reply to `/who`; `count` counts all. */
export const MAX_MEMBERS_NAMED = 500;
/** Members named in a `welcome`; fewer, since when thousands join at once each of them gets one. */
export const MAX_WELCOME_NAMED = 50;
/** Most lines of a message, so that it does not push what others said out of sight. */
export const MAX_MESSAGE_LINES = 200;
/** Nicks named when many joined or left at once. */
export const MAX_PRESENCE_NAMED = 8;
/** Rooms listed in the reply to `/rooms`. */
export const MAX_ROOMS_LISTED = 100;
/** Bans and mutes listed in the replies to `/bans` and `/mutes`. */
export const MAX_RULES_LISTED = 40;
/** Frames in a run that the client accepts; a hub sends at most as many as fit into a few reads. */
const MAX_RUN = 100_000;
/** Longest ref of a frame that is a string, in UTF-16 units. */
export const MAX_REF = 64;
const MAX_NAME = 256;
const MAX_TOKEN = 128;

/** Names a request: a string, or a safe integer, as many JSON libraries number theirs. Answers carry it as it was given. */
export type Ref = string | number;

// From the client.

export type Resume = { token: string; after: number };

export interface HelloFrame {
  type: "hello";
  /** {@linkcode PROTOCOL}; the hub answers another one with a bye. */
  protocol: number;
  nick?: string;
  /** To join in place of the first room. */
  room?: string;
  /** `es` or `en`; any other means the hub's default. */
  lang?: string;
  password?: string;
  /** Number of messages of the room's history to replay. */
  history?: number;
  /** Whether the hub may send runs ({@linkcode MessagesFrame}). */
  runs?: true;
  /**
   * The session to resume: its token, and the highest id that was received in it. If the hub does not know the token, a new
   * session begins, whose `welcome` has another token.
   */
  resume?: Resume;
  /**
   * Asks about the hub without joining: a {@linkcode LookFrame} answers, followed by the error or bye that a `hello` with this
   * nick and password would get, if any. Nobody else sees it, and a `hello` that joins may follow. The protocol version does not
   * matter; with 0, a hub that does not know `look` does not let the client join either.
   */
  look?: true;
}

export interface SayFrame {
  type: "say";
  /** Chosen by the client, unique in its session; comes back in the `ack` or `error`. A repeat gets the same answer and does nothing. */
  ref: Ref;
  /** May contain newlines (LF). */
  text: string;
  room?: string;
  /** A nick, which makes the message private. */
  to?: string;
}

export interface CommandFrame {
  type: "command";
  ref: Ref;
  /** As a user types it, with the slash: `/who`. */
  line: string;
}

export interface PingFrame {
  type: "ping";
}

export type ClientFrame = HelloFrame | SayFrame | CommandFrame | PingFrame;

// From the hub.

/** A frame that tells something. */
interface Told {
  /** When it was told, by the hub's clock: milliseconds since 1970, UTC. It is added when the frame is encoded; older hubs do not. */
  ts?: number;
}

export interface WelcomeFrame extends Told {
  type: "welcome";
  protocol: number;
  /** Program and version of the hub. */
  hub: string;
  /** Identifies this run of the hub, or of hubs that are one. With another epoch, tokens and refs are unknown and ids start over. */
  epoch: string;
  /** Secret of this session. */
  token: string;
  /** The nick of the user, which may differ from the one in the `hello`. */
  nick: string;
  room: string;
  /** At most {@linkcode MAX_WELCOME_NAMED} nicks, the user's own among them. */
  members: string[];
  /** All members of the room. */
  count: number;
  /** Of the room; missing if it has none. */
  topic?: string;
  motd?: string;
  /** Set if the hub has a password for moderators. */
  moderation?: true;
  /** `line`: the longest frame that the hub accepts, in bytes; `lines`: the most lines of a message. */
  limits: { line: number; lines?: number };
}

/** Describes a hub to a client that asks without joining. */
export interface LookFrame {
  type: "look";
  /** The version that it speaks. */
  protocol: number;
  /** Program and version of the hub. */
  hub: string;
  /** Number of users in the chat; only for clients that may join. */
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
  /** When the hub accepted it, in milliseconds since 1970, UTC. */
  ts: number;
  kind: MessageKind;
  /** Set if it is replayed from the history. */
  replay?: true;
  /** Set if it was too long to be replayed whole: the number of further lines. */
  more?: number;
}

/** The client's own message was accepted; `id` and `ts` are those that the others see. */
export interface AckFrame {
  type: "ack";
  ref: Ref;
  id: number;
  ts: number;
}

export interface JoinedFrame extends Told {
  type: "joined";
  room: string;
  nick: string;
  /** Members of the room, including the new one. */
  count: number;
}

export interface LeftFrame extends Told {
  type: "left";
  room: string;
  nick: string;
  /** The remaining members of the room. */
  count: number;
  /** Code of the `bye`, if the hub closed the connection. */
  reason?: string;
  /** If a moderator did: `by`, and `because` with the reason if there was one. */
  params?: Params;
}

/** Many users joined or left since the last announcement; those who did both are not counted. */
export interface PresenceFrame extends Told {
  type: "presence";
  room: string;
  /** The first {@linkcode MAX_PRESENCE_NAMED} nicks. A user in both left first and joined again. */
  joined: { count: number; nicks: string[] };
  left: { count: number; nicks: string[] };
  /** Members of the room now. */
  count: number;
}

export interface RenamedFrame extends Told {
  type: "renamed";
  room: string;
  /** The old nick. */
  from: string;
  nick: string;
}

/** A member changed the room's topic. */
export interface TopicFrame extends Told {
  type: "topic";
  room: string;
  nick: string;
  /** Empty if it was removed. */
  topic: string;
}

export interface ReplyFrame extends Told {
  type: "reply";
  ref: Ref;
  code: string;
  /** See ReplyData in codes.ts. */
  data: Record<string, unknown>;
  /** In English, for programs that do not know the code; likewise in `error`, `notice` and `bye`. */
  text: string;
}

interface CodedFrame<Type> extends Told {
  type: Type;
  code: string;
  params: Params;
  text: string;
}

export interface ErrorFrame extends CodedFrame<"error"> {
  /** Of the frame that failed, if it had one. */
  ref?: Ref;
}

export interface NoticeFrame extends CodedFrame<"notice"> {
  /** Of the command that asked for what follows, if one did. */
  ref?: Ref;
}

export type ByeFrame = CodedFrame<"bye">;

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

/** A run of messages of one author, for clients that ask for runs. The first has the `id`; ids grow by one. */
export interface MessagesFrame extends Omit<MessageFrame, "type" | "text" | "replay" | "more"> {
  type: "messages";
  texts: string[];
}

/** A run of acks, for clients that ask for runs. The first has the `id`; ids grow by one. */
export interface AcksFrame extends Omit<AckFrame, "type" | "ref"> {
  type: "acks";
  refs: Ref[];
}

/** Everything that the hub sends. Clients that do not ask for runs get only {@linkcode HubFrame}s. */
export type WireFrame = HubFrame | MessagesFrame | AcksFrame;

/** The shape of each frame, by its type. */
export type Shapes<F extends { type: string }> = {
  readonly [T in F["type"]]: Shape<Extract<F, { type: T }>>;
};

/** A {@linkcode Ref}. */
export const REF = field(
  `a string of at most ${MAX_REF} characters or an integer`,
  (value): value is Ref =>
    typeof value === "string" ? value.length <= MAX_REF : Number.isSafeInteger(value),
);
const name = text(MAX_NAME);
const longText = text(MAX_HUB_FRAME);
const count = integer(0);
/** Milliseconds since 1970, within the range of Date. */
const moment = integer(0, 8_640_000_000_000_000);
const kind = oneOf<MessageKind>("say", "action", "private");
const said = { id: count, room: name, nick: name, ts: moment, kind };
const isTrue = field("true", (value) => value === true);
const told = { ts: optional(moment) };
const coded = { code: text(64), params: params(), text: longText, ...told };

const nicks = listOf(name, MAX_MEMBERS_NAMED);
const someNicks = objectOf<PresenceFrame["joined"]>({ count, nicks });

/** What each field of each frame may hold: for decoding, and for the check of docs/protocol.md. */
export const CLIENT_SHAPES: Shapes<ClientFrame> = {
  hello: {
    protocol: integer(0),
    nick: optional(name),
    room: optional(name),
    lang: optional(text(64)),
    password: optional(text(1024)),
    history: optional(count),
    runs: optional(isTrue),
    resume: optional(objectOf<Resume>({ token: text(MAX_TOKEN), after: count })),
    look: optional(isTrue),
  },
  say: { ref: REF, text: text(GREATEST_FRAME), room: optional(name), to: optional(name) },
  command: { ref: REF, line: text(GREATEST_FRAME) },
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
    moderation: optional(isTrue),
    limits: objectOf<WelcomeFrame["limits"]>({ line: integer(1), lines: optional(integer(1)) }),
    ...told,
  },
  look: { protocol: integer(0), hub: name, people: optional(count) },
  message: { ...said, text: longText, replay: optional(isTrue), more: optional(count) },
  messages: { ...said, texts: listOf(longText, MAX_RUN) },
  acks: { id: count, ts: moment, refs: listOf(REF, MAX_RUN) },
  ack: { ref: REF, id: count, ts: moment },
  joined: { room: name, nick: name, count, ...told },
  left: {
    room: name,
    nick: name,
    count,
    reason: optional(text(64)),
    params: optional(params()),
    ...told,
  },
  presence: { room: name, joined: someNicks, left: someNicks, count, ...told },
  renamed: { room: name, from: name, nick: name, ...told },
  topic: { room: name, nick: name, topic: text(1024), ...told },
  reply: { ref: REF, code: text(64), data: anyObject(), text: longText, ...told },
  error: { ref: optional(REF), ...coded },
  notice: { ref: optional(REF), ...coded },
  bye: coded,
  pong: {},
};

/** Whether a frame is about a room that is not the reader's current one. */
export function isElsewhere(frame: HubFrame, current: string): boolean {
  return "room" in frame && frame.room !== "" && frame.room !== current;
}
