/** Commands for moderators, about users and about the current room. */

import { networkOf } from "../../common/protocol/ip.ts";
import { MAX_FOLDED, nickKey } from "../../common/protocol/names.ts";
import { MAX_BANS } from "../chat/bans.ts";
import { MAX_MUTED } from "../chat/moderation.ts";
import { type ChatResult, fail, quote } from "../model/errors.ts";
import { RemoteUser } from "../model/remote_users.ts";
import type { Session } from "../model/session.ts";
import type { Command, CommandCall } from "./command.ts";

/** Minutes that `/mute` mutes for by default, and at most. */
const DEFAULT_MINUTES = 10;
const MAX_MINUTES = 24 * 60;
/** Longest wait between two messages in slow mode, in seconds. */
const MAX_SECONDS = 3600;
/** Longest reason, in UTF-16 units. */
const MAX_REASON = 200;
/** Words after a nick that ban its address too. */
const ADDRESS_WORDS: readonly string[] = ["address", "dirección", "direccion"];

export const mod: Command = {
  argument: { key: "password" },
  run({ hub, session, ref, argument }) {
    const error = hub.promote(session, argument);
    if (session.isModerator) hub.reply(session, ref, "mod", {});
    return error;
  },
};

export const kick: Command = {
  argument: { key: "nick_reason" },
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const [name, rest] = split(call);
    const found = findOther(call, name);
    if (!found.ok) return found.error;
    const user = found.value;
    const [by, reason] = [session.nick, quote(rest, MAX_REASON)];
    const because = reason === "" ? {} : { because: reason };
    hub.dismiss(user, "kicked", { by, reason }, { by, ...because });
    hub.logModeration("kick", session, { nick: user.nick });
    return hub.reply(session, ref, "kick", { nick: user.nick });
  },
};

export const mute: Command = {
  argument: { key: "nick_minutes" },
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const { moderation } = hub.chat;
    const [name, rest] = split(call);
    const minutes = rest === "" ? DEFAULT_MINUTES : parseWhole(rest, MAX_MINUTES);
    if (minutes === undefined) {
      return { code: "bad_minutes", params: { argument: quote(rest), max: MAX_MINUTES } };
    }
    const found = findOther(call, name);
    if (!found.ok) {
      // The nick of a user who has gone may still be muted.
      const wasMuted = minutes === 0 && moderation.unmute({ id: "", key: nickKey(name) });
      if (!wasMuted) return found.error;
    } else if (minutes === 0) {
      moderation.unmute(found.value);
      hub.notify(found.value, "unmuted", { by: session.nick });
    } else {
      if (moderation.mute(found.value, minutes) === "full") {
        return { code: "too_many_muted", params: { max: MAX_MUTED } };
      }
      hub.notify(found.value, "muted", { by: session.nick, minutes });
    }
    const nick = found.ok ? found.value.nick : quote(name);
    hub.logModeration("mute", session, { nick, minutes });
    return hub.reply(session, ref, "mute", { nick, minutes });
  },
};

export const ban: Command = {
  argument: { key: "nick_address", optional: true },
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const { moderation } = hub.chat;
    if (call.argument === "") {
      return hub.reply(session, ref, "banned", { nicks: moderation.bans.nicks });
    }
    const [name, rest] = split(call);
    const isAddress = ADDRESS_WORDS.includes(
      rest.slice(0, MAX_FOLDED).normalize("NFC").toLowerCase(),
    );
    // A nick has no spaces: any other second word makes it an unknown nick.
    const found = findOther(call, isAddress ? name : call.argument);
    if (!found.ok) return found.error;
    const user = found.value;
    const { nick } = user;
    const host = hostOf(user);
    const address = networkOf(host);
    if (isAddress && address === networkOf(session.peer.host)) {
      return { code: "own_address", params: { nick } };
    }
    if (moderation.ban(user, isAddress ? host : undefined) === "full") {
      return { code: "too_many_banned", params: { max: MAX_BANS } };
    }
    hub.dismiss(user, "banned", {}, { by: session.nick });
    hub.logModeration("ban", session, { nick, ...(isAddress ? { address } : {}) });
    return hub.reply(session, ref, "ban", { nick, isAddress });
  },
};

export const unban: Command = {
  argument: { key: "nick" },
  role: "moderator",
  run({ hub, session, ref, argument }) {
    const nick = hub.chat.moderation.unban(nickKey(argument));
    if (nick === undefined) return { code: "not_banned", params: { nick: quote(argument) } };
    hub.logModeration("unban", session, { nick });
    return hub.reply(session, ref, "unban", { nick });
  },
};

export const lock: Command = {
  role: "moderator",
  run({ hub, session, ref }) {
    const room = session.room!;
    const isLocked = room.isLocked = !room.isLocked;
    hub.announce(room, session, isLocked ? "locked" : "unlocked");
    hub.logModeration(isLocked ? "lock" : "unlock", session, { room: room.name });
    return hub.reply(session, ref, "lock", { room: room.name, isLocked });
  },
};

export const slow: Command = {
  argument: { key: "seconds_room", optional: true },
  role: "moderator",
  run({ hub, session, ref, argument }) {
    const room = session.room!;
    // Without an argument the setting is shown.
    if (argument !== "") {
      const seconds = parseWhole(argument, MAX_SECONDS);
      if (seconds === undefined) {
        return { code: "bad_seconds", params: { argument: quote(argument), max: MAX_SECONDS } };
      }
      room.slow = seconds;
      if (seconds > 0) hub.announce(room, session, "slowed", { seconds });
      else hub.announce(room, session, "unslowed");
      hub.logModeration("slow", session, { room: room.name, seconds });
    }
    return hub.reply(session, ref, "slow", { room: room.name, seconds: room.slow });
  },
};

export const pause: Command = {
  role: "moderator",
  run({ hub, session, ref }) {
    const room = session.room!;
    const isPaused = room.isPaused = !room.isPaused;
    hub.announce(room, session, isPaused ? "paused" : "unpaused");
    hub.logModeration(isPaused ? "pause" : "unpause", session, { room: room.name });
    return hub.reply(session, ref, "pause", { room: room.name, isPaused });
  },
};

/** A nick and what follows it. */
function split({ argument }: CommandCall): [name: string, rest: string] {
  const [, name = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(argument) ?? [];
  return [name, rest];
}

/** The user with a nick; an error for the session's own. */
function findOther({ hub, session }: CommandCall, name: string): ChatResult<Session | RemoteUser> {
  const found = hub.chat.nicks.lookUp(session, name);
  return found.ok && found.value === session ? fail("not_oneself") : found;
}

/** The host from which a user connects. */
function hostOf(user: Session | RemoteUser): string {
  return user instanceof RemoteUser ? user.user.host : user.peer.host;
}

/** A whole number up to `max`, or undefined for anything else. */
function parseWhole(text: string, max: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  return number <= max ? number : undefined;
}
