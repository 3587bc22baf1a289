/** CHATHISTORY: messages of a room again, by their ids or times (IRCv3 draft/chathistory). */

import type { Posted } from "../../types.ts";
import type { Client, Params } from "./client.ts";
import { formatMessage } from "./events.ts";

/** The most messages of an answer, their texts in UTF-16 units, and the messages of a room among which they are. */
const [MAX_HISTORY, MAX_UNITS, MAX_SEARCHED] = [100, 128 * 1024, 1000];

/** How far a message lies behind the place that a client has named; below 0 before it. */
type Place = (posted: Posted) => number;

function parsePlace(text: string): Place | undefined {
  const [, kind, value = ""] = /^(msgid|timestamp)=(.+)$/.exec(text) ?? [];
  if (kind === "msgid" && /^\d{1,15}$/.test(value)) {
    return ({ message }) => message.id - Number(value);
  }
  const moment = kind === "timestamp" ? Date.parse(value) : NaN;
  return Number.isNaN(moment) ? undefined : ({ message }) => message.ts - moment;
}

type List = readonly Posted[];
/** Those of all messages that a subcommand means. */
type Select = (all: List, count: number, start: Place, end: Place) => List;

const SUBCOMMANDS: Readonly<Record<string, Select>> = {
  LATEST: (all, count, start) => all.filter((each) => start(each) > 0).slice(-count),
  BEFORE: (all, count, start) => all.filter((each) => start(each) < 0).slice(-count),
  AFTER: (all, count, start) => all.filter((each) => start(each) > 0).slice(0, count),
  AROUND(all, count, start) {
    const before = all.filter((each) => start(each) < 0).length;
    const first = Math.max(0, before - Math.floor(count / 2));
    return all.slice(first, first + count);
  },
  BETWEEN(all, count, start, end) {
    const forward = all.filter((each) => start(each) > 0 && end(each) < 0);
    if (forward.length > 0) return forward.slice(0, count);
    return all.filter((each) => start(each) < 0 && end(each) > 0).slice(-count);
  },
};

export function chatHistory(client: Client, params: Params): string {
  const [typed = "", target = "", from = "", to = ""] = params;
  const sub = typed.toUpperCase();
  const fail = (code: string, ...about: string[]) =>
    client.line("FAIL", "CHATHISTORY", code, sub, ...about);
  const select = SUBCOMMANDS[sub];
  const isBetween = sub === "BETWEEN";
  const count = Number(params[isBetween ? 4 : 3]);
  if (!select) return fail("INVALID_PARAMS", "unknown subcommand");
  if (!Number.isInteger(count) || count < 1) return fail("INVALID_PARAMS", "not enough parameters");
  const room = client.room(target);
  if (!room || !client.session.rooms.has(room)) {
    return fail("INVALID_TARGET", target, "messages of this target cannot be shown");
  }
  const start = sub === "LATEST" && from === "*" ? () => 1 : parsePlace(from);
  const end = isBetween ? parsePlace(to) : () => 1;
  if (!start || !end) return fail("INVALID_PARAMS", "bad reference");
  const found = client.chat.messages.replayLast(client.session, room, MAX_SEARCHED, {
    choose: (all) => select(all, Math.min(count, MAX_HISTORY), start, end),
    max: MAX_UNITS,
  });
  const lines = found.map((message) => formatMessage(client, message, `#${room.name}`)).join("");
  return client.has("batch") ? client.history(room.name, 1).add(lines) : lines;
}
