/** Frames of the hub as sentences: for the hub's text dialect, and for the client's screen and plain output. */

import { type Params, readReply } from "../protocol/codes.ts";
import type { HubFrame, MessageFrame, PresenceFrame } from "../protocol/frame.ts";
import { MAX_ROOMS_LISTED, MAX_RULES_LISTED } from "../protocol/frame.ts";
import { describeHelp } from "./help.ts";
import { isKey, type Key, type Lang, translate } from "./mod.ts";

/** Begins every line of a message after the first, so that it cannot be mistaken for another message. */
export const CONTINUATION = "  | ";

/** At most this many names are listed; the others are only counted. */
const MAX_NAMES_SHOWN = 30;
/** At most this many lines of a text that is not a message are told: no hub has more by default. */
const MAX_LINES = 10_000;

/** The lines of a frame if users need them, not yet safe; its own English text for an unknown code of a newer hub. */
export function describeFrame(frame: Exclude<HubFrame, MessageFrame>, lang: Lang): string[] {
  const say = (key: Key, params: Params) => [translate(lang, key, params)];
  switch (frame.type) {
    case "welcome": {
      const { nick, count, motd, topic } = frame;
      const members = frame.members.length > 0 ? listNames(frame.members, count, lang) : "";
      return [
        ...say("event.welcome", { nick, count, members }),
        ...describeTopic(topic ?? "", lang),
        ...(motd === undefined ? [] : motd.split("\n", MAX_LINES)),
        translate(lang, "event.hint"),
      ];
    }
    case "joined":
    case "renamed":
      return say(`event.${frame.type}`, frame);
    case "left": {
      const { nick, count, reason = "quit", params } = frame;
      return reason === "quit" && !params?.["because"]
        ? say("event.left", { nick, count })
        : say("event.left_because", { ...params, nick, count, reason });
    }
    case "presence":
      return describePresence(frame, lang);
    case "deleted":
      return say("event.deleted", { nick: frame.nick, by: frame.by, count: frame.ids.length });
    case "topic":
      return say(frame.topic === "" ? "event.topic_none" : "event.topic", frame);
    case "reply":
      return describeReply(frame.code, frame.data, lang) ?? frame.text.split("\n", MAX_LINES);
    case "error":
    case "notice":
    case "bye":
      return [describeCode(frame.type, frame.code, frame.params, lang) ?? frame.text];
    case "ack":
    case "away":
    case "look":
    case "tags":
    case "pong":
      return [];
  }
}

/** The sentence of a code, or undefined for an unknown code. */
export function describeCode(
  type: "error" | "notice" | "bye" | "irc" | "left",
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
  fields: Record<string, unknown>,
  lang: Lang,
): string[] | undefined {
  const reply = readReply(received, fields);
  if (reply === undefined) return undefined;
  const { code, data } = reply;
  const say = (key: Key, params: Params = {}) => [translate(lang, key, params)];
  const already = "already" in data ? "_already" : "";
  switch (code) {
    case "help":
      return describeHelp(data, lang, fields["up"]);
    case "who": {
      const { count, away = [] } = data;
      const absent = new Map(away.map(({ nick, text = "", isLost }) => {
        const key = isLost ? "reply.who_lost" : "reply.who_away";
        return [nick, translate(lang, key, { nick, text })];
      }));
      const members = data.members.map((nick) => absent.get(nick) ?? nick);
      return say("reply.who", { count, members: listNames(members, count, lang) });
    }
    case "away":
      return say(data.isAway ? "reply.away" : "reply.back", { text: data.text });
    case "join": {
      const { room, count, topic } = data;
      const members = data.members.length > 0 ? listNames(data.members, count, lang) : "";
      return [...say("reply.join", { room, count, members }), ...describeTopic(topic, lang)];
    }
    case "rooms": {
      const rows = data.rooms.slice(0, MAX_ROOMS_LISTED)
        .map((room) => translate(lang, "reply.room", room).trimEnd());
      return describeList("reply.rooms", rows, data.total, lang);
    }
    case "topic":
      return say(data.topic === "" ? "reply.topic_none" : "event.topic_is", data);
    case "private": {
      const [text = "", ...more] = data.text.split("\n", MAX_LINES);
      return [
        ...say("reply.private", { to: data.to, text }),
        ...more.map((line) => CONTINUATION + line),
      ];
    }
    case "ignored":
      return data.nicks.length === 0
        ? say("reply.ignored_none")
        : say("reply.ignored", { nicks: data.nicks.join(", ") });
    case "banned":
    case "muted": {
      if (data.nicks.length === 0) return say(`reply.${code}_none`);
      const rows = data.latest.slice(0, MAX_RULES_LISTED)
        .flatMap((rule) => say(`reply.${code}_row`, { ...rule }));
      return describeList(`reply.${code}`, rows, data.nicks.length, lang);
    }
    case "mute": {
      const { nick, minutes } = data;
      return say(`reply.${minutes === 0 ? "unmute" : "mute"}${already}`, { nick, minutes });
    }
    case "history":
      if (data.count > 0) return [];
      return say(data.isHidden ? "reply.history_hidden" : "reply.history_none");
    case "search":
      if (data.hasMore) return say("reply.search_more");
      return data.count > 0 ? [] : say("reply.search_none", { words: data.words });
    case "mod":
      return say(`reply.mod${already}`);
    case "ignore":
      return say(`reply.${data.isIgnored ? "ignore" : "hear"}${already}`, { nick: data.nick });
    case "delete":
      return say("reply.delete", { nick: data.nick, count: data.ids.length });
    case "ban": {
      const { nick, minutes = 0 } = data;
      if (already) return say("reply.ban_already", { nick });
      return say(data.isAddress ? "reply.ban_address" : "reply.ban", { nick, minutes });
    }
    case "op": {
      const { isModerator, already: _, ...named } = data;
      return say(`reply.${isModerator ? "op" : "deop"}${already}`, named);
    }
    case "lock":
      return say(`reply.${data.isLocked ? "lock" : "unlock"}${already}`, { room: data.room });
    case "pause":
      return say(`reply.${data.isPaused ? "pause" : "unpause"}${already}`, { room: data.room });
    default:
      return say(`reply.${code}`, data);
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

/** Rows under a heading, and how many more there are. */
function describeList(heading: Key, rows: string[], total: number, lang: Lang): string[] {
  const more = total - rows.length;
  const rest = more > 0 ? [translate(lang, "reply.more", { count: more })] : [];
  return [translate(lang, heading), ...rows, ...rest];
}

/** At most {@linkcode MAX_NAMES_SHOWN} of the names, and the number of the others; `count` is the total. */
export function listNames(names: string[], count: number, lang: Lang): string {
  const shown = names.slice(0, MAX_NAMES_SHOWN);
  const more = count - shown.length;
  return [...shown, ...(more > 0 ? [translate(lang, "reply.more", { count: more })] : [])]
    .join(", ");
}
