/** The JSON records that hubs exchange; their names are on the wire. Decoding checks each field and sanitizes text. */

import { defined } from "../../../common/defined.ts";
import { checkFields, isObject, type Shape } from "../../../common/protocol/fields.ts";
import type { MessageFrame } from "../../../common/protocol/frame.ts";
import { nickKey } from "../../../common/protocol/names.ts";
import { sanitize } from "../../../common/protocol/sanitize.ts";
import { err, ok, type Result } from "../../../common/result.ts";
import type { Departure, RemoteCommand, Rule, User } from "../../types.ts";
import type { Post } from "../mod.ts";
import type { NickClaim, RoomPosition, StoredMessage, UserRecord } from "./record_schema.ts";
import * as schema from "./record_schema.ts";
import type { Destination } from "./subjects.ts";

/** `rev`: see {@linkcode StoredMessage}. */
export function encodeMessage(post: Post, ts: number, hub: string, rev: number): string {
  const { message: { kind, text, nick, as, tags }, author: { id, key }, ref } = post;
  const fields = { v: schema.VERSION, id, key, nick, kind, text, ts, ref, hub, as, tags };
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
  const { id, nick, kind, ts, ref, hub, rev = 0, as, tags } = checked.value;
  const text = sanitize(checked.value.text, { newlines: true });
  if ((kind === "private") !== (destination.kind === "private")) {
    return err(`"kind" must fit the subject`);
  }
  const room = destination.kind === "room" ? destination.room : "";
  const message: MessageFrame = { type: "message", id: seq, room, nick, text, ts, kind };
  if (as) message.as = as;
  if (tags) message.tags = tags;
  return ok({ posted: { message, author: { id, key: nickKey(nick), nick } }, ref, hub, rev });
}

/** A record that is not a message: of a user who is here or gone, of a rule, a claim, or a command. */
type OtherRecord =
  | { hub: string; person: User; after?: RoomPosition | undefined }
  | { hub: string; gone: Departure; after?: RoomPosition | undefined }
  | { hub: string; rule: Rule }
  | { order: RemoteCommand }
  | NickClaim;

export function encodeRecord(record: OtherRecord): string {
  return JSON.stringify({ v: schema.VERSION, ...record });
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

/** Decodes the rule at the key of these parts, with the instance id of the hub that wrote it. */
export function decodeRule(
  json: string,
  kind: string,
  of: string,
): Result<{ hub: string; rule: Rule }, string> {
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

export function decodeClaim(json: string): NickClaim | undefined {
  const checked = decode(json, schema.CLAIM);
  return checked.ok ? checked.value : undefined;
}

export function decodeCommand(json: string): Result<RemoteCommand, string> {
  const record = decode(json, schema.ORDER);
  if (!record.ok) return record;
  const { order } = record.value;
  if (order["kind"] === "notify") return checkFields(order, schema.NOTIFY);
  if ("room" in order) return checkFields(order, schema.IN_ROOM);
  return checkFields(order, schema.DISMISS);
}

export function ruleKey(rule: Rule): [kind: string, of: string] {
  return [rule.kind, rule.kind === "room" ? rule.room : rule.key];
}

export function isLifted(rule: Rule): boolean {
  const value = rule.kind === "room" ? rule.state : rule.kind === "ban" ? rule.ban : rule.mute;
  return value === undefined;
}

/** The rule without the notice for the members of its room. */
export function withoutNews(rule: Rule): Rule {
  return rule.kind === "room" ? { kind: "room", room: rule.room, state: rule.state } : rule;
}

export function liftedRule(rule: Rule): Rule {
  const { kind } = rule;
  if (kind === "room") return { kind, room: rule.room, state: undefined };
  const { key } = rule;
  return kind === "ban" ? { kind, key, ban: undefined } : { kind, key, mute: undefined };
}

const NOT_AN_OBJECT = err("not a JSON object");

/** Parses a record, with each string sanitized to one safe line. */
function parse(json: string): unknown {
  return JSON.parse(json, (_, value) => typeof value === "string" ? sanitize(value) : value);
}

function decode<T>(json: string, shape: Shape<T>, read = parse): Result<T, string> {
  try {
    const value = read(json);
    return isObject(value) ? checkFields(value, shape) : NOT_AN_OBJECT;
  } catch {
    return NOT_AN_OBJECT;
  }
}
