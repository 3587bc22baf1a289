/** History as long as the hub lives, bounded in messages and bytes. Pure. */

import { MessageLog } from "./message_log.ts";
import type { History, MissedMessages } from "./mod.ts";
import { type Run, RunBuilder } from "./run.ts";
import type { Posted } from "../types.ts";

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
  /** What was said just now, and more may follow on it. */
  readonly #fresh = new RunBuilder();
  /** The room to which something was said last stands last. */
  readonly #rooms: Map<string, MessageLog> = new Map();
  /** Of the room that stands last. */
  #newest: MessageLog | undefined;
  #bytes = 0;
  readonly #onRun: (run: Run) => void;

  /** `onRun` is given what is added too, the oldest first. */
  constructor(limits: MemoryLimits = MEMORY_LIMITS, onRun: (run: Run) => void = () => {}) {
    this.#limits = limits;
    this.#onRun = onRun;
  }

  add(said: Posted): void {
    this.#fresh.add(said);
  }

  last(room: string, count: number): Posted[] {
    this.commit();
    return this.#rooms.get(room)?.last(count) ?? [];
  }

  after(room: string, id: number): MissedMessages {
    this.commit();
    return this.#rooms.get(room)?.after(id) ?? { kept: [], dropped: [] };
  }

  forget(room: string): void {
    this.commit();
    const log = this.#rooms.get(room);
    if (!log) return;
    this.#bytes -= log.bytes;
    this.#rooms.delete(room);
    if (log === this.#newest) this.#newest = undefined;
  }

  /** Puts what was added where it belongs. */
  commit(): undefined {
    for (const run of this.#fresh.take()) {
      this.#onRun(run);
      this.#keep(run);
    }
  }

  sweep(): undefined {}

  close(): void {}

  #keep(run: Run): void {
    const { room } = run.first.message;
    const log = this.#rooms.get(room) ?? new MessageLog();
    if (log !== this.#newest) {
      this.#rooms.delete(room);
      this.#rooms.set(room, log);
      this.#newest = log;
    }
    const before = log.bytes;
    log.add(run);
    const excess = log.size - this.#limits.messages;
    if (excess > 0) log.drop(excess);
    this.#bytes += log.bytes - before;
    while (this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  /** Of the room that has been quiet for longest. */
  #dropOldest(): void {
    const [room, log] = this.#rooms.entries().next().value!;
    const before = log.bytes;
    log.drop();
    this.#bytes += log.bytes - before;
    if (log.bytes > 0) return;
    this.#rooms.delete(room);
    if (log === this.#newest) this.#newest = undefined;
  }
}
