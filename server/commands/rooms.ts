/** Commands for rooms. Users who never use them stay in the first room and never see that there are others. */

import { defined } from "../../common/defined.ts";
import type { Params, ReplyData } from "../../common/protocol/codes.ts";
import { MAX_MEMBERS_NAMED, MAX_ROOMS_LISTED } from "../../common/protocol/frame.ts";
import { ok } from "../../common/result.ts";
import { type ChatResult, fail, quote } from "../model/errors.ts";
import { KEY, LIMIT, type Room } from "../model/room.ts";
import { type Command, type CommandCall, splitWord } from "./command.ts";
import { readDuration } from "./duration.ts";
import { findOther, readReason } from "./moderation.ts";

export const join: Command = {
  argument: { key: "room_key" },
  run: ({ hub, session, ref, argument }) =>
    hub.whileWaiting<{ room: Room; isNew: boolean }>(
      session,
      ref,
      (done) => hub.chat.joinRoom(session, argument, done),
      ({ room, isNew }) => {
        const members = room.nicks(MAX_MEMBERS_NAMED);
        hub.reply(session, ref, "join", { ...room.summary(), members });
        if (isNew) hub.replayOnJoin(session);
      },
    ),
};

export const leave: Command = {
  argument: { key: "room_reason", optional: true },
  run({ hub, session, ref, argument }) {
    const [first, rest] = splitWord(argument);
    const isRoom = first.startsWith("#") || hub.chat.rooms.findJoined(session, first).ok;
    const [room, reason] = isRoom ? [first, rest] : [undefined, argument];
    const left = hub.chat.leaveRoom(session, room, reason);
    if (!left.ok) return left.error;
    return hub.reply(session, ref, "leave", { room: left.value.name, current: session.room!.name });
  },
};

export const rooms: Command = {
  run({ hub, session, ref }) {
    const { rooms } = hub.chat;
    const listed = rooms.list(MAX_ROOMS_LISTED);
    return hub.reply(session, ref, "rooms", { rooms: listed, total: rooms.count });
  },
};

export const topic: Command = {
  argument: { key: "topic", optional: true },
  run({ hub, session, ref, argument }) {
    const { rooms, messages } = hub.chat;
    const [, name = "", text = ""] = /^(#\S+)?\s*([^]*)$/.exec(argument) ?? [];
    const mayBeElsewhere = name === "" || text === "" || session.isModerator;
    const found = mayBeElsewhere ? rooms.findOpen(session, name) : rooms.findJoined(session, name);
    if (!found.ok) return found.error;
    const room = found.value;
    // Without a text it is shown; a dash alone removes it.
    const error = text === ""
      ? undefined
      : messages.setTopic(session, room, text === "-" ? "" : text);
    if (!error) hub.reply(session, ref, "topic", { room: room.name, topic: room.topic });
    return error;
  },
};

/** The room of a name, as {@linkcode Rooms.findOpen}, if the session moderates it. */
function findModerated({ hub, session, name }: CommandCall, typed: string): ChatResult<Room> {
  const { rooms } = hub.chat;
  const found = rooms.findOpen(session, typed);
  if (!found.ok || found.value.isModeratedBy(session)) return found;
  const room = found.value === rooms.first ? undefined : found.value.name;
  if (!room && !hub.hasModeration) return fail("no_moderation");
  return fail("not_moderator", { name: quote(name), ...defined({ room }) });
}

/** Tells the user. A moderator of the room lets them in once by it, even if it is locked or full, or has a key. */
export const invite: Command = {
  argument: { key: "nick_room", words: 2 },
  run(call) {
    const { hub, session, ref } = call;
    const { rooms, moderation } = hub.chat;
    const [name, typed] = splitWord(call.argument);
    const found = findOther(call, name);
    const joined = rooms.findJoined(session, typed || undefined);
    if (!found.ok) return found.error;
    if (!joined.ok) return joined.error;
    const [user, room] = [found.value, joined.value];
    const params = { nick: user.nick, room: room.name };
    if (room.has(user)) return { code: "in_room", params };
    const moderated = findModerated(call, typed);
    if (room.isLocked && !moderated.ok) return moderated.error;
    const muted = moderation.checkMuted(session);
    if (muted) return muted;
    if (moderated.ok) rooms.setInvited(user.id, room, true);
    const ignored = "user" in user ? user.user.ignored : user.ignoreList.authors;
    const isHidden = ignored.some(({ id, key }) => id === session.id || key === session.key);
    if (!isHidden) hub.notify(user, "invited", { by: session.nick, room: room.name });
    return hub.reply(session, ref, "invite", params);
  },
};

/** The member that `[#ROOM] NAME` names in a room that the session moderates, and the text after it. */
function findMember(call: CommandCall, mayModerateAll: boolean) {
  const { hub, session } = call;
  const [first, others] = splitWord(call.argument);
  const isNamed = first.startsWith("#") && others !== "";
  const [name, rest] = isNamed ? splitWord(others) : [first, others];
  const moderated = findModerated(call, isNamed ? first : "");
  if (!moderated.ok) return moderated;
  const found = hub.chat.nicks.lookUp(session, name);
  if (!found.ok) return found;
  const [room, user] = [moderated.value, found.value];
  const params = { nick: user.nick, room: room.name };
  if (!room.has(user)) return fail("not_in_room", params);
  const isAbove = ("user" in user ? user.user : user).isModerator && !mayModerateAll;
  return isAbove ? fail("is_moderator", params) : ok({ room, user, rest, params });
}

export const remove: Command = {
  argument: { key: "room_nick_reason" },
  run(call) {
    const { hub, session, ref } = call;
    const found = findMember(call, session.isModerator);
    if (!found.ok) return found.error;
    const { room, user, rest, params } = found.value;
    if (room === hub.chat.rooms.first) return { code: "first_room", params: { room: room.name } };
    if (user === session) return { code: "not_oneself", params: {} };
    const read = readReason(call, rest);
    if (!read.ok) return read.error;
    hub.reportModeration("remove", session, { ...params, session: user.id, ...read.value });
    hub.reply(session, ref, "remove", params); // above what it brings about
    const because = read.value.reason;
    hub.chat.removeFromRoom(user, room.name, { by: session.nick, ...defined({ because }) });
    return undefined;
  },
};

export const op: Command = roleSwitch("op", true);
export const deop: Command = roleSwitch("deop", false);

/** The command that makes a member of a room moderate it, or no longer. */
function roleSwitch(action: "op" | "deop", isModerator: boolean): Command {
  return {
    argument: { key: "room_nick", words: 2 },
    run(call) {
      const { hub, session, ref } = call;
      const found = findMember(call, false);
      if (!found.ok) return found.error;
      const { room, user, params } = found.value;
      const data = { ...params, isModerator };
      const already = room.isModeratedBy(user) === isModerator;
      if (already) return hub.reply(session, ref, "op", { ...data, already });
      hub.chat.setModerator(user, room.name, action);
      hub.announce(room, session, `${action}ped`, { member: user.nick });
      hub.reportModeration(action, session, { ...params, session: user.id });
      return hub.reply(session, ref, "op", data);
    },
  };
}

/** Settings of a room by the code of their reply. `notice` announces that a setting is on, with its value as `told`. */
const SETTINGS = {
  lock: { property: "isLocked", notice: "locked", told: undefined, bad: undefined, max: 0 },
  pause: { property: "isPaused", notice: "paused", told: undefined, bad: undefined, max: 0 },
  slow: { property: "slow", notice: "slowed", told: "seconds", bad: "bad_seconds", max: 3600 },
  limit: { property: "limit", notice: "limited", told: "count", bad: "bad_limit", max: 99_999 },
  key: { property: "key", notice: "keyed", told: undefined, bad: "bad_key", max: 50 },
} as const;

/** The value that an argument begins with, and the room after it; undefined if it has no value. */
type Read = (text: string) => { value: boolean | number | string; rest: string } | undefined;
const readOn: Read = (rest) => ({ value: true, rest });
const readOff: Read = (rest) => ({ value: false, rest });
const readSeconds: Read = (text) => {
  const { seconds: value = Infinity, rest = "" } = readDuration(text, 1) ?? {};
  return value <= SETTINGS.slow.max ? { value, rest } : undefined;
};
const wordReader = (pattern: RegExp, asValue: typeof Number | typeof String): Read => (text) => {
  const [word, rest] = splitWord(text);
  if (/^(?:off|no|0)$/i.test(word)) return { value: asValue(""), rest };
  return pattern.test(word) ? { value: asValue(word), rest } : undefined;
};

export const lock: Command = setter("lock", { key: "optional_room", words: 1 }, readOn);
export const unlock: Command = setter("lock", { key: "optional_room", words: 1 }, readOff);
export const pause: Command = setter("pause", { key: "optional_room", words: 1 }, readOn);
export const unpause: Command = setter("pause", { key: "optional_room", words: 1 }, readOff);
export const slow: Command = setter("slow", { key: "seconds_room", words: 3 }, readSeconds);
export const limit: Command = setter(
  "limit",
  { key: "limit_room", words: 2 },
  wordReader(LIMIT, Number),
);
export const key: Command = setter("key", { key: "key_room", words: 2 }, wordReader(KEY, String));

/** The command that changes a setting of a room, or shows it if its argument has no value. */
function setter(
  code: keyof typeof SETTINGS,
  argument: NonNullable<Command["argument"]>,
  read: Read,
): Command {
  const { property, notice, told, bad, max } = SETTINGS[code];
  return {
    argument: { ...argument, optional: true },
    run(call) {
      const { hub, session, ref, argument: text } = call;
      const typed = read(text);
      const found = findModerated(call, typed ? typed.rest : text);
      if (!found.ok) {
        const isRoom = typed || text.startsWith("#") || found.error.code !== "unknown_room";
        return isRoom ? found.error : { code: bad!, params: { argument: quote(text), max } };
      }
      const room = found.value;
      const { name } = room;
      const { value = room[property] } = typed ?? {};
      const already = room[property] === value || undefined;
      if (!already) {
        const isFirst = room === hub.chat.rooms.first;
        if (isFirst && (code === "limit" || code === "key")) {
          return { code: "always_open", params: { room: name } };
        }
        Object.assign(room, { [property]: value });
        const more: Params = told ? { [told]: Number(value) } : {};
        hub.announce(room, session, value ? notice : `un${notice}`, value ? more : {});
        hub.reportModeration(value || told ? code : `un${code}`, session, { room: name, ...more });
      }
      const data = { room: name, [told ?? property]: value, ...(bad ? {} : defined({ already })) };
      return hub.reply(session, ref, code, data as ReplyData[typeof code]);
    },
  };
}
