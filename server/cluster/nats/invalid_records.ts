/** Logs invalid records from the servers, at most one line a second. */

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

/** Milliseconds between log lines. */
const INTERVAL = 1000;

export class InvalidRecordLog {
  readonly #log: Log;
  readonly #clock: Clock;
  /** Records since the last line. */
  #dropped = 0;
  #last: { subject: string; reason: string } | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  add(subject: string, reason: string): void {
    this.#dropped++;
    this.#last = { subject, reason };
    if (!this.#cancelTimer) this.#write();
  }

  close(): void {
    this.#cancelTimer?.();
  }

  #write(): void {
    this.#cancelTimer = undefined;
    if (!this.#last) return;
    this.#log.warning("dropped invalid records", { ...this.#last, dropped: this.#dropped });
    this.#dropped = 0;
    this.#last = undefined;
    this.#cancelTimer = this.#clock.after(INTERVAL, () => this.#write());
  }
}
