/** A list to whose end is added and from whose front is taken, at a cost that does not grow with its length. Pure. */

/** So many places at the front may be empty before the rest moves up, or as many as there are items if that is more. */
const MAX_EMPTY = 256;

export class Queue<T> {
  #items: (T | undefined)[] = [];
  /** Those before it have been taken. */
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  /** The item at a place, from the end where it is negative. */
  at(place: number): T | undefined {
    return this.#items[(place < 0 ? this.#items.length : this.#first) + place];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Puts another item in the place of the oldest. */
  replaceFirst(item: T): void {
    this.#items[this.#first] = item;
  }

  /** Takes the oldest item, or gives undefined where there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first++] = undefined;
    if (this.#first > MAX_EMPTY && this.#first > this.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** The items from a place on, the oldest first. */
  slice(from: number): T[] {
    return this.#items.slice(this.#first + Math.max(0, from)) as T[];
  }

  clear(): void {
    this.#items = [];
    this.#first = 0;
  }
}
