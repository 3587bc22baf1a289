/** Commands for moderators about users: how they become moderators, kick and mute. */

import { MAX_RULES_LISTED } from "../../common/protocol/frame.ts";
import { MAX_MUTED } from "../chat/moderation.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Command, CommandCall } from "./command.ts";
import { readDuration } from "./duration.ts";
import { findOther, MAX_REASON, splitWord } from "./targets.ts";

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
  role: "moderator",
  run(call) {
    const { hub, session, ref } = call;
    const [name, rest] = splitWord(call.argument);
    const found = findOther(call, name);
    if (!found.ok) return found.error;
    const muted = rest === "" ? undefined : hub.chat.moderation.checkMuted(session);
    if (muted) return muted;
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
  role: "moderator",
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
  const findGone = (key: string) =>
    departed.find(key) ?? moderation.mutes().find((muted) => muted.key === key);
  const found = findOther(call, name, findGone);
  if (!found.ok) return found.error;
  const user = found.value;
  const { nick } = user;
  const left = moderation.mutedFor(user);
  if (wanted === 0 ? left === 0 : wanted === undefined && left > 0) {
    return hub.reply(session, ref, "mute", { nick, minutes: left, already: true });
  }
  const minutes = wanted ?? DEFAULT_MINUTES;
  if (minutes === 0) moderation.unmute(user);
  else if (moderation.mute(user, minutes, session.nick) === "full") {
    return { code: "too_many_muted", params: { max: MAX_MUTED } };
  }
  const [present, by] = [nicks.find(user.id), session.nick];
  if (present && minutes === 0) hub.notify(present, "unmuted", { by });
  else if (present) hub.notify(present, "muted", { by, minutes });
  hub.logModeration(minutes === 0 ? "unmute" : "mute", session, { nick, minutes });
  return hub.reply(session, ref, "mute", { nick, minutes });
}

export const mutes: Command = {
  role: "moderator",
  run({ hub, session, ref }) {
    const mutes = hub.chat.moderation.mutes();
    const latest = mutes.slice(-MAX_RULES_LISTED).reverse()
      .map(({ nick, by, minutes }) => ({ nick, by, minutes }));
    return hub.reply(session, ref, "muted", { nicks: mutes.map(({ nick }) => nick), latest });
  },
};
