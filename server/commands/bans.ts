/** Commands for moderators that ban users and addresses. */

import { defined } from "../../common/defined.ts";
import { hostMatcher, networkOf, parseNetwork } from "../../common/protocol/ip.ts";
import { foldForSearch, MAX_FOLDED, nickKey } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { MAX_BANS } from "../chat/bans.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Ban } from "../types.ts";
import type { Command, CommandCall } from "./command.ts";
import { findOther, listRules, readReason, splitWord } from "./targets.ts";

/** Words after a nick that ban its address too, without accents; and others that are probably meant so. */
const ADDRESS_WORDS: readonly string[] = ["address", "direccion"];
const LIKE_ADDRESS: readonly string[] = ["ip", "addr", "dir", "host"];
/** The shortest lengths of networks that may be banned: those that a site gets, not a provider. */
const MIN_LENGTH = { ipv4: 16, ipv6: 48 } as const;

export const ban: Command = {
  argument: { key: "nick_address", optional: true },
  run(call) {
    if (call.argument === "") return bans.run(call);
    const [name, rest] = splitWord(call.argument);
    const found = findOther(call, name, (key) => call.hub.chat.departed.find(key));
    const network = found.ok ? undefined : parseNetwork(name);
    if (network) {
      const { text, bits } = network;
      const min = bits.startsWith("4") ? MIN_LENGTH.ipv4 : MIN_LENGTH.ipv6;
      if (bits.length <= min) return { code: "wide_network", params: { network: text } };
      return setBan(call, { id: text, key: networkKey(text), nick: text, host: text }, rest);
    }
    if (!found.ok) return found.error;
    const { id, key, nick, host } = found.value;
    const [word, afterWord] = splitWord(rest);
    const folded = foldForSearch(word.slice(0, MAX_FOLDED));
    if (ADDRESS_WORDS.includes(folded)) {
      return setBan(call, { id, key, nick, host: networkOf(host) }, afterWord);
    }
    if (LIKE_ADDRESS.includes(folded) || nearest(folded, ADDRESS_WORDS)) {
      return { code: "misspelt_address", params: { argument: quote(word), nick } };
    }
    return setBan(call, { id, key, nick }, rest);
  },
};

export const unban: Command = {
  argument: { key: "nick", words: 1 },
  run({ hub, session, ref, argument }) {
    const { moderation } = hub.chat;
    const nick = moderation.unban(nickKey(argument)) ??
      moderation.unban(networkKey(parseNetwork(argument)?.text));
    if (nick === undefined) return { code: "not_banned", params: { nick: quote(argument) } };
    hub.logModeration("unban", session, { nick });
    return hub.reply(session, ref, "unban", { nick });
  },
};

export const bans: Command = {
  run: (call) => listRules(call, "banned", call.hub.chat.moderation.bans.list()),
};

/** The key of a ban of a network by itself, which no nick has. */
function networkKey(text = ""): string {
  return `@${text}`;
}

/** Bans a user or a network, and ends the connections of those whom that concerns, here and at other hubs. */
function setBan(call: CommandCall, banned: Ban, typedReason: string): ChatError | undefined {
  const { hub, session, ref } = call;
  const { moderation, nicks } = hub.chat;
  const { id, nick, host } = banned;
  const isNetwork = nick === host;
  const holdsFor = hostMatcher(host);
  if (holdsFor(session.host)) return { code: "own_address", params: { nick } };
  const read = readReason(call, typedReason);
  if (!read.ok) return read.error;
  const data = { nick, isAddress: host !== undefined && !isNetwork };
  const target = nicks.find(id);
  if (!target && moderation.bans.includes(banned)) {
    return hub.reply(session, ref, "ban", { ...data, already: true });
  }
  const [by, reason] = [session.nick, read.value || undefined];
  const why = defined({ reason });
  if (moderation.ban({ ...banned, by, ...why }) === "full") {
    return { code: "too_many_banned", params: { max: MAX_BANS } };
  }
  if (target) hub.dismiss(target, "banned", why, { by, ...defined({ because: reason }) });
  // The others are announced in batches, as there may be many.
  for (const user of host === undefined ? [] : nicks.users()) {
    if (holdsFor(user.host)) hub.dismiss(user, "banned", why);
  }
  hub.logModeration("ban", session, defined({ nick: isNetwork ? undefined : nick, address: host }));
  return hub.reply(session, ref, "ban", data);
}
