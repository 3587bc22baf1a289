/** Converts runs to rows of the database and back. */

import type { MessageFrame } from "../../common/protocol/frame.ts";
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

/** The run of a row, with an empty author id. @throws {Error} if the texts are not as many as the messages. */
export function toRun(row: HistoryRow): Run {
  const { first: id, messages, texts: joined, room, nick, ts, key } = row;
  const texts = joined.split(SEPARATOR);
  if (texts.length !== messages) {
    throw new Error(`the texts of the messages from ${id} on are damaged`);
  }
  const kind = row.kind as MessageFrame["kind"];
  const message: MessageFrame = { type: "message", id, room, nick, text: texts[0]!, ts, kind };
  return { first: { message, author: { id: "", key, nick } }, texts };
}
