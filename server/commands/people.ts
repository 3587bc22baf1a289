/** Commands for the user's own nick and language, for the list of members, and for leaving. */

import { parseLang } from "../../common/i18n/mod.ts";
import { MAX_MEMBERS_NAMED } from "../../common/protocol/frame.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { quote } from "../model/errors.ts";
import type { Command } from "./command.ts";

/** Members named as away in the reply to `/who`. */
const MAX_AWAY_NAMED = 50;
/** Longest text about being away, in UTF-16 units. */
const MAX_AWAY_TEXT = 80;

export const nick: Command = {
  argument: { key: "nick" },
  run({ hub, session, ref, argument }) {
    const { moderation } = hub.chat;
    // Its rooms are shown the new nick, which counts as a message there.
    for (const room of session.rooms) {
      const error = moderation.checkMayPost(room, session);
      if (error) return error;
    }
    const { nick } = session;
    return hub.whileWaiting(
      session,
      ref,
      (done) => hub.chat.rename(session, argument, done),
      () => {
        if (session.nick !== nick) {
          for (const room of session.rooms) moderation.onPosted(room, session);
        }
        hub.reply(session, ref, "nick", { nick: session.nick });
      },
    );
  },
};

export const language: Command = {
  argument: { key: "lang", words: 1 },
  run({ hub, session, ref, argument }) {
    const lang = parseLang(argument);
    if (!lang) return { code: "unknown_lang", params: { lang: quote(argument) } };
    hub.setLanguage(session, lang);
    return hub.reply(session, ref, "lang", { lang });
  },
};

export const who: Command = {
  argument: { key: "optional_room", optional: true, words: 1 },
  run({ hub, session, ref, argument }) {
    const found = hub.chat.rooms.findOpen(session, argument);
    if (!found.ok) return found.error;
    const { name: room, count } = found.value;
    const users = [...found.value.users().take(MAX_MEMBERS_NAMED)];
    const members = users.map(({ nick }) => nick);
    const away = users.flatMap((user) => hub.chat.absenceOf(user) ?? []).slice(0, MAX_AWAY_NAMED);
    const data = { room, members, count };
    return hub.reply(session, ref, "who", away.length > 0 ? { ...data, away } : data);
  },
};

export const away: Command = {
  argument: { key: "optional_text", optional: true },
  run({ hub, session, ref, argument }) {
    const text = isBlank(argument) ? "" : quote(argument, MAX_AWAY_TEXT);
    const isAway = text !== "" || session.awayText === undefined;
    hub.chat.setAway(session, isAway ? text : undefined);
    return hub.reply(session, ref, "away", { isAway, text });
  },
};

export const exit: Command = {
  argument: { key: "optional_reason", optional: true },
  run({ hub, session, argument }) {
    const { params } = hub.chat.moderation.explainLeave(session, [...session.rooms], argument);
    hub.dismiss(session, "quit", {}, params);
    return undefined;
  },
};
