/** The sentences about what happened to the connection, and to what the user entered meanwhile. */

import { formatAddress } from "../../common/cli/address.ts";
import type { Key } from "../../common/i18n/mod.ts";
import type { Params } from "../../common/protocol/codes.ts";
import type { Conversation, ConversationEvent } from "./conversation.ts";

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
  if (event.type === "unsent") return describeLines("unsent", event.lines.map(textOf));
  const uncertain = describeLines("uncertain", event.uncertain.map(textOf));
  if (event.isOtherChat) return uncertain;
  return [{ mark: "* ", key: "client.restarted", params: {} }, ...uncertain];
}

/** At the end of the conversation: the lines that the hub has not accepted, or may not have, and the user's draft. */
export function describeUnanswered(conversation: Conversation, draft = ""): Sentence[] {
  const uncertain = describeLines("uncertain", conversation.takeUncertain());
  return [...uncertain, ...describeLines("unsent", [...conversation.unsent(), draft])];
}

const textOf = ({ display }: { display: string }) => display;

function describeLines(how: "uncertain" | "unsent", texts: readonly string[]): Sentence[] {
  return texts.filter((text) => text !== "")
    .map((text) => ({ mark: "! ", key: `client.${how}`, params: { text } }));
}
