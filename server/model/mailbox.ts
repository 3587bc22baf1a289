/**
 * The latest messages to a session that are in no history of its rooms: private ones, and the last of rooms that it
 * left. A session that resumes may not have read them before its connection broke.
 */

import { MessageLog } from "../history/message_log.ts";
import type { MissedMessages } from "../history/mod.ts";
import type { Posted } from "../types.ts";

const MAX_MESSAGES = 100;
const MAX_BYTES = 256 * 1024;
/** Dropped messages that are still counted. */
const MAX_DROPPED = 500;

export class Mailbox extends MessageLog {
  #hasMissed = false;

  constructor() {
    super({ maxDropped: MAX_DROPPED });
  }

  addPrivate(posted: Posted): void {
    this.add({ first: posted, texts: [posted.message.text] });
    this.trim();
  }

  /** Adds what was posted in a room while the session was there. */
  addMissed(missed: MissedMessages): void {
    this.#hasMissed ||= missed.kept.length > 0;
    this.merge(missed);
    this.trim();
  }

  /** Private messages cannot be removed, and most mailboxes have no others: each is asked at a `/delete`. */
  override remove(ids: ReadonlySet<number>): Posted[] {
    return this.#hasMissed ? super.remove(ids) : [];
  }

  /** Drops the oldest messages above this many bytes, or above the limit of their number. */
  trim(max = MAX_BYTES): void {
    while (this.size > MAX_MESSAGES || this.bytes > max) this.drop();
  }
}
