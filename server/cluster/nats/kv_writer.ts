/** Writes the latest value of each key of a bucket, until it is stored or another hub's must stay. */

import { pause } from "../../../common/cli/timers.ts";
import type { NatsContext } from "./context.ts";
import type { StreamMessage } from "./stream_reader.ts";

export interface KvWrite {
  /** Called when the write is sent. */
  readonly data: () => string;
  /** Whether this removes the key. */
  readonly isLast?: boolean;
  /** Whether it may replace a value of another hub, undefined for none; by default it always may. */
  readonly mayReplace?: (found: StreamMessage | undefined) => boolean;
}

interface KeyState {
  next: KvWrite | undefined;
  isWriting: boolean;
  /** Revision of the last write; 0 for none. */
  revision: number;
  /** Called once nothing is left to write. */
  readonly onWritten: (() => void)[];
}

export class KvWriter {
  readonly #context: NatsContext;
  readonly #stream: string;
  /** By subject. */
  readonly #keys: Map<string, KeyState> = new Map();
  #isPaused = false;

  /** `stream`: that of the bucket. */
  constructor(context: NatsContext, stream: string) {
    this.#context = context;
    this.#stream = stream;
  }

  set(subject: string, write: KvWrite): void {
    const key = this.#key(subject);
    key.next = write;
    this.#write(subject, key);
  }

  /** Sets the revision that the next write of a key expects; 0 for none. */
  setRevision(subject: string, revision: number): void {
    this.#key(subject).revision = revision;
  }

  /** Gives up a key and its pending write. */
  forget(subject: string): void {
    const key = this.#keys.get(subject);
    this.#keys.delete(subject);
    key?.onWritten.splice(0).forEach((call) => call());
  }

  /** The revision of the last write to a key; 0 for none. */
  revision(subject: string): number {
    return this.#keys.get(subject)?.revision ?? 0;
  }

  /** Resolves when nothing is left to write to a key; undefined if nothing is left already. */
  whenWritten(subject: string): Promise<void> | undefined {
    const key = this.#keys.get(subject);
    if (!key || !key.next && !key.isWriting) return undefined;
    return new Promise((resolve) => key.onWritten.push(resolve));
  }

  whenAllWritten(): Promise<unknown> {
    return Promise.all(this.#keys.keys().map((subject) => this.whenWritten(subject)));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    for (const [subject, key] of this.#keys) this.#write(subject, key);
  }

  #key(subject: string): KeyState {
    const fresh: KeyState = { next: undefined, isWriting: false, revision: 0, onWritten: [] };
    const key = this.#keys.get(subject) ?? fresh;
    this.#keys.set(subject, key);
    return key;
  }

  async #write(subject: string, key: KeyState): Promise<void> {
    if (key.isWriting) return;
    key.isWriting = true;
    while (key.next && !this.#isPaused && this.#keys.get(subject) === key) {
      const write = key.next;
      key.next = undefined;
      try {
        await this.#store(subject, key, write);
        if (write.isLast && !key.next) this.forget(subject);
      } catch {
        key.next ??= write;
        const { clock, timeouts } = this.#context;
        if (!this.#isPaused) await pause(timeouts.retry, clock);
      }
    }
    key.isWriting = false;
    if (!key.next) key.onWritten.splice(0).forEach((call) => call());
  }

  /** @throws {NoResponse | JetStreamApiError} */
  async #store(subject: string, key: KeyState, write: KvWrite): Promise<void> {
    const { client } = this.#context;
    const { data, isLast, mayReplace } = write;
    const revision = await client.put(subject, data(), {
      expected: mayReplace && key.revision,
      operation: isLast ? "PURGE" : undefined,
    });
    if (revision !== undefined) {
      key.revision = revision;
      return;
    }
    const found = await client.last(this.#stream, subject);
    if (!mayReplace!(found)) return this.forget(subject);
    key.revision = found?.seq ?? 0;
    key.next ??= write;
  }
}
