/** Who is here, and going away. */

import { MAX_MEMBERS_NAMED } from "../../protocol/frame.ts";
import { EXIT_NAMES } from "../../protocol/input.ts";
import type { Command } from "./mod.ts";

export const who: Command = {
  name: "who",
  names: { en: ["who"], es: ["quien"] },
  run({ hub, session, ref }) {
    const room = session.room!;
    hub.reply(session, ref, "who", {
      room: room.name,
      members: room.nicks(MAX_MEMBERS_NAMED),
      count: room.members.size,
    });
    return undefined;
  },
};

export const exit: Command = {
  name: "exit",
  names: EXIT_NAMES,
  run({ hub, session }) {
    hub.dismiss(session, "quit");
    return undefined;
  },
};
