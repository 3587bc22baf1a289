/** The sentences about what happened to the connection, and to what the user entered meanwhile. */

import { formatAddress } from "../../common/cli/address.ts";
import type { Key } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { ConversationEvent } from "./conversation.ts";

/** What begins a line of the client's own: a notice or an error. */
export type Mark = "* " | "! ";
export type Sentence = { mark: Mark; key: Key; params: Params };

/** `seconds`: for how long the client tries again, if not for ever. */
export function describeChange(
  event: Exclude<ConversationEvent, { type: "frame" }>,
  { seconds }: { seconds?: number | undefined } = {},
): Sentence[] {
  if (event.type === "lost") {
    if (seconds === undefined) return [{ mark: "* ", key: "client.lost", params: {} }];
    return [{ mark: "* ", key: "client.lost_for", params: { seconds } }];
  }
  if (event.type === "moved") {
    const key = event.isOtherChat ? "client.moved_chat" : "client.moved";
    return [{ mark: "* ", key, params: { address: formatAddress(event.address) } }];
  }
  const isRestart = event.type === "restarted";
  const key = isRestart ? "client.uncertain" : "client.unsent";
  const restarted: Sentence = { mark: "* ", key: "client.restarted", params: {} };
  return [
    ...(isRestart && !event.isOtherChat ? [restarted] : []),
    ...(isRestart ? event.uncertain : event.lines)
      .map(({ display: text }): Sentence => ({ mark: "! ", key, params: { text } })),
  ];
}
