/** Commands about channels, which are rooms. */

import { roomName } from "../../../common/protocol/names.ts";
import { KEY, LIMIT, type Room } from "../../model/room.ts";
import type { Client, Params } from "./client.ts";
import { topicOf } from "./queries.ts";
import { isModerator } from "./users.ts";

/** Changes of modes in a line. */
const MAX_MODES = 3;

/** The room of a channel, as the commands of the chat take it. */
const nameOf = (channel: string) => channel.replace(/^#?/, "#");

/** What `act` answers for the room of a channel; if it cannot be found, says so. */
function withRoom(client: Client, channel: string, act: (room: Room) => string): string {
  const room = client.room(channel);
  return room ? act(room) : client.numeric("403 ERR_NOSUCHCHANNEL", channel, "No such channel");
}

export function join(client: Client, [list = "", words = ""]: Params): string {
  const { rooms } = client.session;
  if (list === "0") { // out of all rooms; one must be left
    return [...rooms].slice(1).map(({ name }) => client.ask("leave", `#${name}`)).join("");
  }
  const keys = words.split(",");
  return client.forEach(list, (channel, index) => {
    if (!/^#./.test(channel)) {
      return client.numeric("403 ERR_NOSUCHCHANNEL", channel, "No such channel");
    }
    const room = client.room(channel);
    if (room && rooms.has(room)) return "";
    const key = client.chat.rooms.stateOf(roomName(channel))?.key && keys[index];
    return client.ask("join", `${channel.slice(1)} ${key ?? ""}`);
  });
}

export function part(client: Client, [list = "", reason = ""]: Params): string {
  return client.forEach(list, (channel) => client.ask("leave", `${nameOf(channel)} ${reason}`));
}

export function topic(client: Client, [channel = "", text]: Params): string {
  if (text === undefined) {
    return withRoom(client, channel, ({ name }) => topicOf(client, name, true));
  }
  return client.ask("topic", `${nameOf(channel)} ${text || "-"}`);
}

export function kick(client: Client, [list = "", nicks = "", reason = ""]: Params): string {
  const channels = list.split(",");
  return client.forEach(nicks, (nick, index) => {
    const room = nameOf(channels[index] ?? channels[0]!);
    return client.ask("remove", `${room} ${nick} ${reason}`);
  });
}

export function mode(client: Client, [target = "", changes, ...more]: Params): string {
  if (!target.startsWith("#")) return userMode(client, target, changes);
  const act = (room: Room) => {
    if (changes === undefined) {
      const { isLocked, isPaused, limit, key } = room;
      const shown = key && !room.isModeratedBy(client.session) ? "*" : key;
      const letters = [isLocked && "i", isPaused && "m", limit && "l", key && "k"].filter(Boolean);
      const params = [`+n${letters.join("")}`, ...[limit, shown].filter(Boolean).map(String)];
      return client.numeric("324 RPL_CHANNELMODEIS", target, ...params);
    }
    if (/^[+-]?b$/.test(changes) && more.length === 0) {
      return client.numeric("368 RPL_ENDOFBANLIST", target, "End of channel ban list");
    }
    let isOn = true;
    let answer = "";
    for (const [, signs, letter] of changes.matchAll(/([+-]*)([^+-])/g).take(MAX_MODES)) {
      if (signs) isOn = signs.endsWith("+");
      const hasValue = "ok".includes(letter!) || (letter === "l" && isOn);
      const value = hasValue ? more.shift() : undefined;
      answer += setMode(client, target, `${isOn ? "+" : "-"}${letter}`, value);
    }
    return answer;
  };
  return withRoom(client, target, act);
}

/** Asks for a change of a mode, such as `+i`. Returns why not, if it cannot be. */
function setMode(client: Client, channel: string, mode: string, value = ""): string {
  const [isOn, letter] = [mode.startsWith("+"), mode.slice(1)];
  if (letter === "i") return client.ask(isOn ? "lock" : "unlock", channel);
  if (letter === "m") return client.ask(isOn ? "pause" : "unpause", channel);
  if (letter === "o") return client.ask(isOn ? "op" : "deop", `${channel} ${value || "*"}`);
  if (letter === "n") return "";
  if (letter !== "l" && letter !== "k") {
    return client.numeric("472 ERR_UNKNOWNMODE", letter, "is unknown mode char to me");
  }
  const [command, pattern] = letter === "l" ? ["limit", LIMIT] as const : ["key", KEY] as const;
  if (!isOn) return client.ask(command, `off ${channel}`);
  if (pattern.test(value)) return client.ask(command, `${value} ${channel}`);
  const shown = letter === "k" ? "*" : value;
  return client.numeric("696 ERR_INVALIDMODEPARAM", channel, letter, shown, "Invalid value");
}

function userMode(client: Client, nick: string, changes: string | undefined): string {
  const { session } = client;
  const user = client.user(nick);
  if (!user) return client.numeric("401 ERR_NOSUCHNICK", nick, "No such nick/channel");
  if (user !== session) {
    return client.numeric("502 ERR_USERSDONTMATCH", "Cannot change mode for other users");
  }
  if (changes === undefined) {
    return client.numeric("221 RPL_UMODEIS", isModerator(user) ? "+o" : "+");
  }
  if (changes === "+i") return ""; // irssi asks for it, and nobody sees users of other rooms anyway
  return client.numeric("501 ERR_UMODEUNKNOWNFLAG", "Unknown MODE flag");
}
