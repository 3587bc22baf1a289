/**
 * People who have to wait, each until a moment. They are known by the session's id and by their nick's key, so that
 * neither another nick nor another connection under the same one is a way around.
 */

import type { Author } from "../types.ts";

export class Cooldowns {
  readonly #max: number;
  /** Milliseconds from the same moment as its caller's. */
  readonly #byId: Map<string, number> = new Map();
  readonly #byKey: Map<string, number> = new Map();

  /** At most `max` people wait at the same time. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether nobody has to wait. */
  get isEmpty(): boolean {
    return this.#byId.size === 0 && this.#byKey.size === 0;
  }

  /** That one waits until then, whatever was set before; or "full" where nobody more can. */
  set({ id, key }: Pick<Author, "id" | "key">, until: number, now: number): "set" | "full" {
    for (const [map, name] of [[this.#byId, id], [this.#byKey, key]] as const) {
      if (map.has(name) || map.size < this.#max) continue;
      for (const [each, end] of map) if (end <= now) map.delete(each);
      if (map.size >= this.#max) return "full";
    }
    this.#byId.set(id, until);
    this.#byKey.set(key, until);
    return "set";
  }

  /** How many milliseconds that one has to wait yet; 0 for not at all. */
  left({ id, key }: Pick<Author, "id" | "key">, now: number): number {
    return Math.max(0, (this.#byId.get(id) ?? 0) - now, (this.#byKey.get(key) ?? 0) - now);
  }

  /** That one waits no more. Gives whether it was waiting; one whose time has passed may count as either. */
  remove({ id, key }: Pick<Author, "id" | "key">): boolean {
    const [hadToken, hadKey] = [this.#byId.delete(id), this.#byKey.delete(key)];
    return hadToken || hadKey;
  }

  /** Nobody waits any more. */
  clear(): void {
    this.#byId.clear();
    this.#byKey.clear();
  }
}
