/** Ways of saying something. */

import { ACTION_NAMES } from "../../protocol/input.ts";
import type { Command } from "./mod.ts";

export const me: Command = {
  name: "me",
  names: ACTION_NAMES,
  argument: { key: "text" },
  run: ({ hub, session, ref, argument }) => hub.say(session, ref, argument, "action"),
};
