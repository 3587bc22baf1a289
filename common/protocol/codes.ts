/** Codes of errors, notices, byes and replies, which programs read, not people. A released code keeps its meaning. */

import {
  boolean,
  checkFields,
  type Field,
  type Fields,
  integer,
  isTrue,
  listOf,
  objectOf,
  optional,
  text,
  type Values,
} from "./fields.ts";
import { MAX_HUB_FRAME, moment } from "./frame.ts";

/** Values for the placeholders of a sentence. */
export type Params = Readonly<Record<string, string | number>>;

/** Why a request failed; nothing was changed. */
export const ERROR_CODES = [
  "bad_frame", // An invalid frame. params: reason
  "not_utf8", // A line that is not valid UTF-8, or a line of text with a NUL.
  "line_too_long", // A line over the limit, which was dropped whole. params: max (bytes)
  "unfinished_line", // The last line of a text peer that closed its sending side has no line end.
  "unknown_command", // params: name, suggestion?
  "foreign_command", // A command of other programs. params: name, habit (`habit.<habit>` in common/i18n/ says what to do)
  "missing_argument", // A command without its argument. params: name, argument
  "extra_argument", // A command with more than it takes. params: name, argument (empty if none), extra (the first word)
  "bad_nick", // params: nick, fault (see names.ts)
  "spaced_nick", // A nick with spaces; the suggestion is free. params: nick, suggestion
  "nick_taken", // params: nick, suggestion
  "unknown_lang", // params: lang
  "empty_message", // A message without text.
  "too_many_lines", // A message with more lines than allowed. params: max
  "late_hello", // A message that is a `hello` frame, which may hold a password.
  "misplaced_command", // A message that was meant as a secret command. params: name, argument
  "no_such_room", // The user is not in that room. params: room
  "unknown_room", // Not a room that the user may join. params: room
  "bad_room", // params: room, fault (see names.ts)
  "spaced_room", // A room name with spaces. params: room, suggestion
  "too_many_rooms", // The user is in as many rooms as a session may be in. params: max
  "no_more_rooms", // The hub has as many rooms as it may have. params: max
  "too_many_rooms_opened", // Users at the peer's address have opened as many rooms as they may. params: max
  "last_room", // The user's only room cannot be left. params: room
  "empty_topic", // A topic that shows nothing.
  "topic_too_long", // params: max (characters)
  "no_such_nick", // Of the users here, and of those who left last if they count. params: nick, suggestion?, departed?
  "not_oneself", // Users cannot do that to themselves.
  "too_many_ignored", // params: max
  "nobody_to_answer", // The user has not had a private conversation yet.
  "correspondent_gone", // Whoever `/r` would answer has left. params: nick
  "correspondent_replaced", // The same, and another user has that nick now. params: nick
  "bad_count", // params: argument, max
  "password_wanted", // The hub waits for a password: a text peer's next line, or a `hello` with it.
  "wrong_password", // A wrong password. params: left (tries)
  "try_later", // The peer's address sent too many wrong passwords: this one was not tried. params: seconds
  "no_moderation", // The hub has no password for moderators.
  "not_moderator", // A command for moderators only. params: name, room? (the one that the user does not moderate)
  "is_moderator", // A moderator of all rooms cannot be put out of one, or stop moderating it. params: nick, room
  "not_in_room", // The user is in the chat, and not in that room. params: nick, room
  "in_room", // A user who is invited is in that room already. params: nick, room
  "first_room", // Nobody can be put out of the first room. params: room
  "room_locked", // Only moderators may join the room. params: room
  "wrong_key", // The room has another key, or a key at all. params: room
  "room_full", // The room has as many members as it may have. params: room, max
  "always_open", // The first room has neither a limit nor a key. params: room
  "paused", // Only moderators may post in the room. params: room
  "too_soon", // Slow mode: seconds until the user may post in the room again. params: room, seconds
  "muted", // Minutes until the user may post again. params: minutes
  "bad_minutes", // params: argument, max
  "bad_seconds", // params: argument, max
  "bad_limit", // params: argument, max
  "bad_key", // params: argument, max
  "too_many_muted", // params: max
  "too_many_banned", // params: max
  "not_banned", // That nick or address is not in the list of bans. params: nick
  "own_address", // The rule would hold for the moderator's own address. params: nick (or the network)
  "loopback_address", // That address is the hub's own machine, where proxies and tunnels come from. params: nick
  "wide_network", // A rule for that network would concern too many. params: network
  "misspelt_address", // A word after a nick looks like the one that bans the address too. params: argument, nick
  "not_yours", // Only moderators may delete messages of other users. params: room, nick (as in no_such_message)
  "no_such_message", // Nothing to delete. params: room, nick (of the author; empty if an id was given)
  "private_message", // The user's last message was a private one, which cannot be deleted. params: nick, room
  "cut_off", // The request involves other hubs, which cannot be reached now.
] as const;

/** What the hub reports without being asked. */
export const NOTICE_CODES = [
  "nick_replaced", // The nick of a `hello` was not available. params: wanted, nick, fault ("taken", or see names.ts)
  "history", // The messages that follow are replayed. params: room, count
  "search", // The messages that follow were found, the newest first. params: room, words, count
  "hint_exit", // A message was only a word like `exit`: the command that leaves.
  "hint_help", // The same for a word like `help`.
  "throttled", // The peer sends too fast and is read more slowly for a while; nothing is lost.
  "resumed", // The session goes on. params: count (of missed messages, which follow), missing (no longer kept)
  "away", // The receiver of a private message is away; it waits for them. params: nick
  "absent", // The receiver of a private message is away by their own word. params: nick, text (empty for none)
  "back", // The user has written something, and is no longer shown as away.
  "undelivered", // They did not come back and never got it. params: nick, text
  "muted", // A moderator has muted the user for this many minutes. params: by, minutes, reason?
  "unmuted", // A moderator has unmuted the user. params: by
  "moderator", // The user joined with the moderators' password.
  "room_moderator", // The user has opened a room, and moderates it. params: room
  "removed", // A moderator put the user out of a room. params: by, room, current (the current room now), reason?
  "invited", // A member of a room invites the user. params: by, room
  "locked", // A moderator has changed a room. params: room, nick
  "unlocked", // params: room, nick
  "paused", // params: room, nick
  "unpaused", // params: room, nick
  "slowed", // Slow mode: seconds between two messages of a member. params: room, nick, seconds
  "unslowed", // params: room, nick
  "limited", // How many members it may have. params: room, nick, count
  "unlimited", // params: room, nick
  "keyed", // Users must give a key to join it. params: room, nick
  "unkeyed", // params: room, nick
  "opped", // A moderator has made a member a moderator of the room. params: room, nick, member
  "deopped", // The member moderates the room no longer. params: room, nick, member
  // To the other moderators: what a moderator did.
  "moderated", // params: action, by, nick?, session?, address?, room?, minutes?, seconds?, count?, ids?, reason?
  "announcement", // To all users, from a moderator. params: by, text
  "history_unsaved", // Messages cannot be written to disk now; the chat goes on.
  "history_saved", // They are written again, with those that waited. params: lost (those too many to wait)
  "cluster_lost", // The other hubs of the chat cannot be reached; messages wait.
  "cluster_back", // They can be reached again, and waiting messages are posted.
] as const;

/** Why the hub closes a connection. */
export const BYE_CODES = [
  "quit",
  "shutdown", // The hub is stopping.
  "line_too_long", // Too many bytes without a line end. params: max (bytes)
  "slow_consumer",
  "server_full",
  "cut_off", // Nobody can join while the other hubs cannot be reached.
  "address_full", // Too many connections from the peer's address.
  "address_busy", // Too many new connections from the peer's address in a short time.
  "not_tls", // A TLS client on a port without TLS.
  "not_proxied", // A proxy sends a PROXY header, which the hub does not read.
  "other_protocol", // The client speaks another protocol. params: protocol (SSH, SMTP, HTTP)
  "late_hello", // A text peer has sent a `hello` that is not whole, or not its first line.
  "unsupported_protocol", // params: protocol (of the hello), supported
  "timeout", // Nothing was received from the peer for too long.
  "resumed_elsewhere", // The session goes on over a newer connection.
  "kicked", // A moderator removed the user. params: by, reason (empty if none was given)
  "banned", // params: reason?
  "auth_failed", // The password was wrong too often.
  "handshake_timeout", // No `hello` or no password came in time.
  "locked", // The first room is locked.
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
export type NoticeCode = (typeof NOTICE_CODES)[number];
export type ByeCode = (typeof BYE_CODES)[number];

/** Why a user left a room without a command of their own: the hub's bye, or a moderator put them out of the room. */
export const LEAVE_REASONS = [...BYE_CODES, "removed"] as const;

const words = text(MAX_HUB_FRAME);
const count = integer(0);
/** Of any length: the reply was bounded as a frame. */
const many = <T>(item: Field<T>) => listOf(item, MAX_HUB_FRAME);

const COMMAND_HELP = {
  name: words, // in the table of commands, and the key of its sentence in common/i18n/
  names: many(words), // all, without the slash, those in the asker's language first
  argument: words, // the key of its argument in common/i18n/; empty for none
  optional: optional(boolean), // whether the argument may be left out
  role: optional(words), // that is required to use it: `moderator`
};
/** One command as `help` describes it. */
export type CommandHelp = Values<typeof COMMAND_HELP>;

const ROOM_SUMMARY = {
  room: words,
  count, // of members at all hubs
  topic: words, // empty for none
};
/** A room in the list of rooms. */
export type RoomSummary = Values<typeof ROOM_SUMMARY>;

/** A ban or a mute. */
const RULE_SUMMARY = {
  nick: words,
  by: words, // the moderator
  address: optional(words), // that is banned with the nick
  reason: optional(words),
  minutes: optional(count), // until a mute ends, or a ban that has an end
};
const RULE_LIST = {
  /** Of all of them, the oldest first: the nicks when they were made, and networks that are banned by themselves. */
  nicks: many(words),
  /** The latest first, at most MAX_RULES_LISTED (frame.ts). */
  latest: many(objectOf(RULE_SUMMARY)),
};
/** A member who is away: by their own word, perhaps with a text, or because their connection is lost. */
const ABSENCE = { nick: words, text: optional(words), isLost: optional(isTrue) };
export type Absence = Values<typeof ABSENCE>;

/** It was so before, and nothing has changed. */
const already = optional(isTrue);

/** The replies to commands, and the shape of their `data`. */
export const REPLY_SHAPES = {
  /** `about`: the name of the command that was asked about, which is the only one then. */
  help: { commands: many(objectOf(COMMAND_HELP)), about: optional(words) },
  /** Names at most MAX_MEMBERS_NAMED (frame.ts) members, of which `away` has at most 50; `count` counts all. */
  who: { room: words, members: many(words), count, away: optional(many(objectOf(ABSENCE))) },
  /** Whether the user is shown as away, and with which text, if any. */
  away: { isAway: boolean, text: words },
  nick: { nick: words },
  lang: { lang: words },
  /** The room is the current one now, where messages go. */
  join: { ...ROOM_SUMMARY, members: many(words) },
  /** `current`: the current room now. */
  leave: { room: words, current: words },
  /** The largest first, at most MAX_ROOMS_LISTED (frame.ts); `total` counts all. */
  rooms: { rooms: many(objectOf(ROOM_SUMMARY)), total: count },
  topic: { room: words, topic: words },
  invite: { room: words, nick: words },
  /** The private message reached its receiver. */
  private: { to: words, text: words, id: count, ts: moment },
  /** `count` messages precede, as frames with `replay`; none if the latest are all by ignored users (`isHidden`). */
  history: { room: words, count, isHidden: optional(isTrue) },
  /** `count` messages precede, as for `history`; with `hasMore`, older messages may have the words too. */
  search: { room: words, words, count, hasMore: optional(isTrue) },
  /** Whether messages of that user are hidden. */
  ignore: { nick: words, isIgnored: boolean, already },
  ignored: { nicks: many(words) },
  /** The user is a moderator. */
  mod: { already },
  kick: { nick: words },
  remove: { room: words, nick: words },
  op: { room: words, nick: words, isModerator: boolean, already },
  /** Minutes that are left; 0 if the user is not muted. */
  mute: { nick: words, minutes: count, already },
  /** Whether the address is banned too; `nick` may be an address or a network. `minutes`: if the ban has an end. */
  ban: { nick: words, isAddress: boolean, minutes: optional(count), already },
  banned: RULE_LIST,
  muted: RULE_LIST,
  unban: { nick: words },
  /** `nick`: of the author; empty for the user's own messages. */
  delete: { room: words, nick: words, ids: many(count) },
  announce: { text: words },
  lock: { room: words, isLocked: boolean, already },
  /** Seconds between two messages of a member; 0 if slow mode is off. */
  slow: { room: words, seconds: count },
  pause: { room: words, isPaused: boolean, already },
  /** The most members of the room; 0 for any number. */
  limit: { room: words, count },
  /** Empty for none. */
  key: { room: words, key: words },
} satisfies Readonly<Record<string, Fields>>;

export type ReplyCode = keyof typeof REPLY_SHAPES;
export type ReplyData = { [C in ReplyCode]: Values<(typeof REPLY_SHAPES)[C]> };
type Reply = { [C in ReplyCode]: { code: C; data: ReplyData[C] } }[ReplyCode];

/** A reply with the fields of its shape; undefined if its code is unknown or its data malformed. */
export function readReply(code: string, data: Record<string, unknown>): Reply | undefined {
  if (!Object.hasOwn(REPLY_SHAPES, code)) return undefined;
  const shape: Fields = REPLY_SHAPES[code as ReplyCode];
  const checked = checkFields(data, shape);
  return checked.ok ? { code, data: checked.value } as Reply : undefined;
}
