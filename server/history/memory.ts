/** History as long as the hub lives, bounded in messages and bytes. Pure. */

import type { MessageFrame } from "../../protocol/frame.ts";
import type { History } from "./mod.ts";

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
  readonly #limits: MemoryLimits;
  /** The room to which something was said last stands last. */
  readonly #rooms: Map<string, MessageFrame[]> = new Map();
  #bytes = 0;

  constructor(limits: MemoryLimits = MEMORY_LIMITS) {
    this.#limits = limits;
  }

  add(message: MessageFrame): void {
    const messages = this.#rooms.get(message.room) ?? [];
    this.#rooms.delete(message.room);
    this.#rooms.set(message.room, messages);
    messages.push(message);
    this.#bytes += size(message);
    if (messages.length > this.#limits.messages) this.#drop(message.room, messages);
    while (this.#bytes > this.#limits.bytes) this.#dropOldest();
  }

  last(room: string, count: number): MessageFrame[] {
    return count > 0 ? this.#rooms.get(room)?.slice(-count) ?? [] : [];
  }

  forget(room: string): void {
    for (const message of this.#rooms.get(room) ?? []) this.#bytes -= size(message);
    this.#rooms.delete(room);
  }

  /** Of the room that has been quiet for longest. */
  #dropOldest(): void {
    const [oldest] = this.#rooms;
    if (oldest) this.#drop(...oldest);
  }

  #drop(room: string, messages: MessageFrame[]): void {
    this.#bytes -= size(messages.shift()!);
    if (messages.length === 0) this.#rooms.delete(room);
  }
}

function size({ room, nick, text }: MessageFrame): number {
  return 2 * (room.length + nick.length + text.length) + OVERHEAD;
}
