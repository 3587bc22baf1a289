/**
 * A list to which is added at one end and taken from at the other. An array's `shift` moves or copies what is behind; here
 * what was taken leaves a gap, and the gaps are closed when there are as many of them as of what is left. Pure.
 */

/** Fewer gaps than these are not worth closing. */
const MIN_GAPS = 64;

export class Queue<T> {
  #items: (T | undefined)[];
  /** In front of the first one. */
  #gaps = 0;

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#gaps;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first one off. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#gaps];
    this.#items[this.#gaps++] = undefined; // so that nobody holds it any more
    if (this.#gaps > MIN_GAPS && this.#gaps >= this.length) {
      this.#items = this.#items.slice(this.#gaps);
      this.#gaps = 0;
    }
    return item;
  }

  /** The last ones as a list, at most so many. */
  last(count: number): T[] {
    const start = Math.max(this.#gaps, this.#items.length - count);
    return this.#items.slice(start) as T[];
  }

  toArray(): T[] {
    return this.last(this.length);
  }
}
