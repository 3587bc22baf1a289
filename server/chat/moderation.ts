/**
 * What moderators have laid down with people, here and at other hubs, and what follows for who wants to write. Pure: it is
 * given the time. What the commands are called and who is told, it does not know.
 */

import { Bans } from "./bans.ts";
import type { ChatError } from "../model/errors.ts";
import type { Room } from "../model/room.ts";
import type { Session } from "../model/session.ts";
import { Cooldowns } from "../model/cooldowns.ts";
import type { Author, Rule } from "../types.ts";

/** People who are muted at the same time. */
export const MAX_MUTED = 1000;

const MINUTE = 60_000;
const SECOND = 1000;

export interface ModerationOptions {
  /** Milliseconds from any fixed moment, never going back: a clock that is set frees nobody. */
  elapsed: () => number;
  /** Milliseconds since 1970, for other hubs. */
  now: () => number;
  /** Lets other hubs know what was laid down or lifted here. */
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

  /** That one writes nothing for so many minutes, whatever was said before. "full" where nobody more can be muted. */
  mute({ id, key }: Pick<Author, "id" | "key">, minutes: number): "set" | "full" {
    const { now, putRule } = this.#options;
    if (this.muteHere({ id, key }, minutes * MINUTE) === "full") return "full";
    putRule({ kind: "mute", key, mute: { id, until: now() + minutes * MINUTE } });
    return "set";
  }

  /** That one may write again. Gives whether anybody was muted. */
  unmute(person: Pick<Author, "id" | "key">): boolean {
    const wasMuted = this.unmuteHere(person);
    if (wasMuted) this.#options.putRule({ kind: "mute", key: person.key, mute: undefined });
    return wasMuted;
  }

  /** Keeps somebody out: that session, its nick, and where a host is given, whoever comes from there. */
  ban({ id, key, nick }: Author, host?: string): "added" | "full" {
    if (this.bans.add({ id, key, nick }, host) === "full") return "full";
    const ban = { id, key, nick, ...(host === undefined ? {} : { host }) };
    this.#options.putRule({ kind: "ban", key, ban });
    return "added";
  }

  /** Lets in again who had the nick of a key, and gives that nick; undefined where there is no such ban. */
  unban(key: string): string | undefined {
    const nick = this.bans.remove(key);
    if (nick !== undefined) this.#options.putRule({ kind: "ban", key, ban: undefined });
    return nick;
  }

  // At this one.

  /** That one writes nothing for so many milliseconds. "full" where nobody more can be muted. */
  muteHere(person: Pick<Author, "id" | "key">, milliseconds: number): "set" | "full" {
    const now = this.#options.elapsed();
    return this.#muted.set(person, now + milliseconds, now);
  }

  /** That one may write again. Gives whether anybody was muted. */
  unmuteHere(person: Pick<Author, "id" | "key">): boolean {
    return this.#muted.remove(person);
  }

  /** Why the session may write nothing at all, or undefined. */
  checkMuted(session: Session): ChatError | undefined {
    if (this.#muted.isEmpty) return undefined; // mostly: the time need not be asked for
    const left = this.#muted.left(session, this.#options.elapsed());
    return left === 0
      ? undefined
      : { code: "muted", params: { minutes: Math.ceil(left / MINUTE) } };
  }

  /** Why the session may neither write in a room nor change its topic, or undefined. */
  checkMayChange(room: Room, session: Session): ChatError | undefined {
    return this.checkMuted(session) ??
      (room.isPaused && !session.isModerator
        ? { code: "paused", params: { room: room.name } }
        : undefined);
  }

  /** Why the session may not write a message in a room now, or undefined. */
  checkMayPost(room: Room, session: Session): ChatError | undefined {
    const refusal = this.checkMayChange(room, session);
    if (refusal || session.isModerator || room.slow === 0) return refusal;
    const left = room.cooldowns.left(session, this.#options.elapsed());
    return left === 0
      ? undefined
      : { code: "too_soon", params: { seconds: Math.ceil(left / SECOND), room: room.name } };
  }

  /** The session has written a message in a room. */
  onPosted(room: Room, session: Session): void {
    if (room.slow === 0 || session.isModerator) return;
    const now = this.#options.elapsed();
    room.cooldowns.set(session, now + room.slow * SECOND, now);
  }
}
