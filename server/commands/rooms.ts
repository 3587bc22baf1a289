/** Commands for rooms. Users who never use them stay in the first room and never see that there are others. */

import { MAX_MEMBERS_NAMED, MAX_ROOMS_LISTED } from "../../common/protocol/frame.ts";
import type { Room } from "../model/room.ts";
import type { Command } from "./command.ts";

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
