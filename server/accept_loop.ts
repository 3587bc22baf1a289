/** Accepts the connections of a listener until it is stopped. What one peer does never makes the others wait. */

import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** Connections that may wait to be accepted. With Deno's default of 128, a class that joins at once takes seconds. */
export const BACKLOG = 4096;
/** The first pause for want of descriptors or memory, doubled with each further failure, in milliseconds. */
const FIRST_PAUSE = 10;
/** Accepts in a row, failed or not: in a storm of connects, the connections would otherwise stay unread for seconds. */
const ACCEPTS_IN_A_ROW = 64;
/** Other failures than those of a peer are logged at most once in this time, in milliseconds. */
const LOG_INTERVAL = 1000;

/** Errors of accept(2) when descriptors or memory are short. Deno 2.9 reports ENFILE without a code. */
const SHORTAGE = /^(?:EMFILE|ENFILE|ENOBUFS|ENOMEM)$|too many open files/i;
/** Errors of accept(2) that concern one connection. Deno 2.9 reports some of them without a code. */
const PEER_FAULT =
  /^(?:ENOTCONN|ECONNABORTED|ECONNRESET|EPERM|EPROTO|EHOSTDOWN|EHOSTUNREACH|ENETDOWN|ENETUNREACH|ETIMEDOUT|EPIPE)$|protocol error|network is down/i;

export interface Acceptor<Conn> {
  accept(): Promise<Conn>;
  close(): void;
}

export interface AcceptLoopOptions<Conn> {
  serve: (accepted: Conn) => void;
  log: Log;
  /** The message of its log lines. */
  failed: string;
  clock: Clock;
  /** Longest pause for want of descriptors or memory, in milliseconds. */
  maxPause: number;
}

export class AcceptLoop<Conn> {
  #listener: Acceptor<Conn>;
  readonly #options: AcceptLoopOptions<Conn>;
  #isStopped = false;
  /** Set while the listener is closed to be replaced. */
  #opening: Promise<void> | undefined;
  /** Whether it pauses for want of descriptors or memory. */
  #isShort = false;
  #endPause: () => void = () => {};
  #failures = 0;
  #loggedAt = -Infinity;

  constructor(listener: Acceptor<Conn>, options: AcceptLoopOptions<Conn>) {
    this.#listener = listener;
    this.#options = options;
  }

  /** Accepts until {@linkcode stop}. Never rejects. */
  async run(): Promise<void> {
    const { serve, log, failed, maxPause } = this.#options;
    let pause = FIRST_PAUSE;
    let unknown = 0; // failures in a row
    // Not `for await`, which ends when a peer resets before it is accepted.
    for (let tries = 1; !this.#isStopped; tries++) {
      await this.#opening;
      const listener = this.#listener;
      try {
        serve(await listener.accept());
        pause = FIRST_PAUSE;
        unknown = 0;
      } catch (error) {
        if (this.#isStopped) break;
        if (this.#opening || listener !== this.#listener) continue; // it was closed to be replaced
        if (isOf(PEER_FAULT, error)) {
          log.debug(failed, { error: String(error) });
        } else if (isOf(SHORTAGE, error)) {
          this.#warn(error, pause);
          this.#isShort = true;
          await this.#pause(pause);
          this.#isShort = false;
          pause = Math.min(2 * pause, maxPause);
        } else {
          this.#warn(error, 0);
          unknown++;
        }
      }
      // An unknown failure may be permanent: retrying without a pause would take a whole core.
      const isLasting = unknown >= ACCEPTS_IN_A_ROW;
      if (tries % ACCEPTS_IN_A_ROW === 0) await this.#pause(isLasting ? FIRST_PAUSE : 0);
    }
  }

  /** A descriptor is free: if one was wanted, accepts again at once. */
  retry(): void {
    if (this.#isShort) this.#endPause();
  }

  /** Accepts from another listener: once this one is closed, `listen` is called until the address is free. */
  async replace(listen: () => Acceptor<Conn>): Promise<void> {
    // Those that wait to be accepted would be reset.
    for (let turn = 0; turn < BACKLOG / ACCEPTS_IN_A_ROW; turn++) await this.#pause(0);
    if (this.#isStopped) return;
    this.#listener.close();
    await (this.#opening = this.#open(listen));
    this.#opening = undefined;
  }

  async #open(listen: () => Acceptor<Conn>): Promise<void> {
    const { maxPause } = this.#options;
    for (let pause = 1; !this.#isStopped; pause = Math.min(2 * pause, maxPause)) {
      try {
        this.#listener = listen();
        return;
      } catch (error) {
        if (pause === maxPause) this.#warn(error, pause);
        await this.#pause(pause);
      }
    }
  }

  /** Stops accepting, and closes the listener. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#endPause();
    if (!this.#opening) this.#listener.close();
  }

  #warn(error: unknown, pause: number): void {
    const { log, failed, clock } = this.#options;
    this.#failures++;
    if (clock.now() - this.#loggedAt < LOG_INTERVAL) return;
    log.warning(failed, { error: String(error), failures: this.#failures, retry_ms: pause });
    this.#failures = 0;
    this.#loggedAt = clock.now();
  }

  async #pause(milliseconds: number): Promise<void> {
    if (this.#isStopped) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopTimer = this.#options.clock.after(milliseconds, resolve);
    this.#endPause = resolve;
    await promise;
    stopTimer();
  }
}

function isOf(kind: RegExp, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return kind.test((error as { code?: string }).code ?? "") || kind.test(error.message);
}
