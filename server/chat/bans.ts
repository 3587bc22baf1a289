/** The bans, for as long as the hub runs. */

import { addressBits, type Network, parseNetwork } from "../../common/protocol/ip.ts";
import { defined } from "../../common/defined.ts";
import type { RuleSummary } from "../../common/protocol/codes.ts";
import type { Ban } from "../types.ts";

/** Bans at the same time. */
export const MAX_BANS = 1000;

export class Bans {
  /** By nick key or network, each with the network of its address, if it has one. */
  readonly #bans: Map<string, Ban & { readonly network: Network | undefined }> = new Map();

  /** The banned nicks and networks, oldest ban first. */
  get nicks(): string[] {
    return Array.from(this.#bans.values(), ({ nick }) => nick);
  }

  /** Bans a session, its nick and, if given, the network of an address. "full" if there are {@linkcode MAX_BANS}. */
  add(ban: Ban): "added" | "full" {
    if (this.#bans.size >= MAX_BANS && !this.hasKey(ban.key)) return "full";
    const network = ban.host === undefined ? undefined : parseNetwork(ban.host);
    this.#bans.set(ban.key, { ...ban, network });
    return "added";
  }

  /** Lifts the ban of a nick's key or a network and returns the nick; undefined if it is not banned. */
  remove(key: string): string | undefined {
    const nick = this.#bans.get(key)?.nick;
    this.#bans.delete(key);
    return nick;
  }

  hasKey(key: string): boolean {
    return this.#bans.has(key);
  }

  /** Whether the same is banned already. */
  includes({ key, host }: Ban): boolean {
    const known = this.#bans.get(key);
    return known !== undefined && (host === undefined || host === known.host);
  }

  /** Whether a nick's key, a session id or an address is banned. */
  matches({ id, key, host }: { id: string; key: string; host: string }): boolean {
    if (this.hasKey(key)) return true;
    const bits = addressBits(host);
    return this.#bans.values().some(({ id: bannedId, host: bannedHost, network }) =>
      bannedId === id || (network ? bits?.startsWith(network.bits) : bannedHost === host)
    );
  }

  /** The latest bans, at most `max`. */
  list(max: number): RuleSummary[] {
    return [...this.#bans.values()].slice(-max).reverse()
      .map(({ nick, by = "", reason, network }) => {
        const address = network?.text === nick ? undefined : network?.text;
        return { nick, by, ...defined({ address, reason }) };
      });
  }
}
