/** Commands for moderators that lock a room, pause it or slow it down. */

import type { ReplyData } from "../../common/protocol/codes.ts";
import { quote } from "../model/errors.ts";
import type { Command } from "./command.ts";
import { readDuration } from "./duration.ts";

/** Longest wait between two messages in slow mode, in seconds. */
const MAX_SECONDS = 3600;

export const lock: Command = switchOf("isLocked", true);
export const unlock: Command = switchOf("isLocked", false);
export const pause: Command = switchOf("isPaused", true);
export const unpause: Command = switchOf("isPaused", false);

/** For each setting of a room: its reply, what its command does to it, and the notices that it is off or on. */
const SETTINGS = {
  isLocked: { code: "lock", actions: ["unlock", "lock"], notices: ["unlocked", "locked"] },
  isPaused: { code: "pause", actions: ["unpause", "pause"], notices: ["unpaused", "paused"] },
} as const;

/** The command that turns a setting of a room on or off. */
function switchOf(setting: keyof typeof SETTINGS, value: boolean): Command {
  return {
    argument: { key: "optional_room", optional: true, words: 1 },
    role: "moderator",
    run({ hub, session, ref, argument }) {
      const found = hub.chat.rooms.findOpen(session, argument);
      if (!found.ok) return found.error;
      const room = found.value;
      const { code, actions, notices } = SETTINGS[setting];
      const isAlready = room[setting] === value;
      if (!isAlready) {
        room[setting] = value;
        hub.announce(room, session, notices[Number(value)]!);
        hub.logModeration(actions[Number(value)]!, session, { room: room.name });
      }
      const data = {
        room: room.name,
        [setting]: value,
        ...(isAlready ? { already: true } : {}),
      } as ReplyData["lock" | "pause"];
      return hub.reply(session, ref, code, data);
    },
  };
}

export const slow: Command = {
  argument: { key: "seconds_room", optional: true, words: 3 },
  role: "moderator",
  run({ hub, session, ref, argument }) {
    const time = readDuration(argument, 1);
    const found = hub.chat.rooms.findOpen(session, time ? time.rest : argument);
    const isValid = time ? time.seconds <= MAX_SECONDS : found.ok || argument.startsWith("#");
    if (!isValid) {
      return { code: "bad_seconds", params: { argument: quote(argument), max: MAX_SECONDS } };
    }
    if (!found.ok) return found.error;
    const room = found.value;
    // Without a time the setting is shown.
    if (time && time.seconds !== room.slow) {
      const seconds = room.slow = time.seconds;
      if (seconds > 0) hub.announce(room, session, "slowed", { seconds });
      else hub.announce(room, session, "unslowed");
      hub.logModeration("slow", session, { room: room.name, seconds });
    }
    return hub.reply(session, ref, "slow", { room: room.name, seconds: room.slow });
  },
};
