/** Deadlines of users, by session id and by nick key, so that neither another nick nor another connection gets around them. */

import type { Author } from "../types.ts";

/** What identifies a user. */
type Person = Pick<Author, "id" | "key">;

/** When a user's wait ends, in milliseconds of the caller's clock. */
interface Deadline<User> {
  readonly user: User;
  readonly until: number;
}

/** `User`: what is kept of each user. */
export class Cooldowns<User extends Person = Person> {
  readonly #max: number;
  readonly #byId: Map<string, Deadline<User>> = new Map();
  readonly #byKey: Map<string, Deadline<User>> = new Map();

  /** At most `max` users have a deadline at the same time. */
  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0 && this.#byKey.size === 0;
  }

  /** Sets the deadline for a user and replaces any earlier deadline; returns "full" if it cannot hold another user. */
  set(user: User, until: number, now: number): "set" | "full" {
    const [byId, byKey] = [this.#byId, this.#byKey];
    for (const [deadlines, name] of [[byId, user.id], [byKey, user.key]] as const) {
      if (deadlines.has(name) || deadlines.size < this.#max) continue;
      for (const [other, { until }] of deadlines) if (until <= now) deadlines.delete(other);
      if (deadlines.size >= this.#max) return "full";
    }
    const deadline = { user, until };
    byId.set(user.id, deadline);
    byKey.set(user.key, deadline);
    return "set";
  }

  /** Milliseconds until the user's deadline; 0 without one. */
  left({ id, key }: Person, now: number): number {
    const { until: ofId = 0 } = this.#byId.get(id) ?? {};
    const { until: ofKey = 0 } = this.#byKey.get(key) ?? {};
    return Math.max(0, ofId - now, ofKey - now);
  }

  /** The user who has, or had, a deadline under a nick. */
  find(key: string): User | undefined {
    return this.#byKey.get(key)?.user;
  }

  /** The deadlines by nick that have not passed. */
  current(now: number): Deadline<User>[] {
    return [...this.#byKey.values()].filter(({ until }) => until > now);
  }

  remove({ id, key }: Person): void {
    this.#byId.delete(id);
    this.#byKey.delete(key);
  }

  clear(): void {
    this.#byId.clear();
    this.#byKey.clear();
  }
}
