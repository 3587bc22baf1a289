/** Bans and mutes, and whether a user may post. */

import type { ReplyData } from "../../common/protocol/codes.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import type { Cluster } from "../cluster/mod.ts";
import { type ChatError, quote } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Author, Ban, Departure } from "../types.ts";
import { MINUTE, type Person, UserRules } from "./user_rules.ts";

const SECOND = 1000;
/** Longest reason for leaving, in UTF-16 units. */
const MAX_REASON = 200;

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
  /** Their ends are in milliseconds since 1970, those of mutes in milliseconds of the other clock. */
  readonly bans: UserRules = new UserRules();
  readonly mutes: UserRules = new UserRules();
  readonly #options: ModerationOptions;

  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  /** Mutes a user for this many minutes from now; 0 unmutes. Returns false if {@linkcode MAX_RULES} users are muted. */
  mute({ id, key, nick }: Author, minutes: number, by: string): boolean {
    const { now, cluster } = this.#options;
    if (!this.muteHere({ id, key, nick, by }, minutes * MINUTE)) return false;
    const mute = { id, until: now() + minutes * MINUTE, nick, by };
    cluster.putRule({ kind: "mute", key, mute: minutes === 0 ? undefined : mute });
    return true;
  }

  /** Bans for some minutes from now, or for good; the same as {@linkcode UserRules.add}. */
  ban(ban: Ban, minutes?: number): ReturnType<UserRules["add"]> {
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

  /** The same as {@linkcode mute} for milliseconds, at this hub only. */
  muteHere(user: Ban, milliseconds: number): boolean {
    const now = this.#options.elapsed();
    const { id, key, nick } = user;
    const earlier = this.mutes.holdingFor({ id, key }).map((mute) => mute.key);
    for (const each of [...earlier, ...this.mutes.ended(now)]) this.mutes.remove(each);
    if (milliseconds <= 0) return true;
    const network = key === networkKey(nick) ? { host: nick } : {};
    return this.mutes.add({ ...user, ...network, until: now + milliseconds }) === "added";
  }

  // Lists and checks.

  banned(): ReplyData["banned"] {
    return this.bans.list(this.#options.now());
  }

  muted(): ReplyData["muted"] {
    return this.mutes.list(this.#options.elapsed());
  }

  /** Whole minutes until the user may write again; 0 for a user who is not muted. */
  mutedFor(user: Person): number {
    const until = Math.max(0, ...this.mutes.holdingFor(user).map((mute) => mute.until!));
    if (until === 0) return 0; // the usual case, without looking at the clock
    return Math.max(0, Math.ceil((until - this.#options.elapsed()) / MINUTE));
  }

  checkMuted(user: Person): ChatError | undefined {
    const minutes = this.mutedFor(user);
    return minutes === 0 ? undefined : { code: "muted", params: { minutes } };
  }

  /** Whether the session may show something to a room: not muted, nor in a paused room, nor too soon in slow mode. */
  checkMayPost(room: Room, session: Session): ChatError | undefined {
    const muted = this.checkMuted(session);
    if (muted || room.isModeratedBy(session)) return muted;
    if (room.isPaused) return { code: "paused", params: { room: room.name } };
    if (room.slow === 0) return undefined;
    const left = room.cooldowns.left(session, this.#options.elapsed());
    if (left === 0) return undefined;
    return { code: "too_soon", params: { seconds: Math.ceil(left / SECOND), room: room.name } };
  }

  /** Why the session leaves some rooms, as they are shown it: a message there, so nothing where it may not post. */
  explainLeave(session: Session, rooms: readonly Room[], typed: string): Departure {
    const mayTell = !isBlank(typed) && rooms.every((room) => !this.checkMayPost(room, session));
    if (!mayTell) return {};
    for (const room of rooms) this.onPosted(room, session);
    return { params: { because: quote(typed, MAX_REASON) } };
  }

  /** The session has shown something to a room: in slow mode its next message has to wait. */
  onPosted(room: Room, session: Session): void {
    if (room.slow === 0 || room.isModeratedBy(session)) return;
    const now = this.#options.elapsed();
    room.cooldowns.set(session.author, now + room.slow * SECOND, now);
  }
}
