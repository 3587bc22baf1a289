/** Converts runs to rows of the database and back. */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import type { Posted } from "../types.ts";
import type { Run } from "./run.ts";

export interface HistoryRow {
  /** The id of the first message. */
  readonly first: number;
  readonly messages: number;
  readonly ts: number;
  readonly room: string;
  readonly nick: string;
  readonly key: string;
  readonly kind: string;
  /** Joined by {@linkcode SEPARATOR}. */
  readonly texts: string;
}

/** DEL, which no message contains: control characters are replaced (common/protocol/sanitize.ts). */
export const SEPARATOR = "\x7f";

export function toRow({ first: { message, author: { key } }, texts }: Run): HistoryRow {
  const { id, ts, room, nick, kind } = message;
  const joined = texts.join(SEPARATOR);
  return { first: id, messages: texts.length, ts, room, nick, key, kind, texts: joined };
}

/**
 * The messages of a row, the oldest first. The author's id is empty, as the session ended with an earlier hub process.
 *
 * @throws {Error} if the number of texts is not the number of messages.
 */
export function readRow(row: HistoryRow): Posted[] {
  const { first, ts, room, nick, key, kind } = row;
  return splitTexts(row).map((text, index) => ({
    message: {
      type: "message",
      id: first + index,
      room,
      nick,
      text,
      ts,
      kind: kind as MessageFrame["kind"],
    },
    author: { id: "", key, nick },
  }));
}

/**
 * The row without its `count` oldest messages; at least one must remain.
 *
 * @throws {Error} if the number of texts is not the number of messages.
 */
export function trimRow(row: HistoryRow, count: number): HistoryRow {
  const texts = splitTexts(row).slice(count);
  return {
    ...row,
    first: row.first + count,
    messages: texts.length,
    texts: texts.join(SEPARATOR),
  };
}

function splitTexts({ first, messages, texts }: HistoryRow): string[] {
  const split = texts.split(SEPARATOR);
  if (split.length === messages) return split;
  throw new Error(`the texts of the messages from ${first} on are damaged`);
}
