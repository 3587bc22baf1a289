/**
 * Accepts connections, for as long as it is told to, whatever goes wrong with single ones; and knows those that are
 * open. What is said on them is not its business.
 */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { Addresses } from "./ip_limit.ts";
import { Connection, type ConnectionOptions, hostOf, type Socket } from "./connection.ts";
import { Delay } from "./greet_timer.ts";
import { TlsSocket } from "./tls_socket.ts";

/** After a failed accept the next one waits so long, and twice as long after each further one, in milliseconds. */
const FIRST_PAUSE = 10;
/**
 * So many peers for whom there is no place may be told so at the same time. They need descriptors until they have read
 * it; what comes beyond is closed at once.
 */
export const MAX_TURNED_AWAY = 32;
/**
 * After so many accepts in a row, those who were accepted have their turn: in a storm of connects the runtime would
 * otherwise serve the listener alone, and leave what has been read to wait for seconds.
 */
const ACCEPTS_IN_A_ROW = 64;
/** Deadlines are looked after so often, in milliseconds. */
const SWEEP_EVERY = 1000;
/** Of failing accepts, one line is logged in so many milliseconds. */
const LOG_EVERY = 1000;

export class Listener {
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #options: ConnectionOptions;
  readonly #open: Map<Connection, Promise<void>> = new Map();
  /** Of those that have a place. */
  readonly #addresses: Addresses;
  /** Connections of those that are open that have none. */
  #turnedAway = 0;
  #stopping = false;
  /** Whether the current pause between two accepts follows a failed one. */
  #isBackingOff = false;
  /** Ends that pause. */
  #goOn: () => void = () => {};

  constructor(
    listener: Deno.TcpListener | Deno.TlsListener,
    options: Omit<ConnectionOptions, "now" | "greetings">,
  ) {
    const { clock, times } = options;
    this.#listener = listener;
    this.#options = {
      ...options,
      now: () => clock.now(),
      greetings: new Delay(clock, times.greetAfter, (connection) => connection.greet()),
    };
    this.#addresses = new Addresses(options.limits.perAddress);
  }

  /** Accepts and serves until {@linkcode stop}. Never rejects. */
  async run(): Promise<void> {
    const { log, limits, clock } = this.#options;
    const stopSweeping = this.#keepSweeping();
    let pause = FIRST_PAUSE;
    let failures = 0;
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
        failures++;
        if (clock.now() - loggedAt >= LOG_EVERY) {
          log.warning("accept failed", { error: String(error), failures, retry_ms: pause });
          failures = 0;
          loggedAt = clock.now();
        }
        this.#isBackingOff = true;
        await this.#wait(pause);
        this.#isBackingOff = false;
        pause = Math.min(2 * pause, limits.acceptPause);
      }
    }
    stopSweeping();
  }

  /** Accepts nothing more. What is open stays open. */
  stop(): void {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#goOn();
    this.#listener.close();
  }

  /** Connections that are open, those included that are told that there is no place for them. */
  get size(): number {
    return this.#open.size;
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
    const host = hostOf(socket);
    if (this.#open.size - this.#turnedAway >= this.#options.limits.connections) {
      this.#turnAway(socket, "server_full");
    } else if (this.#addresses.add(host) === "full") {
      this.#turnAway(socket, "address_full");
    } else {
      this.#converse(socket, () => this.#addresses.remove(host));
    }
  }

  /** Tells a peer that there is no place for it, if there is any for that. */
  #turnAway(socket: Socket, reason: ByeCode): void {
    if (this.#turnedAway >= MAX_TURNED_AWAY) {
      this.#options.log.debug("rejected at once", { peer: hostOf(socket), reason });
      return socket.close();
    }
    this.#turnedAway++;
    this.#converse(socket, () => this.#turnedAway--).turnAway(reason);
  }

  /** Serves a connection, and calls back when it is closed. */
  #converse(socket: Socket, onClosed: () => void): Connection {
    const connection = new Connection(socket, this.#options);
    const running = connection.run();
    this.#open.set(connection, running);
    running.then(() => connection.released).then(() => {
      this.#open.delete(connection);
      onClosed();
      // What made accepts fail was perhaps the want of what is free again now.
      if (this.#isBackingOff) this.#goOn();
    });
    return connection;
  }

  /** Looks after the deadlines from time to time, until what it gives is called. */
  #keepSweeping(): () => void {
    const { hub, clock } = this.#options;
    let stop = () => {};
    const sweepLater = () => {
      stop = clock.after(SWEEP_EVERY, () => {
        sweepLater();
        clock.now(); // also while nobody is here: at a clock that nobody looks at, the hub stands still
        hub.sweep();
        for (const connection of this.#open.keys()) connection.sweep();
      });
    };
    sweepLater();
    return () => stop();
  }

  async #wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopWaiting = this.#options.clock.after(milliseconds, resolve);
    this.#goOn = resolve;
    await promise;
    stopWaiting();
  }
}
