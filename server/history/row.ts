/** Runs of messages as the file has them: a row for each. Pure: it knows no file. */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import type { Run } from "./run.ts";
import type { Posted } from "../types.ts";

export interface HistoryRow {
  /** The id of the first message. */
  readonly first: number;
  readonly messages: number;
  readonly ts: number;
  readonly room: string;
  readonly nick: string;
  readonly key: string;
  readonly kind: string;
  /** With {@linkcode SEPARATOR} between each two. */
  readonly texts: string;
}

/** DEL, which no text has, as there are no control characters in what people are told (protocol/sanitize.ts). */
export const SEPARATOR = "\x7f";

export function toRow({ first: { message, author: { key } }, texts }: Run): HistoryRow {
  const { id, ts, room, nick, kind } = message;
  const joined = texts.join(SEPARATOR);
  return { first: id, messages: texts.length, ts, room, nick, key, kind, texts: joined };
}

/**
 * The messages of a row, the oldest first. The id of who said them was of another life of the hub, and is not known.
 *
 * @throws when its texts are not those of so many messages.
 */
export function readRow(row: HistoryRow): Posted[] {
  const { first, ts, room, nick, key, kind } = row;
  return readTexts(row).map((text, index) => ({
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
 * The row without its oldest messages, of which one at least must stay.
 *
 * @throws when its texts are not those of so many messages.
 */
export function trimRow(row: HistoryRow, count: number): HistoryRow {
  const texts = readTexts(row).slice(count);
  return {
    ...row,
    first: row.first + count,
    messages: texts.length,
    texts: texts.join(SEPARATOR),
  };
}

function readTexts({ first, messages, texts }: HistoryRow): string[] {
  const read = texts.split(SEPARATOR);
  if (read.length === messages) return read;
  throw new Error(`the texts of the messages from ${first} on are damaged`);
}
