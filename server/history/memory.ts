/** History as long as the hub lives, bounded in messages and bytes. Pure. */

import type { History, Said } from "./mod.ts";

export interface MemoryLimits {
  /** Messages of one room. */
  messages: number;
  /** Bytes of all rooms together, as far as texts and names go. */
  bytes: number;
}

export const MEMORY_LIMITS: MemoryLimits = { messages: 1000, bytes: 32 * 1024 * 1024 };

/** UTF-16 units take two bytes, and an object about so many besides its strings. */
const OVERHEAD = 100;

export class MemoryHistory implements History {
  readonly lastId = 0;
  readonly #limits: MemoryLimits;
  /** The room to which something was said last stands last. */
  readonly #rooms: Map<string, Said[]> = new Map();
  #bytes = 0;

  constructor(limits: MemoryLimits = MEMORY_LIMITS) {
    this.#limits = limits;
  }

  add(said: Said): void {
    const { room } = said.message;
    const kept = this.#rooms.get(room) ?? [];
    this.#rooms.delete(room);
    this.#rooms.set(room, kept);
    kept.push(said);
    this.#bytes += size(said);
    if (kept.length > this.#limits.messages) this.#drop(room, kept);
    while (this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  last(room: string, count: number): Said[] {
    return count > 0 ? this.#rooms.get(room)?.slice(-count) ?? [] : [];
  }

  forget(room: string): void {
    for (const said of this.#rooms.get(room) ?? []) this.#bytes -= size(said);
    this.#rooms.delete(room);
  }

  commit(): undefined {}

  sweep(): undefined {}

  close(): void {}

  /** Of the room that has been quiet for longest. */
  #dropOldest(): void {
    const [oldest] = this.#rooms;
    if (oldest) this.#drop(...oldest);
  }

  #drop(room: string, kept: Said[]): void {
    this.#bytes -= size(kept.shift()!);
    if (kept.length === 0) this.#rooms.delete(room);
  }
}

/** Bytes that a message takes in memory, about. */
export function size({ message: { room, nick, text }, author }: Said): number {
  const { token, key } = author;
  return 2 * (room.length + nick.length + text.length + token.length + key.length) + OVERHEAD;
}
