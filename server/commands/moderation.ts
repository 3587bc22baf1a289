/** What moderators do: with people, and with the room that they are in. */

import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { MAX_BANS } from "../chat/bans.ts";
import { MAX_MUTED } from "../chat/moderation.ts";
import { RemoteUser } from "../model/remote_users.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Session } from "../model/session.ts";
import type { Call, Command } from "./command.ts";

/** Somebody is muted for so many minutes unless it is said, and at the most. */
const USUAL_MINUTES = 10;
const MAX_MINUTES = 24 * 60;
/** Longest wait between two messages in a slow room. */
const MAX_SECONDS = 3600;
/** Longest reason, in UTF-16 units. */
const MAX_REASON = 200;
/** What is typed behind a nick to ban its address too. */
const ADDRESS: readonly string[] = ["address", "dirección", "direccion"];

export const moderate: Command = {
  name: "mod",
  names: COMMAND_NAMES.mod,
  argument: { key: "password" },
  run({ hub, session, ref, argument }) {
    const refusal = hub.promote(session, argument);
    if (session.isModerator) hub.reply(session, ref, "mod", {});
    return refusal;
  },
};

export const kick: Command = {
  name: "kick",
  names: COMMAND_NAMES.kick,
  argument: { key: "nick_reason" },
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const [name, rest] = split(call);
    const person = findOther(call, name);
    if ("code" in person) return person;
    const [by, reason] = [session.nick, quote(rest, MAX_REASON)];
    const because = reason === "" ? {} : { because: reason };
    hub.dismiss(person, "kicked", { by, reason }, { by, ...because });
    hub.logModeration("kick", session, { nick: person.nick });
    hub.reply(session, ref, "kick", { nick: person.nick });
    return undefined;
  },
};

export const mute: Command = {
  name: "mute",
  names: COMMAND_NAMES.mute,
  argument: { key: "nick_minutes" },
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const { moderation } = hub.chat;
    const [name, rest] = split(call);
    const minutes = rest === "" ? USUAL_MINUTES : parseWhole(rest, MAX_MINUTES);
    if (minutes === undefined) {
      return { code: "bad_minutes", params: { argument: quote(rest), max: MAX_MINUTES } };
    }
    const person = findOther(call, name);
    const isGone = "code" in person;
    if (isGone) {
      // The nick of who is gone may be muted still.
      const gone = { id: "", key: nickKey(name) };
      const isLifted = minutes === 0 && moderation.unmute(gone);
      if (!isLifted) return person;
    } else if (minutes === 0) {
      moderation.unmute(person);
      hub.notify(person, "unmuted", { by: session.nick });
    } else {
      if (moderation.mute(person, minutes) === "full") {
        return { code: "too_many_muted", params: { max: MAX_MUTED } };
      }
      hub.notify(person, "muted", { by: session.nick, minutes });
    }
    const nick = isGone ? quote(name) : person.nick;
    hub.logModeration("mute", session, { nick, minutes });
    hub.reply(session, ref, "mute", { nick, minutes });
    return undefined;
  },
};

export const ban: Command = {
  name: "ban",
  names: COMMAND_NAMES.ban,
  argument: { key: "nick_address", optional: true },
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const { moderation } = hub.chat;
    if (call.argument === "") {
      hub.reply(session, ref, "banned", { nicks: moderation.bans.nicks });
      return undefined;
    }
    const [name, rest] = split(call);
    const isAddress = ADDRESS.includes(rest.normalize("NFC").toLowerCase());
    // A nick has no blanks: what is no wish for the address is no nick either.
    const person = findOther(call, isAddress ? name : call.argument);
    if ("code" in person) return person;
    const { nick } = person;
    const host = hostOf(person);
    if (isAddress && host === session.peer.host) return { code: "own_address", params: { nick } };
    if (moderation.ban(person, isAddress ? host : undefined) === "full") {
      return { code: "too_many_banned", params: { max: MAX_BANS } };
    }
    hub.dismiss(person, "banned", {}, { by: session.nick });
    hub.logModeration("ban", session, { nick, ...(isAddress ? { address: host } : {}) });
    hub.reply(session, ref, "ban", { nick, isAddress });
    return undefined;
  },
};

export const unban: Command = {
  name: "unban",
  names: COMMAND_NAMES.unban,
  argument: { key: "nick" },
  role: "moderator",
  run({ hub, session, ref, argument }) {
    const nick = hub.chat.moderation.unban(nickKey(argument));
    if (nick === undefined) return { code: "not_banned", params: { nick: quote(argument) } };
    hub.logModeration("unban", session, { nick });
    hub.reply(session, ref, "unban", { nick });
    return undefined;
  },
};

export const lock: Command = {
  name: "lock",
  names: COMMAND_NAMES.lock,
  role: "moderator",
  run({ hub, session, ref }) {
    const room = session.room!;
    const isLocked = room.isLocked = !room.isLocked;
    hub.announce(room, session, isLocked ? "locked" : "unlocked");
    hub.logModeration(isLocked ? "lock" : "unlock", session, { room: room.name });
    hub.reply(session, ref, "lock", { room: room.name, isLocked });
    return undefined;
  },
};

export const slow: Command = {
  name: "slow",
  names: COMMAND_NAMES.slow,
  argument: { key: "seconds", optional: true },
  role: "moderator",
  run({ hub, session, ref, argument }) {
    const room = session.room!;
    // Without an argument it is told.
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
    hub.reply(session, ref, "slow", { room: room.name, seconds: room.slow });
    return undefined;
  },
};

export const pause: Command = {
  name: "pause",
  names: COMMAND_NAMES.pause,
  role: "moderator",
  run({ hub, session, ref }) {
    const room = session.room!;
    const isPaused = room.isPaused = !room.isPaused;
    hub.announce(room, session, isPaused ? "paused" : "unpaused");
    hub.logModeration(isPaused ? "pause" : "unpause", session, { room: room.name });
    hub.reply(session, ref, "pause", { room: room.name, isPaused });
    return undefined;
  },
};

/** A nick, and what stands behind it. */
function split({ argument }: Call): [name: string, rest: string] {
  const [, name = "", rest = ""] = /^(\S+)\s*([^]*)$/.exec(argument) ?? [];
  return [name, rest];
}

/** The one who has a nick, unless it is oneself. */
function findOther({ hub, session }: Call, name: string): Session | RemoteUser | ChatError {
  const person = hub.chat.nicks.lookUp(session, name);
  return person === session ? { code: "not_oneself", params: {} } : person;
}

/** The host from which somebody comes. */
function hostOf(person: Session | RemoteUser): string {
  return person instanceof RemoteUser ? person.person.host : person.peer.host;
}

/** A whole number up to `max`, or undefined for anything else. */
function parseWhole(text: string, max: number): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : NaN;
  return number <= max ? number : undefined;
}
