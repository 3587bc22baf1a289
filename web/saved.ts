/** What the page keeps in its tab, in case that it is reloaded, or that its browser discards it. */

import type { Conversation } from "../client/session/conversation.ts";
import type { PendingLine } from "../client/session/pending.ts";
import type { Values } from "../common/protocol/fields.ts";
import { field, integer, isObject, listOf, objectOf, text } from "../common/protocol/fields.ts";
import { GREATEST_FRAME, MAX_ROOMS_LISTED } from "../common/protocol/frame.ts";
import { attempt } from "../common/result.ts";

const LINE = {
  frame: field<PendingLine["frame"]>("a frame", isObject),
  display: text(GREATEST_FRAME),
  bytes: integer(0),
};
const SAVED = {
  nick: text(256),
  room: text(256),
  rooms: listOf(text(256), MAX_ROOMS_LISTED),
  session: objectOf({ token: text(128), epoch: text(128), lastId: integer(0) }),
  unanswered: listOf(objectOf(LINE), 10_000),
};
export type Saved = Values<typeof SAVED>;

export function formatSaved(conversation: Pick<Conversation, "state" | "unanswered">): string {
  const { nick, room, rooms, token, epoch, lastId } = conversation.state;
  const unanswered = conversation.unanswered();
  return JSON.stringify({ nick, room, rooms, session: { token, epoch, lastId }, unanswered });
}

/** Undefined if it is not what {@linkcode formatSaved} gives. */
export function parseSaved(json: string): Saved | undefined {
  const saved: unknown = attempt(() => JSON.parse(json));
  return objectOf(SAVED).accepts(saved) ? saved : undefined;
}

type Store = "localStorage" | "sessionStorage";

/** What the browser keeps under a key, for all tabs or for this one; it may keep nothing. */
export function load(store: Store, key: string): string {
  return attempt(() => globalThis[store].getItem(key)) ?? "";
}

/** Where the store is full or forbidden, a reload asks for the nick again. */
export function keep(store: Store, key: string, value: string): void {
  attempt(() => globalThis[store].setItem(key, value));
}
