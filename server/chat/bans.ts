/** The bans: of nicks with their sessions, of addresses and of networks. */

import { defined } from "../../common/defined.ts";
import type { RuleSummary } from "../../common/protocol/codes.ts";
import { addressBits, hostMatcher } from "../../common/protocol/ip.ts";
import type { Ban } from "../types.ts";

/** Bans at the same time. */
export const MAX_BANS = 1000;
export const MINUTE = 60_000;

export class Bans {
  /** By nick key or network, the oldest first, each with what tells whether it holds for an address. */
  readonly #bans: Map<string, Ban & { holdsFor: ReturnType<typeof hostMatcher> }> = new Map();

  /** "full" if there are {@linkcode MAX_BANS}; "known" if the same is banned already. */
  add(ban: Ban): "added" | "known" | "full" {
    const known = this.#bans.get(ban.key);
    if (known && (ban.host === undefined || ban.host === known.host)) return "known";
    if (this.#bans.size >= MAX_BANS && !known) return "full";
    this.#bans.set(ban.key, { ...ban, holdsFor: hostMatcher(ban.host) });
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

  /** Whether a nick's key, a session id or an address is banned. */
  matches({ id, key, host }: { id: string; key: string; host: string }): boolean {
    if (this.hasKey(key)) return true;
    const bits = addressBits(host);
    return this.#bans.values().some((ban) => ban.id === id || ban.holdsFor(host, bits));
  }

  /** The keys of the bans that have ended by a moment. */
  ended(now: number): string[] {
    return [...this.#bans.keys()].filter((key) => (this.#bans.get(key)!.until ?? Infinity) <= now);
  }

  /** The oldest first. */
  list(now: number): RuleSummary[] {
    return Array.from(this.#bans.values(), ({ nick, by = "", reason, host, until }) => ({
      nick,
      by,
      ...defined({
        address: host === nick ? undefined : host,
        reason,
        minutes: until && Math.max(0, Math.ceil((until - now) / MINUTE)),
      }),
    }));
  }
}
