/** The messages of a room or mailbox, and the authors of dropped ones: a resumed session learns how many it misses. */

import type { Author, Posted } from "../types.ts";
import type { DroppedRun, MissedMessages } from "./mod.ts";
import { messageAt, type Run, RunBuilder, trimRun } from "./run.ts";

/** Dropped messages that are remembered. */
const MAX_DROPPED = 10_000;

/** Bytes of an object besides its strings, about. */
const OVERHEAD = 100;

export class MessageLog {
  #kept: Run[] = [];
  /** Number of messages that are kept. */
  size = 0;
  readonly #dropped: DroppedLog;
  #bytes = 0;

  constructor({ maxDropped = MAX_DROPPED }: { maxDropped?: number } = {}) {
    this.#dropped = new DroppedLog(maxDropped);
  }

  /** Memory in bytes, about. */
  get bytes(): number {
    return this.#bytes + OVERHEAD * this.#dropped.length;
  }

  /** Adds a run, whose messages must be newer than those before. */
  add(run: Run): void {
    this.#kept.push(run);
    this.size += run.texts.length;
    this.#bytes += runBytes(run);
  }

  runs(): Run[] {
    return [...this.#kept];
  }

  clear(): void {
    this.#kept = [];
    this.#dropped.clear();
    this.size = this.#bytes = 0;
  }

  /** Drops the oldest messages; in an empty log, forgets those dropped before. */
  drop(count = 1): void {
    if (this.size === 0) return this.#dropped.clear();
    for (let left = Math.min(count, this.size); left > 0;) {
      const run = this.#kept[0]!;
      const { message: { id: first }, author } = run.first;
      const messages = Math.min(left, run.texts.length);
      this.#dropped.push({ first, messages, author });
      this.size -= messages;
      this.#bytes -= runBytes(run, messages);
      if (messages === run.texts.length) this.#kept.shift();
      else this.#kept[0] = trimRun(run, messages);
      left -= messages;
    }
  }

  /** All messages that are kept, the newest first. */
  *backwards(): Generator<Posted> {
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      const run = this.#kept[index]!;
      for (let at = run.texts.length - 1; at >= 0; at--) yield messageAt(run, at);
    }
  }

  /** The messages with greater ids. */
  after(id: number): MissedMessages {
    const kept: Posted[] = [];
    for (const posted of this.backwards()) {
      if (posted.message.id <= id) break;
      kept.push(posted);
    }
    return { kept: kept.reverse(), dropped: this.#dropped.after(id) };
  }

  /** Adds the messages of another log, in order. */
  merge({ kept, dropped }: MissedMessages): void {
    const all = new RunBuilder();
    const messages = [...this.backwards(), ...kept];
    for (const posted of messages.sort((a, b) => a.message.id - b.message.id)) all.add(posted);
    const gone = [...this.#dropped.after(0), ...dropped].sort((a, b) => a.first - b.first);
    this.clear();
    for (const run of all.take()) this.add(run);
    for (const run of gone) this.#dropped.push(run);
  }

  /** Removes messages by their ids, and returns those that there were, the newest last. They are not dropped ones. */
  remove(wanted: ReadonlySet<number>): Posted[] {
    const isWanted = ({ message }: Posted) => wanted.has(message.id);
    const { kept, dropped } = this.after(0);
    const removed = kept.filter(isWanted);
    if (removed.length === 0) return [];
    this.clear();
    this.merge({ kept: kept.filter((posted) => !isWanted(posted)), dropped });
    return removed;
  }
}

/** What a log remembers of dropped messages, the oldest first. Consecutive messages by one author are one item. */
class DroppedLog {
  readonly #max: number;
  #items: { first: number; messages: number; readonly author: Author }[] = [];
  /** Number of messages. */
  length = 0;

  /** Remembers at most `max` messages. */
  constructor(max: number) {
    this.#max = max;
  }

  push({ first, messages, author }: DroppedRun): void {
    const last = this.#items.at(-1);
    if (last?.author === author && last.first + last.messages === first) last.messages += messages;
    else this.#items.push({ first, messages, author });
    this.length += messages;
    while (this.length > this.#max) {
      const oldest = this.#items[0]!;
      const forgotten = Math.min(this.length - this.#max, oldest.messages);
      this.length -= forgotten;
      oldest.first += forgotten;
      oldest.messages -= forgotten;
      if (oldest.messages === 0) this.#items.shift();
    }
  }

  after(id: number): DroppedRun[] {
    return this.#items
      .map(({ first, messages, author }) => {
        const skipped = Math.max(0, id + 1 - first);
        return { first: first + skipped, messages: messages - skipped, author };
      })
      .filter(({ messages }) => messages > 0);
  }

  clear(): void {
    this.#items = [];
    this.length = 0;
  }
}

/** Memory of the first messages of a run in bytes, about; a UTF-16 unit takes two. */
export function runBytes({ first, texts }: Run, count = texts.length): number {
  const { message: { room, nick }, author: { id, key } } = first;
  const each = 2 * (room.length + nick.length + id.length + key.length) + OVERHEAD;
  let characters = 0;
  for (let at = 0; at < count; at++) characters += texts[at]!.length;
  return count * each + 2 * characters;
}
