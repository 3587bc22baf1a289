/** What came from the servers and is no word of a hub: it is dropped, and told in the log, with at most one line a second. */

import type { Clock } from "../../clock.ts";
import type { Log } from "../../log.ts";

const EVERY = 1000;

export class Garbage {
  readonly #log: Log;
  readonly #clock: Clock;
  /** Since the last line. */
  #dropped = 0;
  #last: { subject: string; reason: string } | undefined;
  /** Ends the wait for the next line. */
  #stop: (() => void) | undefined;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  drop(subject: string, reason: string): void {
    this.#dropped++;
    this.#last = { subject, reason };
    if (!this.#stop) this.#tell();
  }

  /** No line follows. */
  close(): void {
    this.#stop?.();
  }

  #tell(): void {
    this.#stop = undefined;
    if (!this.#last) return;
    this.#log.warning("dropped what no hub says", { ...this.#last, dropped: this.#dropped });
    this.#dropped = 0;
    this.#last = undefined;
    this.#stop = this.#clock.after(EVERY, () => this.#tell());
  }
}
