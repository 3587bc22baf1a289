/**
 * The codes of errors, notices, byes and replies. Programs read the code and its params, people the sentence that common/i18n/
 * makes of them. A released code keeps its meaning.
 */

/** Values for the placeholders of a sentence. */
export type Params = Readonly<Record<string, string | number>>;

/** Why a request failed; nothing was changed. */
export const ERROR_CODES = [
  /** An invalid frame. params: reason */
  "bad_frame",
  /** A line that is not valid UTF-8. */
  "not_utf8",
  /** A line over the limit, which was dropped whole. params: max (bytes) */
  "line_too_long",
  /** params: name, suggestion? */
  "unknown_command",
  /** A command without its argument. params: name, argument */
  "missing_argument",
  /** params: nick, fault (see names.ts) */
  "bad_nick",
  /** params: nick, suggestion */
  "nick_taken",
  /** params: lang */
  "unknown_lang",
  /** A message without text. */
  "empty_message",
  /** A message with more lines than allowed. params: max */
  "too_many_lines",
  /** A message that is a `hello` frame, which may hold a password. */
  "late_hello",
  /**
   * A message that was meant as a command: something stands before its slash, or it is not a slash. params: name, argument
   * (as in missing_argument)
   */
  "misplaced_command",
  /** The user is not in that room. params: room */
  "no_such_room",
  /** params: room, fault (see names.ts) */
  "bad_room",
  /** The user is in as many rooms as a session may be in. params: max */
  "too_many_rooms",
  /** The hub has as many rooms as it may have. params: max */
  "no_more_rooms",
  /** Users at the peer's address have opened as many rooms as they may. params: max */
  "too_many_rooms_opened",
  /** The user's only room cannot be left. params: room */
  "last_room",
  /** params: max (characters) */
  "topic_too_long",
  /** Nobody here has that nick. params: nick, suggestion? */
  "no_such_nick",
  /** Users cannot do that to themselves. */
  "not_oneself",
  /** params: max */
  "too_many_ignored",
  /** The user has not had a private conversation yet. */
  "nobody_to_answer",
  /** params: argument, max */
  "bad_count",
  /** The hub requires a password and waits for it: a text peer's next line, or a `hello` with it. */
  "password_wanted",
  /** A wrong password. params: left (tries) */
  "wrong_password",
  /** Too many wrong passwords came from the peer's address: this one was not looked at. params: seconds (to wait) */
  "try_later",
  /** The hub has no password for moderators. */
  "no_moderation",
  /** A command for moderators only. params: name */
  "not_moderator",
  /** Only moderators may join the room. params: room */
  "room_locked",
  /** Only moderators may post in the room. params: room */
  "paused",
  /** Slow mode: seconds until the user may post in the room again. params: room, seconds */
  "too_soon",
  /** Minutes until the user may post again. params: minutes */
  "muted",
  /** params: argument, max */
  "bad_minutes",
  /** params: argument, max */
  "bad_seconds",
  /** params: max */
  "too_many_muted",
  /** params: max */
  "too_many_banned",
  /** That nick is not banned. params: nick */
  "not_banned",
  /** The moderator has the same address as the user to ban. params: nick */
  "own_address",
  /** The request involves other hubs, which cannot be reached now. */
  "cut_off",
] as const;

/** What the hub reports without being asked. */
export const NOTICE_CODES = [
  /** The nick of a `hello` was not available. params: wanted, nick, fault ("taken", or see names.ts) */
  "nick_replaced",
  /** The messages that follow are replayed. params: room, count */
  "history",
  /** The peer sends too fast and is read more slowly for a while; nothing is lost. */
  "throttled",
  /**
   * The session was resumed. `count` messages follow that were posted meanwhile; `missing` others are no longer kept.
   * params: count, missing
   */
  "resumed",
  /** The receiver of a private message is away; it waits for them. params: nick */
  "away",
  /** They did not come back and never got it. params: nick, text */
  "undelivered",
  /** A moderator has muted the user for this many minutes. params: by, minutes */
  "muted",
  /** A moderator has unmuted the user. params: by */
  "unmuted",
  /** A moderator has changed a room. params: room, nick */
  "locked",
  /** params: room, nick */
  "unlocked",
  /** params: room, nick */
  "paused",
  /** params: room, nick */
  "unpaused",
  /** Slow mode: seconds between two messages of a member. params: room, nick, seconds */
  "slowed",
  /** params: room, nick */
  "unslowed",
  /** Messages cannot be written to disk now; the chat goes on. */
  "history_unsaved",
  /** They are written again, with those that waited. params: lost (messages that were too many to wait) */
  "history_saved",
  /** The other hubs of the chat cannot be reached; messages wait. */
  "cluster_lost",
  /** They can be reached again, and waiting messages are posted. */
  "cluster_back",
] as const;

/** Why the hub closes a connection. */
export const BYE_CODES = [
  "quit",
  /** The hub is stopping. */
  "shutdown",
  /** Too many bytes without a line end. params: max (bytes) */
  "line_too_long",
  "slow_consumer",
  "server_full",
  /** Nobody can join while the other hubs cannot be reached. */
  "cut_off",
  /** Too many connections from the peer's address. */
  "address_full",
  /** Too many new connections from the peer's address in a short time. */
  "address_busy",
  /** The client is a web browser. */
  "not_http",
  /** A TLS client on a port without TLS. */
  "not_tls",
  /** A proxy sends a PROXY header, which the hub does not read. */
  "not_proxied",
  /** The client speaks another protocol. params: protocol (SSH, SMTP) */
  "other_protocol",
  /** A text peer has sent a `hello` that is not whole, or not its first line. */
  "late_hello",
  /** params: protocol (of the hello), supported */
  "unsupported_protocol",
  /** Nothing was received from the peer for too long. */
  "timeout",
  /** The session goes on over a newer connection. */
  "resumed_elsewhere",
  /** A moderator removed the user. params: by, reason (empty if none was given) */
  "kicked",
  "banned",
  /** The password was wrong too often. */
  "auth_failed",
  /** No `hello` or no password came in time. */
  "handshake_timeout",
  /** The first room is locked. */
  "locked",
] as const;

/** Replies to commands; {@linkcode ReplyData} has the shape of their `data`. */
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
  /** Its name in the table of commands, and the key of its sentence in common/i18n/. */
  name: string;
  /** All its names without the slash, those in the asker's language first. */
  names: string[];
  /** The key of its argument in common/i18n/; empty for none. */
  argument: string;
  /** Whether the argument may be left out. */
  optional?: boolean;
  /** The role that is required to use it. */
  role?: "moderator";
}

/** A room in the list of rooms. */
export interface RoomSummary {
  room: string;
  /** Members at all hubs. */
  count: number;
  /** Empty for none. */
  topic: string;
}

/** The `data` of each reply. */
export interface ReplyData {
  help: { commands: CommandHelp[] };
  /** Names at most MAX_MEMBERS_NAMED (frame.ts) members; `count` counts all. */
  who: { room: string; members: string[]; count: number };
  nick: { nick: string };
  /** The room is the current one now, where messages go. */
  join: RoomSummary & { members: string[] };
  /** `current`: the current room now. */
  leave: { room: string; current: string };
  /** The largest first, at most MAX_ROOMS_LISTED (frame.ts); `total` counts all. */
  rooms: { rooms: RoomSummary[]; total: number };
  topic: { room: string; topic: string };
  /** The private message reached its receiver. */
  private: { to: string; text: string; id: number; ts: number };
  /** `count` messages precede, as `message` frames with `replay`. */
  history: { room: string; count: number };
  /** Whether messages of that user are hidden from now on, or shown again. */
  ignore: { nick: string; isIgnored: boolean };
  ignored: { nicks: string[] };
  lang: { lang: string };
  /** The user is a moderator now. */
  mod: Record<never, never>;
  kick: { nick: string };
  /** 0 minutes if the user was unmuted. */
  mute: { nick: string; minutes: number };
  /** Whether the address is banned too. */
  ban: { nick: string; isAddress: boolean };
  /** The nicks at the time of the bans. */
  banned: { nicks: string[] };
  unban: { nick: string };
  lock: { room: string; isLocked: boolean };
  /** Seconds between two messages of a member; 0 if slow mode is off. */
  slow: { room: string; seconds: number };
  pause: { room: string; isPaused: boolean };
}
