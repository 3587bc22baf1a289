/**
 * What was said in one place, the newest kept whole; of what was dropped for it, who said it, so that somebody who comes
 * back can be told how much of it is missing. Pure.
 */

import type { Dropped, Missed, Said } from "./mod.ts";
import { Queue } from "./queue.ts";

/** So many dropped messages can be counted; of what is older still, nothing is known. */
const MAX_DROPPED = 10_000;

/** UTF-16 units take two bytes, and an object about so many besides its strings. */
const OVERHEAD = 100;

export class MessageLog {
  readonly #maxDropped: number;
  #kept = new Queue<Said>();
  #dropped = new Queue<Dropped>();
  #bytes = 0;

  constructor({ maxDropped = MAX_DROPPED }: { maxDropped?: number } = {}) {
    this.#maxDropped = maxDropped;
  }

  /** Messages that are kept. */
  get size(): number {
    return this.#kept.length;
  }

  /** What it holds, about, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The message must be newer than those before it. */
  add(said: Said): void {
    this.#kept.push(said);
    this.#bytes += size(said);
  }

  /** Drops the oldest message, or where there is none what is known of dropped ones. */
  drop(): void {
    const said = this.#kept.shift();
    if (!said) {
      this.#bytes -= this.#dropped.length * OVERHEAD;
      this.#dropped.clear();
      return;
    }
    const { message: { id }, author } = said;
    this.#dropped.push({ id, author });
    this.#bytes += OVERHEAD - size(said);
    if (this.#dropped.length > this.#maxDropped) {
      this.#dropped.shift();
      this.#bytes -= OVERHEAD;
    }
  }

  /** The last messages, the oldest first; at most `count`. */
  last(count: number): Said[] {
    return this.#kept.slice(this.#kept.length - Math.max(0, count));
  }

  /** What was said after the message of an id. */
  after(id: number): Missed {
    return {
      kept: this.#kept.slice(this.#kept.endOf(({ message }) => message.id <= id)),
      dropped: this.#dropped.slice(this.#dropped.endOf((each) => each.id <= id)),
    };
  }

  /** Takes in what another log has. */
  absorb({ kept, dropped }: Missed): void {
    this.#kept = queueOf([...this.#kept.slice(0), ...kept], ({ message }) => message.id);
    this.#dropped = queueOf([...this.#dropped.slice(0), ...dropped], ({ id }) => id);
    this.#bytes += kept.reduce((sum, said) => sum + size(said), dropped.length * OVERHEAD);
  }
}

function queueOf<T>(items: T[], idOf: (item: T) => number): Queue<T> {
  const queue = new Queue<T>();
  for (const item of items.sort((a, b) => idOf(a) - idOf(b))) queue.push(item);
  return queue;
}

/** Bytes that a message takes in memory, about. */
export function size({ message: { room, nick, text }, author }: Said): number {
  const { token, key } = author;
  return 2 * (room.length + nick.length + text.length + token.length + key.length) + OVERHEAD;
}
