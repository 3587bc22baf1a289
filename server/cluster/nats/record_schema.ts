/** The JSON records that hubs exchange: which fields they have, with names that are on the wire, and valid values. */

import { LANGS } from "../../../common/i18n/mod.ts";
import { BYE_CODES, LEAVE_REASONS, NOTICE_CODES } from "../../../common/protocol/codes.ts";
import {
  anyObject,
  boolean,
  field,
  integer,
  listOf,
  objectOf,
  oneOf,
  optional,
  params,
  type Shape,
  text,
} from "../../../common/protocol/fields.ts";
import {
  type HubFrame,
  MANNER,
  MAX_HUB_FRAME,
  MESSAGE_KIND,
  type MessageFrame,
  type ReplyFrame,
} from "../../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../../common/protocol/frame_codec.ts";
import { TAGS } from "../../../common/protocol/tags.ts";
import { parseNick, parseRoom } from "../../../common/protocol/names.ts";
import { MAX_IGNORED } from "../../model/ignore_list.ts";
import { MAX_CARRIED_OVER } from "../../model/reply_cache.ts";
import { MAX_INVITED, MAX_TOPIC } from "../../model/room.ts";
import type {
  Author,
  Ban,
  Departure,
  Mute,
  Posted,
  RemoteCommand,
  RoomState,
  Rule,
  User,
} from "../../types.ts";

/** Version of all records; others are rejected. */
export const VERSION = 1;
const MAX_ID = 256;
/** Above the number of rooms that a user may join. */
const MAX_ROOMS = 100;
/** The largest time that JavaScript can represent. */
const MAX_TIMESTAMP = 8_640_000_000_000_000;

/** A message of the stream. */
export interface StoredMessage {
  readonly posted: Posted;
  readonly ref: string;
  /** The instance id of the author's hub. */
  readonly hub: string;
  /** The revision of the author's record when the message was written; 0 if unknown. */
  readonly rev: number;
}

/** A message of a room, which must be delivered before the record that names it is applied. */
export type RoomPosition = readonly [room: string, id: number];

/** A user's record. `hub`: the instance id of the hub that wrote it. */
export type UserRecord =
  | { readonly hub: string; readonly user: User; readonly after?: RoomPosition }
  | { readonly hub: string; readonly gone: Departure; readonly after?: RoomPosition };

/** The user who has a nick, and the instance id of the hub that claimed it. */
export interface NickClaim {
  readonly id: string;
  readonly hub: string;
}

const version = integer(VERSION, VERSION);
const id = text(MAX_ID);
const timestamp = integer(0, MAX_TIMESTAMP);
const nick = field("a nick", (value): value is string => {
  const parsed = typeof value === "string" && parseNick(value);
  return parsed && parsed.ok && parsed.value.nick === value;
});
const room = field("a room", (value): value is string => {
  const parsed = typeof value === "string" && parseRoom(value);
  return parsed && parsed.ok && parsed.value === value;
});
const roomPosition = field(
  "a room and an id",
  (value): value is RoomPosition =>
    Array.isArray(value) && value.length === 2 && room.accepts(value[0]) &&
    integer(0).accepts(value[1]),
);
const frame = field(
  "a frame",
  (value): value is HubFrame => decodeHubFrame(JSON.stringify(value)).kind === "frame",
);
const reply = field(
  "a reply",
  (value): value is ReplyFrame => frame.accepts(value) && value.type === "reply",
);

const AUTHOR: Shape<Author> = { id, key: id, nick };
export const MESSAGE: Shape<
  & Author
  & Pick<MessageFrame, "kind" | "text" | "ts" | "as" | "tags">
  & { v: number; ref: string; hub: string; rev?: number }
> = {
  ...AUTHOR,
  v: version,
  kind: MESSAGE_KIND,
  as: optional(MANNER),
  tags: optional(TAGS),
  text: text(MAX_HUB_FRAME),
  ts: timestamp,
  ref: text(MAX_ID),
  hub: id,
  rev: optional(integer(0)),
};
export const DEPARTURE: Shape<Departure> = {
  reason: optional(oneOf(...LEAVE_REASONS)),
  params: optional(params()),
};
export const USER: Shape<User> = {
  ...AUTHOR,
  hub: id,
  host: text(MAX_ID),
  rooms: listOf(roomPosition, MAX_ROOMS),
  moderates: optional(listOf(room, MAX_ROOMS)),
  room: text(MAX_ID),
  lang: oneOf(...LANGS),
  canResume: boolean,
  isAway: boolean,
  awayText: optional(text(MAX_ID)),
  about: optional(objectOf({ user: text(MAX_ID), realName: text(MAX_ID) })),
  isModerator: boolean,
  ignored: listOf(objectOf(AUTHOR), MAX_IGNORED),
  answers: listOf(reply, MAX_CARRIED_OVER),
  correspondent: optional(id),
  correspondentNick: optional(nick),
  departure: optional(objectOf(DEPARTURE)),
};
const ROOM_STATE: Shape<RoomState> = {
  topic: text(MAX_TOPIC),
  isLocked: boolean,
  isPaused: boolean,
  slow: integer(0),
  limit: optional(integer(0)),
  key: optional(id),
  invited: optional(listOf(id, MAX_INVITED)),
};
const BAN: Shape<Ban> = {
  id,
  key: id,
  nick: id, // or a network
  host: optional(id),
  by: optional(nick),
  reason: optional(id),
  until: optional(timestamp),
};
const MUTE: Shape<Mute> = {
  id,
  until: timestamp,
  nick: optional(id), // or a network
  by: optional(nick),
};
/** By kind. */
export const RULES: { readonly [K in Rule["kind"]]: Shape<Extract<Rule, { kind: K }>> } = {
  room: {
    kind: oneOf("room" as const),
    room,
    state: optional(objectOf(ROOM_STATE)),
    news: optional(frame),
  },
  ban: { kind: oneOf("ban" as const), key: id, ban: optional(objectOf(BAN)) },
  mute: { kind: oneOf("mute" as const), key: id, mute: optional(objectOf(MUTE)) },
};
export const CLAIM: Shape<NickClaim> = { id, hub: id };

type Fields = Record<string, unknown>;
/** The record of a user has a person, or how they are gone; the record of a rule has that. */
export const RECORD: Shape<
  { v: number; hub: string; after?: RoomPosition; person?: Fields; gone?: Fields; rule?: Fields }
> = {
  v: version,
  hub: id,
  after: optional(roomPosition),
  person: optional(anyObject()),
  gone: optional(anyObject()),
  rule: optional(anyObject()),
};

export const ORDER: Shape<{ order: Fields }> = { order: anyObject() };
type CommandOf<K> = Extract<RemoteCommand, { kind: K }>;
export const DISMISS: Shape<CommandOf<"dismiss">> = {
  kind: oneOf("dismiss" as const),
  id,
  code: oneOf(...BYE_CODES),
  params: params(),
  told: optional(params()),
};
export const NOTIFY: Shape<CommandOf<"notify">> = {
  kind: oneOf("notify" as const),
  id,
  code: oneOf(...NOTICE_CODES),
  params: params(),
};
export const IN_ROOM: Shape<CommandOf<"remove" | "op" | "deop">> = {
  kind: oneOf("remove", "op", "deop"),
  id,
  room,
  params: params(),
};
