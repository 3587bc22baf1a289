/** Commands for moderators that ban users and addresses. */

import { defined } from "../../common/defined.ts";
import { MAX_RULES_LISTED } from "../../common/protocol/frame.ts";
import { addressBits, parseNetwork } from "../../common/protocol/ip.ts";
import { foldForSearch, MAX_FOLDED, nickKey } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { MAX_BANS } from "../chat/bans.ts";
import { type ChatError, quote } from "../model/errors.ts";
import { Session } from "../model/session.ts";
import type { Ban } from "../types.ts";
import type { Command, CommandCall } from "./command.ts";
import { findOther, MAX_REASON, splitWord } from "./targets.ts";

/** Words after a nick that ban its address too, without accents; and others that are probably meant so. */
const ADDRESS_WORDS: readonly string[] = ["address", "direccion"];
const LIKE_ADDRESS: readonly string[] = ["ip", "addr", "dir", "host"];
/** The shortest lengths of networks that may be banned: those that a site gets, not a provider. */
const MIN_LENGTH = { ipv4: 16, ipv6: 48 } as const;

export const ban: Command = {
  argument: { key: "nick_address", optional: true },
  role: "moderator",
  run(call) {
    if (call.argument === "") return listBans(call);
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
    const user = found.value;
    const { id, key, nick } = user;
    const [word, afterWord] = splitWord(rest);
    const folded = foldForSearch(word.slice(0, MAX_FOLDED));
    if (ADDRESS_WORDS.includes(folded)) {
      return setBan(call, { id, key, nick, host: hostOf(user) }, afterWord);
    }
    const isLikeAddress = LIKE_ADDRESS.includes(folded) || nearest(folded, ADDRESS_WORDS);
    if (!isLikeAddress) return setBan(call, { id, key, nick }, rest);
    return { code: "misspelt_address", params: { argument: quote(word), nick } };
  },
};

export const unban: Command = {
  argument: { key: "nick", words: 1 },
  role: "moderator",
  run({ hub, session, ref, argument }) {
    const { moderation } = hub.chat;
    const nick = moderation.unban(nickKey(argument)) ??
      moderation.unban(networkKey(parseNetwork(argument)?.text));
    if (nick === undefined) return { code: "not_banned", params: { nick: quote(argument) } };
    hub.logModeration("unban", session, { nick });
    return hub.reply(session, ref, "unban", { nick });
  },
};

export const bans: Command = { role: "moderator", run: listBans };

function listBans({ hub, session, ref }: CommandCall): undefined {
  const { bans } = hub.chat.moderation;
  const latest = bans.list(MAX_RULES_LISTED);
  return hub.reply(session, ref, "banned", { nicks: bans.nicks, latest });
}

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
  const network = host === undefined ? undefined : parseNetwork(host);
  const isFromThere = (from: string) =>
    from === host || (network && addressBits(from)?.startsWith(network.bits));
  if (isFromThere(session.peer.host)) {
    return isNetwork
      ? { code: "own_network", params: { network: nick } }
      : { code: "own_address", params: { nick } };
  }
  const muted = typedReason === "" ? undefined : moderation.checkMuted(session);
  if (muted) return muted;
  const by = session.nick;
  const reason = typedReason === "" ? undefined : quote(typedReason, MAX_REASON);
  const data = { nick, isAddress: host !== undefined && !isNetwork };
  const target = nicks.find(id);
  if (!target && moderation.bans.includes(banned)) {
    return hub.reply(session, ref, "ban", { ...data, already: true });
  }
  if (moderation.ban({ ...banned, by, ...defined({ reason }) }) === "full") {
    return { code: "too_many_banned", params: { max: MAX_BANS } };
  }
  if (target) {
    hub.dismiss(target, "banned", defined({ reason }), { by, ...defined({ because: reason }) });
  }
  // The others are announced in batches, as there may be many.
  for (const user of host === undefined ? [] : nicks.users()) {
    if (isFromThere(hostOf(user))) hub.dismiss(user, "banned", defined({ reason }));
  }
  const logged = { nick: isNetwork ? undefined : nick, address: network?.text ?? host };
  hub.logModeration("ban", session, defined(logged));
  return hub.reply(session, ref, "ban", data);
}

/** The host from which a user connects. */
function hostOf(user: Session | { readonly host: string }): string {
  return user instanceof Session ? user.peer.host : user.host;
}
