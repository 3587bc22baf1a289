/**
 * Turns a frame of the hub into sentences in a user's language. The hub uses it for the text dialect, and the client for
 * its screen and plain output, so everyone reads the same sentences.
 */

import { type Params, REPLY_CODES, type RoomSummary, type RuleSummary } from "../protocol/codes.ts";
import { isObject } from "../protocol/fields.ts";
import {
  type HubFrame,
  MAX_ROOMS_LISTED,
  MAX_RULES_LISTED,
  type MessageFrame,
  type PresenceFrame,
} from "../protocol/frame.ts";
import { describeHelp } from "./help.ts";
import { isKey, type Key, type Lang, translate } from "./mod.ts";

/** Begins every line of a message after the first, so that it cannot be mistaken for another message. */
export const CONTINUATION = "  | ";

/** At most this many names are listed; the others are only counted. */
const MAX_NAMES_SHOWN = 30;
/** At most this many lines of a text that is not a message are told: no hub has more by default. */
const MAX_LINES = 10_000;

/**
 * The lines of a frame other than a message, without marks and not yet made safe; none for frames that only programs need.
 * A frame with an unknown code, as a newer hub may send, is described by its own English text.
 */
export function describeFrame(frame: Exclude<HubFrame, MessageFrame>, lang: Lang): string[] {
  switch (frame.type) {
    case "welcome": {
      const { nick, count, motd, topic } = frame;
      const members = listNames(frame.members, count, lang);
      return [
        translate(lang, "event.welcome", { nick, count, members }),
        ...describeTopic(topic ?? "", lang),
        ...(motd === undefined ? [] : motd.split("\n", MAX_LINES)),
        translate(lang, "event.hint"),
      ];
    }
    case "joined":
      return [translate(lang, "event.joined", { nick: frame.nick, count: frame.count })];
    case "left": {
      const { nick, count, reason, params } = frame;
      if (reason === undefined || reason === "quit") {
        return [translate(lang, "event.left", { nick, count })];
      }
      return [translate(lang, "event.left_because", { ...params, nick, count, reason })];
    }
    case "presence":
      return describePresence(frame, lang);
    case "renamed":
      return [translate(lang, "event.renamed", { from: frame.from, nick: frame.nick })];
    case "topic": {
      const { nick, topic } = frame;
      return [translate(lang, topic === "" ? "event.topic_none" : "event.topic", { nick, topic })];
    }
    case "reply":
      return describeReply(frame.code, frame.data, lang) ?? frame.text.split("\n", MAX_LINES);
    case "error":
    case "notice":
    case "bye":
      return [describeCode(frame.type, frame.code, frame.params, lang) ?? frame.text];
    case "ack":
    case "look":
    case "pong":
      return [];
  }
}

/** The sentence of a code, or undefined for an unknown code. */
export function describeCode(
  type: "error" | "notice" | "bye",
  code: string,
  params: Params,
  lang: Lang,
): string | undefined {
  const key = `${type}.${code}`;
  return isKey(key) ? translate(lang, key, params).trimEnd() : undefined; // a command may have no argument
}

/** The lines of a command's reply, or undefined if the code is unknown or its data is malformed. */
export function describeReply(
  received: string,
  data: Record<string, unknown>,
  lang: Lang,
): string[] | undefined {
  const code = REPLY_CODES.find((each) => each === received);
  /** A sentence about some of the data, which must be strings. */
  const say = (key: Key, ...names: string[]) => {
    const params = names.map((name) => [name, data[name]] as const);
    const isValid = params.every((param): param is [string, string] => isString(param[1]));
    return isValid ? [translate(lang, key, Object.fromEntries(params))] : undefined;
  };
  const already = data["already"] === true ? "_already" : "";
  switch (code) {
    case "help":
      return describeHelp(data, lang);
    case "who": {
      const { members, count } = data;
      if (!isListOf(members, isString) || typeof count !== "number") return undefined;
      return [translate(lang, "reply.who", { count, members: listNames(members, count, lang) })];
    }
    case "join": {
      if (!isRoomSummary(data) || !isListOf(data["members"], isString)) return undefined;
      const { room, count, topic } = data;
      const members = listNames(data["members"], count, lang);
      return [
        translate(lang, "reply.join", { room, count, members }),
        ...describeTopic(topic, lang),
      ];
    }
    case "rooms":
      return isListOf(data["rooms"], isRoomSummary) && typeof data["total"] === "number"
        ? describeRooms(data["rooms"], data["total"], lang)
        : undefined;
    case "topic":
      return say(data["topic"] === "" ? "reply.topic_none" : "event.topic_is", "topic");
    case "private":
      return isString(data["to"]) && isString(data["text"])
        ? describePrivate(data["to"], data["text"], lang)
        : undefined;
    case "ignored": {
      const { nicks } = data;
      if (!isListOf(nicks, isString)) return undefined;
      return nicks.length === 0
        ? [translate(lang, "reply.ignored_none")]
        : [translate(lang, "reply.ignored", { nicks: nicks.join(", ") })];
    }
    case "banned":
    case "muted": {
      const { nicks, latest } = data;
      if (!isListOf(nicks, isString) || !isListOf(latest, isRuleSummary)) return undefined;
      if (nicks.length === 0) return [translate(lang, `reply.${code}_none`)];
      const rows = latest.slice(0, MAX_RULES_LISTED)
        .map((rule) => translate(lang, `reply.${code}_row`, { ...rule }));
      return describeList(`reply.${code}`, rows, nicks.length, lang);
    }
    case "mute": {
      const { nick, minutes } = data;
      if (!isString(nick) || typeof minutes !== "number") return undefined;
      const key = `reply.${minutes === 0 ? "unmute" : "mute"}${already}` as const;
      return [translate(lang, key, { nick, minutes })];
    }
    case "slow": {
      const { room, seconds } = data;
      if (!isString(room) || typeof seconds !== "number") return undefined;
      return [translate(lang, seconds === 0 ? "reply.unslow" : "reply.slow", { room, seconds })];
    }
    case "history":
      if (data["count"] !== 0) return [];
      return [
        translate(lang, data["isHidden"] === true ? "reply.history_hidden" : "reply.history_none"),
      ];
    case "lang":
      return say("reply.lang");
    case "mod":
      return say(`reply.mod${already}`);
    case "nick":
    case "kick":
    case "unban":
      return say(`reply.${code}`, "nick");
    case "ignore":
      return say(`reply.${data["isIgnored"] === true ? "ignore" : "hear"}${already}`, "nick");
    case "ban":
      if (already) return say("reply.ban_already", "nick");
      return say(data["isAddress"] === true ? "reply.ban_address" : "reply.ban", "nick");
    case "lock":
      return say(`reply.${data["isLocked"] === true ? "lock" : "unlock"}${already}`, "room");
    case "pause":
      return say(`reply.${data["isPaused"] === true ? "pause" : "unpause"}${already}`, "room");
    case "leave":
      return say("reply.leave", "room", "current");
    case undefined:
      return undefined;
    default:
      return code satisfies never;
  }
}

/** Those who left come first: a user named in both lists has come back. */
function describePresence({ joined, left, count }: PresenceFrame, lang: Lang): string[] {
  const tell = (what: "joined" | "left", { count: many, nicks }: typeof joined, count: number) => {
    if (many === 0) return [];
    const [nick = ""] = nicks;
    if (many === 1) return [translate(lang, `event.${what}`, { nick, count })];
    const shown = nicks.slice(0, MAX_NAMES_SHOWN);
    const more = many - shown.length;
    const others = more > 0 ? ` ${translate(lang, "reply.more", { count: more })}` : "";
    return [translate(lang, `event.${what}_many`, { nicks: shown.join(", ") + others, count })];
  };
  return [...tell("left", left, count - joined.count), ...tell("joined", joined, count)];
}

function describeTopic(topic: string, lang: Lang): string[] {
  return topic === "" ? [] : [translate(lang, "event.topic_is", { topic })];
}

function describeRooms(rooms: RoomSummary[], total: number, lang: Lang): string[] {
  const rows = rooms.slice(0, MAX_ROOMS_LISTED).map(({ room, count, topic }) =>
    translate(lang, "reply.room", { room, count, topic }).trimEnd()
  );
  return describeList("reply.rooms", rows, total, lang);
}

/** Rows under a heading, and how many more there are. */
function describeList(heading: Key, rows: string[], total: number, lang: Lang): string[] {
  const more = total - rows.length;
  const rest = more > 0 ? [translate(lang, "reply.more", { count: more })] : [];
  return [translate(lang, heading), ...rows, ...rest];
}

/** A private message, as its sender sees it. */
function describePrivate(to: string, text: string, lang: Lang): string[] {
  const [first = "", ...others] = text.split("\n", MAX_LINES);
  return [
    translate(lang, "reply.private", { to, text: first }),
    ...others.map((line) => CONTINUATION + line),
  ];
}

/** At most {@linkcode MAX_NAMES_SHOWN} of the names, and the number of the others; `count` is the total. */
export function listNames(names: string[], count: number, lang: Lang): string {
  const shown = names.slice(0, MAX_NAMES_SHOWN);
  const more = count - shown.length;
  return [...shown, ...(more > 0 ? [translate(lang, "reply.more", { count: more })] : [])]
    .join(", ");
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isRoomSummary(value: unknown): value is RoomSummary & Record<string, unknown> {
  return isObject(value) && isString(value["room"]) && typeof value["count"] === "number" &&
    isString(value["topic"]);
}

function isRuleSummary(value: unknown): value is RuleSummary {
  if (!isObject(value)) return false;
  const { nick, by, address = "", reason = "", minutes = 0 } = value;
  return [nick, by, address, reason].every(isString) && typeof minutes === "number";
}
