/** History in memory, limited in messages and bytes. It ends with the hub. */

import type { HiddenAuthors, Posted } from "../types.ts";
import { MessageLog } from "./message_log.ts";
import type { History, MissedMessages } from "./mod.ts";
import { type Run, RunBuilder } from "./run.ts";
import { findIn, type Found, type Search } from "./search.ts";

export const MEMORY_LIMITS = {
  /** Messages for each room. */
  messages: 1000,
  /** Bytes of all rooms together, about. */
  bytes: 32 * 1024 * 1024,
};

export class MemoryHistory implements History {
  readonly lastId = 0;
  readonly isFailing = false;
  readonly diskUse = { fileBytes: 0, walBytes: 0, messages: 0 };
  readonly #limits: typeof MEMORY_LIMITS;
  /** The messages since the last commit. */
  readonly #added = new RunBuilder();
  /** Ordered by the last message, the quietest room first. */
  readonly #rooms: Map<string, MessageLog> = new Map();
  #bytes = 0;
  readonly #onRun: (run: Run) => void;

  /** Calls `onRun` with everything that is added, the oldest first. */
  constructor(limits = MEMORY_LIMITS, onRun: (run: Run) => void = () => {}) {
    this.#limits = limits;
    this.#onRun = onRun;
  }

  add(posted: Posted): void {
    this.#added.add(posted);
  }

  last(room: string, count: number, hidden?: HiddenAuthors): Posted[] {
    const shown = this.backwards(room).filter(({ author }) => !hidden?.hides(author));
    return shown.take(Math.max(0, count)).toArray().reverse();
  }

  /** All messages of a room that are kept, the newest first. */
  backwards(room: string): IteratorObject<Posted> {
    this.commit();
    return this.#rooms.get(room)?.backwards() ?? Iterator.from([]);
  }

  rooms(): Iterable<string> {
    return this.#rooms.keys();
  }

  after(room: string, id: number): MissedMessages {
    this.commit();
    return this.#rooms.get(room)?.after(id) ?? { kept: [], dropped: [] };
  }

  search(search: Search): Found {
    return findIn(this.backwards(search.room), search);
  }

  forget(room: string): void {
    this.commit();
    const log = this.#rooms.get(room);
    if (!log) return;
    this.#bytes -= log.bytes;
    this.#rooms.delete(room);
  }

  remove(room: string, ids: readonly number[]): Posted[] {
    this.commit();
    const log = this.#rooms.get(room);
    const before = log?.bytes ?? 0;
    const removed = log?.remove(new Set(ids)) ?? [];
    this.#bytes += (log?.bytes ?? 0) - before;
    return removed;
  }

  takeRemoved(): [] {
    return [];
  }

  commit(): undefined {
    for (const run of this.#added.take()) {
      this.#onRun(run);
      this.#store(run);
    }
  }

  sweep(): undefined {}

  close(): void {}

  #store(run: Run): void {
    const { room } = run.first.message;
    const log = this.#rooms.get(room) ?? new MessageLog();
    this.#rooms.delete(room);
    this.#rooms.set(room, log);
    const before = log.bytes;
    log.add(run);
    const excess = log.size - this.#limits.messages;
    if (excess > 0) log.drop(excess);
    this.#bytes += log.bytes - before;
    while (this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  #dropOldest(): void {
    const [room, log] = this.#rooms.entries().next().value!;
    const before = log.bytes;
    log.drop();
    this.#bytes += log.bytes - before;
    if (log.bytes === 0) this.#rooms.delete(room);
  }
}
