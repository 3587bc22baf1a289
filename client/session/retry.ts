/** When a lost connection is tried again, and when the client gives up. */

import { type After, within } from "../../common/cli/timers.ts";

/** The first delay is at most this long, and each further delay twice as long, in milliseconds. */
const FIRST_DELAY = 1000;
const MAX_DELAY = 30_000;

/** The delay before an attempt from 0 on, in milliseconds, in the upper half of what is due: not all come at once. */
export function backoff(attempt: number, random: () => number): number {
  const due = Math.min(MAX_DELAY, FIRST_DELAY * 2 ** attempt);
  return due / 2 + random() * due / 2;
}

export interface RetryOptions {
  /** How long to try, in milliseconds; may be Infinity. */
  retryFor: number;
  /** Calls back after a delay in milliseconds, unless the function that it returns is called first. */
  after: After;
  /** A random number from 0 to 1. */
  random: () => number;
}

/** The delays and the deadline of one outage after another. */
export class Retry {
  readonly #options: RetryOptions;
  readonly #onDeadline: () => void;
  #attempts = 0;
  /** Set during an outage. */
  #cancelDeadline: (() => void) | undefined;
  #endWait: () => void = () => {};

  constructor(options: RetryOptions, onDeadline: () => void) {
    this.#options = options;
    this.#onDeadline = onDeadline;
  }

  /** Starts the clock of an outage; returns false if it is already running. */
  begin(): boolean {
    if (this.#cancelDeadline) return false;
    const { retryFor, after } = this.#options;
    // Timers cannot wait forever.
    this.#cancelDeadline = retryFor === Infinity ? () => {} : after(retryFor, this.#onDeadline);
    return true;
  }

  /** The delay before the next attempt of this outage, in milliseconds. */
  nextDelay(): number {
    return backoff(this.#attempts++, this.#options.random);
  }

  /** Resolves after a delay in milliseconds, or at {@linkcode wake}. */
  async wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endWait = resolve;
    await within(promise, { milliseconds, clock: this.#options });
  }

  /** Ends the current wait at once. */
  wake(): void {
    this.#endWait();
  }

  /** Ends the outage: the next outage starts with the shortest delay and the full time. */
  reset(): void {
    this.#attempts = 0;
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
  }

  /** Cancels the deadline and the current wait. */
  stop(): void {
    this.#cancelDeadline?.();
    this.wake();
  }
}
