/** The users whose messages one session does not want to see. */

import type { Author } from "../types.ts";

export const MAX_IGNORED = 100;

export class IgnoreList {
  /** By id, and their keys; undefined while empty, as for most sessions. */
  #authors: Map<string, Author> | undefined;
  #keys: Set<string> | undefined;

  get size(): number {
    return this.#authors?.size ?? 0;
  }

  get keys(): Iterable<string> {
    return this.#keys ?? [];
  }

  /** As they were when they were ignored. */
  get authors(): Author[] {
    return [...this.#authors?.values() ?? []];
  }

  /** Whether messages of an author are hidden: also under another nick, and from a new session with the same nick. */
  hides({ id, key }: Author): boolean {
    return this.#authors?.has(id) === true || this.#keys?.has(key) === true;
  }

  /** "full" if the list holds {@linkcode MAX_IGNORED} users. */
  add({ id, key, nick }: Author): "added" | "full" {
    if (this.size >= MAX_IGNORED) return "full";
    this.#authors ??= new Map();
    this.#authors.set(id, { id, key, nick });
    this.#noteKeys();
    return "added";
  }

  remove({ id, key }: Author): void {
    for (const author of this.authors) {
      if (author.id === id || author.key === key) this.#authors!.delete(author.id);
    }
    this.#noteKeys();
  }

  #noteKeys(): void {
    this.#keys = new Set(this.authors.map(({ key }) => key));
  }
}
