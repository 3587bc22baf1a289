/**
 * What moderators have laid down, and what follows for who wants to write. Pure: it is given the time. What the commands
 * are called and who is told, it does not know.
 */

import { Bans } from "./bans.ts";
import type { Author } from "./ignored.ts";
import type { Refusal } from "./refusal.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";
import { Waits } from "./waits.ts";

/** People who are muted at the same time. */
export const MAX_MUTED = 1000;

const MINUTE = 60_000;
const SECOND = 1000;

export class Moderation {
  readonly bans: Bans = new Bans();
  readonly #muted: Waits = new Waits(MAX_MUTED);
  readonly #elapsed: () => number;

  /** `elapsed` in milliseconds from any fixed moment, never going back: a clock that is set frees nobody. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** That one writes nothing for so many minutes, whatever was said before. "full" where nobody more can be muted. */
  mute(person: Pick<Author, "id" | "key">, minutes: number): "set" | "full" {
    return this.silence(person, minutes * MINUTE);
  }

  /** The same, for so many milliseconds. */
  silence(person: Pick<Author, "id" | "key">, milliseconds: number): "set" | "full" {
    const now = this.#elapsed();
    return this.#muted.set(person, now + milliseconds, now);
  }

  /** That one may write again. Gives whether anybody was muted. */
  unmute(person: Pick<Author, "id" | "key">): boolean {
    return this.#muted.remove(person);
  }

  /** Why the session may write nothing at all, or undefined. */
  silences(session: Session): Refusal | undefined {
    if (this.#muted.isEmpty) return undefined; // mostly: the time need not be asked for
    const left = this.#muted.left(session, this.#elapsed());
    return left === 0
      ? undefined
      : { code: "muted", params: { minutes: Math.ceil(left / MINUTE) } };
  }

  /** Why the session may neither write in a room nor change its topic, or undefined. */
  closes(room: Room, session: Session): Refusal | undefined {
    return this.silences(session) ??
      (room.isPaused && !session.isModerator
        ? { code: "paused", params: { room: room.name } }
        : undefined);
  }

  /** Why the session may not write a message in a room now, or undefined. */
  delays(room: Room, session: Session): Refusal | undefined {
    const refusal = this.closes(room, session);
    if (refusal || session.isModerator || room.slow === 0) return refusal;
    const left = room.waiting.left(session, this.#elapsed());
    return left === 0
      ? undefined
      : { code: "too_soon", params: { seconds: Math.ceil(left / SECOND), room: room.name } };
  }

  /** The session has written a message in a room. */
  wrote(room: Room, session: Session): void {
    if (room.slow === 0 || session.isModerator) return;
    const now = this.#elapsed();
    room.waiting.set(session, now + room.slow * SECOND, now);
  }
}
