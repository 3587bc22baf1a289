/** Commands that post messages, and that show or hide them. */

import { ok } from "../../common/result.ts";
import { type ChatError, quote } from "../model/errors.ts";
import { type Command, type CommandCall, splitWord } from "./command.ts";

/** Messages that `/history` replays by default, and at most. */
const DEFAULT_COUNT = 50;
const MAX_COUNT = 1000;
/** Longest text that `/search` looks for, in UTF-16 units. */
const MAX_SEARCH = 200;

export const me: Command = {
  argument: { key: "text" },
  run: ({ hub, session, ref, argument }) =>
    hub.post(session, ref, hub.chat.messages.draft(session, argument, { kind: "action" })),
};

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
