/** Whom a session does not want to hear. */

import type { Author } from "../types.ts";

/** People that one session may ignore. */
export const MAX_IGNORED = 100;

export class Ignored {
  /** By id; undefined while there was nobody yet, as with most. */
  #people: Map<string, Author> | undefined;

  get size(): number {
    return this.#people?.size ?? 0;
  }

  /** The nicks that they had when they were ignored. */
  get nicks(): string[] {
    return Array.from(this.#people?.values() ?? [], ({ nick }) => nick);
  }

  /** All of them, as they were when they were ignored. */
  get people(): Author[] {
    return [...this.#people?.values() ?? []];
  }

  /** Whether nothing of this author is to be told: under another nick too, and after it came again under the same one. */
  hides({ id, key }: Author): boolean {
    if (this.#people === undefined || this.#people.size === 0) return false;
    return this.#people.has(id) || this.#people.values().some((each) => each.key === key);
  }

  /** "full" where nobody more can be ignored. */
  add({ id, key, nick }: Author): "added" | "full" {
    if (this.size >= MAX_IGNORED) return "full";
    this.#people ??= new Map();
    this.#people.set(id, { id, key, nick });
    return "added";
  }

  /** Hears again whoever is hidden as this author, and gives whether there was anybody. */
  remove({ id, key }: Pick<Author, "id" | "key">): boolean {
    let found = false;
    for (const each of [...this.#people?.values() ?? []]) {
      if (each.id === id || each.key === key) found = this.#people!.delete(each.id);
    }
    return found;
  }
}
