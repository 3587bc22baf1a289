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
  NickClaim,
  RoomPosition,
  RuleRecord,
  StoredMessage,
  UserRecord,
} from "./record_schema.ts";
import * as schema from "./record_schema.ts";
import { liftedRule, ruleKey } from "./rules.ts";
import type { Destination } from "./subjects.ts";

/** `rev`: see {@linkcode StoredMessage}. */
export function encodeMessage(post: Post, ts: number, hub: string, rev: number): string {
  const { message: { kind, text, nick }, author: { id, key }, ref } = post;
  const fields = { v: schema.VERSION, id, key, nick, kind, text, ts, ref, hub };
  return JSON.stringify(rev > 0 ? { ...fields, rev } : fields);
}

/** Decodes a message of the stream. Its sequence number is its id. */
export function decodeMessage(
  json: string,
  destination: Destination,
  seq: number,
): Result<StoredMessage, string> {
  const checked = decode(json, schema.MESSAGE, JSON.parse);
  if (!checked.ok) return checked;
  // The nick is validated, and the other fields are not shown.
  const { id, nick, kind, ts, ref, hub, rev = 0 } = checked.value;
  const text = sanitize(checked.value.text, { newlines: true });
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

export function encodeRule(rule: Rule, hub: string): string {
  return JSON.stringify({ v: schema.VERSION, hub, rule });
}

/** Decodes the rule at the key of these parts. */
export function decodeRule(json: string, kind: string, of: string): Result<RuleRecord, string> {
  const record = decode(json, schema.RECORD);
  if (!record.ok) return record;
  const { hub, rule: fields = {} } = record.value;
  if (!Object.hasOwn(schema.RULES, kind)) return err("unknown kind of rule");
  const checked = checkFields<Rule>(fields, schema.RULES[kind as Rule["kind"]]);
  if (!checked.ok) return checked;
  const rule = checked.value;
  if (ruleKey(rule)[1] !== of) return err("the room or nick must be that of the key");
  // JSON leaves out what is undefined.
  return ok({ hub, rule: { ...liftedRule(rule), ...rule } });
}

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
  const record = decode(json, schema.ORDER);
  if (!record.ok) return record;
  const { order } = record.value;
  return order["kind"] === "notify"
    ? checkFields(order, schema.NOTIFY)
    : checkFields(order, schema.DISMISS);
}

const NOT_AN_OBJECT = err("not a JSON object");

/** Parses a record, with each string sanitized to one safe line. */
function parse(json: string): unknown {
  return JSON.parse(json, (_, value) => typeof value === "string" ? sanitize(value) : value);
}

function decode<T>(
  json: string,
  shape: Shape<T>,
  read: (json: string) => unknown = parse,
): Result<T, string> {
  try {
    const value = read(json);
    return isObject(value) ? checkFields(value, shape) : NOT_AN_OBJECT;
  } catch {
    return NOT_AN_OBJECT;
  }
}
