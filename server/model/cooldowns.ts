/** Deadlines of users, by session id and by nick key, so that neither another nick nor another connection gets around them. */

import type { Author } from "../types.ts";

export class Cooldowns {
  readonly #max: number;
  /** Milliseconds of the caller's clock. */
  readonly #byId: Map<string, number> = new Map();
  readonly #byKey: Map<string, number> = new Map();

  /** At most `max` users have a deadline at the same time. */
  constructor(max: number) {
    this.#max = max;
  }

  get isEmpty(): boolean {
    return this.#byId.size === 0 && this.#byKey.size === 0;
  }

  /** Sets the deadline for a user and replaces any earlier deadline; returns "full" if it cannot hold another user. */
  set({ id, key }: Pick<Author, "id" | "key">, until: number, now: number): "set" | "full" {
    for (const [deadlines, name] of [[this.#byId, id], [this.#byKey, key]] as const) {
      if (deadlines.has(name) || deadlines.size < this.#max) continue;
      for (const [other, end] of deadlines) if (end <= now) deadlines.delete(other);
      if (deadlines.size >= this.#max) return "full";
    }
    this.#byId.set(id, until);
    this.#byKey.set(key, until);
    return "set";
  }

  /** Milliseconds until the user's deadline; 0 without one. */
  left({ id, key }: Pick<Author, "id" | "key">, now: number): number {
    return Math.max(0, (this.#byId.get(id) ?? 0) - now, (this.#byKey.get(key) ?? 0) - now);
  }

  /** Returns whether the user had a deadline; a deadline that has passed may or may not count. */
  remove({ id, key }: Pick<Author, "id" | "key">): boolean {
    const [hadId, hadKey] = [this.#byId.delete(id), this.#byKey.delete(key)];
    return hadId || hadKey;
  }

  clear(): void {
    this.#byId.clear();
    this.#byKey.clear();
  }
}
