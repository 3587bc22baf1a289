/**
 * Values that are to stand at keys of a bucket, as soon as they can: of one key the latest, one at a time, tried until it
 * stands there or somebody else's does. What they mean, their owner knows. Pure: the connection and the time are given.
 */

import type { Clock } from "../../clock.ts";
import { type Engine, type Entry, REFUSED, Refused } from "./client.ts";
import type { NatsTimes } from "./timeouts.ts";

export interface Write {
  /** Called when it is written. */
  readonly data: () => string;
  /** Nothing more follows at the key: it is gone. */
  readonly isLast?: boolean;
  /**
   * Whether it may replace what stands there, where that is not what was written before; undefined for nothing. Without it
   * any of them may be replaced.
   */
  readonly mayReplace?: (found: Entry | undefined) => boolean;
}

interface Key {
  /** What is written next. */
  next: Write | undefined;
  isWriting: boolean;
  /** Where the last that was written stands in the stream; 0 for nothing. */
  revision: number;
  /** Called when nothing is to be written any more. */
  readonly done: (() => void)[];
}

export interface WritesOptions {
  readonly engine: Engine;
  readonly stream: string;
  readonly clock: Clock;
  readonly times: NatsTimes;
}

export class Writes {
  readonly #options: WritesOptions;
  /** By subject. */
  readonly #keys: Map<string, Key> = new Map();
  #isPaused = false;

  constructor(options: WritesOptions) {
    this.#options = options;
  }

  set(subject: string, write: Write): void {
    const key = this.#key(subject);
    key.next = write;
    this.#write(subject, key);
  }

  /** What stands there is known to be at this place, 0 for nothing, and of this hub. */
  adopt(subject: string, revision: number): void {
    this.#key(subject).revision = revision;
  }

  /** The key is another's, or nobody's: what was to be written is not. */
  drop(subject: string): void {
    const key = this.#keys.get(subject);
    this.#keys.delete(subject);
    key?.done.splice(0).forEach((call) => call());
  }

  /** The place of the last that was written at a key; 0 where nothing was. */
  revision(subject: string): number {
    return this.#keys.get(subject)?.revision ?? 0;
  }

  /** Resolves when all that is to stand at a key does; undefined where it does. */
  ready(subject: string): Promise<void> | undefined {
    const key = this.#keys.get(subject);
    if (!key || !key.next && !key.isWriting) return undefined;
    return new Promise((resolve) => key.done.push(resolve));
  }

  /** Resolves when all that is to stand anywhere does. */
  async all(): Promise<void> {
    await Promise.all(Array.from(this.#keys.keys(), (subject) => this.ready(subject)));
  }

  /** Nothing is tried for now. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const [subject, key] of this.#keys) this.#write(subject, key);
  }

  #key(subject: string): Key {
    let key = this.#keys.get(subject);
    if (!key) {
      key = { next: undefined, isWriting: false, revision: 0, done: [] };
      this.#keys.set(subject, key);
    }
    return key;
  }

  async #write(subject: string, key: Key): Promise<void> {
    if (key.isWriting) return;
    key.isWriting = true;
    while (key.next && !this.#isPaused && this.#keys.get(subject) === key) {
      const write = key.next;
      key.next = undefined;
      try {
        await this.#store(subject, key, write);
        if (write.isLast && !key.next) this.drop(subject);
      } catch {
        key.next ??= write;
        if (!this.#isPaused) await this.#pause();
      }
    }
    key.isWriting = false;
    if (!key.next) key.done.splice(0).forEach((call) => call());
  }

  /** @throws {Unanswered | Refused} where it has to be tried again. */
  async #store(subject: string, key: Key, write: Write): Promise<void> {
    const { engine, stream } = this.#options;
    const { data, isLast, mayReplace } = write;
    try {
      const { seq } = await engine.store(subject, data(), {
        ...(mayReplace ? { expected: key.revision } : {}),
        ...(isLast ? { operation: "PURGE" as const } : {}),
      });
      key.revision = seq;
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== REFUSED.wrongRevision) throw error;
      const found = await engine.last(stream, subject);
      if (!mayReplace?.(found)) return this.drop(subject);
      key.revision = found?.seq ?? 0;
      throw error;
    }
  }

  #pause(): Promise<void> {
    const { clock, times } = this.#options;
    return new Promise((resolve) => clock.after(times.retry, resolve));
  }
}
