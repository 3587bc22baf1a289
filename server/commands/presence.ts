/** Who is here, and going away. */

import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { MAX_MEMBERS_NAMED } from "../../common/protocol/frame.ts";
import type { Command } from "./mod.ts";

export const who: Command = {
  name: "who",
  names: COMMAND_NAMES.who,
  run({ hub, session, ref }) {
    const room = session.room!;
    hub.reply(session, ref, "who", {
      room: room.name,
      members: room.nicks(MAX_MEMBERS_NAMED),
      count: room.count,
    });
    return undefined;
  },
};

export const exit: Command = {
  name: "exit",
  names: COMMAND_NAMES.exit,
  run({ hub, session }) {
    hub.dismiss(session, "quit");
    return undefined;
  },
};
