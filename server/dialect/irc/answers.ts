/** The hub's answers to what the client has asked for, as numerics and echoes. */

import { describeCode, describeFrame } from "../../../common/i18n/frames.ts";
import type { HubFrame, HubFrames, MessageKind } from "../../../common/protocol/frame.ts";
import { sanitize } from "../../../common/protocol/sanitize.ts";
import type { Asked, Client } from "./client.ts";
import { formatJoin, formatMessage, formatMode } from "./events.ts";
import { lusers, motd, namesOf, topicOf } from "./queries.ts";
import { ISUPPORT } from "./supported.ts";

/** Numerics of errors, the params that come first in them, and the codes of the chat. A room becomes a channel. */
const ERRORS: readonly (readonly string[])[] = [
  ["401 ERR_NOSUCHNICK", "nick", "no_such_nick"],
  ["403 ERR_NOSUCHCHANNEL", "room", "unknown_room"],
  ["404 ERR_CANNOTSENDTOCHAN", "room", "paused", "muted", "too_soon"],
  ["405 ERR_TOOMANYCHANNELS", "room", "too_many_rooms", "no_more_rooms", "too_many_rooms_opened"],
  ["412 ERR_NOTEXTTOSEND", "", "empty_message"],
  ["417 ERR_INPUTTOOLONG", "", "line_too_long"],
  ["432 ERR_ERRONEUSNICKNAME", "nick", "bad_nick", "spaced_nick"],
  ["433 ERR_NICKNAMEINUSE", "nick", "nick_taken"],
  ["441 ERR_USERNOTINCHANNEL", "nick room", "not_in_room"],
  ["442 ERR_NOTONCHANNEL", "room", "no_such_room"],
  ["443 ERR_USERONCHANNEL", "nick room", "in_room"],
  ["464 ERR_PASSWDMISMATCH", "", "wrong_password", "no_moderation", "password_wanted", "try_later"],
  ["471 ERR_CHANNELISFULL", "room", "room_full"],
  ["473 ERR_INVITEONLYCHAN", "room", "room_locked"],
  ["475 ERR_BADCHANNELKEY", "room", "wrong_key"],
  ["479 ERR_BADCHANNAME", "room", "bad_room", "spaced_room"],
  ["481 ERR_NOPRIVILEGES", "", "KILL not_moderator"],
  ["482 ERR_CHANOPRIVSNEEDED", "room", "first_room", "is_moderator", "not_moderator"],
  ["482 ERR_CHANOPRIVSNEEDED", "room", "always_open"],
];
/** Notices about what the client shows by its own means, or that name commands of the chat. */
const UNSHOWN = ["room_moderator", "back", "hint_exit", "hint_help", "throttled"];
const NOTHING_ASKED: Asked = { command: "", params: [] };

/** The lines for a frame that is for this client alone; undefined for one that others get in the same lines. */
export function formatAnswer(client: Client, frame: HubFrame): string | undefined {
  switch (frame.type) {
    case "welcome":
      return formatWelcome(client, frame);
    case "message":
    case "tags":
      if ("replay" in frame) {
        const lines = formatMessage(client, frame, `#${frame.room}`);
        return client.replayed?.add(lines) ?? lines;
      }
      return frame.room === "" ? formatMessage(client, frame, client.nick) : undefined;
    case "ack":
    case "reply":
    case "error": {
      const { ref = "" } = frame;
      const asked = client.asked.get(ref) ?? NOTHING_ASKED;
      client.asked.delete(ref);
      const lines = frame.type === "ack"
        ? formatEcho(client, frame, asked)
        : frame.type === "reply"
        ? formatReply(client, frame, asked)
        : formatError(client, frame, asked);
      return asked.batch?.add(lines) ?? lines;
    }
    case "notice":
      return formatOwnNotice(client, frame);
    case "look":
      if (frame.people === undefined) return ""; // the error follows
      return client.numeric("903 RPL_SASLSUCCESS", "SASL authentication successful");
    case "bye":
      return `ERROR :${describeFrame(frame, client.session.lang).join(" ")}\r\n`;
    default:
      return undefined;
  }
}

function formatWelcome(client: Client, frame: HubFrames["welcome"]): string {
  const { nick, room, rooms = [room] } = frame;
  const { name, host } = client.options;
  client.isRegistered = true;
  client.nick = nick;
  client.password = undefined;
  return client.numerics(
    ["001 RPL_WELCOME", `Welcome to the chat, ${nick}`],
    ["002 RPL_YOURHOST", `Your host is ${host}, running ${name}`],
    ["003 RPL_CREATED", "This server was created for you"],
    ["004 RPL_MYINFO", host, name.replaceAll(" ", "-"), "o", "biklmno"],
    ...ISUPPORT.map((tokens) => ["005 RPL_ISUPPORT", ...tokens, "are supported by this server"]),
  ) + lusers(client) + motd(client) + rooms.map((each) => formatOwnJoin(client, each)).join("");
}

function formatOwnJoin(client: Client, room: string): string {
  client.joinedRooms.add(room);
  return formatJoin(client, client.nick, room) + topicOf(client, room) +
    namesOf(client, `#${room}`);
}

function formatEcho(client: Client, { id, ts }: HubFrames["ack"], asked: Asked): string {
  if (!client.has("echo-message")) return "";
  const { command, params: [target = "", typed = ""], tags } = asked;
  const text = sanitize(typed, { newlines: true });
  const kind = command as MessageKind;
  const { nick } = client;
  return formatMessage(client, { nick, text, kind, id, ts, ...tags && { tags } }, target);
}

function formatReply(client: Client, { code, data }: HubFrames["reply"], asked: Asked): string {
  const { nick } = client;
  const room = `${data["room"]}`;
  const by = (command: string, ...params: string[]) => client.by(nick, command, ...params);
  switch (code) {
    case "join":
      return formatOwnJoin(client, room);
    case "leave":
      client.joinedRooms.delete(room);
      return by("PART", `#${room}`, ...asked.params.slice(1, 2));
    case "nick":
      client.nick = `${data["nick"]}`;
      return nick === client.nick ? "" : by("NICK", client.nick);
    case "topic":
      return by("TOPIC", `#${room}`, `${data["topic"]}`);
    case "away":
      return data["isAway"]
        ? client.numeric("306 RPL_NOWAWAY", "You have been marked as being away")
        : client.numeric("305 RPL_UNAWAY", "You are no longer marked as being away");
    case "invite":
      return client.numeric("341 RPL_INVITING", `${data["nick"]}`, `#${room}`);
    case "op":
      return by("MODE", `#${room}`, data["isModerator"] ? "+o" : "-o", `${data["nick"]}`);
    case "mod":
      return client.numeric("381 RPL_YOUREOPER", "You are now a moderator") +
        by("MODE", nick, "+o");
    default: {
      const { isLocked, isPaused, count, key } = data;
      return formatMode(client, code, { nick, room }, isLocked ?? isPaused ?? count ?? key) ?? "";
    }
  }
}

export function formatError(
  client: Client,
  error: Pick<HubFrames["error"], "code" | "params">,
  { command, params }: Asked = NOTHING_ASKED,
): string {
  if (command === "notice") return ""; // nothing answers a NOTICE
  const isUnmoderated = error.code === "no_moderation" && command !== "OPER";
  const code = isUnmoderated ? "not_moderator" : error.code;
  const { lang } = client.session;
  const text = describeCode("irc", error.code, error.params, lang) ??
    describeCode("error", error.code, error.params, lang) ?? code;
  if (code === "not_utf8") return client.line("FAIL", "*", "INVALID_UTF8", text);
  const keys = [code, `${command} ${code}`];
  const [numeric, wanted = ""] = ERRORS.find((row) => keys.some((key) => row.includes(key))) ?? [];
  if (!numeric) return client.notice([text]);
  if (!client.isRegistered && numeric.startsWith("464")) {
    client.password = undefined;
    if (client.isNegotiating) return client.numeric("904 ERR_SASLFAIL", text);
  }
  const about = wanted.split(" ").filter((name) => name !== "").map((name) => {
    const value = error.params[name];
    if (value === undefined) return params[0] ?? "*";
    return name === "room" ? `${value}`.replace(/^#?/, "#") : `${value}`;
  });
  return client.numeric(numeric, ...about, text);
}

/** Undefined for a notice that is shown as such. */
function formatOwnNotice(client: Client, frame: HubFrames["notice"]): string | undefined {
  const { code, params: { nick, text, room, count, by, reason, current } } = frame;
  switch (code) {
    case "removed": // perhaps out of its only room, and so into the first one
      client.joinedRooms.delete(`${room}`);
      return client.by(`${by}`, "KICK", `#${room}`, client.nick, `${reason ?? by}`) +
        (client.joinedRooms.has(`${current}`) ? "" : formatOwnJoin(client, `${current}`));
    case "invited":
      return client.by(`${by}`, "INVITE", client.nick, `#${room}`);
    case "absent":
    case "away":
      return client.numeric("301 RPL_AWAY", `${nick}`, `${text || "away"}`);
    case "history":
      client.replayed = client.has("batch") ? client.history(`${room}`, Number(count)) : undefined;
      return "";
    default:
      return UNSHOWN.includes(code) ? "" : undefined;
  }
}
