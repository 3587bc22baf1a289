/**
 * What a session was told lately that is in no history of its rooms: private messages, and the last that was said in
 * rooms that it left. Who comes back after its connection broke may not have read it yet, and must not miss it.
 */

import { MessageLog } from "../history/message_log.ts";
import type { MissedMessages } from "../history/mod.ts";
import { singleRun } from "../history/run.ts";
import type { Posted } from "../types.ts";

/** So many are kept for a session, and so many bytes of them. */
const MAX_MESSAGES = 100;
const MAX_BYTES = 256 * 1024;
/** So many more can be counted. */
const MAX_DROPPED = 500;

export class Mailbox {
  readonly #log = new MessageLog({ maxDropped: MAX_DROPPED });

  /** What they hold, about, in bytes. */
  get bytes(): number {
    return this.#log.bytes;
  }

  /** A private message. */
  add(said: Posted): void {
    this.#log.add(singleRun(said));
    this.#trim();
  }

  /** What was said in a room while the session was there. */
  addMissed(missed: MissedMessages): void {
    this.#log.merge(missed);
    this.#trim();
  }

  /** What came after the message of an id. */
  after(id: number): MissedMessages {
    return this.#log.after(id);
  }

  #trim(): void {
    while (this.#log.size > MAX_MESSAGES || this.#log.bytes > MAX_BYTES) this.#log.drop();
  }
}
