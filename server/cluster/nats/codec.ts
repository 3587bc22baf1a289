/**
 * The JSON records that hubs exchange: messages, users, rules, claims and commands. Decoding checks every field and
 * sanitizes text. The names of the fields are on the wire.
 */

import { LANGS } from "../../../common/i18n/mod.ts";
import { BYE_CODES, NOTICE_CODES } from "../../../common/protocol/codes.ts";
import {
  checkFields,
  type Field,
  field,
  integer,
  isObject,
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
  MAX_HUB_FRAME,
  type MessageKind,
  type ReplyFrame,
} from "../../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../../common/protocol/frame_codec.ts";
import { nickKey, parseNick, parseRoom } from "../../../common/protocol/names.ts";
import { sanitize } from "../../../common/protocol/sanitize.ts";
import { err, ok, type Result } from "../../../common/result.ts";
import { MAX_IGNORED } from "../../model/ignore_list.ts";
import { MAX_CARRIED_OVER } from "../../model/reply_cache.ts";
import { MAX_TOPIC } from "../../model/room.ts";
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
import type { Post } from "../mod.ts";
import type { Destination } from "./subjects.ts";

/** Version of all records; others are rejected. */
const VERSION = 1;
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

export interface RuleRecord {
  /** The instance id of the hub that wrote it. */
  readonly hub: string;
  readonly rule: Rule;
}

/** The user who has a nick, and the instance id of the hub that claimed it. */
export interface NickClaim {
  readonly id: string;
  readonly hub: string;
}

interface MessageFields {
  v: number;
  id: string;
  key: string;
  nick: string;
  kind: MessageKind;
  text: string;
  ts: number;
  ref: string;
  hub: string;
  rev?: number;
}

const version = integer(VERSION, VERSION);
const id = text(MAX_ID);
const timestamp = integer(0, MAX_TIMESTAMP);
const boolean = field("true or false", (value) => typeof value === "boolean");
const nick = field(
  "a nick",
  (value): value is string => typeof value === "string" && isNick(value),
);
const roomPosition = field(
  "a room and an id",
  (value): value is RoomPosition =>
    Array.isArray(value) && value.length === 2 && typeof value[0] === "string" &&
    isRoom(value[0]) && integer(0).accepts(value[1]),
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
const MESSAGE: Shape<MessageFields> = {
  v: version,
  id,
  key: id,
  nick,
  kind: oneOf<MessageKind>("say", "action", "private"),
  text: text(MAX_HUB_FRAME),
  ts: timestamp,
  ref: text(MAX_ID),
  hub: id,
  rev: optional(integer(0)),
};
const USER: Shape<User> = {
  ...AUTHOR,
  hub: id,
  host: text(MAX_ID),
  rooms: listOf(roomPosition, MAX_ROOMS),
  room: text(MAX_ID),
  lang: oneOf(...LANGS),
  canResume: boolean,
  isAway: boolean,
  isModerator: boolean,
  ignored: listOf(objectOf(AUTHOR), MAX_IGNORED),
  answers: listOf(reply, MAX_CARRIED_OVER),
  correspondent: optional(id),
};
const DEPARTURE: Shape<Departure> = {
  reason: optional(oneOf(...BYE_CODES)),
  params: optional(params()),
};
const ROOM_STATE: Shape<RoomState> = {
  topic: text(MAX_TOPIC),
  isLocked: boolean,
  isPaused: boolean,
  slow: integer(0),
};
const BAN: Shape<Ban> = { ...AUTHOR, host: optional(id) };
const MUTE: Shape<Mute> = { id, until: timestamp };
const CLAIM: Shape<NickClaim> = { id, hub: id };

type CommandOf<K> = Extract<RemoteCommand, { kind: K }>;
const DISMISS: Shape<CommandOf<"dismiss">> = {
  kind: oneOf("dismiss" as const),
  id,
  code: oneOf(...BYE_CODES),
  params: params(),
  told: optional(params()),
};
const NOTIFY: Shape<CommandOf<"notify">> = {
  kind: oneOf("notify" as const),
  id,
  code: oneOf(...NOTICE_CODES),
  params: params(),
};

// Messages.

/** `rev`: see {@linkcode StoredMessage}. */
export function encodeMessage(
  { message, author, ref }: Post,
  ts: number,
  hub: string,
  rev: number,
): string {
  const { kind, text, nick } = message;
  const fields: MessageFields = {
    v: VERSION,
    id: author.id,
    key: author.key,
    nick,
    kind,
    text,
    ts,
    ref,
    hub,
    ...(rev > 0 ? { rev } : {}),
  };
  return JSON.stringify(fields);
}

/** Decodes a message of the stream. Its sequence number is its id. */
export function decodeMessage(
  json: string,
  destination: Destination,
  seq: number,
): Result<StoredMessage, string> {
  const parsed = parseMessage(json);
  if (!parsed) return NOT_AN_OBJECT;
  const checked = checkFields(parsed, MESSAGE);
  if (!checked.ok) return checked;
  const { id, nick, kind, text, ts, ref, hub, rev = 0 } = checked.value;
  if ((kind === "private") !== (destination.kind === "private")) {
    return err(`"kind" must fit the subject`);
  }
  const room = destination.kind === "room" ? destination.room : "";
  const posted: Posted = {
    message: { type: "message", id: seq, room, nick, text, ts, kind },
    author: { id, key: nickKey(nick), nick },
  };
  return ok({ posted, ref, hub, rev });
}

// Users.

export function encodeUser(user: User, hub: string, after?: RoomPosition): string {
  return JSON.stringify({ v: VERSION, hub, person: user, after });
}

export function encodeDeparture(gone: Departure, hub: string, after?: RoomPosition): string {
  return JSON.stringify({ v: VERSION, hub, gone, after });
}

/** Decodes the record at the key of a user's id. */
export function decodeUser(json: string, id: string): Result<UserRecord, string> {
  const record = parseRecord(json);
  if (!record.ok) return record;
  const { hub, fields } = record.value;
  const after = fields["after"];
  if (after !== undefined && !roomPosition.accepts(after)) {
    return invalidField("after", roomPosition);
  }
  const rest = after === undefined ? {} : { after };
  if (isObject(fields["gone"])) {
    const gone = checkFields(fields["gone"], DEPARTURE);
    return gone.ok ? ok({ hub, gone: gone.value, ...rest }) : gone;
  }
  if (!isObject(fields["person"])) return err(`"person" must be an object`);
  const checked = checkFields(fields["person"], USER);
  if (!checked.ok) return checked;
  const user = checked.value;
  if (user.id !== id) return err(`"id" must be that of the key`);
  return ok({ hub, user: { ...user, key: nickKey(user.nick) }, ...rest });
}

// Rules.

export function encodeRule(rule: Rule, hub: string): string {
  return JSON.stringify({ v: VERSION, hub, rule });
}

/** The parts of a rule's key. */
export function ruleKey(rule: Rule): [kind: string, of: string] {
  return [rule.kind, rule.kind === "room" ? rule.room : rule.key];
}

export function isLifted(rule: Rule): boolean {
  const value = rule.kind === "room" ? rule.state : rule.kind === "ban" ? rule.ban : rule.mute;
  return value === undefined;
}

/** Decodes the rule at the key of these parts. */
export function decodeRule(json: string, kind: string, of: string): Result<RuleRecord, string> {
  const record = parseRecord(json);
  if (!record.ok) return record;
  const { hub, fields } = record.value;
  const rule = fields["rule"];
  if (!isObject(rule)) return err(`"rule" must be an object`);
  const checked = checkRule(rule, kind, of);
  return checked.ok ? ok({ hub, rule: checked.value }) : checked;
}

function checkRule(rule: Record<string, unknown>, kind: string, of: string): Result<Rule, string> {
  if (rule["kind"] !== kind) return err(`"kind" must be that of the key`);
  if (rule[kind === "room" ? "room" : "key"] !== of) {
    return err("the room or nick must be that of the key");
  }
  switch (kind) {
    case "room": {
      if (!isRoom(of)) return err("not a room");
      const state = checkOptional(rule["state"], ROOM_STATE);
      if (!state.ok) return state;
      const news = rule["news"];
      if (news !== undefined && !frame.accepts(news)) return invalidField("news", frame);
      return ok({ kind, room: of, state: state.value, ...(news === undefined ? {} : { news }) });
    }
    case "ban": {
      const ban = checkOptional(rule["ban"], BAN);
      return ban.ok ? ok({ kind, key: of, ban: ban.value }) : ban;
    }
    case "mute": {
      const mute = checkOptional(rule["mute"], MUTE);
      return mute.ok ? ok({ kind, key: of, mute: mute.value }) : mute;
    }
    default:
      return err("unknown kind of rule");
  }
}

// Claims and commands.

export function encodeClaim({ id, hub }: NickClaim): string {
  return JSON.stringify({ v: VERSION, id, hub });
}

export function decodeClaim(json: string): NickClaim | undefined {
  const parsed = parse(json);
  const checked = parsed && checkFields(parsed, CLAIM);
  return checked?.ok ? checked.value : undefined;
}

export function encodeCommand(command: RemoteCommand): string {
  return JSON.stringify({ v: VERSION, order: command });
}

export function decodeCommand(json: string): Result<RemoteCommand, string> {
  const command = parse(json)?.["order"];
  if (!isObject(command)) return err(`"order" must be an object`);
  return command["kind"] === "notify"
    ? checkFields(command, NOTIFY)
    : checkFields(command, DISMISS);
}

const NOT_AN_OBJECT = err("not a JSON object");

/** Sanitizes each string to one safe line. */
function parse(json: string): Record<string, unknown> | undefined {
  return parseAs(json, (_, value) => typeof value === "string" ? sanitize(value) : value);
}

/** Sanitizes the text, which may have several lines. The nick is validated, and the other fields are not shown. */
function parseMessage(json: string): Record<string, unknown> | undefined {
  return parseAs(json, (name, value) => {
    return name === "text" && typeof value === "string"
      ? sanitize(value, { newlines: true })
      : value;
  });
}

function parseAs(
  json: string,
  revive: (name: string, value: unknown) => unknown,
): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json, revive);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function parseRecord(
  json: string,
): Result<{ hub: string; fields: Record<string, unknown> }, string> {
  const fields = parse(json);
  if (!fields) return NOT_AN_OBJECT;
  if (!version.accepts(fields["v"])) return invalidField("v", version);
  if (!id.accepts(fields["hub"])) return invalidField("hub", id);
  return ok({ hub: fields["hub"], fields });
}

function checkOptional<T>(value: unknown, shape: Shape<T>): Result<T | undefined, string> {
  if (value === undefined || value === null) return ok(undefined);
  return isObject(value) ? checkFields(value, shape) : err("a rule must be an object");
}

function invalidField(name: string, { wanted }: Field<unknown>) {
  return err(`"${name}" must be ${wanted}`);
}

/** Valid names to cache, so that those of busy users are not parsed each time. */
const MAX_CACHED = 1000;
const validNicks = new Set<string>();
const validRooms = new Set<string>();

function isNick(name: string): boolean {
  return isCached(validNicks, name, () => {
    const parsed = parseNick(name);
    return parsed.ok && parsed.value.nick === name;
  });
}

function isRoom(name: string): boolean {
  return isCached(validRooms, name, () => {
    const parsed = parseRoom(name);
    return parsed.ok && parsed.value === name;
  });
}

function isCached(cache: Set<string>, name: string, isValid: () => boolean): boolean {
  if (cache.has(name)) return true;
  if (!isValid()) return false;
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.add(name);
  return true;
}
