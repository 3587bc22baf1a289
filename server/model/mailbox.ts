/**
 * The latest messages to a session that are in no history of its rooms: private ones, and the last of rooms that it left. A
 * session that resumes may not have read them before its connection broke.
 */

import { MessageLog } from "../history/message_log.ts";
import type { MissedMessages } from "../history/mod.ts";
import { singleRun } from "../history/run.ts";
import type { Posted } from "../types.ts";

const MAX_MESSAGES = 100;
const MAX_BYTES = 256 * 1024;
/** Dropped messages that are still counted. */
const MAX_DROPPED = 500;

export class Mailbox {
  readonly #log = new MessageLog({ maxDropped: MAX_DROPPED });

  /** Approximate size in bytes. */
  get bytes(): number {
    return this.#log.bytes;
  }

  /** Adds a private message. */
  add(posted: Posted): void {
    this.#log.add(singleRun(posted));
    this.trim();
  }

  /** Adds what was posted in a room while the session was there. */
  addMissed(missed: MissedMessages): void {
    this.#log.merge(missed);
    this.trim();
  }

  /** Removes messages that were deleted. */
  remove(ids: readonly number[]): void {
    this.#log.remove(ids);
  }

  /** Everything after the message with an id. */
  after(id: number): MissedMessages {
    return this.#log.after(id);
  }

  /** Drops the oldest messages above this many bytes, or above the limit of their number. */
  trim(max = MAX_BYTES): void {
    while (this.#log.size > MAX_MESSAGES || this.#log.bytes > max) this.#log.drop();
  }
}
