/** History as long as the hub lives, bounded in messages and bytes. Pure. */

import { MessageLog } from "./log.ts";
import type { History, Missed, Said } from "./mod.ts";

export interface MemoryLimits {
  /** Messages of one room. */
  messages: number;
  /** Bytes of all rooms together, as far as texts and names go. */
  bytes: number;
}

export const MEMORY_LIMITS: MemoryLimits = { messages: 1000, bytes: 32 * 1024 * 1024 };

export class MemoryHistory implements History {
  readonly lastId = 0;
  readonly isFailing = false;
  readonly #limits: MemoryLimits;
  /** The room to which something was said last stands last. */
  readonly #rooms: Map<string, MessageLog> = new Map();
  /** Of the room that stands last. */
  #newest: MessageLog | undefined;
  #bytes = 0;

  constructor(limits: MemoryLimits = MEMORY_LIMITS) {
    this.#limits = limits;
  }

  add(said: Said): void {
    const { room } = said.message;
    const log = this.#rooms.get(room) ?? new MessageLog();
    if (log !== this.#newest) {
      this.#rooms.delete(room);
      this.#rooms.set(room, log);
      this.#newest = log;
    }
    const before = log.bytes;
    log.add(said);
    if (log.size > this.#limits.messages) log.drop();
    this.#bytes += log.bytes - before;
    while (this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  last(room: string, count: number): Said[] {
    return this.#rooms.get(room)?.last(count) ?? [];
  }

  after(room: string, id: number): Missed {
    return this.#rooms.get(room)?.after(id) ?? { kept: [], dropped: [] };
  }

  forget(room: string): void {
    const log = this.#rooms.get(room);
    if (!log) return;
    this.#bytes -= log.bytes;
    this.#rooms.delete(room);
    if (log === this.#newest) this.#newest = undefined;
  }

  commit(): undefined {}

  sweep(): undefined {}

  close(): void {}

  /** Of the room that has been quiet for longest. */
  #dropOldest(): void {
    const [room, log] = this.#rooms.entries().next().value!;
    const before = log.bytes;
    log.drop();
    this.#bytes += log.bytes - before;
    if (log.bytes === 0) this.forget(room);
  }
}
