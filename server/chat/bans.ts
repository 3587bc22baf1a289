/** The bans, for as long as the hub runs. */

import { networkOf } from "../../common/protocol/ip.ts";
import type { Ban } from "../types.ts";

/** Bans at the same time. */
export const MAX_BANS = 1000;

export class Bans {
  /** By nick key, each with the network of its address (common/protocol/ip.ts), if it has one. */
  readonly #bans: Map<string, Ban & { readonly network: string | undefined }> = new Map();

  /** The banned nicks, oldest ban first. */
  get nicks(): string[] {
    return Array.from(this.#bans.values(), ({ nick }) => nick);
  }

  /** Bans a session, its nick and, if given, the network of an address. "full" if there are {@linkcode MAX_BANS}. */
  add(ban: Ban): "added" | "full" {
    if (this.#bans.size >= MAX_BANS) return "full";
    this.#bans.set(ban.key, { ...ban, network: ban.host && networkOf(ban.host) });
    return "added";
  }

  /** Lifts the ban of a nick's key and returns the nick; undefined if the key is not banned. */
  remove(key: string): string | undefined {
    const nick = this.#bans.get(key)?.nick;
    this.#bans.delete(key);
    return nick;
  }

  hasKey(key: string): boolean {
    return this.#bans.has(key);
  }

  /** Whether a nick's key, a session id or the network of an address is banned. */
  matches({ id, key, host }: { id: string; key: string; host: string }): boolean {
    if (this.hasKey(key)) return true;
    const of = networkOf(host);
    return this.#bans.values().some((ban) => ban.id === id || ban.network === of);
  }
}
