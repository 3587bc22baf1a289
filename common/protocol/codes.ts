/**
 * The codes by which the hub says things: a program reads the code and its params, a person reads the sentence that
 * i18n/ makes of them. A code, once released, keeps its meaning.
 */

/** Values that a sentence is filled with. */
export type Params = Readonly<Record<string, string | number>>;

/** What was asked for and could not be done; nothing was changed. */
export const ERROR_CODES = [
  /** A frame that is no valid one. params: reason */
  "bad_frame",
  /** A line that is not valid UTF-8. */
  "not_utf8",
  /** A line over the limit, dropped whole. params: max (bytes) */
  "line_too_long",
  /** params: name, suggestion? */
  "unknown_command",
  /** A command without what it needs. params: name, argument */
  "missing_argument",
  /** params: nick, fault (see names.ts) */
  "bad_nick",
  /** params: nick, suggestion */
  "nick_taken",
  /** params: lang */
  "unknown_lang",
  /** A message without any text. */
  "empty_message",
  /** A room that one is not in. params: room */
  "no_such_room",
  /** params: room, fault (see names.ts) */
  "bad_room",
  /** One is in as many rooms as one may be. params: max */
  "too_many_rooms",
  /** The hub has as many rooms as it may have. params: max */
  "no_more_rooms",
  /** The only room that one is in cannot be left. params: room */
  "last_room",
  /** params: max (characters) */
  "topic_too_long",
  /** A private message to somebody who is not here. params: nick, suggestion? */
  "no_such_nick",
  /** One cannot do that to oneself. */
  "not_oneself",
  /** params: max */
  "too_many_ignored",
  /** There is nobody to answer in private. */
  "nobody_to_answer",
  /** params: argument, max */
  "bad_count",
  /** The hub lets in only who knows its password, and waits for it: a text peer's next line, or a `hello` with it. */
  "password_wanted",
  /** That was not the password. params: left (tries) */
  "wrong_password",
  /** The hub was given no password for moderators. */
  "no_moderation",
  /** A command for moderators only. params: name */
  "not_moderator",
  /** Only moderators may come into the room. params: room */
  "room_locked",
  /** Only moderators may write in the room. params: room */
  "paused",
  /** One may write again in the room in so many seconds. params: room, seconds */
  "too_soon",
  /** A moderator has silenced one for so many minutes yet. params: minutes */
  "muted",
  /** params: argument, max */
  "bad_minutes",
  /** params: argument, max */
  "bad_seconds",
  /** params: max */
  "too_many_muted",
  /** params: max */
  "too_many_banned",
  /** Not banned. params: nick */
  "not_banned",
  /** A ban of that one's address would be one's own. params: nick */
  "own_address",
  /** What was asked for concerns other hubs, which cannot be reached for now. */
  "cut_off",
] as const;

/** What the hub tells by itself. */
export const NOTICE_CODES = [
  /** The nick of a `hello` could not be had. params: wanted, nick, fault ("taken", or see names.ts) */
  "nick_replaced",
  /** The messages that follow were said before. params: room, count */
  "history",
  /** The peer sends faster than it may and is read more slowly for a while; nothing is lost. */
  "throttled",
  /**
   * A broken session goes on. `count` messages follow that came meanwhile; `missing` ones did too and are no longer kept.
   * params: count, missing
   */
  "resumed",
  /** A private message waits for somebody whose connection is broken. params: nick */
  "away",
  /** That one did not come back, and has not got it. params: nick, text */
  "undelivered",
  /** A moderator lets one write nothing for so many minutes. params: by, minutes */
  "muted",
  /** One may write again. params: by */
  "unmuted",
  /** What a moderator has done with a room. params: room, nick */
  "locked",
  /** params: room, nick */
  "unlocked",
  /** params: room, nick */
  "paused",
  /** params: room, nick */
  "unpaused",
  /** Each may write every so many seconds. params: room, nick, seconds */
  "slowed",
  /** params: room, nick */
  "unslowed",
  /** What is said is not written to the disk for now; the chat goes on. */
  "history_unsaved",
  /** It is again, with what waited for it. params: lost (messages that were too many to wait) */
  "history_saved",
  /** The other hubs of the chat cannot be reached: what is said waits. */
  "cluster_lost",
  /** They can again, and what waited has its turn. */
  "cluster_back",
] as const;

/** Why the hub closes a connection. */
export const BYE_CODES = [
  "quit",
  /** The hub is stopping. */
  "shutdown",
  /** Too much came without a line end. params: max (bytes) */
  "line_too_long",
  "slow_consumer",
  "server_full",
  /** Nobody can come in while other hubs cannot be reached. */
  "cut_off",
  /** There are as many connections from the peer's address as there may be. */
  "address_full",
  /** A web browser came. */
  "not_http",
  /** A TLS client came to a port without TLS. */
  "not_tls",
  /** params: protocol (the one that was asked for), supported */
  "unsupported_protocol",
  /** Nothing was heard from the peer for too long. */
  "timeout",
  /** The session goes on over a newer connection. */
  "resumed_elsewhere",
  /** A moderator removed one. params: by, reason (empty where none was given) */
  "kicked",
  "banned",
  /** The password was wrong too often. */
  "auth_failed",
  /** No `hello` or no password came in time. */
  "handshake_timeout",
  /** Nobody new is let in for now. */
  "locked",
] as const;

/** What a command answers; the shape of its `data` is {@linkcode ReplyData}. */
export const REPLY_CODES = [
  "help",
  "who",
  "nick",
  "lang",
  "join",
  "leave",
  "rooms",
  "topic",
  "private",
  "history",
  "ignore",
  "ignored",
  "mod",
  "kick",
  "mute",
  "ban",
  "banned",
  "unban",
  "lock",
  "slow",
  "pause",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];
export type NoticeCode = (typeof NOTICE_CODES)[number];
export type ByeCode = (typeof BYE_CODES)[number];
export type ReplyCode = (typeof REPLY_CODES)[number];

/** One command as `help` describes it. */
export interface CommandHelp {
  /** The command's name in the table, under which i18n/ has its sentence. */
  name: string;
  /** Every name that it answers to, without the slash; the asker's language first. */
  names: string[];
  /** What it takes, as i18n/ names it; empty when it takes nothing. */
  argument: string;
  /** Whether that can be left out. */
  optional?: boolean;
  /** Who alone may use it, where not everyone may. */
  role?: "moderator";
}

/** A room, as the list of rooms has it. */
export interface RoomSummary {
  room: string;
  /** Members in all. */
  count: number;
  /** Empty where there is none. */
  topic: string;
}

/** The `data` of each reply. */
export interface ReplyData {
  help: { commands: CommandHelp[] };
  /** At most MAX_MEMBERS_NAMED (frame.ts) members are named; `count` has them all. */
  who: { room: string; members: string[]; count: number };
  nick: { nick: string };
  /** The room is the current one now: what one says goes there. */
  join: RoomSummary & { members: string[] };
  /** `current` is the room where one is now. */
  leave: { room: string; current: string };
  /** The largest first, at most MAX_ROOMS_LISTED (frame.ts); `total` has them all. */
  rooms: { rooms: RoomSummary[]; total: number };
  topic: { room: string; topic: string };
  /** The private message reached its receiver. */
  private: { to: string; text: string; id: number; ts: number };
  /** So many messages follow, as `message` frames with `replay`. */
  history: { room: string; count: number };
  /** What the one with the nick says is hidden from now on, or shown again. */
  ignore: { nick: string; isIgnored: boolean };
  ignored: { nicks: string[] };
  lang: { lang: string };
  /** One is a moderator now. */
  mod: Record<never, never>;
  kick: { nick: string };
  /** For so many minutes; 0 where that one may write again. */
  mute: { nick: string; minutes: number };
  /** Whether the address is banned too. */
  ban: { nick: string; isAddress: boolean };
  /** The nicks that they had. */
  banned: { nicks: string[] };
  unban: { nick: string };
  lock: { room: string; isLocked: boolean };
  /** From one message of somebody to the next; 0 for no wait. */
  slow: { room: string; seconds: number };
  pause: { room: string; isPaused: boolean };
}
