/** Bans and mutes, and whether a user may post. */

import type { RuleSummary } from "../../common/protocol/codes.ts";
import { addressBits, hostMatcher } from "../../common/protocol/ip.ts";
import type { Cluster } from "../cluster/mod.ts";
import { Cooldowns } from "../model/cooldowns.ts";
import type { ChatError } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Author, Ban } from "../types.ts";
import { Bans, MINUTE } from "./bans.ts";

/** Users who are muted at the same time. */
export const MAX_MUTED = 1000;

const SECOND = 1000;

/** A muted user or network, with the nick of the moderator. */
interface Muted extends Author {
  readonly by: string;
  /** Whether a network includes an address. */
  readonly holdsFor?: ReturnType<typeof hostMatcher>;
}

/** The user that a mute may hold for. */
type Person = Pick<Author, "id" | "key"> & { readonly host?: string };

/** The key of a rule for a network by itself, which no nick has. */
export function networkKey(network = ""): string {
  return `@${network}`;
}

export interface ModerationOptions {
  /** Milliseconds of a clock that never goes back: setting the time of day unmutes nobody. */
  elapsed: () => number;
  /** Milliseconds since 1970, for other hubs. */
  now: () => number;
  /** Gets the bans and mutes. */
  cluster: Pick<Cluster, "putRule">;
}

export class Moderation {
  readonly bans: Bans = new Bans();
  readonly #muted: Cooldowns<Muted> = new Cooldowns(MAX_MUTED);
  readonly #options: ModerationOptions;

  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  /** Mutes a user for this many minutes from now; 0 unmutes. "full" if {@linkcode MAX_MUTED} users are muted. */
  mute({ id, key, nick }: Author, minutes: number, by: string): "set" | "full" {
    const { now, cluster } = this.#options;
    if (this.muteHere({ id, key, nick, by }, minutes * MINUTE) === "full") return "full";
    const mute = { id, until: now() + minutes * MINUTE, nick, by };
    cluster.putRule({ kind: "mute", key, mute: minutes === 0 ? undefined : mute });
    return "set";
  }

  /** Bans for some minutes from now, or for good; the same as {@linkcode Bans.add}. */
  ban(ban: Ban, minutes?: number): ReturnType<Bans["add"]> {
    const { now, cluster } = this.#options;
    const whole = minutes === undefined ? ban : { ...ban, until: now() + minutes * MINUTE };
    const outcome = this.bans.add(whole);
    if (outcome === "added") cluster.putRule({ kind: "ban", key: ban.key, ban: whole });
    return outcome;
  }

  /** Lifts the bans that have ended. Call it about every second. */
  sweep(): void {
    for (const key of this.bans.ended(this.#options.now())) this.unban(key);
  }

  /** Lifts the ban of a nick's key and returns the nick; undefined if the key is not banned. */
  unban(key: string): string | undefined {
    const nick = this.bans.remove(key);
    if (nick !== undefined) this.#options.cluster.putRule({ kind: "ban", key, ban: undefined });
    return nick;
  }

  /** The same for milliseconds, at this hub only. */
  muteHere({ id, key, nick, by }: Muted, milliseconds: number): "set" | "full" {
    const now = this.#options.elapsed();
    const network = key === networkKey(nick) ? { holdsFor: hostMatcher(nick) } : {};
    const muted = { id, key, nick, by, ...network };
    if (milliseconds > 0) return this.#muted.set(muted, now + milliseconds, now);
    this.#muted.remove(muted);
    return "set";
  }

  // Lists and checks.

  /** The muted user with a nick key. */
  findMuted(key: string): Author | undefined {
    return this.#muted.find(key);
  }

  /** The bans with the whole minutes until they end, the earliest first. */
  banned(): RuleSummary[] {
    return this.bans.list(this.#options.now());
  }

  /** The mutes with the whole minutes that each has left; the earliest first. */
  mutes(): RuleSummary[] {
    const now = this.#options.elapsed();
    return this.#muted.current(now).map(({ user: { nick, by }, until }) => ({
      nick,
      by,
      minutes: Math.ceil((until - now) / MINUTE),
    }));
  }

  /** Whole minutes until the user may write again; 0 for a user who is not muted. */
  mutedFor({ id, key, host = "" }: Person): number {
    if (this.#muted.isEmpty) return 0; // the usual case, without looking at the clock
    const now = this.#options.elapsed();
    const bits = addressBits(host);
    const networks = this.#muted.current(now).filter(({ user }) => user.holdsFor?.(host, bits));
    const left = Math.max(
      this.#muted.left({ id, key }, now),
      ...networks.map(({ until }) => until - now),
    );
    return Math.ceil(left / MINUTE);
  }

  checkMuted(user: Person): ChatError | undefined {
    const minutes = this.mutedFor(user);
    return minutes === 0 ? undefined : { code: "muted", params: { minutes } };
  }

  /** Whether the session may show something to a room now: neither muted, nor in a paused room, nor too soon in slow mode. */
  checkMayPost(room: Room, session: Session): ChatError | undefined {
    const muted = this.checkMuted(session);
    if (muted || session.isModerator) return muted;
    if (room.isPaused) return { code: "paused", params: { room: room.name } };
    if (room.slow === 0) return undefined;
    const left = room.cooldowns.left(session, this.#options.elapsed());
    if (left === 0) return undefined;
    return { code: "too_soon", params: { seconds: Math.ceil(left / SECOND), room: room.name } };
  }

  /** The session has shown something to a room: in slow mode its next message has to wait. */
  onPosted(room: Room, session: Session): void {
    if (room.slow === 0 || session.isModerator) return;
    const now = this.#options.elapsed();
    room.cooldowns.set(session.author, now + room.slow * SECOND, now);
  }
}
