/**
 * Accepts connections, for as long as it is told to, whatever goes wrong with single ones; and knows those that are
 * open. What is said on them is not its business.
 */

import { Connection, type ConnectionOptions } from "./connection.ts";
import { TlsSocket } from "./tls_socket.ts";

/** Connections at the same time; one more is told that the hub is full. */
export const MAX_CONNECTIONS = 10_000;
/** After a failed accept the next one waits so long, and twice as long after each further one, in milliseconds. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 1000;
/**
 * After so many accepts in a row, those who were accepted have their turn: in a storm of connects the runtime would
 * otherwise serve the listener alone, and leave what has been read to wait for seconds.
 */
const ACCEPTS_IN_A_ROW = 64;
/** Deadlines are looked after so often, in milliseconds. */
const SWEEP_EVERY = 1000;
/** Of failing accepts, one line is logged in so many milliseconds. */
const LOG_EVERY = 1000;

export interface ListenerOptions extends ConnectionOptions {
  maxConnections: number;
}

export class Listener {
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #options: ListenerOptions;
  readonly #open: Map<Connection, Promise<void>> = new Map();
  #stopping = false;
  /** Ends the current pause between two accepts. */
  #goOn: () => void = () => {};

  constructor(listener: Deno.TcpListener | Deno.TlsListener, options: ListenerOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  /** Accepts and serves until {@linkcode stop}. Never rejects. */
  async run(): Promise<void> {
    const { hub, log, now } = this.#options;
    const sweeping = setInterval(() => {
      hub.sweep();
      for (const connection of this.#open.keys()) connection.sweep();
    }, SWEEP_EVERY);
    let pause = FIRST_PAUSE;
    let loggedAt = -Infinity;
    let accepted = 0;
    // Not `for await`: it ends at the first peer that resets before it is accepted.
    while (!this.#stopping) {
      try {
        this.#serve(await this.#listener.accept());
        pause = FIRST_PAUSE;
        if (++accepted % ACCEPTS_IN_A_ROW === 0) await this.#wait(0);
      } catch (error) {
        if (this.#stopping) break;
        if (now() - loggedAt >= LOG_EVERY) {
          log.warning("accept failed", { error: String(error), retry_ms: pause });
          loggedAt = now();
        }
        await this.#wait(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
    clearInterval(sweeping);
  }

  /** Accepts nothing more. What is open stays open. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#goOn();
    this.#listener.close();
  }

  /** Resolves when every connection is over. */
  async drained(): Promise<void> {
    await Promise.all(this.#open.values());
  }

  #serve(accepted: Deno.TcpConn | Deno.TlsConn): void {
    const socket = "handshake" in accepted ? new TlsSocket(accepted) : accepted;
    if ("setNoDelay" in socket) {
      try {
        // At once: later they may throw, when a write is under way.
        socket.setNoDelay(true);
        socket.setKeepAlive(true);
      } catch {
        // it was reset meanwhile, as its first read will say
      }
    }
    const isFull = this.#open.size >= this.#options.maxConnections;
    const connection = new Connection(socket, this.#options);
    const running = connection.run();
    this.#open.set(connection, running);
    running.then(() => connection.released).then(() => void this.#open.delete(connection));
    if (isFull) connection.turnAway();
  }

  async #wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#goOn = resolve;
    await promise;
    clearTimeout(timer);
  }
}
