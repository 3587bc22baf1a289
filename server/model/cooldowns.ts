/** Deadlines of users, by session id and by nick key: neither another nick nor another connection gets around them. */

import type { Author } from "../types.ts";

type Person = Pick<Author, "id" | "key">;

export class Cooldowns {
  readonly #max: number;
  /** When waits end, in milliseconds of the caller's clock, by session id and by nick key ({@linkcode namesOf}). */
  readonly #deadlines: Map<string, number> = new Map();

  /** At most `max` users have a deadline at the same time. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Sets the deadline for a user and replaces any earlier deadline; returns "full" if it cannot hold another user. */
  set(user: Person, until: number, now: number): "set" | "full" {
    const [deadlines, names] = [this.#deadlines, namesOf(user)];
    const isFull = () => deadlines.size > names.length * (this.#max - 1);
    if (isFull() && !names.every((name) => deadlines.has(name))) {
      for (const [name, until] of deadlines) if (until <= now) deadlines.delete(name);
      if (isFull()) return "full";
    }
    for (const name of names) deadlines.set(name, until);
    return "set";
  }

  /** Milliseconds until the user's deadline; 0 without one. */
  left(person: Person, now: number): number {
    const waits = namesOf(person).map((name) => (this.#deadlines.get(name) ?? 0) - now);
    return Math.max(0, ...waits);
  }

  clear(): void {
    this.#deadlines.clear();
  }
}

/** The session id, with a character that no nick has, and the key. */
function namesOf({ id, key }: Person): [id: string, key: string] {
  return [`#${id}`, key];
}
