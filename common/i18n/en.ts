/** Every sentence in English. Its keys are the keys of all languages. */

import type { Sentence, Sentences } from "./sentence.ts";

export const en = {
  "error.bad_frame": "bad frame: {reason}",
  "error.not_utf8": "that line is not valid UTF-8: nothing of it was sent",
  "error.line_too_long": "line too long (max {max} bytes): nothing of it was sent",
  "error.unknown_command": ({ name, suggestion }) =>
    `no command /${name}: ${suggestion ? `did you mean /${suggestion}? ` : ""}` +
    "/help lists them, and // sends a line that begins with /",
  "error.missing_argument": ({ name, argument }, part) =>
    `/${name} needs ${part(`argument.${argument}`) ?? argument}`,
  "error.bad_nick": ({ nick, fault }, part) =>
    `cannot take the nick "${nick}": ${part(`fault.${fault}`) ?? fault}`,
  "error.nick_taken": 'the nick "{nick}" is in use: {suggestion} is free',
  "error.unknown_lang": 'no language "{lang}": there are es and en',
  "error.empty_message": "a message without text was not sent",
  "error.no_such_room": 'you are in no room "{room}": /join ROOM takes you into one',
  "error.bad_room": ({ room, fault }, part) =>
    `cannot use the room name "${room}": ${part(`fault.${fault}`) ?? fault}`,
  "error.too_many_rooms": "you are in {max} rooms, and may not be in more: /leave ROOM leaves one",
  "error.no_more_rooms": "there are {max} rooms, and this hub has no more: /rooms lists them",
  "error.last_room": "{room} is the only room you are in: /exit leaves the chat",
  "error.topic_too_long": "a topic has at most {max} characters: nothing was changed",
  "error.no_such_nick": ({ nick, suggestion }) =>
    `nobody here is called "${nick}"` +
    (suggestion ? `; did you mean ${suggestion}?` : ""),
  "error.not_oneself": "you cannot do that to yourself",
  "error.too_many_ignored":
    "you ignore {max} people, and cannot ignore more: /ignore NAME hears one again",
  "error.nobody_to_answer": "nobody has written to you in private: /msg NAME TEXT begins",
  "error.bad_count": '"{argument}" is no number of messages: it goes from 1 to {max}',
  "error.password_wanted": "this hub wants a password: type it and press Enter",
  "error.wrong_password": ({ left }) =>
    `that is not the password: ${left === 1 ? "one try is" : `${left} tries are`} left`,
  "error.no_moderation": "this hub has no moderators: it was started without --mod-password-file",
  "error.not_moderator": "/{name} is for moderators: /mod PASSWORD makes you one",
  "error.room_locked": "#{room} is locked: only moderators may come in",
  "error.paused": "#{room} is paused: only moderators may write there",
  "error.too_soon": ({ room, seconds }) =>
    `#${room} is slow: you may write again in ${seconds === 1 ? "a second" : `${seconds} seconds`}`,
  "error.muted": ({ minutes }) =>
    `you are muted: you may write again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}`,
  "error.bad_minutes":
    '"{argument}" is no number of minutes: it goes from 1 to {max}, and 0 lets somebody write again',
  "error.bad_seconds":
    '"{argument}" is no number of seconds: it goes from 1 to {max}, and 0 is for no wait',
  "error.too_many_muted":
    "{max} people are muted, and no more can be: /mute NAME 0 lets one write again",
  "error.too_many_banned":
    "{max} people are banned, and no more can be: /unban NAME lets one come in again",
  "error.not_banned": '"{nick}" is not banned: /ban lists who is',
  "error.own_address":
    "{nick} has the same address as you, and you could not come back: /ban {nick} leaves it out",
  "error.cut_off": "that needs the other hubs, which cannot be reached for now: try again later",

  "notice.nick_replaced": ({ wanted, nick, fault }, part) =>
    `cannot take the nick "${wanted}" (${
      part(`fault.${fault}`) ?? fault
    }): you are ${nick}, and /name changes it`,
  "notice.history": ({ count }) =>
    `--- the last ${count === 1 ? "message" : `${count} messages`} ---`,
  "notice.throttled": "slowing you down: you send faster than this hub takes, and nothing is lost",
  "notice.resumed": ({ count, missing, mentions }) =>
    (count === 0
      ? "connected again: nothing was said meanwhile"
      : `connected again: ${count === 1 ? "one message" : `${count} messages`} came meanwhile`) +
    (mentions ? ` (${mentions === 1 ? "one mentions" : `${mentions} mention`} you)` : "") +
    (missing === 0 ? "" : `, and ${missing} more that are no longer kept`),
  "notice.away": "{nick} has lost the connection, and gets that on coming back",
  "notice.undelivered": "{nick} did not come back, and has not got: {text}",
  "notice.muted": ({ by, minutes }) =>
    `${by} has muted you for ${minutes === 1 ? "a minute" : `${minutes} minutes`}`,
  "notice.unmuted": "{by} lets you write again",
  "notice.locked": "{nick} has locked #{room}: nobody else may come in",
  "notice.unlocked": "{nick} has unlocked #{room}: everybody may come in",
  "notice.paused": "{nick} has paused #{room}: only moderators may write",
  "notice.unpaused": "{nick} has ended the pause of #{room}: everybody may write",
  "notice.slowed": ({ nick, room, seconds }) =>
    `${nick} has slowed #${room} down: each may write every ${
      seconds === 1 ? "second" : `${seconds} seconds`
    }`,
  "notice.unslowed": "{nick} slows #{room} down no more",
  "notice.history_unsaved": "history is not being saved",
  "notice.history_saved": ({ lost }) =>
    "history is being saved again" +
    (lost === 0 ? "" : `; ${lost === 1 ? "one message is" : `${lost} messages are`} lost to it`),
  "notice.cluster_lost":
    "the other hubs cannot be reached: what you say waits, and is sent when they can",
  "notice.cluster_back": "the other hubs can be reached again: what waited is being sent",

  "bye.quit": "goodbye",
  "bye.shutdown": "disconnected: the hub is stopping",
  "bye.line_too_long": "disconnected: more than {max} bytes without a line end",
  "bye.slow_consumer": "disconnected: reading too slowly",
  "bye.server_full": "server full: try again later",
  "bye.cut_off": "this hub cannot reach the others and lets nobody in: try again later",
  "bye.address_full": "too many connections from your address: close one, or try again later",
  "bye.not_http": "this is a chat hub and no web server: join it with chat client or nc",
  "bye.not_tls": "this hub speaks no TLS here: join it without --tls",
  "bye.unsupported_protocol": "disconnected: this hub speaks protocol {supported}, not {protocol}",
  "bye.timeout": "disconnected: nothing was heard from you for too long",
  "bye.resumed_elsewhere": "disconnected: you have come in again by another connection",
  "bye.kicked": ({ by, reason }) => `${by} has removed you${reason ? `: ${reason}` : ""}`,
  "bye.banned": "you may not come in here",
  "bye.auth_failed": "disconnected: the password was wrong too often",
  "bye.handshake_timeout": "disconnected: no password came in time",
  "bye.locked": "nobody new may come in at the moment: try later",

  "left.quit": "left",
  "left.shutdown": "the hub is stopping",
  "left.line_too_long": "sent too much without a line end",
  "left.slow_consumer": "was reading too slowly",
  "left.server_full": "the hub is full",
  "left.cut_off": "came while the hubs could not reach each other",
  "left.address_full": "came from an address with too many connections",
  "left.not_http": "was a web browser",
  "left.not_tls": "was a TLS client",
  "left.unsupported_protocol": "spoke another protocol",
  "left.timeout": "was not heard from any more",
  "left.resumed_elsewhere": "came in by another connection",
  "left.kicked": ({ by, because }) => `was removed by ${by}${because ? `: ${because}` : ""}`,
  "left.banned": ({ by }) => `was banned${by ? ` by ${by}` : ""}`,
  "left.auth_failed": "did not know the password",
  "left.handshake_timeout": "did not give the password in time",
  "left.locked": "came too late",

  "fault.empty": "it is empty",
  "fault.too_long": "a name has at most 24 characters and 64 bytes",
  "fault.bad_character": "a name is made of letters, digits and _ - .",
  "fault.bad_start": "a name begins with a letter or a digit",
  "fault.mixed_scripts": "a name is written in one script",
  "fault.reserved": "it is reserved",
  "fault.taken": "it is in use",
  "fault.banned": "it is banned",

  "event.welcome": "welcome, {nick} ({count} here: {members})",
  "event.hint": "/name NAME says who you are, /help lists the commands, /exit leaves",
  "event.joined": "{nick} joined ({count} here)",
  "event.joined_many": "{nicks} joined ({count} here)",
  "event.left": "{nick} left ({count} here)",
  "event.left_many": "{nicks} left ({count} here)",
  "event.left_because": ({ nick, reason, count }, part) =>
    `${nick} is gone: ${part(`left.${reason}`) ?? reason} (${count} here)`,
  "event.renamed": "{from} is now {nick}",
  "event.private": "[private]",
  "event.topic": "{nick} changed the topic: {topic}",
  "event.topic_none": "{nick} took the topic away",
  "event.topic_is": "topic: {topic}",

  "reply.help": "commands:",
  "reply.help_say_slash": "//TEXT  sends /TEXT as a message",
  "reply.who": "{count} here: {members}",
  "reply.more_members": "and {count} more",
  "reply.nick": "you are now {nick}",
  "reply.lang": "from now on in English",
  "reply.join": "you are in #{room} ({count} here: {members})",
  "reply.leave": "you left #{room}, and are in #{current}",
  "reply.rooms": "rooms:",
  "reply.room": "#{room} ({count} here) {topic}",
  "reply.more_rooms": "and {count} more",
  "reply.private": "[private] to {to}: {text}",
  "reply.history_none": "nothing was said here yet",
  "reply.ignore": "you do not see any more what {nick} says; the same again shows it",
  "reply.hear": "you see again what {nick} says",
  "reply.ignored": "you do not see what these say: {nicks}",
  "reply.ignored_none": "you ignore nobody",
  "reply.help_moderators": "for moderators:",
  "reply.mod": "you are a moderator now: /help lists what you can do",
  "reply.kick": "{nick} is removed, and may come back: /ban NAME is for good",
  "reply.mute": ({ nick, minutes }) =>
    `${nick} is muted for ${minutes === 1 ? "a minute" : `${minutes} minutes`}`,
  "reply.unmute": "{nick} may write",
  "reply.ban": "{nick} is banned: /unban {nick} lifts it",
  "reply.ban_address": "{nick} is banned with its address: /unban {nick} lifts it",
  "reply.banned": "banned: {nicks}",
  "reply.banned_none": "nobody is banned",
  "reply.unban": "{nick} may come in again",
  "reply.lock": "#{room} is locked: only moderators may come in; the same again unlocks it",
  "reply.unlock": "#{room} is not locked any more",
  "reply.slow": ({ room, seconds }) =>
    `in #${room} each may write every ${seconds === 1 ? "second" : `${seconds} seconds`}`,
  "reply.unslow": "in #{room} nobody has to wait between messages",
  "reply.pause": "#{room} is paused: only moderators may write; the same again ends it",
  "reply.unpause": "#{room} is not paused any more",

  "command.answer": "answers who wrote to you in private",
  "command.clear": "empties the screen",
  "command.exit": "leaves the chat",
  "command.help": "lists the commands",
  "command.history": "shows what was said last",
  "command.ignore": "hides what somebody says, or shows it again",
  "command.join": "goes into a room",
  "command.language": "the language that the hub speaks to you: es or en",
  "command.leave": "leaves a room",
  "command.me": "says what you do: * ana waves",
  "command.message": "writes to one person in private",
  "command.nick": "says who you are",
  "command.rooms": "lists the rooms",
  "command.topic": "shows or changes the room's topic, - for none",
  "command.who": "lists who is here",
  "command.mod": "makes you a moderator",
  "command.kick": "removes somebody, who may come back",
  "command.mute": "lets somebody write nothing (10 minutes), 0 to write again",
  "command.ban": "keeps somebody out (or the address too), or lists who is",
  "command.unban": "lets somebody come in again",
  "command.lock": "lets nobody else into the room, or everybody again",
  "command.slow": "how long each waits between messages in the room, 0 for not",
  "command.pause": "lets only moderators write in the room, or everybody again",
  "argument.lang": "LANG",
  "argument.nick": "NAME",
  "argument.text": "TEXT",
  "argument.nick_text": "NAME TEXT",
  "argument.room": "ROOM",
  "argument.topic": "TOPIC",
  "argument.count": "NUMBER",
  "argument.password": "PASSWORD",
  "argument.nick_reason": "NAME [REASON]",
  "argument.nick_minutes": "NAME [MINUTES]",
  "argument.nick_address": "NAME [address]",
  "argument.seconds": "SECONDS",

  "usage.about": "Group chat for the terminal, in one executable file.",
  "usage.arguments":
    "HOST is 127.0.0.1 and PORT is 3000 unless given; HOST:PORT and [IPV6]:PORT are fine too.",
  "usage.positionals": "[HOST] [PORT]",
  "usage.options": "[OPTIONS]",
  "usage.more": "chat help COMMAND says more.",
  "usage.heading.usage": "Usage:",
  "usage.heading.commands": "Commands:",
  "usage.heading.options": "Options:",
  "usage.heading.limits": "Limits, where BYTES may be written as 4096, 64K, 1M or 1G:",
  "usage.heading.examples": "Examples:",
  "usage.server.summary": "run the hub that everyone joins",
  "usage.server.details":
    "Runs the hub. It prints the lines that others type to join, on standard output, and its log on\n" +
    "standard error. Ctrl-C stops it: everyone is told, and a second Ctrl-C does not wait for that.",
  "usage.client.summary": "join a hub",
  "usage.client.details":
    "Joins a hub. What you type is sent with Enter; /help lists the commands, and Ctrl-C on an empty\n" +
    "line leaves. Without a terminal it sends the lines of standard input and ends when the last one\n" +
    "is accepted.\n" +
    "At a terminal, with neither HOST nor PORT, it looks for hubs on this network that are announced\n" +
    "(chat server --announce) and on this machine: it joins the only one, and asks among several.",
  "usage.help.summary": "say more about a command",
  "option.help": "this help",
  "option.version": "the version",
  "option.lang": "the language: es or en (from LC_ALL, LC_MESSAGES, LANG)",
  "option.server_lang":
    "the language for who has chosen none: es or en (from LC_ALL, LC_MESSAGES, LANG)",
  "option.color": "colour: auto, always or never (auto); with NO_COLOR set, never",
  "option.theme": "the looks: default, mono or high-contrast (default)",
  "option.time":
    "beside each line: HH:MM, relative (how long after the line above) or none (HH:MM)",
  "option.joins": "who comes and goes: all, smart (only who has spoken) or none (all)",
  "option.ascii": "draws no signs of its own but ASCII",
  "option.no_bell": "stays silent when somebody mentions you",
  "option.notify": "a notification of the desktop when somebody mentions you, or else the bell",
  "option.no_history": "shows nothing of what was said before",
  "option.plain": "lines alone, nothing is redrawn: for screen readers; as with TERM=dumb",
  "option.name": "who you are; /name changes it later",
  "option.room": "the room to come into, in place of the first one",
  "option.send": "send this message or command, print what the command answers, and leave",
  "option.json": "print frames, one JSON object a line, and take them (see the README)",
  "option.retry": "seconds to try again when the connection is lost, 0 for not at all",
  "option.client_password_file":
    "a file with the hub's password in its first line (or in CHAT_PASSWORD)",
  "option.no_input_history": "what you type is not kept for the next time",
  "option.client_tls": "join over TLS, and only the hub with this fingerprint where it is given",
  "option.tls_ca": "over TLS, believe also the authorities whose certificates are in it",
  "option.rate": "lines a second that each peer may send in the long run, 0 for no limit (5)",
  "option.burst": "lines that each peer may send at once before --rate holds, 0 for no limit (10)",
  "option.history": "messages of a room that are shown to who comes in, 0 for none (50)",
  "option.grace": "how long who lost the connection keeps nick and rooms (120)",
  "option.password_file":
    "only who knows the password in its first line may come in (or in CHAT_PASSWORD)",
  "option.mod_password_file": "who knows the password in its first line may be a moderator (/mod)",
  "option.motd_file": "what it says is shown to who comes in",
  "option.tls": "encryption, by a certificate that is made the first time and kept",
  "option.tls_cert": "encryption by this certificate (PEM, with those that it was issued by)",
  "option.tls_key": "the key of --tls-cert (PEM)",
  "option.db": "the file that keeps the history when the hub ends; made if it is not there",
  "option.keep": "how much of it is kept: so many messages, or days as in 90d (1000000)",
  "option.nats": "the NATS servers, as nats://HOST:PORT,..., by which several hubs are one chat",
  "option.nats_creds": "the credentials file for --nats",
  "option.nats_ca": "with TLS, who vouches for the servers of --nats: certificates in PEM",
  "option.cluster": "the chat at --nats that this hub is part of (chat)",
  "option.log": "what the log tells: debug, info, warning or error (info)",
  "option.log_file": "the file that the log is added to, in place of standard error",
  "option.metrics": "where Prometheus finds metrics; a port alone is this machine's only",
  "option.join": "chat in this terminal too; leaving then stops the hub",
  "option.join_name": "with --join, who you are",
  "option.max_line": "bytes of a line from nc; a longer one is dropped whole ({usual})",
  "option.max_frame":
    "bytes of a message of our client or a bot; a longer one is dropped whole ({usual})",
  "option.max_pending":
    "bytes that may wait for one reader; with more it is disconnected ({usual})",
  "option.max_pending_total": "bytes that may wait for all readers together ({usual})",
  "option.stall": "how long a reader may take nothing of what waits for it ({usual})",
  "option.handshake": "how long one may take to come in, with a password or as a bot ({usual})",
  "option.silence": "how long nothing may be heard of our client or a bot, which ping ({usual})",
  "option.max_connections":
    "connections at the same time ({usual}, or fewer where the system allows fewer)",
  "option.max_per_address":
    "connections from one address; over loopback there may be more ({usual})",
  "option.accept_pause": "longest pause while the system lets no more connections in ({usual})",
  "option.drain": "how long the last words may take before a connection is closed ({usual})",
  "example.server": "a hub for this machine",
  "example.server_lan": "a hub for the whole network",
  "example.server_port": "a hub on IPv6, at any free port",
  "example.client": "join the hub of this network or machine",
  "example.client_name": "join another machine's as ana",
  "example.client_pipe": "send what a program prints, line by line",
  "example.client_tls": "join over TLS a hub for which an authority vouches",
  "example.client_several": "join one of several hubs that are one chat",
  "example.client_send": "send one message from a script",
  "example.server_join": "a hub with you in it",
  "example.server_tls": "an encrypted hub for the whole network",
  "example.nc": "join without this program",

  "usage.unknown_subcommand": ({ name, suggestion }) =>
    `no command "${name}"${suggestion ? `: did you mean "${suggestion}"?` : ""}`,
  "usage.unknown_option": ({ option, suggestion }) =>
    `no option ${option}${suggestion ? `: did you mean ${suggestion}?` : ""}`,
  "usage.missing_value": "{option} needs a value",
  "usage.bad_number": '{option} takes a whole number from {min} to {max}, not "{value}"',
  "usage.bad_bytes": '{option} takes a number of bytes from {min} to {max}, not "{value}"',
  "usage.bad_keep": '{option} takes a number of messages, or of days as in 90d, not "{value}"',
  "usage.bad_nats":
    '{option} takes nats://HOST:PORT or tls://HOST:PORT, several with commas between, not "{value}"',
  "usage.bad_cluster":
    '{option} takes a name of up to 32 letters from a to z, digits, - and _, not "{value}"',
  "usage.two_histories":
    "{option} and {other} do not go together: with {other}, the servers keep the history",
  "usage.needs": "{option} needs {needed} too",
  "usage.no_state_folder":
    "{option} finds no folder to keep its certificate in: set HOME, or use --tls-cert and --tls-key",
  "usage.excludes": "{option} and {other} do not go together",
  "usage.needs_terminal": "{option} needs a terminal to chat in: run it in one, or leave it out",
  "usage.bad_choice": '{option} takes one of {choices}, not "{value}"',
  "usage.bad_fingerprint":
    '{option} takes a fingerprint of 64 hexadecimal digits, as the hub shows it, not "{value}"',
  "usage.bad_port": '"{port}" is no port: a port is a number from {min} to {max}',
  "usage.bad_host": '"{host}" is no host name or address',
  "usage.bad_address": '"{address}" is no HOST:PORT, which each of several hubs has to be',
  "usage.bad_place": '{option} takes HOST:PORT or a port alone, not "{value}"',
  "usage.too_many": '"{argument}" is one argument too many',
  "usage.see_help": "{call} shows how it is used",

  "server.listening": "listening on {address}",
  "server.join": "join with:",
  "server.fingerprint": "fingerprint {fingerprint}",
  "server.no_password":
    "no password: whoever reaches this port may come in; --password-file lets in only who knows one",
  "server.no_tls":
    "no encryption: the password and all that is said can be read on the way; --tls encrypts it",
  "server.no_tls_no_password":
    "neither password nor encryption: whoever reaches this port may come in, and all that is said " +
    "can be read on the way; --password-file and --tls help",
  "server.stopping": "stopping: telling everyone (Ctrl-C again stops at once)",

  "server.goes_on": "the hub goes on without you: Ctrl-C stops it",

  "client.leaving_stops": ({ others }) =>
    `${
      others === 1 ? "1 other is" : `${others} others are`
    } here: leaving stops the hub for all. ` +
    "Again to leave",
  "client.bad_frame": "line {number} of standard input is no frame and was not sent: {reason}",
  "client.too_long":
    "too long to send ({bytes} bytes, at most {max}): shorten it or send it in parts",
  "client.unsent": "not sent: {text}",
  "client.uncertain": "not known whether this was sent: {text}",
  "client.lost": "the connection was lost: trying again, and Enter on an empty line tries at once",
  "client.lost_for": ({ seconds }) =>
    `the connection was lost: trying again for ${
      seconds === 1 ? "1 second" : `${seconds} seconds`
    }`,
  "client.moved": "now at {address}",
  "client.restarted":
    "connected again in a new session (the hub was started again, or you were away for too long): " +
    "messages may be missing",
  "client.again_in": "(again in {seconds} s)",
  "client.connecting": "(connecting)",
  "client.password": "password:",
  "client.more_pending": "and {count} more before these",
  "client.paste_too_long":
    "nothing of what was pasted is used: it is too long (more than {max} bytes); paste it in parts",
  "client.send_lines": 'send {count} lines? "{first}" Enter: yes, Esc: no>',
  "client.lines": "{first} ({count} lines)",
  "client.input_unkept":
    "what you type is not kept for the next time: {path} cannot be read and written",
  "client.first_sight.details":
    "{address} is not known here yet, and nobody who is trusted vouches for it. Its fingerprint is\n" +
    "  {shown}\n" +
    "The hub shows its own in its first lines. Is it the same? (yes/no)",
  "client.hub_unkept":
    "the hub is not remembered for the next time: {path} cannot be read and written",
  "client.line_too_long":
    "line {number} of standard input is too long to send (at most {max} bytes): nothing of it was sent",
  "client.not_utf8": "line {number} of standard input is not valid UTF-8 and was not sent",

  "failure.address_in_use":
    "cannot listen on {address}: the port is in use; choose another one, or 0 for any",
  "failure.address_not_available":
    "cannot listen on {address}: this machine does not have that address",
  "failure.no_permission":
    "cannot use {address}: not permitted; ports below 1024 want privileges, others do not",
  "failure.no_such_host": 'cannot find the host "{host}": check the name',
  "failure.refused": "cannot connect to {address}: nothing listens there; is the hub running?",
  "failure.unreachable": "cannot connect to {address}: the network does not reach it",
  "failure.timed_out": "cannot connect to {address}: no answer",
  "failure.not_a_hub": "{address} answers, but not as a chat hub: {line}",
  "failure.silent": "{address} does not answer as a chat hub does",
  "failure.turned_away": "{address} says: {reason}",
  "failure.lost": "the connection to {address} was lost",
  "failure.password_wanted":
    "{address} wants a password: it goes into CHAT_PASSWORD or, by --password-file, into a file",
  "failure.wrong_password":
    "{address} does not take the password: look at CHAT_PASSWORD or --password-file",
  "failure.other_room":
    "{address} lets you into {room} only, and nothing was sent there: choose another --room",
  "failure.log_file":
    "cannot write the log to {path}: check that its folder is there and that you may write it",
  "failure.db_no_folder":
    "cannot keep the history in {path}: there is no such folder; make it or choose another file",
  "failure.db_no_file": "cannot keep the history in {path}: that is no file; choose another one",
  "failure.db_no_access":
    "cannot keep the history in {path}: the file or its folder may not be read and written; permit it or choose another file",
  "failure.db_no_room":
    "cannot keep the history in {path}: the disk is full; make room or choose another file",
  "failure.db_not_history":
    "cannot keep the history in {path}: it holds something else, and is left as it is; choose another file",
  "failure.db_newer":
    "cannot keep the history in {path}: a newer version of chat made it; use that one or choose another file",
  "failure.db_damaged":
    "cannot keep the history in {path}: it is damaged; put a copy in its place or choose another file",
  "failure.db_in_use":
    "cannot keep the history in {path}: another hub or program uses it; end that one or choose another file",
  "failure.db_unusable": "cannot keep the history in {path}: {reason}; choose another file",
  "failure.nats_unreachable":
    "cannot reach a NATS server at {servers}: start one there, or name others with --nats",
  "failure.nats_unauthorized":
    "the NATS servers at {servers} do not let this hub in: check the user, password or token in --nats, or use --nats-creds",
  "failure.nats_tls":
    "cannot speak TLS with the NATS servers at {servers}: {reason}; tls:// wants a server with TLS, and --nats-ca names who vouches for it",
  "failure.nats_no_jetstream":
    "the NATS servers at {servers} have no JetStream for this hub: start them with -js",
  "failure.nats_no_leader":
    "the JetStream of the NATS servers at {servers} has no leader: start more of the servers of their cluster, and try again",
  "failure.nats_creds":
    "cannot use {path}: it is no credentials file of NATS; nsc generate creds makes one",
  "failure.nats_unusable": "cannot use the NATS servers at {servers}: {reason}",
  "failure.known_hubs":
    "cannot read which hubs are known from {path}: make it a file that you may read, or remove it",
  "failure.no_certificates": "cannot use {path}: it holds no certificates in PEM; check its name",
  "failure.no_tls":
    "{address} does not speak TLS: start that hub with --tls, or leave out --tls here",
  "failure.speaks_tls": "{address} speaks TLS: add --tls, with the fingerprint that the hub shows",
  "failure.tls_changed":
    "{address} shows another certificate than before, and somebody may be in between: if who runs the hub confirms it, join once with --tls {shown}",
  "failure.tls_declined": "did not join {address}: its certificate was not accepted",
  "failure.tls_expired":
    "the certificate of {address} is not valid today: the hub needs a new one, or this clock is wrong",
  "failure.tls_failed": "cannot speak TLS with {address}: {reason}",
  "failure.tls_impostor":
    "{address} shows a certificate whose key it does not have: somebody is in between; do not join",
  "failure.tls_issuer":
    "nobody who is trusted here has issued the certificate of {address}: name who has with --tls-ca",
  "failure.tls_other":
    "{address} shows another certificate than the one that you named ({shown}): somebody may be in between; ask who runs the hub",
  "failure.tls_unknown":
    "nobody who is trusted here vouches for {address}: if the hub itself shows the same fingerprint, join with --tls {shown}",
  "failure.tls_unverified": "the certificate of {address} does not hold: {reason}",
  "failure.unexpected": "unexpected: {reason}",
  "failure.no_such_file": "cannot read {path}: there is no such file; check its name",
  "failure.unreadable_file": "cannot read {path}: check that it is a file that you may read",
  "failure.file_not_utf8": "cannot use {path}: it is not UTF-8; save it as that",
  "failure.bad_password":
    "no password in {source}: its first line has to be one, of at most {max} characters",
  "failure.certificate_unkept":
    "cannot keep a certificate in {path}: check that its folder is there and that you may write it, or use --tls-cert and --tls-key",
  "failure.kept_damaged":
    "cannot use the certificate in {path}: it is damaged; remove the file to get a new one, and tell those who joined before the new fingerprint",
  "failure.kept_expired":
    "cannot use the certificate in {path}: it expired on {date}; remove the file to get a new one, and tell those who joined before the new fingerprint",
  "failure.no_certificate":
    "no certificate in {path}: --tls-cert wants one in PEM (-----BEGIN CERTIFICATE-----)",
  "failure.no_key": "no key in {path}: --tls-key wants one in PEM (-----BEGIN PRIVATE KEY-----)",
  "failure.encrypted_key":
    "cannot use the key in {path}: it has a passphrase; openssl pkey -in {path} writes it without",
  "failure.unusable_key":
    "cannot use the key in {path}: it has to be of RSA with 2048 bits or more, of ECDSA or of Ed25519",
  "failure.other_key":
    "cannot use the key in {path}: it is not that of the certificate in {certificate}, whose own is needed",
  "failure.certificate_expired":
    "cannot use the certificate in {path}: it expired on {date}, and no client would take it; get a new one",
  "failure.certificate_early":
    "cannot use the certificate in {path}: it is valid only from {date} on; check the clock of this machine",
  "failure.nameless_certificate":
    "cannot use the certificate in {path}: it names no host or address as subjectAltName, and no client would take it; get one that does",
  "failure.bad_motd":
    "cannot use {path}: a message of the day has at most {lines} lines and {bytes} bytes; shorten it",

  "usage.completions.summary": "print a script by which your shell completes all this",
  "usage.completions.details":
    "Prints a script by which bash, zsh, fish or PowerShell completes subcommands, options and their\n" +
    "values. Its first lines say how to load it.",
  "usage.completions.positionals": "SHELL",
  "usage.man.summary": "print the manual page",
  "usage.man.details":
    "Prints the manual page of the program, for man or mandoc, in the language of LC_ALL,\n" +
    "LC_MESSAGES or LANG.",
  "usage.help.positionals": "COMMAND",
  "usage.no_shell": "completions for which shell? Add one of {choices}",
  "usage.unknown_shell": ({ name, choices, suggestion }) =>
    `no completions for "${name}": ${
      suggestion ? `did you mean "${suggestion}"? ` : ""
    }There are ${choices}`,
  "example.completions_bash": "complete in this bash",
  "example.completions_zsh": "complete in every zsh, with ~/.zfunc in fpath",
  "example.completions_fish": "complete in this fish",
  "example.man": "read the manual page",
  "example.man_file": "keep it where man finds it",

  "completions.about": "Completions of chat for {shell}, as chat completions {shell} prints them.",
  "completions.now": "For this shell alone (a line that can stand in its startup file too):",
  "completions.always_bash": "For every new one, where the package bash-completion is installed:",
  "completions.always_zsh":
    "For every new one, with fpath+=(~/.zfunc) before compinit in ~/.zshrc:",
  "completions.always_fish": "For every new one:",
  "completions.always_powershell": "For every new one, this line in the file that $PROFILE names:",

  "man.heading.name": "NAME",
  "man.heading.synopsis": "SYNOPSIS",
  "man.heading.description": "DESCRIPTION",
  "man.heading.subcommands": "SUBCOMMANDS",
  "man.heading.options": "OPTIONS",
  "man.heading.commands": "COMMANDS IN THE CHAT",
  "man.heading.moderators": "For moderators",
  "man.heading.environment": "ENVIRONMENT",
  "man.heading.files": "FILES",
  "man.heading.exit_status": "EXIT STATUS",
  "man.heading.examples": "EXAMPLES",
  "man.heading.see_also": "SEE ALSO",
  "man.about.details":
    "One machine runs the hub, with chat server, and everybody else joins it, with chat client or,\n" +
    "with nothing installed, with nc. The hub prints the lines that others type to join.\n" +
    "What others say never disturbs what you are typing, and nobody's text can control your terminal.",
  "man.commands":
    "A line is said to everyone else in the room; one that begins with a slash is a command. All names work in both languages, with or without accents and in any letter case.",
  "man.say_slash": "sends /TEXT as a message",
  "man.environment": "The program itself reads these variables, and no others.",
  "man.files":
    "They are in $XDG_STATE_HOME/chat where that variable is set, and on Windows in %LOCALAPPDATA%\\chat. Only you may read them.",
  "man.variable.language":
    "The language, by the first of them that is set: English, or Spanish where it begins with es.",
  "man.variable.no_color":
    "Set to anything but nothing, there is no colour, whatever --color says.",
  "man.variable.term":
    "The kind of terminal. In one called dumb, nothing is redrawn, as with --plain.",
  "man.variable.notify":
    "By these and by TERM, --notify knows how the terminal shows a notification.",
  "man.variable.tmux": "Within tmux, --notify rings the bell too.",
  "man.variable.password":
    "The password of the hub, for who runs it and for who joins; --password-file goes before it.",
  "man.variable.state": "The folder in which the program has its own, with the FILES.",
  "man.variable.home": "Without XDG_STATE_HOME, the FILES are in .local/state below it.",
  "man.variable.local_data":
    "On Windows, the folder in which the program has its own, with the FILES.",
  "man.variable.authorities":
    "Which authorities are trusted with --tls: system, which it is unless set, or mozilla.",
  "man.file.certificate": "the certificate of a hub with --tls, and its key",
  "man.file.known_hubs": "the hubs that you have joined with --tls, and their fingerprints",
  "man.file.input_history": "what you typed, for the next time",
  "man.exit.done": "done",
  "man.exit.failed":
    "the network or the program failed, a line of standard input was not sent or may not have been, or you have come in again by another connection",
  "man.exit.usage": "wrong usage",
  "man.exit.refused":
    "the hub refused: it is full or closed to newcomers, wants a password, speaks another protocol, is not the one that was meant, or has sent you away",
  "man.exit.interrupted": "a second Ctrl-C ended the hub before everyone was told",

  "option.announce": "can be found by who is on the same network, with chat client alone",
  "example.server_announce": "a hub that the whole network finds by itself",
  "usage.announce_loopback":
    "{option} needs a hub that others can reach, and this one listens for this machine only: " +
    "chat server 0.0.0.0 --announce",
  "server.announced": "announced on this network: there, chat client alone finds it",
  "client.looking": "looking for hubs on this network...",
  "client.found_one": "found one hub: {hub}",
  "client.found_several": "found {count} hubs:",
  "client.found_which": "which one? (1 to {count}, Enter for none)",
  "client.found_bad_choice": '"{answer}" is none of them',
  "client.found_local": "this machine",
  "client.found_here": "{name}, on this machine",
  "client.found_encrypted": "encrypted",
  "client.found_password": "wants a password",
  "client.left_out_unencrypted": "left out, as it is not encrypted: {hub}, {address}",
  "client.left_out_version":
    "left out, as it speaks another version of the protocol: {hub}, {address}",
  "client.password_kept_back":
    "the password that you gave is not sent to a hub that was only found: type it, or name the hub",
  "failure.no_hub_found":
    "found no hub here, and many networks hide them: chat client HOST PORT joins one by its address, " +
    "and chat server starts one",

  // What the doctor says.

  "usage.doctor.summary": "say what is wrong with the way to a hub, or that all is well",
  "usage.doctor.details":
    "Looks whether a hub can be joined, step by step, and says in a few words what is wrong and what to\n" +
    "do. It does not come into the chat, so that nobody there notices, asks no questions and changes\n" +
    "nothing.",
  "option.doctor_name": "who would come in: it may be banned",
  "option.doctor_tls": "look over TLS, and only at the hub with this fingerprint where it is given",
  "example.doctor": "look at the hub of this machine",
  "example.doctor_lan": "look at another machine's",
  "example.doctor_tls": "look over TLS at a hub for which an authority vouches",

  "doctor.step.name": "name",
  "doctor.step.way": "connection",
  "doctor.step.tls": "encryption",
  "doctor.step.hub": "hub",
  "doctor.step.password": "password",
  "doctor.name_is": "{host} is {addresses}",
  "doctor.name_unknown": "there is no {host}",
  "doctor.name_unanswered": "nobody answers who knows names",
  "doctor.way_connected": "{address} in {ms} ms",
  "doctor.way_refused": "{address}: refused",
  "doctor.way_unreachable": "{address}: no network leads there",
  "doctor.way_filtered": "{address}: no answer in {seconds} s",
  "doctor.way_forbidden": "{address}: this machine does not permit it",
  "doctor.way_failed": "{address}: failed ({reason})",
  "doctor.tls_certificate": "{version}, the certificate of {name}, from {from} until {until}",
  "doctor.tls_nameless": "{version}, a certificate of nobody, from {from} until {until}",
  "doctor.tls_issued_by": "issued by {issuer}",
  "doctor.tls_self_issued": "issued by the hub itself",
  "doctor.tls_by_named": "trusted: it is the one that you named",
  "doctor.tls_by_remembered": "trusted: it is the same as when you joined before",
  "doctor.tls_by_file": "trusted: an authority in --tls-ca vouches for it",
  "doctor.tls_by_system": "trusted: an authority that this system believes vouches for it",
  "doctor.tls_distrusted": "not trusted",
  "doctor.tls_none": "no TLS is spoken there",
  "doctor.tls_silent": "TLS is not answered",
  "doctor.tls_broken": "TLS fails: {reason}",
  "doctor.hub_is": "{hub}, protocol {protocol}, in frames",
  "doctor.hub_latency": "answers in {ms} ms",
  "doctor.hub_people": ({ count }) =>
    count === 0 ? "nobody is in" : count === 1 ? "1 person is in" : `${count} people are in`,
  "doctor.hub_other": "a hub of another version, protocol {protocol}",
  "doctor.hub_says": "says: {text}",
  "doctor.talk_tls": "speaks TLS",
  "doctor.talk_silent": "takes the connection and says nothing",
  "doctor.talk_closed": "takes the connection and closes it without a word",
  "doctor.stranger": ({ service }, part) =>
    `no hub, but ${part(`doctor.service.${service}`) ?? service}`,
  "doctor.stranger_says": ({ service, line }, part) =>
    `no hub, but ${part(`doctor.service.${service}`) ?? service}: ${line}`,
  "doctor.password_none": "none is wanted",
  "doctor.password_right": "right",
  "doctor.password_wrong": "wrong",
  "doctor.password_wanted": "one is wanted",
  "doctor.service.ssh": "an SSH server",
  "doctor.service.http": "a web server (HTTP)",
  "doctor.service.smtp": "a mail server (SMTP)",
  "doctor.service.ftp": "a file server (FTP)",
  "doctor.service.imap": "a mail server (IMAP)",
  "doctor.service.pop3": "a mail server (POP3)",
  "doctor.service.irc": "an IRC server",
  "doctor.service.telnet": "a telnet server",
  "doctor.service.mysql": "a MySQL or MariaDB server",
  "doctor.service.redis": "a Redis server",
  "doctor.service.memcached": "a memcached server",
  "doctor.service.nats": "a NATS server",
  "doctor.service.vnc": "a remote desktop (VNC)",
  "doctor.service.xmpp": "an XMPP server",
  "doctor.service.rsync": "an rsync server",
  "doctor.service.rtsp": "a video server (RTSP)",
  "doctor.service.echo": "something that repeats what it is told",
  "doctor.service.ncat_chat": "a chat of ncat",
  "doctor.service.unknown": "something that is not known here",
  "doctor.says.well": "All is well: there is a hub at {address}, and it lets you in.",
  "doctor.says.well_old":
    "All is well, as far as it can be told: there is a hub at {address}. It is of an older " +
    "version, which does not tell who may come in, nor whether it wants a password.",
  "doctor.says.join": "Join it with:",
  "doctor.says.password_right": "The password is right.",
  "doctor.says.password_unneeded": "It wants no password, and was not told yours.",
  "doctor.says.password_plain":
    "The password and all that is said there can be read on the way, as nothing is " +
    "encrypted: who runs the hub can start it with --tls.",
  "doctor.says.ways_partly":
    "Of its addresses {failed} cannot be reached, though: who tries that one first waits in " +
    "vain, so it should be mended, or taken out of the name.",
  "doctor.says.unknown_host":
    "There is no machine called {host}: check the spelling. Some names are known in one " +
    "network or VPN only, so check also that this machine is in it. The address in numbers, " +
    "which the hub prints when it is started, needs no name at all.",
  "doctor.says.unknown_short":
    "There is no machine called {host}: check the spelling. Inside of a network a name is " +
    "often known only with its ending, as in {host}.local or {host}.lan. The address in " +
    "numbers, which the hub prints when it is started, needs no name at all.",
  "doctor.says.no_dns":
    "Where {host} is cannot be found out: this machine asks for names, and nobody answers. " +
    "Check that it is connected to the network (and to the VPN, where the name belongs to " +
    "one). If only names do not work, use the address in numbers, which the hub prints when " +
    "it is started.",
  "doctor.says.refused_here":
    "Nothing listens at {address}: on this machine no hub is running, at least not at port " +
    "{port}. Start one in another terminal with `chat server {host} {port}`, or if the hub that " +
    "you mean runs on another machine, say which one: `chat doctor HOST {port}`.",
  "doctor.says.refused":
    "The machine {host} is there, but nothing listens at its port {port}: the hub is not " +
    "running, or has another port, or listens on 127.0.0.1 only, where no other machine " +
    "reaches it. Started there with `chat server 0.0.0.0 {port}` it is open to the whole " +
    "network, and its first lines say what to type. A firewall that refuses connections " +
    "looks the same.",
  "doctor.says.elsewhere":
    "Nothing listens at {address}, but there is a hub at {found}: that is probably the one " +
    "that you mean.",
  "doctor.says.loopback_only":
    "{host} is this machine, and its hub listens on {found} only, where no other machine " +
    "reaches it. Stop it there with Ctrl-C, and start it with `chat server 0.0.0.0 {port}` " +
    "for the whole network; from this machine alone it can be joined as it is.",
  "doctor.says.filtered":
    "{address} does not answer at all. Mostly that is a firewall, on that machine or on the " +
    "way, which drops what comes: port {port} (TCP) has to be let in there. Else the " +
    "machine is off, or has another address by now, or is in a network to which this one " +
    "does not belong; some wireless networks for guests keep their machines apart from each " +
    "other, too.",
  "doctor.says.unreachable":
    "From this machine no network leads to {host}. Check that it is connected, to the same " +
    "network as the hub or to its VPN, and that the address is right: those that begin with " +
    "10, 172.16 to 172.31, 192.168 or fe80 hold inside of one network only.",
  "doctor.says.forbidden":
    "This machine does not let the program connect to {address}: a firewall or another rule " +
    "of its own forbids it. Permit it there, or ask who looks after the machine.",
  "doctor.says.failed": "{address} cannot be connected to: {reason}. Check the address.",
  "doctor.says.silent":
    "Something at {address} takes the connection and then says nothing, as no hub does. It " +
    "is another service that waits to be spoken to in its own way, or a proxy or tunnel " +
    "whose other end does not answer, or a hub that hangs: then it was stopped with Ctrl-Z, " +
    "or its machine has far too much to do. Check the port, and on that machine what " +
    "listens there.",
  "doctor.says.closed":
    "Something at {address} takes the connection and closes it at once, without a word. " +
    "Mostly that is a tunnel, a proxy or a container (`ssh -L`, Docker) that is open while " +
    "nothing listens behind it, or a rule that does not let in your address. Check there " +
    "that the hub is running, and that what forwards to it has its port.",
  "doctor.says.stranger": ({ address, service, usual }, part) =>
    `At ${address} there is ${
      part(`doctor.service.${service}`) ?? service
    }, and no hub of this chat: ` +
    "host or port are probably not the right ones. A hub prints both in its first lines, and its " +
    `port is ${usual} unless it was given another one.`,
  "doctor.says.tls_wanted":
    "What answers at {address} speaks TLS, and you have asked without --tls.",
  "doctor.says.tls_wanted_remembered": "It is the one that you have joined before: add --tls.",
  "doctor.says.tls_wanted_system":
    "An authority that this system believes vouches for it: add --tls.",
  "doctor.says.tls_wanted_shown":
    "The fingerprint of its certificate is {shown}. If the hub that you mean shows the same " +
    "in its first lines, or who runs it says so, add it behind --tls.",
  "doctor.says.tls_wanted_unclear": "Add --tls, and chat doctor says more.",
  "doctor.says.not_tls":
    "The hub at {address} does not encrypt, and you have asked for --tls. Leave that out, " +
    "and know that all that is said there can be read on the way; or have who runs it start " +
    "it with --tls, and then join with the fingerprint that it shows.",
  "doctor.says.not_tls_unknown":
    "No TLS is spoken at {address}, and you have asked for --tls: check host and port.",
  "doctor.says.tls_broken":
    "An encrypted connection to {address} cannot be made: {reason}. What answers there is " +
    "perhaps no hub, or something on the way breaks what is encrypted.",
  "doctor.says.tls_unknown":
    "What answers at {address} encrypts, but nobody whom this system believes vouches for " +
    "it, as is usual with a certificate that a hub has made for itself. Its fingerprint is " +
    "{shown}: compare that with what the hub prints in its first lines, or with what who " +
    "runs it tells you by another way. If it is the same, this is the hub, and you join " +
    "with the fingerprint.",
  "doctor.says.tls_changed":
    "{address} shows another certificate than when you joined it before: now it is {shown}. " +
    "Either who runs the hub has made a new one, or somebody is in between. Ask before you " +
    "join, and only if who runs it confirms the new one, join once with it.",
  "doctor.says.tls_other":
    "{address} shows another certificate than the one that you named: it is {shown}. Either " +
    "the fingerprint is of another hub or of an older certificate, or somebody is in " +
    "between. Ask who runs the hub, and do not join before.",
  "doctor.says.tls_expired":
    "The certificate of {address} is not valid any more: it has ended on {until}, and the " +
    "clock of this machine says {today}. If that is right, the hub needs a new one, which " +
    "who runs it has to get; if not, set the clock.",
  "doctor.says.tls_early":
    "The certificate of {address} is not valid yet: it begins on {from}, and the clock of " +
    "this machine says {today}. Mostly it is the clock that is wrong: set it. Else wait, or " +
    "ask who runs the hub.",
  "doctor.says.tls_name":
    "The certificate of {address} is made out to {name}, and not to {host}: join by the " +
    "name that it is made out to, or where that is the same machine by its fingerprint, " +
    "after you have compared {shown} with what the hub prints.",
  "doctor.says.tls_issuer":
    "The certificate of {address} was issued by {issuer}, which nobody here believes. Have " +
    "who runs the hub give you the certificate of that authority, and name the file with " +
    "--tls-ca.",
  "doctor.says.tls_impostor":
    "{address} shows a certificate whose key it does not have: somebody is in between, and " +
    "pretends to be the hub. Do not join, and tell who looks after the network.",
  "doctor.says.tls_unverified":
    "The certificate of {address} does not hold: {reason}. Who runs the hub has to mend it.",
  "doctor.says.password_wanted":
    "The hub at {address} is well, and wants a password, which who runs it knows. In a " +
    "terminal the client asks for it; for a script it goes into a file that --password-file " +
    "names, or into CHAT_PASSWORD. With one of these, chat doctor says whether it is right.",
  "doctor.says.password_wrong":
    "The hub at {address} is well, but that is not its password: look at the first line of " +
    "the file in --password-file, or at CHAT_PASSWORD, where letter case and inner blanks " +
    "count. The hub has taken this for one wrong try; each connection has {tries}.",
  "doctor.says.newer":
    "The hub at {address} is of a newer version: it speaks protocol {theirs}, and this " +
    "program {ours}. Get the newer version of chat, and join with that; nc works in any " +
    "case.",
  "doctor.says.older":
    "The hub at {address} is of an older version: it speaks protocol {theirs}, and this " +
    "program {ours}. Have who runs it update it, or join with the older version of chat; nc " +
    "works in any case.",
  "doctor.says.server_full":
    "The hub at {address} is full: it has as many connections as it takes. Try again later, " +
    "or have who runs it raise --max-connections.",
  "doctor.says.address_full":
    "The hub at {address} has as many connections from your address as it takes from one. " +
    "Close one of yours; where a whole class or office comes from one address, who runs the " +
    "hub has to raise --max-per-address.",
  "doctor.says.banned":
    "The hub at {address} is well, but does not let you in: a moderator has banned you, or " +
    "the address from which you come. Talk with who runs the hub; a moderator lifts it with " +
    "/unban.",
  "doctor.says.locked":
    "The hub at {address} is well, but a moderator has locked it: nobody new may come in " +
    "for now. Try again later, or ask those who are in.",
  "doctor.says.cut_off":
    "The hub at {address} is one of several that are one chat, and cannot reach the others: " +
    "until it can it lets nobody in. Join at another one of them, or try again later; who " +
    "runs it should look at its NATS servers.",
  "doctor.says.shutdown":
    "The hub at {address} is just stopping: try again in a moment, or ask who runs it when " +
    "it will be back.",
  "doctor.says.bye": ({ address, reason }, part) =>
    `The hub at ${address} does not let you in. It says: ${part(`bye.${reason}`) ?? reason}`,
} satisfies Sentences;

export type Key = keyof typeof en;

/** Another language: the same keys. A missing or unknown one is a type error. */
export type Translation = Readonly<Record<Key, Sentence>>;
