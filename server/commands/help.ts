/** What there is to say. */

import { type Command, describeCommands } from "./mod.ts";

export const help: Command = {
  name: "help",
  names: { en: ["help"], es: ["ayuda"] },
  run({ hub, session, ref }) {
    hub.reply(session, ref, "help", { commands: describeCommands(session) });
    return undefined;
  },
};
