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
  /** By session id and by nick key ({@linkcode namesOf}). */
  readonly #deadlines: Map<string, Deadline<User>> = new Map();

  /** At most `max` users have a deadline at the same time. */
  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#deadlines.size === 0;
  }

  /** Sets the deadline for a user and replaces any earlier deadline; returns "full" if it cannot hold another user. */
  set(user: User, until: number, now: number): "set" | "full" {
    const [deadlines, names] = [this.#deadlines, namesOf(user)];
    const isFull = () => deadlines.size > names.length * (this.#max - 1);
    if (isFull() && !names.every((name) => deadlines.has(name))) {
      for (const [name, { until }] of deadlines) if (until <= now) deadlines.delete(name);
      if (isFull()) return "full";
    }
    for (const name of names) deadlines.set(name, { user, until });
    return "set";
  }

  /** Milliseconds until the user's deadline; 0 without one. */
  left(person: Person, now: number): number {
    const waits = namesOf(person).map((name) => (this.#deadlines.get(name)?.until ?? 0) - now);
    return Math.max(0, ...waits);
  }

  /** The user who has, or had, a deadline under a nick. */
  find(key: string): User | undefined {
    return this.#deadlines.get(key)?.user;
  }

  /** The deadlines by nick that have not passed. */
  current(now: number): Deadline<User>[] {
    const byNick = [...this.#deadlines].filter(([name, { user }]) => name === user.key);
    return byNick.map(([, deadline]) => deadline).filter(({ until }) => until > now);
  }

  remove(person: Person): void {
    for (const name of namesOf(person)) this.#deadlines.delete(name);
  }

  clear(): void {
    this.#deadlines.clear();
  }
}

/** The session id, with a character that no nick has, and the key. */
function namesOf({ id, key }: Person): [id: string, key: string] {
  return [`#${id}`, key];
}
