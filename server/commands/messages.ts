/** Commands that post messages, delete them, and that show or hide them. */

import { nickKey } from "../../common/protocol/names.ts";
import { ok } from "../../common/result.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Posted } from "../types.ts";
import { type Command, type CommandCall, splitWord } from "./command.ts";
import { readReason } from "./moderation.ts";

/** Messages that `/history` replays by default, and at most. */
const DEFAULT_COUNT = 50;
const MAX_COUNT = 1000;
/** Longest text that `/search` looks for, in UTF-16 units. */
const MAX_SEARCH = 200;
/** Messages that `/delete` deletes, at most. */
const MAX_DELETED = 100;

export const me: Command = posting("action");
export const notice: Command = posting("notice");

function posting(as: "action" | "notice"): Command {
  return {
    argument: { key: "text" },
    run: ({ hub, session, ref, argument }) =>
      hub.post(session, ref, hub.chat.messages.draft(session, argument, session.room!, { as })),
  };
}

export const message: Command = {
  argument: { key: "nick_text", least: 2 },
  run({ hub, session, ref, argument }) {
    const [to, text] = splitWord(argument);
    const draft = hub.chat.messages.draftPrivate(session, to, text);
    return hub.post(session, ref, draft, { isTyped: true });
  },
};

export const answer: Command = {
  argument: { key: "text" },
  run: ({ hub, session, ref, argument }) =>
    hub.post(session, ref, hub.chat.messages.draftReply(session, argument), { isTyped: true }),
};

export const history: Command = {
  argument: { key: "count_room", optional: true, words: 2 },
  run({ hub, session, ref, argument }) {
    const { messages, rooms } = hub.chat;
    const [first, rest] = splitWord(argument);
    const hasCount = /^\d+$/.test(first);
    const [count, typed] = hasCount ? [Number(first), rest] : [DEFAULT_COUNT, argument];
    const found = typed === "" ? ok(session.room!) : rooms.findJoined(session, typed);
    const isValid = hasCount ? count >= 1 && count <= MAX_COUNT : found.ok || typed.startsWith("#");
    if (!isValid) {
      const wrong = quote(hasCount ? first : argument);
      return { code: "bad_count", params: { argument: wrong, max: MAX_COUNT } };
    }
    if (!found.ok) return found.error;
    const room = found.value;
    const last = messages.replayLast(session, room, count);
    hub.replay(session, room, last, ref);
    const isHidden = last.length === 0 && messages.hasHistory(room);
    const shown = { room: room.name, count: last.length };
    return hub.reply(session, ref, "history", isHidden ? { ...shown, isHidden } : shown);
  },
};

export const search: Command = {
  argument: { key: "room_words" },
  run({ hub, session, ref, argument }) {
    const { messages, rooms } = hub.chat;
    const [, name, typed = ""] = /^(?:(#\S+)\s+)?([^]*)$/.exec(argument) ?? [];
    const found = rooms.findJoined(session, name);
    if (!found.ok) return found.error;
    const room = found.value;
    const words = quote(typed, MAX_SEARCH);
    const { messages: shown, hasMore } = messages.search(session, room, words);
    hub.replay(session, room, shown, ref, words);
    const data = { room: room.name, words, count: shown.length };
    return hub.reply(session, ref, "search", hasMore ? { ...data, hasMore } : data);
  },
};

const deletion: Command = {
  argument: { key: "delete", optional: true },
  run(call) {
    const { hub, session, ref, argument } = call;
    const { isModerator, nick: by } = session;
    const [, name = "", typed = ""] = /^(#\S+)?\s*([^]*)$/.exec(argument) ?? [];
    const found = hub.chat.rooms.findOpen(session, name);
    if (!found.ok) return found.error;
    const { name: room } = found.value;
    if (argument === "" && session.wroteInPrivate) {
      return { code: "private_message", params: { nick: by, room } };
    }
    const [target, rest] = splitWord(typed);
    const id = /^\d+$/.test(target) ? Number(target) : undefined;
    const key = nickKey(target || by);
    const isOthers = !isModerator && key !== session.key;
    const [, number = "1", typedReason = ""] = /^(\d+(?=\s|$))?\s*([^]*)$/.exec(rest) ?? [];
    const count = Number(number);
    if (count < 1 || count > MAX_DELETED) {
      return { code: "bad_count", params: { argument: quote(number), max: MAX_DELETED } };
    }
    const why = readReason(call, typedReason);
    if (!why.ok) return why.error;
    const fits = ({ message, author }: Posted) => {
      const isOwn = author.id === session.id;
      if (id !== undefined) return message.id === id && (isOwn || isModerator);
      return isOwn ? key === session.key : isModerator && target !== "" && author.key === key;
    };
    const deleted = hub.chat.messages.delete(session, found.value, count, fits);
    if (!deleted) {
      const nick = id === undefined ? quote(target || by) : "";
      return { code: isOthers ? "not_yours" : "no_such_message", params: { room, nick } };
    }
    const { ids, nick } = deleted;
    if (nick === by) return hub.reply(session, ref, "delete", { room, nick: "", ids });
    const told = { nick, room, count: ids.length, ids: ids.join(), ...why.value };
    hub.reportModeration("delete", session, told);
    return hub.reply(session, ref, "delete", { room, nick, ids });
  },
};
export { deletion as delete };

export const ignore: Command = {
  argument: { key: "optional_nick", optional: true, words: 1 },
  run(call) {
    const { hub, session, ref, argument } = call;
    if (argument !== "") return setIgnored(call, true);
    const nicks = session.ignoreList.authors.map(({ nick }) => nick);
    return hub.reply(session, ref, "ignored", { nicks });
  },
};

export const unignore: Command = {
  argument: { key: "nick", words: 1 },
  run: (call) => setIgnored(call, false),
};

function setIgnored(
  { hub, session, ref, argument }: CommandCall,
  isIgnored: boolean,
): ChatError | undefined {
  const ignored = hub.chat.setIgnored(session, argument, isIgnored);
  return ignored.ok ? hub.reply(session, ref, "ignore", ignored.value) : ignored.error;
}
