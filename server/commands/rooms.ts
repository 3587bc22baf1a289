/** Commands for rooms. Users who never use them stay in the first room and never see that there are others. */

import type { ReplyData } from "../../common/protocol/codes.ts";
import { MAX_MEMBERS_NAMED, MAX_ROOMS_LISTED } from "../../common/protocol/frame.ts";
import { quote } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Command } from "./command.ts";
import { readDuration } from "./duration.ts";

/** Longest wait between two messages in slow mode, in seconds. */
const MAX_SECONDS = 3600;

export const join: Command = {
  argument: { key: "room" },
  run: ({ hub, session, ref, argument }) =>
    hub.whileWaiting<{ room: Room; isNew: boolean }>(
      session,
      ref,
      (done) => hub.chat.joinRoom(session, argument, done),
      ({ room, isNew }) => {
        const members = room.nicks(MAX_MEMBERS_NAMED);
        hub.reply(session, ref, "join", { ...room.summary(), members });
        if (isNew) hub.replayOnJoin(session);
      },
    ),
};

export const leave: Command = {
  argument: { key: "optional_room", optional: true, words: 1 },
  run({ hub, session, ref, argument }) {
    const left = hub.chat.leaveRoom(session, argument || undefined);
    if (!left.ok) return left.error;
    return hub.reply(session, ref, "leave", { room: left.value.name, current: session.room!.name });
  },
};

export const rooms: Command = {
  run({ hub, session, ref }) {
    const { rooms } = hub.chat;
    const listed = rooms.list(MAX_ROOMS_LISTED);
    return hub.reply(session, ref, "rooms", { rooms: listed, total: rooms.count });
  },
};

export const topic: Command = {
  argument: { key: "topic", optional: true },
  run({ hub, session, ref, argument }) {
    const { rooms, messages } = hub.chat;
    const [, name = "", text = ""] = /^(#\S+)?\s*([^]*)$/.exec(argument) ?? [];
    const mayBeElsewhere = name === "" || text === "" || session.isModerator;
    const found = mayBeElsewhere ? rooms.findOpen(session, name) : rooms.findJoined(session, name);
    if (!found.ok) return found.error;
    const room = found.value;
    // Without a text it is shown; a dash alone removes it.
    const error = text === ""
      ? undefined
      : messages.setTopic(session, room, text === "-" ? "" : text);
    if (!error) hub.reply(session, ref, "topic", { room: room.name, topic: room.topic });
    return error;
  },
};

export const lock: Command = switchOf("lock", true);
export const unlock: Command = switchOf("lock", false);
export const pause: Command = switchOf("pause", true);
export const unpause: Command = switchOf("pause", false);

/** By the code of its reply: a setting of a room, and the notice that it is on. */
const SETTINGS = {
  lock: { setting: "isLocked", notice: "locked" },
  pause: { setting: "isPaused", notice: "paused" },
} as const;

/** The command that turns a setting of a room on or off. */
function switchOf(code: keyof typeof SETTINGS, value: boolean): Command {
  return {
    argument: { key: "optional_room", optional: true, words: 1 },
    run({ hub, session, ref, argument }) {
      const found = hub.chat.rooms.findOpen(session, argument);
      if (!found.ok) return found.error;
      const room = found.value;
      const { setting, notice } = SETTINGS[code];
      const data = { room: room.name, [setting]: value } as ReplyData[typeof code];
      if (room[setting] === value) return hub.reply(session, ref, code, { ...data, already: true });
      const prefix = value ? "" : "un";
      room[setting] = value;
      hub.announce(room, session, `${prefix}${notice}`);
      hub.reportModeration(prefix + code, session, { room: room.name });
      return hub.reply(session, ref, code, data);
    },
  };
}

export const slow: Command = {
  argument: { key: "seconds_room", optional: true, words: 3 },
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
      hub.reportModeration("slow", session, { room: room.name, seconds });
    }
    return hub.reply(session, ref, "slow", { room: room.name, seconds: room.slow });
  },
};
