/** Who may not come in any more, as long as the hub lives. Who lays down and lifts it, its caller knows. */

import type { Ban } from "./backplane/mod.ts";
import type { Author } from "./ignored.ts";

/** Bans at the same time. */
export const MAX_BANS = 1000;

export class Bans {
  /** By key. */
  readonly #bans: Map<string, Ban> = new Map();

  /** The nicks that they had, the oldest ban first. */
  get nicks(): string[] {
    return Array.from(this.#bans.values(), ({ nick }) => nick);
  }

  /** Keeps somebody out: that session, its nick, and where a host is given, whoever comes from there. */
  add({ id, key, nick }: Author, host?: string): "added" | "full" {
    if (this.#bans.size >= MAX_BANS) return "full";
    this.#bans.set(key, { id, key, nick, ...(host === undefined ? {} : { host }) });
    return "added";
  }

  /** Lets in again who had the nick of a key, and gives that nick; undefined where there is no such ban. */
  lift(key: string): string | undefined {
    const nick = this.#bans.get(key)?.nick;
    this.#bans.delete(key);
    return nick;
  }

  /** Whether nobody may have the nick of a key. */
  hasKey(key: string): boolean {
    return this.#bans.has(key);
  }

  /** Whether somebody of this nick's key, this id or this host is kept out. */
  keepsOut({ id, key, host }: { id: string; key: string; host: string }): boolean {
    return this.hasKey(key) ||
      this.#bans.values().some((ban) => ban.id === id || ban.host === host);
  }
}
