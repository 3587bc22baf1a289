/** Whom a session does not want to hear. */

import type { Author } from "../types.ts";

/** People that one session may ignore. */
export const MAX_IGNORED = 100;

export class IgnoreList {
  /** By id; undefined while there was nobody yet, as with most. */
  #authors: Map<string, Author> | undefined;

  get size(): number {
    return this.#authors?.size ?? 0;
  }

  /** The nicks that they had when they were ignored. */
  get nicks(): string[] {
    return Array.from(this.#authors?.values() ?? [], ({ nick }) => nick);
  }

  /** All of them, as they were when they were ignored. */
  get authors(): Author[] {
    return [...this.#authors?.values() ?? []];
  }

  /** Whether nothing of this author is to be told: under another nick too, and after it came again under the same one. */
  hides({ id, key }: Author): boolean {
    if (this.#authors === undefined || this.#authors.size === 0) return false;
    return this.#authors.has(id) || this.#authors.values().some((each) => each.key === key);
  }

  /** "full" where nobody more can be ignored. */
  add({ id, key, nick }: Author): "added" | "full" {
    if (this.size >= MAX_IGNORED) return "full";
    this.#authors ??= new Map();
    this.#authors.set(id, { id, key, nick });
    return "added";
  }

  /** Hears again whoever is hidden as this author, and gives whether there was anybody. */
  remove({ id, key }: Pick<Author, "id" | "key">): boolean {
    let found = false;
    for (const each of [...this.#authors?.values() ?? []]) {
      if (each.id === id || each.key === key) found = this.#authors!.delete(each.id);
    }
    return found;
  }
}
