/** Commands for moderators about users: how they become moderators, kick and mute. */

import { defined } from "../../common/defined.ts";
import { MAX_MUTED } from "../chat/moderation.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Command, CommandCall } from "./command.ts";
import { readDuration } from "./duration.ts";
import { findOther, listRules, readReason, splitWord } from "./targets.ts";

/** Minutes that `/mute` mutes for by default, and at most. */
const DEFAULT_MINUTES = 10;
const MAX_MINUTES = 24 * 60;

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
    const [{ nick }, by, reason] = [found.value, session.nick, read.value];
    const because = defined({ because: reason || undefined });
    hub.dismiss(found.value, "kicked", { by, reason }, { by, ...because });
    hub.logModeration("kick", session, { nick });
    return hub.reply(session, ref, "kick", { nick });
  },
};

export const mute: Command = {
  argument: { key: "nick_minutes" },
  run(call) {
    const [name, rest] = splitWord(call.argument);
    const time = readDuration(rest, 60);
    const minutes = time && Math.ceil(time.seconds / 60);
    const isValid = rest === "" || (minutes !== undefined && minutes <= MAX_MINUTES && !time?.rest);
    if (isValid) return setMute(call, name, minutes);
    return { code: "bad_minutes", params: { argument: quote(rest), max: MAX_MINUTES } };
  },
};

export const unmute: Command = {
  argument: { key: "nick", words: 1 },
  run: (call) => setMute(call, call.argument, 0),
};

/** Mutes a user for some minutes, or unmutes with 0. Without a number, a mute that holds already is left as it is. */
function setMute(
  call: CommandCall,
  name: string,
  wanted: number | undefined,
): ChatError | undefined {
  const { hub, session, ref } = call;
  const { moderation, departed, nicks } = hub.chat;
  const found = findOther(call, name, (key) => departed.find(key) ?? moderation.findMuted(key));
  if (!found.ok) return found.error;
  const user = found.value;
  const [{ nick }, by] = [user, session.nick];
  const left = moderation.mutedFor(user);
  if (wanted === 0 ? left === 0 : wanted === undefined && left > 0) {
    return hub.reply(session, ref, "mute", { nick, minutes: left, already: true });
  }
  const minutes = wanted ?? DEFAULT_MINUTES;
  if (moderation.mute(user, minutes, by) === "full") {
    return { code: "too_many_muted", params: { max: MAX_MUTED } };
  }
  const present = nicks.find(user.id);
  if (present && minutes === 0) hub.notify(present, "unmuted", { by });
  else if (present) hub.notify(present, "muted", { by, minutes });
  hub.logModeration(minutes === 0 ? "unmute" : "mute", session, { nick, minutes });
  return hub.reply(session, ref, "mute", { nick, minutes });
}

export const mutes: Command = {
  run: (call) => listRules(call, "muted", call.hub.chat.moderation.mutes()),
};
