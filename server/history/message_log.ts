/**
 * What was said in one place, the newest kept whole; of what was dropped for it, who said it, so that somebody who comes
 * back can be told how much of it is missing. Pure.
 */

import type { DroppedRun, MissedMessages } from "./mod.ts";
import { Queue } from "./queue.ts";
import { messageAt, type Run, RunBuilder, trimRun } from "./run.ts";
import type { Author, Posted } from "../types.ts";

/** So many dropped messages can be counted; of what is older still, nothing is known. */
const MAX_DROPPED = 10_000;

/** UTF-16 units take two bytes, and an object about so many besides its strings. */
const OVERHEAD = 100;

export class MessageLog {
  readonly #kept = new Queue<Run>();
  /** Messages of the first run that are dropped, and messages that are not. */
  #gone = 0;
  #size = 0;
  readonly #dropped: DroppedLog;
  #bytes = 0;

  constructor({ maxDropped = MAX_DROPPED }: { maxDropped?: number } = {}) {
    this.#dropped = new DroppedLog(maxDropped);
  }

  /** Messages that are kept. */
  get size(): number {
    return this.#size;
  }

  /** What it holds, about, in bytes. */
  get bytes(): number {
    return this.#bytes + OVERHEAD * this.#dropped.length;
  }

  /** Its messages must be newer than those before them. */
  add(run: Run): void {
    this.#kept.push(run);
    this.#size += run.texts.length;
    this.#bytes += runBytes(run);
  }

  /** All that is kept. */
  runs(): Run[] {
    const [oldest, ...others] = this.#kept.slice(0);
    if (oldest === undefined || this.#gone === 0) return this.#kept.slice(0);
    return [trimRun(oldest, this.#gone), ...others];
  }

  clear(): void {
    this.#kept.clear();
    this.#dropped.clear();
    this.#gone = this.#size = this.#bytes = 0;
  }

  /** Drops the oldest messages, or where there is none what is known of dropped ones. */
  drop(count = 1): void {
    if (this.#size === 0) return this.#dropped.clear();
    for (let left = Math.min(count, this.#size); left > 0;) left -= this.#dropOf(left);
  }

  /** The last messages, the oldest first; at most `count`. */
  last(count: number): Posted[] {
    return this.#backwards().take(Math.max(0, count)).toArray().reverse();
  }

  /** What was said after the message of an id. */
  after(id: number): MissedMessages {
    const kept: Posted[] = [];
    for (const said of this.#backwards()) {
      if (said.message.id <= id) break;
      kept.push(said);
    }
    return { kept: kept.reverse(), dropped: this.#dropped.after(id) };
  }

  /** Takes in what another log has. */
  merge({ kept, dropped }: MissedMessages): void {
    const all = new RunBuilder();
    for (const said of [...this.last(this.#size), ...kept].sort(byId)) all.add(said);
    const gone = [...this.#dropped.after(0), ...dropped].sort((a, b) => a.first - b.first);
    this.clear();
    for (const run of all.take()) this.add(run);
    for (const each of gone) this.#dropped.push(each);
  }

  /** Drops so many messages of the first run, or as many as it has, and gives how many. */
  #dropOf(count: number): number {
    const run = this.#kept.at(0)!;
    const { message: { id }, author } = run.first;
    const end = Math.min(run.texts.length, this.#gone + count);
    const messages = end - this.#gone;
    this.#dropped.push({ first: id + this.#gone, messages, author });
    this.#size -= messages;
    this.#bytes -= runBytes(run, this.#gone, end);
    this.#gone = end;
    if (end === run.texts.length) {
      this.#kept.shift();
      this.#gone = 0;
    } else if (end > run.texts.length / 2) { // what it has no more must not take much memory
      this.#kept.replaceFirst(trimRun(run, end));
      this.#gone = 0;
    }
    return messages;
  }

  /** The newest first. */
  *#backwards(): Generator<Posted> {
    for (let index = this.#kept.length - 1; index >= 0; index--) {
      const run = this.#kept.at(index)!;
      const end = index === 0 ? this.#gone : 0;
      for (let place = run.texts.length - 1; place >= end; place--) yield messageAt(run, place);
    }
  }
}

function byId(a: Posted, b: Posted): number {
  return a.message.id - b.message.id;
}

/** The oldest first. What one said in a row is one item, as they are many. */
class DroppedLog {
  readonly #max: number;
  readonly #items = new Queue<{ first: number; messages: number; readonly author: Author }>();
  /** Messages. */
  length = 0;

  /** `max`: messages of which it knows. */
  constructor(max: number) {
    this.#max = max;
  }

  push({ first, messages, author }: DroppedRun): void {
    const last = this.#items.at(-1);
    if (last?.author === author && last.first + last.messages === first) last.messages += messages;
    else this.#items.push({ first, messages, author });
    this.length += messages;
    while (this.length > this.#max) this.#forget(this.length - this.#max);
  }

  after(id: number): DroppedRun[] {
    return this.#items.slice(0)
      .map(({ first, messages, author }) => {
        const skipped = Math.max(0, id + 1 - first);
        return { first: first + skipped, messages: messages - skipped, author };
      })
      .filter(({ messages }) => messages > 0);
  }

  clear(): void {
    this.#items.clear();
    this.length = 0;
  }

  /** Forgets so many of the oldest, or as many as its oldest item has. */
  #forget(count: number): void {
    const oldest = this.#items.at(0)!;
    const forgotten = Math.min(count, oldest.messages);
    this.length -= forgotten;
    oldest.first += forgotten;
    oldest.messages -= forgotten;
    if (oldest.messages === 0) this.#items.shift();
  }
}

/** Bytes that messages of a run take in memory, about. */
export function runBytes({ first, texts }: Run, from = 0, end = texts.length): number {
  const { message: { room, nick }, author: { id, key } } = first;
  const each = 2 * (room.length + nick.length + id.length + key.length) + OVERHEAD;
  let characters = 0;
  for (let place = from; place < end; place++) characters += texts[place]!.length;
  return (end - from) * each + 2 * characters;
}
