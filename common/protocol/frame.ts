/** The frames of the protocol, both ways, for our client and for bots in any language: what their fields may hold. */

import {
  anyObject,
  boolean,
  field,
  type Fields,
  integer,
  isTrue,
  listOf,
  objectOf,
  oneOf,
  optional,
  params,
  text,
  type Values,
} from "./fields.ts";
import { TAGS } from "./tags.ts";

/** The version of the protocol that this program speaks. */
export const PROTOCOL = 1;

/** Default for the longest line of the text dialect, in bytes. */
export const MAX_TEXT_LINE = 4096;
/** Default for the longest frame that the hub accepts, in bytes. */
export const MAX_FRAME = 64 * 1024;
/**
 * The most that the limits of lines and frames can be set to, in bytes: safe text may be three times as long, the
 * reply to a private message contains it twice, and that has to fit into {@linkcode MAX_HUB_FRAME}.
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

/** Names a request: a string, or a safe integer, as many JSON libraries number theirs. Answers carry it as given. */
export type Ref = string | number;

/** `notice`: a message that programs do not answer. */
export type MessageKind = "say" | "action" | "notice" | "private";
/** How a message is shown, if not as a plain one. */
export const MANNER = oneOf("action", "notice");
export const MESSAGE_KIND = oneOf<MessageKind>("say", "action", "notice", "private");

/** A {@linkcode Ref}. */
export const REF = field(
  `a string of at most ${MAX_REF} characters or an integer`,
  (value): value is Ref =>
    typeof value === "string" ? value.length <= MAX_REF : Number.isSafeInteger(value),
);
const name = text(MAX_NAME);
const longText = text(MAX_HUB_FRAME);
const count = integer(0);
/** Milliseconds since 1970 (UTC), within the range of Date. */
export const moment = integer(0, 8_640_000_000_000_000);

/** The fields of each frame by its type, and what they may hold; a test compares docs/protocol.md with them. */
type Shapes = Readonly<Record<string, Fields>>;

export const CLIENT_SHAPES = {
  hello: {
    /** {@linkcode PROTOCOL}; the hub answers another one with a bye. */
    protocol: integer(0),
    nick: optional(name),
    /** To join in place of the first room. */
    room: optional(name),
    /** `es` or `en`; any other means the hub's default. */
    lang: optional(text(64)),
    password: optional(text(1024)),
    /** Number of messages of the room's history to replay. */
    history: optional(count),
    /** The highest id that the client has seen in this epoch, in place of `history`: what was said since then is replayed. */
    after: optional(count),
    epoch: optional(text(MAX_TOKEN)),
    /** Whether the hub may send runs (runs.ts). */
    runs: optional(isTrue),
    /** The session to resume, and the highest id received in it. If the hub does not know it, a new session begins. */
    resume: optional(objectOf({ token: text(MAX_TOKEN), after: count })),
    /**
     * Asks about the hub without joining: a `look` answers, then the error or bye that a `hello` with this nick and
     * password would get, if any. Nobody else sees it, and a `hello` that joins may follow. The protocol version does
     * not matter; with 0, a hub that does not know `look` does not let the client join either.
     */
    look: optional(isTrue),
  },
  say: {
    /** Chosen by the client, unique in its session; the `ack` or `error` has it. A repeat only gets the same answer. */
    ref: REF,
    /** May contain newlines (LF). */
    text: text(GREATEST_FRAME),
    room: optional(name),
    /** A nick, which makes the message private. */
    to: optional(name),
    /** Set if a user typed the text: if it begins with `#` and the name of a room that exists, the rest is for it. */
    typed: optional(isTrue),
    as: optional(MANNER),
    /** With tags the text may be empty: clients get them as `tags`, and nobody else is shown anything. */
    tags: optional(TAGS),
  },
  /** `line`: as a user types it, with the slash. */
  command: { ref: REF, line: text(GREATEST_FRAME) },
  ping: {},
} satisfies Shapes;

const said = {
  /** Grows in the order in which the hub accepted the messages. */
  id: count,
  /** Empty for a private message. */
  room: name,
  nick: name,
  /** When the hub accepted it. */
  ts: moment,
  kind: MESSAGE_KIND,
};
/** When the hub told it, by its clock. It is added when the frame is encoded; older hubs do not. */
const told = { ts: optional(moment) };
/** `text` is in English, for programs that do not know the code. */
const coded = { code: text(64), params: params(), text: longText, ...told };
/** The first {@linkcode MAX_PRESENCE_NAMED} nicks of `count`. */
const someNicks = objectOf({ count, nicks: listOf(name, MAX_MEMBERS_NAMED) });

export const HUB_SHAPES = {
  welcome: {
    protocol: integer(0),
    /** Program and version of the hub. */
    hub: name,
    /** Of this run of the hub, or of hubs that are one. Another epoch does not know tokens and refs; ids start over. */
    epoch: text(MAX_TOKEN),
    /** Secret of this session. */
    token: text(MAX_TOKEN),
    /** The nick of the user, which may differ from the one in the `hello`. */
    nick: name,
    room: name,
    /** All rooms of the session in the order in which it joined them; missing if it is in one. */
    rooms: optional(listOf(name, MAX_ROOMS_LISTED)),
    /** At most {@linkcode MAX_WELCOME_NAMED} nicks, the user's own among them. */
    members: listOf(name, 100_000),
    /** All members of the room; in other frames, after what they tell. */
    count,
    /** Of the room; missing if it has none. */
    topic: optional(text(1024)),
    motd: optional(longText),
    /** Set if the hub has a password for moderators. */
    moderation: optional(isTrue),
    /** Set if the user is a moderator, in a session that was resumed. */
    moderator: optional(isTrue),
    /** Set if browsers find the hub's page at the same address. */
    web: optional(isTrue),
    /** `line`: the longest frame that the hub accepts, in bytes; `lines`: the most lines of a message. */
    limits: objectOf({ line: integer(1), lines: optional(integer(1)) }),
    ...told,
  },
  /** Describes a hub to a client that asks without joining. `people`: users in the chat, for clients that may join. */
  look: { protocol: integer(0), hub: name, people: optional(count) },
  message: {
    ...said,
    text: longText,
    /** Set if it is replayed from the history. */
    replay: optional(isTrue),
    /** Set if a search found it: where lines have no times beside them, it is shown with its day and time. */
    found: optional(isTrue),
    /** Set if it was too long to be replayed whole: the number of further lines. */
    more: optional(count),
    /** Of a private message. */
    as: optional(MANNER),
    /** They are not replayed. */
    tags: optional(TAGS),
  },
  /** What a client says to clients without a message: that its user is typing, for instance. It is not replayed. */
  tags: { id: count, room: name, nick: name, ts: moment, tags: TAGS },
  /** A run of messages of one author, for clients that ask for runs. The first has the `id`; ids grow by one. */
  messages: { ...said, texts: listOf(longText, MAX_RUN) },
  /** The client's own message was accepted, with the `id` and `ts` that others see. `room`: unless the current one. */
  ack: { ref: REF, id: count, ts: moment, room: optional(name) },
  /** A run of acks, as of messages. */
  acks: { id: count, ts: moment, refs: listOf(REF, MAX_RUN) },
  joined: { room: name, nick: name, count, ...told },
  left: {
    room: name,
    nick: name,
    count,
    /** Code of the `bye`, if the hub closed the connection; `removed` if a moderator put the user out of the room. */
    reason: optional(text(64)),
    /** `because`: the user's reason, or that of the moderator `by` if one did it. */
    params: optional(params()),
    ...told,
  },
  /**
   * Many users joined or left since the last announcement; those who did both are not counted. A user named in both
   * left first and joined again.
   */
  presence: { room: name, joined: someNicks, left: someNicks, count, ...told },
  /** `from`: the old nick. */
  renamed: { room: name, from: name, nick: name, ...told },
  /** A user is away by their own word, perhaps with a text, or is back. */
  away: { room: name, nick: name, isAway: boolean, text: optional(name), ...told },
  /** A member changed the room's topic; it is empty if it was removed. */
  topic: { room: name, nick: name, topic: text(1024), ...told },
  /** Messages were removed for good. `by`: the author or a moderator; empty, as `nick` may be, for the operator. */
  deleted: { room: name, ids: listOf(count, MAX_RUN), nick: name, by: name, ...told },
  /** `data`: see ReplyData in codes.ts. */
  reply: { ref: REF, code: text(64), data: anyObject(), text: longText, ...told },
  /** `ref`: of the frame that failed, if it had one. */
  error: { ref: optional(REF), ...coded },
  /** `ref`: of the command that asked for what follows, if one did. */
  notice: { ref: optional(REF), ...coded },
  bye: coded,
  pong: {},
} satisfies Shapes;

/** The frames of some shapes, by type. */
type Frames<S extends Shapes> = { [T in keyof S & string]: Values<S[T], { type: T }> };

type ClientFrames = Frames<typeof CLIENT_SHAPES>;
export type HelloFrame = ClientFrames["hello"];
export type Resume = NonNullable<HelloFrame["resume"]>;
export type SayFrame = ClientFrames["say"];
export type CommandFrame = ClientFrames["command"];
export type ClientFrame = ClientFrames[keyof ClientFrames];

export type HubFrames = Frames<typeof HUB_SHAPES>;
export type WelcomeFrame = HubFrames["welcome"];
export type MessageFrame = HubFrames["message"];
export type AckFrame = HubFrames["ack"];
export type LeftFrame = HubFrames["left"];
export type PresenceFrame = HubFrames["presence"];
export type DeletedFrame = HubFrames["deleted"];
export type ReplyFrame = HubFrames["reply"];
export type ErrorFrame = HubFrames["error"];
export type NoticeFrame = HubFrames["notice"];
export type ByeFrame = HubFrames["bye"];

/** Everything that the hub sends. Clients that do not ask for runs get only {@linkcode HubFrame}s. */
export type WireFrame = HubFrames[keyof HubFrames];
export type HubFrame = HubFrames[Exclude<keyof HubFrames, "messages" | "acks">];

/** Whether a frame is about a room that is not the reader's current one. */
export function isElsewhere(frame: HubFrame, current: string): boolean {
  return "room" in frame && frame.room !== "" && frame.room !== current;
}
