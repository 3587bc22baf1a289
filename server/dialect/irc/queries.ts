/** Answers to questions about users, rooms and the hub, which change nothing. */

import { MAX_MEMBERS_NAMED, MAX_ROOMS_LISTED } from "../../../common/protocol/frame.ts";
import { nickKey, roomName } from "../../../common/protocol/names.ts";
import type { Client, Params } from "./client.ts";
import { sizeOf } from "./text.ts";
import { aboutOf, type ChatUser, HOST, isModerator, maskOf, signOf } from "./users.ts";

/** Of the nicks of a line of 353, in bytes. */
const NAMES_LENGTH = 300;

/** `isAsked`: whether the answer says that there is none. */
export function topicOf(client: Client, room: string, isAsked = false): string {
  const { topic = "" } = client.chat.rooms.get(room) ?? {};
  if (topic !== "") return client.numeric("332 RPL_TOPIC", `#${room}`, topic);
  return isAsked ? client.numeric("331 RPL_NOTOPIC", `#${room}`, "No topic is set") : "";
}

/** The members of some rooms in as many lines as are needed, for this client or for any reader (`*`). */
export function namesOf(client: Client, list: string, reader = client.session.nick): string {
  const hasMasks = client.has("userhost-in-names") && reader !== "*";
  const lines = client.forEach(list, (channel) => {
    const room = client.room(channel);
    const rows: string[] = [];
    let size = NAMES_LENGTH;
    for (const user of room?.users().take(MAX_MEMBERS_NAMED) ?? []) {
      const name = signOf(user, room!) + (hasMasks ? maskOf(user) : user.nick);
      size += sizeOf(name) + 1;
      if (size < NAMES_LENGTH) rows[rows.length - 1] += ` ${name}`;
      else size = sizeOf(rows[rows.push(name) - 1]!);
    }
    return rows.map((row) => client.line("353", reader, "=", channel, row)).join("");
  });
  return lines + client.line("366", reader, list, "End of /NAMES list");
}

/** The fields of WHOX in their order, and the values of those between flags and real name, which users do not have. */
const FIELDS = "tcuihsnfdlaor";
const [NO_ADDRESS, NONE] = ["255.255.255.255", ["0", "0", "0", "n/a"]];

/** WHO, and WHOX (ircv3.net/specs/extensions/whox), whose `options` name the fields. */
export function who(client: Client, [mask = "", options = ""]: Params): string {
  const { chat, options: { host } } = client;
  const room = client.room(mask);
  const users = room ? [...room.users()] : findAll(client, mask);
  const [, wanted, token = ""] = /%([a-z]*)(?:,(\d{1,3}))?/.exec(options) ?? [];
  const rows = users.slice(0, MAX_MEMBERS_NAMED).map((user) => {
    const { user: name, realName } = aboutOf(user);
    const state = (chat.absenceOf(user) ? "G" : "H") + (isModerator(user) ? "*" : "");
    const [channel, flags] = room ? [`#${room.name}`, state + signOf(user, room)] : ["*", state];
    const { nick } = user;
    const all = [token, channel, name, NO_ADDRESS, HOST, host, nick, flags, ...NONE, realName];
    const pick = (fields: string) => all.filter((_, index) => fields.includes(FIELDS[index]!));
    return wanted === undefined
      ? client.numeric("352 RPL_WHOREPLY", ...pick("cuhsnf"), `0 ${realName}`)
      : client.numeric("354 RPL_WHOSPCRPL", ...pick(wanted));
  });
  return rows.join("") + client.numeric("315 RPL_ENDOFWHO", mask, "End of /WHO list");
}

/** The user with a nick, or those who fit a mask and share a room other than the first, where everybody is. */
function findAll({ session, chat }: Client, mask: string): ChatUser[] {
  const key = nickKey(mask);
  if (!/[*?]/.test(key)) return [chat.nicks.holder(key) ?? []].flat();
  let parts = 0; // A part between two stars is looked for only where it comes first: no mask takes long.
  const pattern = RegExp.escape(key.replace(/\*+/g, "*")).replaceAll("\\?", ".")
    .replace(/\\\*(.+?)(?=\\\*)/g, (_, part) => `(?=(.*?${part}))\\${++parts}`)
    .replace("\\*", ".*");
  const regexp = new RegExp(`^${pattern}$`, "su");
  const rooms = session.rooms.values().filter((room) => room !== chat.rooms.first);
  return [...new Set(rooms.flatMap((room) => room.users().filter(({ key }) => regexp.test(key))))];
}

export function whois(client: Client, params: Params): string {
  const wanted = params.at(-1)!;
  const user = client.user(wanted);
  const end = ["318 RPL_ENDOFWHOIS", user?.nick ?? wanted, "End of /WHOIS list"];
  if (!user) {
    return client.numerics(["401 ERR_NOSUCHNICK", wanted, "No such nick/channel"], end);
  }
  const { nick } = user;
  const about = aboutOf(user);
  const { host, name } = client.options;
  const absence = client.chat.absenceOf(user);
  const names = "user" in user
    ? user.user.rooms.map(([name]) => name)
    : Array.from(user.rooms, ({ name }) => name);
  const rooms = names.flatMap((name) => client.room(`#${name}`) ?? [])
    .filter((room) => room !== client.chat.rooms.first); // everybody is there
  const channels = rooms.map((room) => `${signOf(user, room)}#${room.name}`).join(" ");
  return client.numerics(
    ["311 RPL_WHOISUSER", nick, about.user, HOST, "*", about.realName],
    channels !== "" && ["319 RPL_WHOISCHANNELS", nick, channels],
    ["312 RPL_WHOISSERVER", nick, host, name],
    isModerator(user) && ["313 RPL_WHOISOPERATOR", nick, "is a moderator"],
    absence && ["301 RPL_AWAY", nick, absence.text || "away"],
    end,
  );
}

export function whowas(client: Client, [nick = "", count]: Params): string {
  const wanted = nickKey(nick);
  const users = client.chat.departed.users.filter(({ key }) => key === wanted);
  return client.numerics(
    users.length === 0 && ["406 ERR_WASNOSUCHNICK", nick, "There was no such nickname"],
    ...users.slice(0, Number(count) > 0 ? Number(count) : undefined).map((user) => {
      const { user: name, realName } = aboutOf(user);
      return ["314 RPL_WHOWASUSER", user.nick, name, HOST, "*", realName];
    }),
    ["369 RPL_ENDOFWHOWAS", nick, "End of WHOWAS"],
  );
}

export function ison(client: Client, params: Params): string {
  const nicks = params.flatMap((each) => each.split(" "));
  const here = nicks.flatMap((nick) => client.user(nick)?.nick ?? []);
  return client.numeric("303 RPL_ISON", here.join(" "));
}

export function userhost(client: Client, nicks: Params): string {
  const here = nicks.flatMap((nick) => {
    const user = client.user(nick);
    if (!user) return [];
    const sign = client.chat.absenceOf(user) ? "-" : "+";
    return `${user.nick}${isModerator(user) ? "*" : ""}=${sign}${aboutOf(user).user}@${HOST}`;
  });
  return client.numeric("302 RPL_USERHOST", here.join(" "));
}

/** `filter`: channels, or their least or greatest number of users. */
export function list(client: Client, [filter = ""]: Params): string {
  const [, sign, number = ""] = /^([<>])(\d+)$/.exec(filter) ?? [];
  const channels = filter === "" || sign ? undefined : new Set(filter.split(",").map(roomName));
  const rooms = client.chat.rooms.list(Infinity).filter(({ room, count }) =>
    channels
      ? channels.has(room)
      : !sign || (sign === ">" ? count > Number(number) : count < Number(number))
  );
  return client.numerics(
    ["321 RPL_LISTSTART", "Channel", "Users  Name"],
    ...rooms.slice(0, MAX_ROOMS_LISTED).map((
      { room, count, topic },
    ) => ["322 RPL_LIST", `#${room}`, `${count}`, topic]),
    ["323 RPL_LISTEND", "End of /LIST"],
  );
}

export function lusers(client: Client): string {
  const { nicks, remoteUsers, rooms } = client.chat;
  const users = nicks.users().length;
  const here = users - remoteUsers.count;
  const others = [...remoteUsers.hubs()].length;
  return client.numerics(
    ["251 RPL_LUSERCLIENT", `There are ${users} users and 0 invisible on ${others + 1} servers`],
    ["254 RPL_LUSERCHANNELS", `${rooms.count - 1}`, "channels formed"], // without the first
    ["255 RPL_LUSERME", `I have ${here} clients and ${others} servers`],
    ["265 RPL_LOCALUSERS", `Current local users: ${here}`], // the greatest number is optional
    ["266 RPL_GLOBALUSERS", `Current global users: ${users}`],
  );
}

export function motd(client: Client): string {
  const { motd, host } = client.options;
  const lines = motd?.()?.split("\n");
  if (!lines) return client.numeric("422 ERR_NOMOTD", "There is no message of the day");
  return client.numerics(
    ["375 RPL_MOTDSTART", `- ${host} message of the day -`],
    ...lines.map((line) => ["372 RPL_MOTD", `- ${line}`]),
    ["376 RPL_ENDOFMOTD", "End of /MOTD command"],
  );
}
