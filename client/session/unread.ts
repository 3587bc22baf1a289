/** What is unread in the rooms of the user. */

import type { MessageFrame } from "../../common/protocol/frame.ts";
import { mentions } from "./mentions.ts";

/** By room, that of the newest message last: the messages, at most {@linkcode MAX_COUNT}, and whether any mentions the user. */
export type Unread = ReadonlyMap<string, { readonly count: number; readonly isMention: boolean }>;

/** As many as `/history` shows again. */
const MAX_COUNT = 999;

export function addUnread(unread: Unread, message: MessageFrame, nick: string): Unread {
  const { room } = message;
  const { count = 0, isMention = false } = unread.get(room) ?? {};
  const added = {
    count: Math.min(count + 1, MAX_COUNT),
    isMention: isMention || mentions(message, nick),
  };
  return new Map(withoutRoom(unread, room)).set(room, added);
}

export function withoutRoom(unread: Unread, room: unknown): Unread {
  return new Map([...unread].filter(([name]) => name !== room));
}
