/**
 * Encodes the JSON records that hubs exchange: messages, users, rules, claims and commands. Decoding checks every field
 * and sanitizes text. The names of the fields are on the wire.
 */

import { defined } from "../../../common/defined.ts";
import { checkFields, isObject, type Shape } from "../../../common/protocol/fields.ts";
import { nickKey } from "../../../common/protocol/names.ts";
import { sanitize } from "../../../common/protocol/sanitize.ts";
import { err, ok, type Result } from "../../../common/result.ts";
import type { Departure, Posted, RemoteCommand, Rule, User } from "../../types.ts";
import type { Post } from "../mod.ts";
import type {
  MessageFields,
  NickClaim,
  RoomPosition,
  RuleRecord,
  StoredMessage,
  UserRecord,
} from "./record_schema.ts";
import * as schema from "./record_schema.ts";
import type { Destination } from "./subjects.ts";

// Messages.

/** `rev`: see {@linkcode StoredMessage}. */
export function encodeMessage(post: Post, ts: number, hub: string, rev: number): string {
  const { message, author, ref } = post;
  const { kind, text, nick } = message;
  const { id, key } = author;
  const fields: MessageFields = { v: schema.VERSION, id, key, nick, kind, text, ts, ref, hub };
  return JSON.stringify(rev > 0 ? { ...fields, rev } : fields);
}

/** Decodes a message of the stream. Its sequence number is its id. */
export function decodeMessage(
  json: string,
  destination: Destination,
  seq: number,
): Result<StoredMessage, string> {
  const parsed = parseMessage(json);
  if (!parsed) return NOT_AN_OBJECT;
  const checked = checkFields(parsed, schema.MESSAGE);
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
  return JSON.stringify({ v: schema.VERSION, hub, person: user, after });
}

export function encodeDeparture(gone: Departure, hub: string, after?: RoomPosition): string {
  return JSON.stringify({ v: schema.VERSION, hub, gone, after });
}

/** Decodes the record at the key of a user's id. */
export function decodeUser(json: string, id: string): Result<UserRecord, string> {
  const record = decode(json, schema.RECORD);
  if (!record.ok) return record;
  const { hub, after, gone, person = {} } = record.value;
  const written = { hub, ...defined({ after }) };
  if (gone) {
    const departure = checkFields(gone, schema.DEPARTURE);
    return departure.ok ? ok({ ...written, gone: departure.value }) : departure;
  }
  const checked = checkFields(person, schema.USER);
  if (!checked.ok) return checked;
  const user = checked.value;
  if (user.id !== id) return err(`"id" must be that of the key`);
  return ok({ ...written, user: { ...user, key: nickKey(user.nick) } });
}

// Rules.

export function encodeRule(rule: Rule, hub: string): string {
  return JSON.stringify({ v: schema.VERSION, hub, rule });
}

/** Decodes the rule at the key of these parts. */
export function decodeRule(json: string, kind: string, of: string): Result<RuleRecord, string> {
  const record = decode(json, schema.RECORD);
  if (!record.ok) return record;
  const { hub, rule = {} } = record.value;
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
      if (!schema.isRoom(of)) return err("not a room");
      const state = checkOptional(rule["state"], schema.ROOM_STATE);
      if (!state.ok) return state;
      const news = rule["news"];
      if (news !== undefined && !schema.frame.accepts(news)) return err("not a frame");
      return ok({ kind, room: of, state: state.value, ...defined({ news }) });
    }
    case "ban": {
      const ban = checkOptional(rule["ban"], schema.BAN);
      return ban.ok ? ok({ kind, key: of, ban: ban.value }) : ban;
    }
    case "mute": {
      const mute = checkOptional(rule["mute"], schema.MUTE);
      return mute.ok ? ok({ kind, key: of, mute: mute.value }) : mute;
    }
    default:
      return err("unknown kind of rule");
  }
}

// Claims and commands.

export function encodeClaim({ id, hub }: NickClaim): string {
  return JSON.stringify({ v: schema.VERSION, id, hub });
}

export function decodeClaim(json: string): NickClaim | undefined {
  const checked = decode(json, schema.CLAIM);
  return checked.ok ? checked.value : undefined;
}

export function encodeCommand(command: RemoteCommand): string {
  return JSON.stringify({ v: schema.VERSION, order: command });
}

export function decodeCommand(json: string): Result<RemoteCommand, string> {
  const command = parse(json)?.["order"];
  if (!isObject(command)) return err(`"order" must be an object`);
  return command["kind"] === "notify"
    ? checkFields(command, schema.NOTIFY)
    : checkFields(command, schema.DISMISS);
}

const NOT_AN_OBJECT = err("not a JSON object");

/** Sanitizes each string to one safe line. */
function parse(json: string): Record<string, unknown> | undefined {
  return parseAs(json, (_, value) => typeof value === "string" ? sanitize(value) : value);
}

/** Sanitizes the text, which may have several lines. The nick is validated, and the other fields are not shown. */
function parseMessage(json: string): Record<string, unknown> | undefined {
  return parseAs(json, (name, value) => {
    const isText = name === "text" && typeof value === "string";
    return isText ? sanitize(value, { newlines: true }) : value;
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

function decode<T>(json: string, shape: Shape<T>): Result<T, string> {
  const parsed = parse(json);
  return parsed ? checkFields(parsed, shape) : NOT_AN_OBJECT;
}

function checkOptional<T>(value: unknown, shape: Shape<T>): Result<T | undefined, string> {
  if (value === undefined || value === null) return ok(undefined);
  return isObject(value) ? checkFields(value, shape) : err("a rule must be an object");
}
