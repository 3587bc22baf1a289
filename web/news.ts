/** What arrived while the page was hidden. */

import type { ConversationEvent } from "../client/session/conversation.ts";
import { mentions } from "../client/session/mentions.ts";
import { nickKey } from "../common/protocol/names.ts";
import { sanitize } from "../common/protocol/sanitize.ts";

/** `mentions`: how many mentions and private messages. `hasOthers`: whether there are other messages. */
export const NO_NEWS = { mentions: 0, hasOthers: false };
export type News = Readonly<typeof NO_NEWS>;

/** Counts the messages of others that are not replays; `nick` is the user's. */
export function countNews(news: News, events: readonly ConversationEvent[], nick: string): News {
  let { mentions: found, hasOthers } = news;
  for (const event of events) {
    if (event.type !== "frame" || event.frame.type !== "message") continue;
    const { frame } = event;
    if (frame.replay || nickKey(frame.nick) === nickKey(nick)) continue;
    if (frame.kind === "private" || mentions(frame, nick)) found++;
    else hasOthers = true;
  }
  return { mentions: found, hasOthers };
}

export function titleOf(room: string, { mentions, hasOthers }: News): string {
  const mark = mentions > 0 ? `(${mentions}) ` : hasOthers ? "• " : "";
  return `${mark}chat #${sanitize(room)}`;
}
