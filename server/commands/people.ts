/** Who one is and what one speaks. */

import { parseLang } from "../../common/i18n/mod.ts";
import { COMMAND_NAMES } from "../../common/protocol/command_names.ts";
import { quote } from "../model/errors.ts";
import type { Command } from "./mod.ts";

export const nick: Command = {
  name: "nick",
  names: COMMAND_NAMES.nick,
  argument: { key: "nick" },
  run({ hub, session, ref, argument }) {
    hub.attempt<undefined>(
      session,
      ref,
      (done) => hub.chat.rename(session, argument, done),
      () => hub.reply(session, ref, "nick", { nick: session.nick }),
    );
    return undefined;
  },
};

export const language: Command = {
  name: "language",
  names: COMMAND_NAMES.language,
  argument: { key: "lang" },
  run({ hub, session, ref, argument }) {
    const lang = parseLang(argument);
    if (!lang) return { code: "unknown_lang", params: { lang: quote(argument) } };
    hub.speak(session, lang);
    hub.reply(session, ref, "lang", { lang });
    return undefined;
  },
};
