/** What the hub and the client tell the members of a chat, in English. */

import { type Sentences, timeUnit } from "../sentence.ts";

const messages = (count: unknown) => count === 1 ? "one message" : `${count} messages`;
/** A time in minutes, in the largest unit that shows it well. */
const span = (minutes: unknown) => {
  const [count, unit] = timeUnit(minutes);
  const names = { minute: "minute", hour: "hour", day: "day" };
  return count === 1 ? `one ${names[unit]}` : `${count} ${names[unit]}s`;
};
const userAt = (nick: unknown, address: unknown) =>
  nick && address ? `${nick} (${address})` : `${nick || address}`;
const because = (reason: unknown) => reason ? `: ${reason}` : "";

export const chat = {
  "error.bad_frame": "bad frame: {reason}",
  "error.not_utf8": "that line is not valid UTF-8 text: it was not sent",
  "error.line_too_long": "line too long (max {max} bytes): it was not sent",
  "error.unfinished_line":
    "your last line was not sent, as it has no line end: end it with Enter, or with \\n in a script",
  "error.unknown_command": ({ name, suggestion }) =>
    `unknown command /${name}: ${suggestion ? `did you mean /${suggestion}? ` : ""}` +
    "/help lists the commands, and // sends a line that begins with /",
  "error.foreign_command": "unknown command /{name}: {habit.habit}",
  "error.missing_argument": "usage: /{name} {argument.argument}",
  "error.extra_argument": '"{extra}" is one word too many; usage: /{name} {argument.argument}',
  "error.bad_nick": 'the nick "{nick}" cannot be used: {fault.fault}',
  "error.spaced_nick": "a nick has no spaces: try {suggestion}",
  "error.nick_taken": 'the nick "{nick}" is in use: {suggestion} is free',
  "error.unknown_lang": 'unknown language "{lang}": choose es or en',
  "error.empty_message": "the message is empty: it was not sent",
  "error.too_many_lines": "too many lines (max {max})",
  "error.late_hello": "that is a hello frame, which may hold a password: it was not sent",
  "error.misplaced_command":
    "it was not sent, as everybody would read it: type /{name} {argument.argument} with the slash first",
  "error.no_such_room": 'you are not in the room "{room}": /join ROOM joins a room',
  "error.bad_room": 'the room name "{room}" cannot be used: {fault.fault}',
  "error.spaced_room": "a room name has no spaces: try {suggestion}",
  "error.too_many_rooms": "you are in {max} rooms, which is the limit: /leave ROOM leaves one",
  "error.unknown_room": '"{room}" is not a room that you may join: /rooms lists the rooms',
  "error.too_many_rooms_opened":
    "{max} rooms have been opened from your address, which is the limit: /rooms lists rooms to join",
  "error.no_more_rooms":
    "this hub has {max} rooms, which is the limit: /rooms lists those you can join",
  "error.last_room": "you are only in #{room}: /exit leaves the chat",
  "error.empty_topic": "that topic shows nothing: it was not changed (/topic - removes it)",
  "error.topic_too_long": "topic too long (max {max} characters): it was not changed",
  "error.no_such_nick": ({ nick, suggestion, departed }) =>
    `nobody here is called "${nick}"` +
    (departed ? `, nor was any of the last ${departed} users who left` : "") +
    (suggestion ? `; did you mean ${suggestion}?` : ""),
  "error.not_oneself": "you cannot do that to yourself",
  "error.too_many_ignored":
    "you ignore {max} people, which is the limit: /unignore NAME stops ignoring one of them",
  "error.nobody_to_answer": "you have no private conversation yet: /msg NAME TEXT starts one",
  "error.correspondent_gone":
    "{nick} has gone, so it was not sent: /msg NAME TEXT writes to somebody else",
  "error.correspondent_replaced":
    "the {nick} you were writing with has gone: /msg {nick} TEXT writes to whoever is called {nick} now",
  "error.bad_count": '"{argument}" is not a valid number of messages (1-{max})',
  "error.password_wanted": "this hub needs a password: type it and press Enter",
  "error.wrong_password": "wrong password: {left:one try|# tries} left",
  "error.try_later":
    "too many wrong passwords from your address: wait {seconds:one second|# seconds} before the next try",
  "error.no_moderation": "this hub has no moderators: it was started without --mod-password-file",
  "error.not_moderator": ({ name, room }) =>
    room
      ? `/${name} is for the moderators of #${room}: the user who opened it, members with /op, and the hub's moderators`
      : `/${name} is for moderators: /mod PASSWORD makes you one`,
  "error.is_moderator": "{nick} moderates all rooms: that cannot be done to them in #{room}",
  "error.not_in_room": "{nick} is not in #{room}",
  "error.in_room": "{nick} is in #{room} already",
  "error.first_room": "nobody can be put out of #{room}: /kick NAME puts a user out of the chat",
  "error.room_locked": "#{room} is locked: only moderators, and users they invite, may join it",
  "error.wrong_key": "#{room} has a key: `/join {room} KEY` joins it, with the key in place of KEY",
  "error.room_full":
    "#{room} is full: it may have {max:one member|# members}; try again when a member has left",
  "error.always_open": "#{room} is open to all users: /lock {room} keeps newcomers out of the chat",
  "error.paused": "#{room} is paused: only moderators may write there",
  "error.too_soon":
    "#{room} is in slow mode: you may write again in {seconds:one second|# seconds}",
  "error.muted": "you are muted: you may write again in {minutes:one minute|# minutes}",
  "error.bad_minutes": ({ argument, max }) =>
    `"${argument}" is not a time for that: write 10, 10m, 2h or 7d, up to ${span(max)}`,
  "error.bad_seconds":
    '"{argument}" is not a time between messages: write 5, 5s or 1m, up to {max} seconds; off or 0 ' +
    "turns slow mode off",
  "error.bad_limit":
    '"{argument}" is not a number of members: write 1 to {max}; off or 0 lifts the limit',
  "error.bad_key":
    '"{argument}" cannot be a key: write one word of at most {max} characters, without commas; off ' +
    "removes the key",
  "error.too_many_muted": "{max} people are muted, which is the limit: /unmute NAME unmutes one",
  "error.too_many_banned": "this hub has {max} bans, which is the limit: /unban NAME lifts one",
  "error.not_banned": '"{nick}" is not in the list of bans: /bans shows it',
  "error.own_address":
    "that includes your own address, so it would hold for you, too: give only a nick",
  "error.loopback_address":
    "that is this machine's own address, which all users behind a proxy or a tunnel share: give only a nick",
  "error.wide_network": "{network} is too large: at most a /16 of IPv4, or a /48 of IPv6",
  "error.misspelt_address":
    '"{argument}" is neither a reason nor the word "address": /ban {nick} address bans the address too',
  "error.not_yours":
    "you can only delete messages of your own: /delete alone deletes your last one",
  "error.no_such_message": ({ room, nick }) =>
    nick
      ? `none of the latest messages in #${room} is by ${nick}`
      : `no message in #${room} has that id; a private message cannot be deleted`,
  "error.private_message":
    "your last message was private, and a private message cannot be deleted; /delete {nick} deletes " +
    "your last one in #{room}",
  "error.cut_off": "that needs the other hubs, which cannot be reached now: try again later",

  "notice.nick_replaced":
    'the nick "{wanted}" cannot be used: {fault.fault}; you are {nick}, and /name changes it',
  "notice.history": "--- the last {count:message|# messages} ---",
  "notice.hint_exit": "to leave: /exit",
  "notice.hint_help": "for help: /help",
  "notice.throttled": "slowing you down: you send faster than this hub allows; nothing is lost",
  "notice.resumed": ({ count, missing, mentions }) => {
    if (count === 0 && missing === 0) return "reconnected: you missed nothing";
    if (count === 0) {
      return `reconnected: ${messages(missing)} meanwhile, which the hub no longer keeps`;
    }
    return `reconnected: ${messages(count)} meanwhile` +
      (mentions ? ` (${mentions === 1 ? "one mentions" : `${mentions} mention`} you)` : "") +
      (missing === 0 ? "" : `, and ${missing} more that the hub no longer keeps`);
  },
  "notice.search": ({ count, words }) =>
    `--- ${count === 1 ? "one message" : `${count} messages`} with "${words}"` +
    `${count === 1 ? "" : ", the newest first"} ---`,
  "notice.absent": ({ nick, text }) => `${nick} is away${text ? `: ${text}` : ""}`,
  "notice.back": "you have written something, and are no longer shown as away",
  "notice.away": "{nick} has lost the connection, and will get your message if they come back",
  "notice.undelivered": "{nick} did not return, and never got your message: {text}",
  "notice.muted": ({ by, minutes, reason }) =>
    `${by} has muted you for ${minutes === 1 ? "one minute" : `${minutes} minutes`}` +
    because(reason),
  "notice.unmuted": "{by} has unmuted you",
  "notice.moderator": "you are a moderator now: /help lists what you can do",
  "notice.room_moderator": "you have opened #{room}, and moderate it: /help lists what you can do",
  "notice.removed": ({ by, room, current, reason }) =>
    `${by} has put you out of #${room}, and you are in #${current}${because(reason)}`,
  "notice.invited": "{by} invites you to #{room}: /join {room} takes you there",
  "notice.opped": "{nick} has made {member} a moderator of #{room}",
  "notice.deopped": "{member} no longer moderates #{room} (by {nick})",
  "notice.locked": "{nick} has locked #{room}: only moderators may join it",
  "notice.unlocked": "{nick} has unlocked #{room}: everyone may join it",
  "notice.paused": "{nick} has paused #{room}: only moderators may write",
  "notice.unpaused": "{nick} has ended the pause in #{room}: everyone may write",
  "notice.slowed":
    "{nick} has put #{room} in slow mode: one message every {seconds:second|# seconds}",
  "notice.unslowed": "{nick} has turned off slow mode in #{room}",
  "notice.limited": "{nick} has limited #{room} to {count:one member|# members}",
  "notice.unlimited": "{nick} has lifted the limit of #{room}: any number of users may join it",
  "notice.keyed": "{nick} has set a key for #{room}: users must give it to join",
  "notice.unkeyed": "{nick} has removed the key of #{room}: everyone may join it",
  "notice.moderated": "{moderated.action}",
  "notice.announcement": "announcement by {by}: {text}",
  "notice.history_unsaved": "history is not being saved",
  "notice.history_saved": ({ lost }) =>
    "history is being saved again" +
    (lost === 0
      ? ""
      : `; ${lost === 1 ? "one message is" : `${lost} messages are`} missing from it`),
  "notice.cluster_lost":
    "the other hubs cannot be reached: your messages wait, and are sent when they can be",
  "notice.cluster_back":
    "the other hubs can be reached again: the messages that waited are being sent",

  "bye.quit": "goodbye",
  "bye.shutdown": "disconnected: the hub is stopping",
  "bye.line_too_long": "disconnected: more than {max} bytes without a line end",
  "bye.slow_consumer": "disconnected: reading too slowly",
  "bye.server_full": "server full: try again later",
  "bye.cut_off": "this hub cannot reach the other hubs, so nobody can join: try again later",
  "bye.address_full": "too many connections from your address: close one, or try again later",
  "bye.address_busy": "too many new connections from your address: try again in a few seconds",
  "bye.not_tls": "this hub does not use TLS on this port: join it without --tls",
  "bye.not_proxied":
    "this is a chat hub, and a proxy in front of this hub sends a PROXY header: turn it off there (send-proxy, proxy_protocol), or start the hub with --proxy-protocol ADDRESS",
  "bye.other_protocol":
    "this is a chat hub, which does not speak {protocol}: join it with chat client or nc",
  "bye.late_hello":
    "disconnected: a hello frame must be whole, and the first line of a connection; nobody has seen it",
  "bye.unsupported_protocol": "disconnected: this hub speaks protocol {supported}, not {protocol}",
  "bye.timeout": "disconnected: nothing was received from you for too long",
  "bye.resumed_elsewhere": "disconnected: you have joined again over another connection",
  "bye.kicked": ({ by, reason }) => `${by} has kicked you${reason ? `: ${reason}` : ""}`,
  "bye.banned": ({ reason }) => `you are banned from this hub${reason ? `: ${reason}` : ""}`,
  "bye.auth_failed": "disconnected: too many wrong passwords",
  "bye.handshake_timeout": "disconnected: no password was received in time",
  "bye.locked":
    "nobody new may join this hub at the moment: try again later; moderators join with their password, by --password-file FILE",

  "left.quit": "{because}",
  "left.shutdown": "the hub is stopping",
  "left.line_too_long": "sent too much without a line end",
  "left.slow_consumer": "was reading too slowly",
  "left.server_full": "the hub is full",
  "left.cut_off": "the hubs could not reach each other",
  "left.address_full": "too many connections from the same address",
  "left.address_busy": "too many new connections from the same address",
  "left.not_tls": "was a TLS client",
  "left.not_proxied": "came through a proxy with a PROXY header",
  "left.other_protocol": "spoke another protocol",
  "left.late_hello": "sent a hello frame too late",
  "left.unsupported_protocol": "spoke another version of the protocol",
  "left.timeout": "connection timed out",
  "left.resumed_elsewhere": "joined again over another connection",
  "left.kicked": ({ by, because }) => `kicked by ${by}${because ? `: ${because}` : ""}`,
  "left.banned": ({ by, because }) =>
    `banned${by ? ` by ${by}` : ""}${because ? `: ${because}` : ""}`,
  "left.removed": ({ by, because }) => `put out by ${by}${because ? `: ${because}` : ""}`,
  "left.auth_failed": "did not know the password",
  "left.handshake_timeout": "did not send the password in time",
  "left.locked": "the hub was locked",

  "fault.empty": "it is empty",
  "fault.too_long": "at most 24 characters and 64 bytes are allowed",
  "fault.bad_character": "only letters, digits, _, - and . are allowed (no spaces)",
  "fault.has_spaces": "a nick has no spaces",
  "fault.bad_start": "the first character must be a letter or a digit",
  "fault.mixed_scripts": "all letters must be of one alphabet",
  "fault.reserved": "it is reserved",
  "fault.taken": "it is in use",
  "fault.banned": "it is banned",

  "event.welcome": ({ nick, count, members }) =>
    `welcome, ${nick} (${count} here${members ? `: ${members}` : ""})`,
  "event.hint": "/name NAME changes your nick, /help lists the commands, /exit leaves",
  "event.joined": "{nick} joined ({count} here)",
  "event.joined_many": "{nicks} joined ({count} here)",
  "event.left": "{nick} left ({count} here)",
  "event.left_many": "{nicks} left ({count} here)",
  "event.left_because": "{nick} left: {left.reason} ({count} here)",
  "event.renamed": "{from} is now {nick}",
  "event.notice": "(notice)",
  "event.private": "[private]",
  "event.deleted": ({ nick, by, count }) => {
    if (!by) {
      return `${messages(count)}${nick ? ` by ${nick}` : ""} ${
        count === 1 ? "was" : "were"
      } deleted`;
    }
    const what = count === 1 ? "a message" : `${count} messages`;
    return `${by} deleted ${what}${nick === by ? "" : ` by ${nick}`}`;
  },
  "event.topic": "{nick} changed the topic: {topic}",
  "event.topic_none": "{nick} removed the topic",
  "event.topic_is": "topic: {topic}",

  "moderated.kick": ({ by, nick, reason }) => `${by} kicked ${nick}${because(reason)}`,
  "moderated.mod": "{by} is a moderator now",
  "moderated.mute": ({ by, nick, address, minutes, reason }) =>
    `${by} muted ${userAt(nick, address)} for ${span(minutes)}${because(reason)}`,
  "moderated.unmute": ({ by, nick, address }) => `${by} unmuted ${userAt(nick, address)}`,
  "moderated.ban": ({ by, nick, address, minutes, reason }) =>
    `${by} banned ${userAt(nick, address)}${minutes ? ` for ${span(minutes)}` : ""}` +
    because(reason),
  "moderated.unban": "{by} lifted the ban of {nick}",
  "moderated.delete": ({ by, nick, room, count, reason }) =>
    `${by} deleted ${messages(count)} by ${nick} in #${room}${because(reason)}`,
  "moderated.remove": ({ by, nick, room, reason }) =>
    `${by} put ${nick} out of #${room}${because(reason)}`,
  "moderated.op": "{by} made {nick} a moderator of #{room}",
  "moderated.deop": "{nick} no longer moderates #{room} (by {by})",
  "moderated.lock": "{by} locked #{room}",
  "moderated.unlock": "{by} unlocked #{room}",
  "moderated.pause": "{by} paused #{room}",
  "moderated.unpause": "{by} ended the pause in #{room}",
  "moderated.limit": ({ by, room, count }) =>
    count
      ? `${by} limited #${room} to ${count === 1 ? "one member" : `${count} members`}`
      : `${by} lifted the limit of #${room}`,
  "moderated.key": "{by} set a key for #{room}",
  "moderated.unkey": "{by} removed the key of #{room}",
  "moderated.slow": ({ by, room, seconds }) =>
    seconds
      ? `${by} put #${room} in slow mode: one message every ${seconds} seconds`
      : `${by} turned off slow mode in #${room}`,

  // To an IRC client, which has other commands, instead of the errors of these codes.
  "irc.password_wanted": "this hub needs a password: give it as that of the server, or by SASL",
  "irc.not_moderator": ({ room }) =>
    room
      ? `that is for the moderators of #${room}: its operators, and the hub's moderators`
      : "that is for moderators: /oper NAME PASSWORD makes you one",
  "irc.first_room": "nobody can be put out of #{room}: /kill NAME puts a user out of the chat",
  "irc.last_room": "you are only in #{room}: /quit leaves the chat",
  "irc.too_many_rooms": "you are in {max} rooms, which is the limit: /part #ROOM leaves one",
  "irc.too_many_rooms_opened":
    "{max} rooms have been opened from your address, which is the limit: /list lists rooms to join",
  "irc.no_more_rooms":
    "this hub has {max} rooms, which is the limit: /list lists those you can join",

  "habit.server": "chat client HOST PORT joins another hub",
  "habit.back": "/away without a text, or any message of yours, shows that you are back",
  "habit.say": "what you type without a slash is said to the room",
  "habit.account": "this hub has no accounts; /name NAME changes your nick",
  "habit.moderator": "/mod PASSWORD makes you a moderator",
  "habit.whois": "/who lists the members, and nothing else is known about them",
  "habit.file": "only text can be sent; put the file elsewhere and say where it is",
  "habit.edit": "a message that was sent cannot be changed; /delete deletes your last one",

  "reply.help_keys": "Tab completes, {up} repeats, /exit leaves; //TEXT sends /TEXT",
  "reply.help_usage": "usage: {usage}",
  "reply.help_also": "also: {names}",
  "reply.help_role": "for moderators only",
  "reply.help_say_slash": "//TEXT  sends /TEXT as a message",
  "reply.who": "{count} here: {members}",
  "reply.who_away": ({ nick, text }) => `${nick} (away${text ? `: ${text}` : ""})`,
  "reply.who_lost": "{nick} (connection lost)",
  "reply.away": ({ text }) =>
    `you are shown as away until you write, or type /away again${text ? `: ${text}` : ""}`,
  "reply.back": "you are no longer shown as away",
  "event.more_lines": "... {count:1 more line|# more lines}",
  "reply.more": "and {count} more",
  "reply.nick": "you are now {nick}",
  "reply.lang": "the hub now speaks English to you",
  "reply.join": ({ room, count, members }) =>
    `you are in #${room} (${count} here${members ? `: ${members}` : ""})`,
  "reply.leave": "you left #{room}, and are in #{current}",
  "reply.topic_none": "this room has no topic: /topic TEXT sets one",
  "reply.rooms": "rooms:",
  "reply.room": "#{room} ({count} here) {topic}",
  "reply.private": "[private] to {to}: {text}",
  "reply.history_none": "nothing has been said here yet",
  "reply.history_hidden":
    "all that was said here lately is by people you ignore: /ignore lists them",
  "reply.search_none":
    'no message here has all the words of "{words}": a part of a word does not count',
  "reply.search_more": "this may not be all: one more word finds fewer messages",
  "reply.ignore": "you now ignore {nick}: /unignore {nick} shows their messages again",
  "reply.ignore_already": "you ignore {nick} already: /unignore {nick} shows their messages again",
  "reply.hear": "you no longer ignore {nick}",
  "reply.hear_already": "you do not ignore {nick}",
  "reply.ignored": "you ignore: {nicks}",
  "reply.ignored_none": "you ignore nobody",
  "reply.help_moderators": "for moderators:",
  "reply.mod": "you are a moderator now: /help lists what you can do",
  "reply.mod_already": "you are a moderator already: /help lists what you can do",
  "reply.kick": "you kicked {nick}, who may come back: /ban NAME prevents that",
  "reply.remove": "you put {nick} out of #{room}; they may come back: /lock {room} prevents that",
  "reply.invite": "you invited {nick} to #{room}",
  "reply.op": "{nick} moderates #{room} now: /deop {nick} ends that",
  "reply.op_already": "{nick} moderates #{room} already: /deop {nick} ends that",
  "reply.deop": "{nick} no longer moderates #{room}",
  "reply.deop_already": "{nick} does not moderate #{room}",
  "reply.mute": "you muted {nick} for {minutes:one minute|# minutes}",
  "reply.mute_already":
    "{nick} is muted already, for {minutes:one more minute|# more minutes}: /unmute {nick} ends it",
  "reply.unmute": "you unmuted {nick}",
  "reply.unmute_already": "{nick} is not muted",
  "reply.muted": "muted:",
  "reply.muted_row": ({ nick, by, minutes }) =>
    `${nick}${by ? `, by ${by}` : ""}: ${minutes === 1 ? "one minute" : `${minutes} minutes`} left`,
  "reply.muted_none": "nobody is muted",
  "reply.ban": ({ nick, minutes }) =>
    `you banned ${nick}${minutes ? ` for ${span(minutes)}` : ""}: /unban ${nick} lifts the ban`,
  "reply.ban_address": ({ nick, minutes }) =>
    `you banned ${nick} and their address${minutes ? ` for ${span(minutes)}` : ""}: ` +
    `/unban ${nick} lifts the ban`,
  "reply.ban_already": "{nick} is banned already: /unban {nick} lifts the ban",
  "reply.banned": "banned until /unban NAME lifts the ban:",
  "reply.banned_row": ({ nick, address, by, reason, minutes }) =>
    nick + (address ? ` and ${address}` : "") + (by ? `, by ${by}` : "") +
    (minutes === undefined ? "" : `, ${span(minutes)} left`) +
    `: ${reason || "no reason given"}`,
  "reply.banned_none": "nobody is banned",
  "reply.delete": ({ nick, count }) =>
    nick
      ? `you deleted ${messages(count)} by ${nick}`
      : `you deleted ${count === 1 ? "your message" : `${count} messages of yours`}`,
  "reply.announce": "you announced to all: {text}",
  "reply.unban": "you lifted the ban of {nick}",
  "reply.lock": "#{room} is locked: only moderators may join it; /unlock {room} opens it",
  "reply.lock_already": "#{room} is locked already: /unlock {room} opens it",
  "reply.unlock": "#{room} is unlocked: everyone may join it",
  "reply.unlock_already": "#{room} is not locked: everyone may join it",
  "reply.slow": ({ room, seconds }) =>
    seconds
      ? `#${room} is in slow mode: one message every ${
        seconds === 1 ? "second" : `${seconds} seconds`
      }`
      : `slow mode is off in #${room}`,
  "reply.limit": ({ room, count }) =>
    count
      ? `#${room} may have ${
        count === 1 ? "one member" : `${count} members`
      }; /limit off ${room} lifts the limit`
      : `#${room} has no limit: any number of users may join it`,
  "reply.key": ({ room, key }) =>
    key
      ? `#${room} has the key ${key}: /join ${room} ${key} joins it, /key off #${room} removes it`
      : `#${room} has no key: users join it without one`,
  "reply.pause": "#{room} is paused: only moderators may write; /unpause {room} ends the pause",
  "reply.pause_already": "#{room} is paused already: /unpause {room} ends the pause",
  "reply.unpause": "#{room} is no longer paused: everyone may write",
  "reply.unpause_already": "#{room} is not paused: everyone may write",

  "command.answer": "answers the last private message",
  "command.away": "shows you as away, until you write",
  "command.clear": "clears the screen",
  "command.delete": "deletes your last message, or N by NAME",
  "command.exit": "leaves the chat",
  "command.help": "lists the commands, or explains one",
  "command.history": "shows the latest messages",
  "command.ignore": "hides a user, or lists those you ignore",
  "command.unignore": "shows the messages of a user again",
  "command.invitation": "shows how others join, or invites a user",
  "command.invite": "invites a user to a room",
  "command.join": "joins a room",
  "command.language": "sets your language: es or en",
  "command.leave": "leaves a room",
  "command.me": "says what you do: * ana waves",
  "command.message": "sends a private message",
  "command.notice": "says something that bots do not answer",
  "command.nick": "changes your nick",
  "command.rooms": "lists the rooms",
  "command.search": "finds messages with all the words",
  "command.topic": "shows or changes a topic (- removes it)",
  "command.who": "lists the members of the room",
  "command.mod": "makes you a moderator",
  "command.kick": "kicks a user, who may come back",
  "command.mute": "mutes a user for 10 minutes, or for another time (30m, 2h)",
  "command.unmute": "lets a muted user write again",
  "command.mutes": "lists the muted users",
  "command.ban": "bans a user or an address, for good or TIME (30m, 2h, 7d)",
  "command.unban": "lifts a ban",
  "command.bans": "lists the bans",
  "command.announce": "tells all users in all rooms something",
  "command.remove": "puts a user out of the room",
  "command.op": "makes a member a moderator of the room",
  "command.deop": "lets a member no longer moderate the room",
  "command.lock": "locks the room (nobody else can join it)",
  "command.unlock": "unlocks the room",
  "command.limit": "limits how many may be in the room (off lifts it)",
  "command.key": "sets a word that is needed to join the room (off removes it)",
  "command.slow": "sets slow mode: seconds between messages (off turns it off)",
  "command.pause": "pauses the room (only moderators can write)",
  "command.unpause": "ends the pause of the room",
  "argument.lang": "LANG",
  "argument.nick": "NAME",
  "argument.optional_nick": "[NAME]",
  "argument.text": "TEXT",
  "argument.optional_text": "[TEXT]",
  "argument.nick_text": "NAME TEXT",
  "argument.room_key": "ROOM [KEY]",
  "argument.optional_room": "[ROOM]",
  "argument.room_reason": "[ROOM] [REASON]",
  "argument.optional_reason": "[REASON]",
  "argument.topic": "[#ROOM] [TOPIC]",
  "argument.room_words": "[#ROOM] WORDS",
  "argument.count_room": "[N] [ROOM]",
  "argument.optional_command": "[COMMAND]",
  "argument.password": "PASSWORD",
  "argument.nick_reason": "NAME [REASON]",
  "argument.room_nick_reason": "[#ROOM] NAME [REASON]",
  "argument.room_nick": "[#ROOM] NAME",
  "argument.nick_room": "NAME [ROOM]",
  "argument.optional_nick_room": "[NAME] [ROOM]",
  "argument.nick_minutes": "NAME [TIME] [REASON]",
  "argument.nick_address": "NAME [address] [TIME] [REASON]",
  "argument.delete": "[NAME] [N] [REASON]",
  "argument.limit_room": "[N] [ROOM]",
  "argument.key_room": "[KEY] [#ROOM]",
  "argument.seconds_room": "[SECONDS] [ROOM]",

  "client.leaving_stops":
    "leaving stops the hub for {others:1 other person|# other people}: press Ctrl-C again to leave",
  "client.bad_frame":
    "line {number} of standard input is not a valid frame and was not sent: {reason}",
  "client.too_long": "too long to send ({bytes} bytes, max {max}): shorten it, or send it in parts",
  "client.unread":
    "#{room}: {count:one unread message|# unread messages} above; /history {count} shows {count:it|them} again",
  "client.new_messages": "--- new messages ---",
  "client.rooms": "your rooms, by their numbers: {rooms}",
  "client.misplaced_command":
    "it was not sent: type /{name} with the slash first, or //{name} to say it",
  "client.unsent": "not sent: {text}",
  "client.uncertain": "may not have been sent: {text}",
  "client.lost": "connection lost: trying again (press Enter on an empty line to try now)",
  "client.lost_for": "connection lost: trying again for {seconds:1 second|# seconds}",
  "client.moved": "now connected to {address}",
  "client.moved_chat":
    "now connected to {address}, which is another chat: messages of the one before are not here",
  "client.restarted":
    "reconnected in a new session (the hub was restarted, or you were away too long): " +
    "messages may be missing",
  "client.again_in": "(again in {seconds} s)",
  "client.connecting": "(connecting)",
  "client.password": "password:",
  "client.more_pending": "and {count} more before these",
  "client.more_than_lines": "... more than {count} more lines",
  "client.paste_too_long":
    "the pasted text is too long (more than {max} bytes) and was dropped: paste it in parts",
  "client.search_older": '(reverse-i-search) "{text}":',
  "client.search_newer": '(i-search) "{text}":',
  "client.search_older_failed": '(failed reverse-i-search) "{text}":',
  "client.search_newer_failed": '(failed i-search) "{text}":',
  "client.ask_search": "search:",
  "client.block": '[{count} lines: "{first}" {ellipsis}]',
  "client.lines": "{first} ({count} lines)",
  "client.input_unkept":
    "what you type will not be kept for the next time: {path} cannot be read and written",
  "client.invite": "to join: `{line}`",
  "client.invite_page": "also in a browser: {url}",
  "client.invite_here":
    "to join from this machine: `{line}`; the hub's first lines say how others join",
  "client.first_sight.details":
    "You have not joined {address} before, and no authority vouches for its certificate.\n" +
    "Its fingerprint is\n" +
    "  {shown}\n" +
    "The hub shows its fingerprint in its first lines. Is it the same? (yes/no)",
  "client.yes_or_no": "answer yes or no, or paste the fingerprint that the hub shows:",
  "client.unknown_zone":
    'the time zone "{value}" in TZ is unknown, so times are shown in UTC: use a name like Europe/Madrid',
  "client.open_folder":
    "others can write to {path}, and so replace the hubs that you know: `chmod go-w {path}` prevents that",
  "client.hub_unkept":
    "this hub will not be remembered for the next time: {path} cannot be read and written",
  "client.line_too_long":
    "line {number} of standard input is too long (max {max} bytes) and was not sent",
  "client.not_utf8": "line {number} of standard input is not valid UTF-8 and was not sent",

  "failure.turned_away": "{address} says: {reason}",
  "failure.not_a_hub": "{address} is not a chat hub; it answers: {line}",
  "failure.silent": "{address} does not answer like a chat hub",
  "failure.lost": "the connection to {address} was lost",
  "client.looking": "looking for hubs on this network...",
  "client.found_one": "found one hub: {hub}",
  "client.found_several": "found {count} hubs:",
  "client.found_which": "which one? (1 to {count}, Enter for none)",
  "client.found_bad_choice": '"{answer}" is not one of them',
  "client.found_local": "this machine",
  "client.found_here": "{name}, on this machine",
  "client.found_encrypted": "encrypted",
  "client.found_password": "needs a password",
  "client.left_out_unencrypted": "skipped, because it is not encrypted: {hub}, {address}",
  "client.left_out_version":
    "skipped, because it speaks another version of the protocol: {hub}, {address}",
  "client.password_kept_back":
    "your password is not sent to a hub that was only found on the network: type it, or give the hub's address",
} satisfies Sentences;
