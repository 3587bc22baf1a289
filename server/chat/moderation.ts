/** Bans and mutes, and whether a user may post. */

import { defined } from "../../common/defined.ts";
import { Cooldowns } from "../model/cooldowns.ts";
import type { ChatError } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import type { Author, Rule } from "../types.ts";
import { Bans } from "./bans.ts";

/** Users who are muted at the same time. */
export const MAX_MUTED = 1000;

const MINUTE = 60_000;
const SECOND = 1000;

export interface ModerationOptions {
  /** Milliseconds of a clock that never goes back: setting the time of day unmutes nobody. */
  elapsed: () => number;
  /** Milliseconds since 1970, for other hubs. */
  now: () => number;
  /** Publishes a ban or a mute to other hubs. */
  putRule: (rule: Rule) => void;
}

export class Moderation {
  readonly bans: Bans = new Bans();
  readonly #muted: Cooldowns = new Cooldowns(MAX_MUTED);
  readonly #options: ModerationOptions;

  constructor(options: ModerationOptions) {
    this.#options = options;
  }

  // At all hubs.

  /** Mutes a user for this many minutes from now. "full" if {@linkcode MAX_MUTED} users are muted. */
  mute({ id, key }: Pick<Author, "id" | "key">, minutes: number): "set" | "full" {
    const { now, putRule } = this.#options;
    if (this.muteHere({ id, key }, minutes * MINUTE) === "full") return "full";
    putRule({ kind: "mute", key, mute: { id, until: now() + minutes * MINUTE } });
    return "set";
  }

  /** Returns whether the user was muted. */
  unmute(person: Pick<Author, "id" | "key">): boolean {
    const wasMuted = this.unmuteHere(person);
    if (wasMuted) this.#options.putRule({ kind: "mute", key: person.key, mute: undefined });
    return wasMuted;
  }

  /** Bans a session, its nick and, if given, an address. "full" if there are as many bans as there may be. */
  ban({ id, key, nick }: Author, host?: string): "added" | "full" {
    const ban = { id, key, nick, ...defined({ host }) };
    if (this.bans.add(ban) === "full") return "full";
    this.#options.putRule({ kind: "ban", key, ban });
    return "added";
  }

  /** Lifts the ban of a nick's key and returns the nick; undefined if the key is not banned. */
  unban(key: string): string | undefined {
    const nick = this.bans.remove(key);
    if (nick !== undefined) this.#options.putRule({ kind: "ban", key, ban: undefined });
    return nick;
  }

  // At this hub only.

  /** Mutes a user for this many milliseconds from now. "full" if {@linkcode MAX_MUTED} users are muted. */
  muteHere(person: Pick<Author, "id" | "key">, milliseconds: number): "set" | "full" {
    const now = this.#options.elapsed();
    return this.#muted.set(person, now + milliseconds, now);
  }

  /** Returns whether the user was muted. */
  unmuteHere(person: Pick<Author, "id" | "key">): boolean {
    return this.#muted.remove(person);
  }

  // Checks.

  checkMuted(session: Session): ChatError | undefined {
    if (this.#muted.isEmpty) return undefined; // the usual case, without looking at the clock
    const left = this.#muted.left(session, this.#options.elapsed());
    if (left === 0) return undefined;
    return { code: "muted", params: { minutes: Math.ceil(left / MINUTE) } };
  }

  /** Whether the session may change the topic of a room: neither muted nor in a paused room. */
  checkMayChange(room: Room, session: Session): ChatError | undefined {
    const muted = this.checkMuted(session);
    if (muted || !room.isPaused || session.isModerator) return muted;
    return { code: "paused", params: { room: room.name } };
  }

  /** Whether the session may post in a room now: neither muted, nor in a paused room, nor too soon in slow mode. */
  checkMayPost(room: Room, session: Session): ChatError | undefined {
    const error = this.checkMayChange(room, session);
    if (error || session.isModerator || room.slow === 0) return error;
    const left = room.cooldowns.left(session, this.#options.elapsed());
    if (left === 0) return undefined;
    return { code: "too_soon", params: { seconds: Math.ceil(left / SECOND), room: room.name } };
  }

  /** The session has posted in a room: in slow mode its next message has to wait. */
  onPosted(room: Room, session: Session): void {
    if (room.slow === 0 || session.isModerator) return;
    const now = this.#options.elapsed();
    room.cooldowns.set(session, now + room.slow * SECOND, now);
  }
}
