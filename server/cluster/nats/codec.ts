/**
 * What hubs write to one another, as JSON: messages, people, rules, claims and orders. It writes and reads, checks every
 * field that it reads, and makes text safe again. Pure: it knows no connection.
 */

import { LANGS } from "../../../common/i18n/mod.ts";
import { BYE_CODES, NOTICE_CODES } from "../../../common/protocol/codes.ts";
import {
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
} from "../../../common/protocol/fields.ts";
import {
  decodeHubFrame,
  type HubFrame,
  MAX_HUB_FRAME,
  type MessageKind,
  type ReplyFrame,
} from "../../../common/protocol/frame.ts";
import { nickKey, parseNick, parseRoom } from "../../../common/protocol/names.ts";
import { sanitize } from "../../../common/protocol/sanitize.ts";
import { MAX_CARRIED_OVER } from "../../model/reply_cache.ts";
import { MAX_IGNORED } from "../../model/ignore_list.ts";
import { MAX_TOPIC } from "../../model/room.ts";
import type { Post } from "../mod.ts";
import type { Place } from "./subjects.ts";
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

/** The version of all of these; another one is not read. */
const VERSION = 1;
const MAX_ID = 256;
/** More than one may be in. */
const MAX_ROOMS = 100;
const MAX_MOMENT = 8_640_000_000_000_000;

export type Read<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly reason: string;
};

/** A message as it stands in the stream. */
export interface Written {
  readonly said: Posted;
  readonly ref: string;
  /** The one that its author was at. */
  readonly hub: string;
  /** The revision of the state in which its author was as it wrote, where that is known. */
  readonly rev: number;
}

/** Up to where messages of a room have to be heard, before what follows is told. */
export type After = readonly [room: string, id: number];

/** What is known of somebody. `hub`: the one that wrote it. */
export type PersonRecord =
  | { readonly hub: string; readonly person: User; readonly after?: After }
  | { readonly hub: string; readonly gone: Departure; readonly after?: After };

export interface RuleRecord {
  readonly hub: string;
  readonly rule: Rule;
}

/** Whose a nick is, and the hub at which it was claimed. */
export interface Claim {
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
const moment = integer(0, MAX_MOMENT);
const boolean: Field<boolean> = {
  wanted: "true or false",
  optional: false,
  accepts: (value): value is boolean => typeof value === "boolean",
};
const nick: Field<string> = {
  wanted: "a nick",
  optional: false,
  accepts: (value): value is string => typeof value === "string" && isNick(value),
};
const roomName: Field<string> = {
  wanted: "a room",
  optional: false,
  accepts: (value): value is string => typeof value === "string" && isRoom(value),
};
const after: Field<After> = {
  wanted: "a room and an id",
  optional: false,
  accepts: (value): value is After =>
    Array.isArray(value) && value.length === 2 && roomName.accepts(value[0]) &&
    integer(0).accepts(value[1]),
};
const frame: Field<HubFrame> = {
  wanted: "a frame",
  optional: false,
  accepts: (value): value is HubFrame => decodeHubFrame(JSON.stringify(value)).kind === "frame",
};

const reply: Field<ReplyFrame> = {
  wanted: "a reply",
  optional: false,
  accepts: (value): value is ReplyFrame => frame.accepts(value) && value.type === "reply",
};

const AUTHOR: Shape<Author> = { id, key: id, nick };
const MESSAGE: Shape<MessageFields> = {
  v: version,
  id,
  key: id,
  nick,
  kind: oneOf<MessageKind>("say", "action", "private"),
  text: text(MAX_HUB_FRAME),
  ts: moment,
  ref: text(MAX_ID),
  hub: id,
  rev: optional(integer(0)),
};
const PERSON: Shape<User> = {
  ...AUTHOR,
  hub: id,
  host: text(MAX_ID),
  rooms: listOf(after, MAX_ROOMS),
  room: text(MAX_ID),
  lang: oneOf(...LANGS),
  canResume: boolean,
  isAway: boolean,
  isModerator: boolean,
  ignored: listOf(objectOf(AUTHOR), MAX_IGNORED),
  answers: listOf(reply, MAX_CARRIED_OVER),
  correspondent: optional(id),
};
const WHY: Shape<Departure> = { reason: optional(oneOf(...BYE_CODES)), params: optional(params()) };
const ROOM_STATE: Shape<RoomState> = {
  topic: text(MAX_TOPIC),
  isLocked: boolean,
  isPaused: boolean,
  slow: integer(0),
};
const BAN: Shape<Ban> = { ...AUTHOR, host: optional(id) };
const MUTE: Shape<Mute> = { id, until: moment };
const CLAIM: Shape<Claim> = { id, hub: id };

type Ordered<K> = Extract<RemoteCommand, { kind: K }>;
const DISMISS: Shape<Ordered<"dismiss">> = {
  kind: oneOf("dismiss" as const),
  id,
  code: oneOf(...BYE_CODES),
  params: params(),
  told: optional(params()),
};
const NOTIFY: Shape<Ordered<"notify">> = {
  kind: oneOf("notify" as const),
  id,
  code: oneOf(...NOTICE_CODES),
  params: params(),
};

// Messages.

/** A message for the stream. `rev`: see {@linkcode Written}. */
export function writeMessage(
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

/** A message that stands at a place of the stream, which is its id. */
export function readMessage(json: string, place: Place, seq: number): Read<Written> {
  const parsed = parseMessage(json);
  const checked = parsed && checkFields<MessageFields>(parsed, MESSAGE);
  if (!checked) return { ok: false, reason: "no JSON object" };
  if (!checked.ok) return { ok: false, reason: checked.error };
  const fields = checked.value;
  if ((fields.kind === "private") !== (place.kind === "private")) {
    return { ok: false, reason: `"kind" must fit its subject` };
  }
  const said: Posted = {
    message: {
      type: "message",
      id: seq,
      room: place.kind === "room" ? place.room : "",
      nick: fields.nick,
      text: fields.text,
      ts: fields.ts,
      kind: fields.kind,
    },
    author: { id: fields.id, key: nickKey(fields.nick), nick: fields.nick },
  };
  return { ok: true, value: { said, ref: fields.ref, hub: fields.hub, rev: fields.rev ?? 0 } };
}

// People.

export function writePerson(person: User, hub: string, after?: After): string {
  return JSON.stringify({ v: VERSION, hub, person, ...(after ? { after } : {}) });
}

export function writeGone(gone: Departure, hub: string, after?: After): string {
  return JSON.stringify({ v: VERSION, hub, gone, ...(after ? { after } : {}) });
}

/** What is known of the person of an id. */
export function readPerson(json: string, id: string): Read<PersonRecord> {
  const read = readRecord(json);
  if (!read.ok) return read;
  const { hub, fields } = read.value;
  const since = fields["after"];
  if (since !== undefined && !after.accepts(since)) return bad("after", after);
  const more = since === undefined ? {} : { after: since };
  if (isObject(fields["gone"])) {
    const gone = checkFields<Departure>(fields["gone"], WHY);
    return gone.ok
      ? { ok: true, value: { hub, gone: gone.value, ...more } }
      : { ok: false, reason: gone.error };
  }
  if (!isObject(fields["person"])) return { ok: false, reason: `"person" must be an object` };
  const checked = checkFields<User>(fields["person"], PERSON);
  if (!checked.ok) return { ok: false, reason: checked.error };
  const person = checked.value;
  if (person.id !== id) return { ok: false, reason: `"id" must be that of the key` };
  return { ok: true, value: { hub, person: { ...person, key: nickKey(person.nick) }, ...more } };
}

// Rules.

export function writeRule(rule: Rule, hub: string): string {
  return JSON.stringify({ v: VERSION, hub, rule });
}

/** The words of the key of a rule. */
export function ruleWords(rule: Rule): [kind: string, of: string] {
  return [rule.kind, rule.kind === "room" ? rule.room : rule.key];
}

/** Whether nothing is laid down any more. */
export function isLifted(rule: Rule): boolean {
  return lift(rule) === undefined;
}

function lift(rule: Rule): unknown {
  return rule.kind === "room" ? rule.state : rule.kind === "ban" ? rule.ban : rule.mute;
}

/** A rule of a kind, for what it is. */
export function readRule(json: string, kind: string, of: string): Read<RuleRecord> {
  const read = readRecord(json);
  if (!read.ok) return read;
  const { hub, fields } = read.value;
  const rule = fields["rule"];
  if (!isObject(rule)) return { ok: false, reason: `"rule" must be an object` };
  const checked = checkRule(rule, kind, of);
  return checked.ok ? { ok: true, value: { hub, rule: checked.value } } : checked;
}

function checkRule(rule: Record<string, unknown>, kind: string, of: string): Read<Rule> {
  if (rule["kind"] !== kind) return { ok: false, reason: `"kind" must be that of the key` };
  if (rule[kind === "room" ? "room" : "key"] !== of) {
    return { ok: false, reason: "a rule must be for what its key says" };
  }
  switch (kind) {
    case "room": {
      if (!isRoom(of)) return { ok: false, reason: "no room" };
      const state = checkOptional(rule["state"], ROOM_STATE);
      if (!state.ok) return state;
      const news = rule["news"];
      if (news !== undefined && !frame.accepts(news)) return bad("news", frame);
      return {
        ok: true,
        value: { kind, room: of, state: state.value, ...(news === undefined ? {} : { news }) },
      };
    }
    case "ban": {
      const ban = checkOptional(rule["ban"], BAN);
      return ban.ok ? { ok: true, value: { kind, key: of, ban: ban.value } } : ban;
    }
    case "mute": {
      const mute = checkOptional(rule["mute"], MUTE);
      return mute.ok ? { ok: true, value: { kind, key: of, mute: mute.value } } : mute;
    }
    default:
      return { ok: false, reason: "no kind of rule" };
  }
}

// Claims and orders.

export function writeClaim({ id, hub }: Claim): string {
  return JSON.stringify({ v: VERSION, id, hub });
}

export function readClaim(json: string): Claim | undefined {
  const parsed = parse(json);
  const checked = parsed && checkFields<Claim>(parsed, CLAIM);
  return checked?.ok ? checked.value : undefined;
}

export function writeOrder(order: RemoteCommand): string {
  return JSON.stringify({ v: VERSION, order });
}

export function readOrder(json: string): Read<RemoteCommand> {
  const order = parse(json)?.["order"];
  if (!isObject(order)) return { ok: false, reason: `"order" must be an object` };
  const checked = order["kind"] === "notify"
    ? checkFields<Ordered<"notify">>(order, NOTIFY)
    : checkFields<Ordered<"dismiss">>(order, DISMISS);
  return checked.ok ? checked : { ok: false, reason: checked.error };
}

/** Each string in it is one line and safe to show. */
function parse(json: string): Record<string, unknown> | undefined {
  return parseAs(json, (_, value) => typeof value === "string" ? sanitize(value) : value);
}

/** The text is safe to show, of several lines maybe; the nick is looked at, and the rest shown to nobody. */
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

function readRecord(json: string): Read<{ hub: string; fields: Record<string, unknown> }> {
  const fields = parse(json);
  if (!fields) return { ok: false, reason: "no JSON object" };
  if (!version.accepts(fields["v"])) return bad("v", version);
  if (!id.accepts(fields["hub"])) return bad("hub", id);
  return { ok: true, value: { hub: fields["hub"], fields } };
}

function checkOptional<T>(value: unknown, shape: Shape<T>): Read<T | undefined> {
  if (value === undefined || value === null) return { ok: true, value: undefined };
  if (!isObject(value)) return { ok: false, reason: "a rule must be an object" };
  const checked = checkFields<T>(value, shape);
  return checked.ok ? checked : { ok: false, reason: checked.error };
}

function bad(name: string, { wanted }: Field<unknown>): { ok: false; reason: string } {
  return { ok: false, reason: `"${name}" must be ${wanted}` };
}

/** The names that were right last: whoever speaks much is not looked at each time. */
const MAX_KNOWN = 1000;
const knownNicks = new Set<string>();
const knownRooms = new Set<string>();

function isNick(name: string): boolean {
  return isKnown(knownNicks, name, () => {
    const parsed = parseNick(name);
    return parsed.ok && parsed.value.nick === name;
  });
}

function isRoom(name: string): boolean {
  return isKnown(knownRooms, name, () => {
    const parsed = parseRoom(name);
    return parsed.ok && parsed.value === name;
  });
}

function isKnown(known: Set<string>, name: string, check: () => boolean): boolean {
  if (known.has(name)) return true;
  if (!check()) return false;
  if (known.size >= MAX_KNOWN) known.clear();
  known.add(name);
  return true;
}
