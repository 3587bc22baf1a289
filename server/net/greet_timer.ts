/** Greets connections that stay silent, with one timer for all, since thousands of timers at once would be slow. */

import type { Clock } from "../clock.ts";

export class GreetTimer<Connection> {
  readonly #clock: Clock;
  readonly #delay: number;
  readonly #greet: (connection: Connection) => void;
  /** When each connection is due, the earliest first. */
  readonly #due: Map<Connection, number> = new Map();
  /** Stops the timer; undefined while it is not set. */
  #stop: (() => void) | undefined;

  /** Calls `greet` `delay` milliseconds after {@linkcode start}, unless the connection is cancelled before. */
  constructor(clock: Clock, delay: number, greet: (connection: Connection) => void) {
    this.#clock = clock;
    this.#delay = delay;
    this.#greet = greet;
  }

  /** Starts a connection's delay, or starts it again. */
  start(connection: Connection): void {
    this.#due.delete(connection);
    this.#due.set(connection, this.#clock.now() + this.#delay);
    this.#stop ??= this.#clock.after(this.#delay, () => this.#greetDue());
  }

  cancel(connection: Connection): void {
    this.#due.delete(connection);
    if (this.#due.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #greetDue(): void {
    const now = this.#clock.now();
    try {
      for (const [connection, time] of this.#due) {
        if (time > now) break;
        this.#due.delete(connection);
        this.#greet(connection);
      }
    } finally { // a fault in one greeting must not stop the others
      const [next] = this.#due.values();
      this.#stop = next === undefined
        ? undefined
        : this.#clock.after(next - now, () => this.#greetDue());
    }
  }
}
