/** Commands for moderators about users: how they become moderators, kick, mute and ban. */

import { defined } from "../../common/defined.ts";
import { hostMatcher, isLoopback, networkOf, parseNetwork } from "../../common/protocol/ip.ts";
import { foldForSearch, MAX_FOLDED, nickKey } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { err, ok } from "../../common/result.ts";
import { networkKey } from "../chat/moderation.ts";
import { MAX_RULES } from "../chat/user_rules.ts";
import type { LogFields } from "../log.ts";
import { MAX_DEPARTED } from "../model/departed_users.ts";
import { type ChatError, type ChatResult, fail, quote } from "../model/errors.ts";
import type { RemoteUser } from "../model/remote_users.ts";
import type { Session } from "../model/session.ts";
import type { Author, Ban } from "../types.ts";
import { type Command, type CommandCall, splitWord } from "./command.ts";
import { readDuration } from "./duration.ts";

/** Minutes that `/mute` mutes for by default, and at most. */
const DEFAULT_MINUTES = 10;
const MAX_MINUTES = 24 * 60;
/** Minutes that a ban may last, if it ends by itself. */
const MAX_BAN_MINUTES = 365 * 24 * 60;
/** Words after a nick that ban its address too, without accents; and others that are probably meant so. */
const ADDRESS_WORDS: readonly string[] = ["address", "direccion"];
const LIKE_ADDRESS: readonly string[] = ["ip", "addr", "dir", "host"];
/** The shortest lengths of networks that may be banned: those that a site gets, not a provider. */
const MIN_LENGTH = { ipv4: 16, ipv6: 48 } as const;
/** Longest reason, in UTF-16 units. */
const MAX_REASON = 200;
/** Longest announcement, in UTF-16 units. */
const MAX_ANNOUNCEMENT = 500;

export const mod: Command = {
  argument: { key: "password" },
  run({ hub, session, ref, argument }) {
    if (session.isModerator) return hub.reply(session, ref, "mod", { already: true });
    const error = hub.promote(session, argument);
    if (session.isModerator) hub.reply(session, ref, "mod", {});
    return error;
  },
};

export const kick: Command = {
  argument: { key: "nick_reason" },
  run(call) {
    const { hub, session, ref } = call;
    const [name, rest] = splitWord(call.argument);
    const found = findOther(call, name);
    if (!found.ok) return found.error;
    const read = readReason(call, rest);
    if (!read.ok) return read.error;
    const { nick: by } = session;
    const { reason } = read.value;
    hub.reportModeration("kick", session, { ...nameOf(found.value), ...read.value });
    hub.reply(session, ref, "kick", { nick: found.value.nick }); // above what it brings about
    const shown = { by, ...defined({ because: reason }) };
    hub.dismiss(found.value, "kicked", { by, reason: reason ?? "" }, shown);
    return undefined;
  },
};

export const mute: Command = {
  argument: { key: "nick_minutes" },
  run(call) {
    const [, rest] = splitWord(call.argument);
    const read = readTime(call, rest, MAX_MINUTES);
    return read.ok ? setMute(call, read.value) : read.error;
  },
};

export const unmute: Command = {
  argument: { key: "nick", words: 1 },
  run: (call) => setMute(call, { minutes: 0 }),
};

/** Mutes a user for some minutes, or unmutes with 0. Without a number, a mute that holds already is left as it is. */
function setMute(call: CommandCall, { minutes: wanted, ...why }: Terms): ChatError | undefined {
  const { hub, session, ref } = call;
  const { moderation, departed, nicks } = hub.chat;
  const [name] = splitWord(call.argument);
  const found = findTarget(call, name, (key) => departed.find(key) ?? moderation.mutes.find(key));
  if (!found.ok) return found.error;
  const user = found.value;
  const { nick } = user;
  const left = moderation.mutedFor(user);
  if (wanted === 0 ? left === 0 : wanted === undefined && left > 0) {
    return hub.reply(session, ref, "mute", { nick, minutes: left, already: true });
  }
  const minutes = wanted ?? DEFAULT_MINUTES;
  if (!moderation.mute(user, minutes, session.nick)) {
    return { code: "too_many_muted", params: { max: MAX_RULES } };
  }
  const by = session.nick;
  const holdsFor = hostMatcher(nick);
  const concerned = isNetwork(user)
    ? [...nicks.users()].filter(({ host }) => holdsFor(host))
    : [nicks.find(user.id)];
  for (const each of concerned) {
    if (each && minutes === 0) hub.notify(each, "unmuted", { by });
    else if (each) hub.notify(each, "muted", { by, minutes, ...why });
  }
  const action = minutes === 0 ? "unmute" : "mute";
  hub.reportModeration(action, session, { ...nameOf(user), minutes, ...why });
  return hub.reply(session, ref, "mute", { nick, minutes });
}

export const mutes: Command = {
  run: ({ hub, session, ref }) => hub.reply(session, ref, "muted", hub.chat.moderation.muted()),
};

export const ban: Command = {
  argument: { key: "nick_address", optional: true },
  run(call) {
    if (call.argument === "") return bans.run(call);
    const [name, rest] = splitWord(call.argument);
    const found = findTarget(call, name, (key) => call.hub.chat.departed.find(key));
    if (!found.ok) return found.error;
    const { id, key, nick, host } = found.value;
    if (isNetwork(found.value)) return setBan(call, { id, key, nick, host }, rest);
    const typed = readDuration(rest, 60)?.rest ?? rest; // the word may also stand behind the time
    const [word, afterWord] = splitWord(typed);
    const folded = foldForSearch(word.slice(0, MAX_FOLDED));
    if (ADDRESS_WORDS.includes(folded)) {
      const terms = rest.slice(0, rest.length - typed.length) + afterWord;
      return setBan(call, { id, key, nick, host: networkOf(host) }, terms);
    }
    if (LIKE_ADDRESS.includes(folded) || nearest(folded, ADDRESS_WORDS)) {
      return { code: "misspelt_address", params: { argument: quote(word), nick } };
    }
    return setBan(call, { id, key, nick }, rest);
  },
};

export const unban: Command = {
  argument: { key: "nick", words: 1 },
  run({ hub, session, ref, argument }) {
    const { moderation } = hub.chat;
    const nick = moderation.unban(nickKey(argument)) ??
      moderation.unban(networkKey(parseNetwork(argument)?.text));
    if (nick === undefined) return { code: "not_banned", params: { nick: quote(argument) } };
    hub.reportModeration("unban", session, { nick });
    return hub.reply(session, ref, "unban", { nick });
  },
};

export const bans: Command = {
  run: ({ hub, session, ref }) => hub.reply(session, ref, "banned", hub.chat.moderation.banned()),
};

/** Bans a user or a network, and ends the connections of the users that it holds for, here and at other hubs. */
function setBan(call: CommandCall, banned: Ban, typed: string): ChatError | undefined {
  const { hub, session, ref } = call;
  const { moderation, nicks } = hub.chat;
  const { id, nick, host } = banned;
  const holdsFor = hostMatcher(host);
  const fault = host === undefined ? undefined : checkAddress(session, host, nick);
  if (fault) return fault;
  const read = readTime(call, typed, MAX_BAN_MINUTES);
  if (!read.ok) return read.error;
  const { minutes: given, ...why } = read.value;
  const minutes = given || undefined;
  const isAddress = host !== undefined && !isNetwork(banned);
  const data = { nick, isAddress, ...defined({ minutes }) };
  const target = nicks.find(id);
  const by = session.nick;
  const outcome = moderation.ban({ ...banned, by, ...why }, minutes);
  if (outcome === "full") return { code: "too_many_banned", params: { max: MAX_RULES } };
  if (outcome === "known" && !target) {
    return hub.reply(session, ref, "ban", { ...data, already: true });
  }
  const told = { ...nameOf(banned), ...defined({ address: host, minutes }), ...why };
  hub.reportModeration("ban", session, told);
  hub.reply(session, ref, "ban", data); // above what it brings about
  if (target) hub.dismiss(target, "banned", why, { by, ...defined({ because: why.reason }) });
  // The others are announced in batches, as there may be many.
  for (const user of host === undefined ? [] : nicks.users()) {
    if (holdsFor(user.host)) hub.dismiss(user, "banned", why);
  }
  return undefined;
}

/** An error for the moderator's own address or network, or the machine's, which users of a tunnel or a proxy share. */
function checkAddress(session: Session, host: string, nick: string): ChatError | undefined {
  const holdsFor = hostMatcher(host);
  const isOwnMachine = isLoopback(host.replace(/\/\d+$/, "")) || holdsFor("::1");
  if (isOwnMachine) return { code: "loopback_address", params: { nick } };
  return holdsFor(session.host) ? { code: "own_address", params: { nick } } : undefined;
}

/** The minutes that something lasts, if given, and the reason, if given. */
type Terms = { minutes?: number; reason?: string };

/** Reads the time that a text may begin with, and the reason after it. `off`, `no` and 0 count only without reason. */
function readTime(call: CommandCall, text: string, max: number): ChatResult<Terms> {
  const time = readDuration(text, 60);
  const isTime = time !== undefined && (time.seconds > 0 || time.rest === "");
  const minutes = isTime ? Math.ceil(time.seconds / 60) : undefined;
  if (isTime ? minutes! > max : /^[-+]?\d/.test(text)) {
    return fail("bad_minutes", { argument: quote(text), max });
  }
  const why = readReason(call, isTime ? time.rest : text);
  return why.ok ? ok({ ...defined({ minutes }), ...why.value }) : why;
}

/** What the log and other moderators are told of a user or a network. */
function nameOf(user: Author): LogFields {
  return isNetwork(user) ? { address: user.nick } : { nick: user.nick, session: user.id };
}

function isNetwork({ key, nick }: Author): boolean {
  return key === networkKey(nick);
}

/** As {@linkcode findOther}, or the network that the name is; an error for the moderator's own, and for a large network. */
function findTarget<Gone extends Author>(
  call: CommandCall,
  name: string,
  findGone: (key: string) => Gone | undefined,
): ChatResult<Session | RemoteUser | Gone | (Author & { readonly host: string })> {
  const found = findOther(call, name, findGone);
  const network = found.ok ? undefined : parseNetwork(name);
  if (!network) return found;
  const { text, bits } = network;
  const min = bits.startsWith("4") ? MIN_LENGTH.ipv4 : MIN_LENGTH.ipv6;
  if (bits.length <= min) return fail("wide_network", { network: text });
  const fault = checkAddress(call.session, text, text);
  if (fault) return err(fault);
  return ok({ id: text, key: networkKey(text), nick: text, host: text });
}

/** The user with a nick; an error for the session's own. `findGone`: finds users by nick key who are not here. */
export function findOther<Gone extends Author = never>(
  { hub, session }: CommandCall,
  name: string,
  findGone?: (key: string) => Gone | undefined,
): ChatResult<Session | RemoteUser | Gone> {
  const found = hub.chat.nicks.lookUp(session, name);
  if (found.ok) return found.value === session ? fail("not_oneself") : found;
  const gone = findGone?.(nickKey(name));
  if (gone) return ok(gone);
  return findGone ? fail("no_such_nick", { ...found.error.params, departed: MAX_DEPARTED }) : found;
}

/** The reason that a text is, if it is one; an error for a muted moderator, as others are shown it. */
export function readReason({ hub, session }: CommandCall, text: string): ChatResult<Terms> {
  if (text === "") return ok({});
  const muted = hub.chat.moderation.checkMuted(session);
  return muted ? err(muted) : ok({ reason: quote(text, MAX_REASON) });
}

export const announce: Command = {
  argument: { key: "text" },
  run({ hub, session, ref, argument }) {
    const muted = hub.chat.moderation.checkMuted(session);
    if (muted || isBlank(argument)) return muted ?? { code: "empty_message", params: {} };
    const text = quote(argument.replace(/\s+/g, " "), MAX_ANNOUNCEMENT);
    hub.reportModeration("announce", session, {}, text);
    return hub.reply(session, ref, "announce", { text });
  },
};
