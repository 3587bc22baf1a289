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
  #dropped: Dropped[] = [];
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
      this.#dropped = [];
      return;
    }
    const { message: { id }, author } = said;
    this.#dropped.push({ id, author });
    this.#bytes += OVERHEAD - size(said);
    // Many at once: taking one off the front of a long list costs its length.
    const surplus = this.#dropped.length - this.#maxDropped;
    if (surplus >= this.#maxDropped) {
      this.#dropped.splice(0, surplus);
      this.#bytes -= surplus * OVERHEAD;
    }
  }

  /** The last messages, the oldest first; at most `count`. */
  last(count: number): Said[] {
    return this.#kept.last(count);
  }

  /** What was said after the message of an id. */
  after(id: number): Missed {
    const kept = this.#kept.toArray();
    const known = kept.findLastIndex(({ message }) => message.id <= id) + 1;
    const knownDropped = this.#dropped.findLastIndex((each) => each.id <= id) + 1;
    return {
      kept: kept.slice(known),
      dropped: this.#dropped.slice(knownDropped),
    };
  }

  /** Takes in what another log has. */
  absorb({ kept, dropped }: Missed): void {
    this.#kept = new Queue(
      [...this.#kept.toArray(), ...kept].sort((a, b) => a.message.id - b.message.id),
    );
    this.#dropped = [...this.#dropped, ...dropped].sort((a, b) => a.id - b.id);
    this.#bytes += kept.reduce((sum, said) => sum + size(said), dropped.length * OVERHEAD);
  }
}

/** Bytes that a message takes in memory, about. */
export function size({ message: { room, nick, text }, author }: Said): number {
  const { token, key } = author;
  return 2 * (room.length + nick.length + text.length + token.length + key.length) + OVERHEAD;
}
