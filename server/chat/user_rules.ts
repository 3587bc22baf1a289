/** Rules for users and networks: the bans, or the mutes. */

import { defined } from "../../common/defined.ts";
import type { ReplyData } from "../../common/protocol/codes.ts";
import { MAX_RULES_LISTED } from "../../common/protocol/frame.ts";
import { addressBits, hostMatcher } from "../../common/protocol/ip.ts";
import type { Author, Ban } from "../types.ts";

/** Bans at the same time, and mutes at the same time. */
export const MAX_RULES = 1000;
export const MINUTE = 60_000;

/** The user that a rule may hold for. */
export type Person = Pick<Author, "id" | "key"> & { readonly host?: string };

export class UserRules {
  /** By nick key or network, the oldest first, each with a test whether it holds for an address. */
  readonly #rules: Map<string, Ban & { holdsFor: ReturnType<typeof hostMatcher> }> = new Map();

  /** "full" if there are {@linkcode MAX_RULES}; "known" if the same holds already. */
  add(rule: Ban): "added" | "known" | "full" {
    const known = this.#rules.get(rule.key);
    if (known && (rule.host === undefined || rule.host === known.host)) return "known";
    if (this.#rules.size >= MAX_RULES && !known) return "full";
    this.#rules.set(rule.key, { ...rule, holdsFor: hostMatcher(rule.host) });
    return "added";
  }

  /** Lifts the rule for a nick's key or a network. Returns the nick; undefined if there is none. */
  remove(key: string): string | undefined {
    const nick = this.#rules.get(key)?.nick;
    this.#rules.delete(key);
    return nick;
  }

  find(key: string): Ban | undefined {
    return this.#rules.get(key);
  }

  /** The rules for a nick's key, a session id or an address. */
  holdingFor({ id, key, host = "" }: Person): Ban[] {
    if (this.#rules.size === 0) return []; // the usual case, also for each message
    const bits = addressBits(host);
    return [...this.#rules.values()].filter((rule) =>
      rule.key === key || rule.id === id || rule.holdsFor(host, bits)
    );
  }

  /** The keys of the rules that have ended by a moment. */
  ended(now: number): string[] {
    return [...this.#rules.keys()].filter((key) => (this.find(key)!.until ?? Infinity) <= now);
  }

  /** Those that have not ended by a moment, with the whole minutes until they do. */
  list(now: number): ReplyData["banned"] {
    const current = [...this.#rules.values()].filter(({ until = Infinity }) => until > now);
    const latest = current.slice(-MAX_RULES_LISTED).reverse();
    return {
      nicks: current.map(({ nick }) => nick),
      latest: latest.map(({ nick, by = "", reason, host, until }) => ({
        nick,
        by,
        ...defined({
          address: host === nick ? undefined : host,
          reason,
          minutes: until && Math.ceil((until - now) / MINUTE),
        }),
      })),
    };
  }
}
