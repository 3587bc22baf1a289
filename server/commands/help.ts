/** What there is to say. */

import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { type Command, describeCommands } from "./mod.ts";

export const help: Command = {
  name: "help",
  names: COMMAND_NAMES.help,
  run({ hub, session, ref }) {
    hub.reply(session, ref, "help", { commands: describeCommands(session) });
    return undefined;
  },
};
