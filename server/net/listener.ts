/** Accepts connections until it is stopped, limits their number, and keeps track of those that are open. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import type { RateLimit } from "../rate_limit.ts";
import { AddressLimits, type ConnectionBudgets } from "./address_limits.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { GreetTimer } from "./greet_timer.ts";
import type { OutboxBudget } from "./outbox.ts";
import { sendLimits } from "./send_budget.ts";
import { hostOf, type PeerSocket } from "./socket.ts";
import { HubTlsSocket } from "./tls_socket.ts";

/** The pause after an accept that failed, doubled with each further failure, in milliseconds. */
const FIRST_PAUSE = 10;
/**
 * Rejected peers that may be connected at the same time. Each occupies a descriptor until it has read the reason; beyond the
 * limit, connections are closed at once.
 */
export const MAX_REJECTED = 32;
/**
 * After this many accepts in a row the event loop gets a turn. In a storm of connects the runtime would otherwise serve the
 * listener alone, and leave the connections unread for seconds.
 */
const ACCEPTS_IN_A_ROW = 64;
/** Time between two checks of all deadlines, in milliseconds. */
const SWEEP_INTERVAL = 1000;
/** Accept errors are logged at most once in this time, in milliseconds. */
const LOG_INTERVAL = 1000;

export interface ListenerOptions extends Omit<ConnectionOptions, "now" | "greetTimer"> {
  outboxBudget: OutboxBudget;
  /** How many lines each peer may send. */
  rateLimit: RateLimit;
  /** Addresses without limits (address_limits.ts). */
  trusted: readonly string[];
}

export class Listener {
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #options: ConnectionOptions;
  /** Open connections, each with the promise of its `run`. */
  readonly #open: Map<Connection, Promise<void>> = new Map();
  /** Counts the open connections that were not rejected. */
  readonly #addresses: AddressLimits;
  /** Open connections that were rejected. */
  #rejected = 0;
  #isStopped = false;
  /** Whether the accept loop pauses because an accept failed. */
  #isBackingOff = false;
  #endPause: () => void = () => {};

  constructor(
    listener: Deno.TcpListener | Deno.TlsListener,
    options: ListenerOptions,
  ) {
    const { clock, timeouts, limits, trusted } = options;
    const now = () => clock.now();
    this.#listener = listener;
    this.#options = {
      ...options,
      now,
      greetTimer: new GreetTimer(clock, timeouts.greetAfter, (connection) => connection.greet()),
    };
    this.#addresses = new AddressLimits({
      connections: limits.perAddress,
      send: sendLimits(options.rateLimit, limits),
      outboxes: options.outboxBudget,
      trusted,
      now,
    });
  }

  /** Accepts and serves connections until {@linkcode stop}. Never rejects. */
  async run(): Promise<void> {
    const { log, limits, clock } = this.#options;
    const stopSweeping = this.#startSweeping();
    let pause = FIRST_PAUSE;
    let failures = 0;
    let loggedAt = -Infinity;
    let accepted = 0;
    // Not `for await`, which ends when a peer resets before it is accepted.
    while (!this.#isStopped) {
      try {
        this.#serve(await this.#listener.accept());
        pause = FIRST_PAUSE;
        if (++accepted % ACCEPTS_IN_A_ROW === 0) await this.#pause(0);
      } catch (error) {
        if (this.#isStopped) break;
        failures++;
        if (clock.now() - loggedAt >= LOG_INTERVAL) {
          log.warning("accept failed", { error: String(error), failures, retry_ms: pause });
          failures = 0;
          loggedAt = clock.now();
        }
        this.#isBackingOff = true;
        await this.#pause(pause);
        this.#isBackingOff = false;
        pause = Math.min(2 * pause, limits.acceptPause);
      }
    }
    stopSweeping();
  }

  /** Stops accepting. Open connections stay open. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#endPause();
    this.#listener.close();
  }

  /** Open connections, including those that are being rejected. */
  get size(): number {
    return this.#open.size;
  }

  /** Resolves when all connections are closed. */
  async drained(): Promise<void> {
    await Promise.all(this.#open.values());
  }

  #serve(accepted: Deno.TcpConn | Deno.TlsConn): void {
    const socket = "handshake" in accepted ? new HubTlsSocket(accepted) : accepted;
    if ("setNoDelay" in socket) {
      try {
        // Now, as both throw while a write is in flight.
        socket.setNoDelay(true);
        socket.setKeepAlive(true);
      } catch {
        // reset by the peer, as the first read will say
      }
    }
    if (this.#open.size - this.#rejected >= this.#options.limits.connections) {
      return this.#reject(socket, "server_full");
    }
    const budgets = this.#addresses.connect(hostOf(socket));
    if (typeof budgets === "string") return this.#reject(socket, budgets);
    this.#run(socket, budgets, () => this.#addresses.disconnect(budgets));
  }

  /** Sends the peer the reason and closes; only closes if too many are being rejected. */
  #reject(socket: PeerSocket, reason: ByeCode): void {
    if (this.#rejected >= MAX_REJECTED) {
      this.#options.log.debug("rejected at once", { peer: hostOf(socket), reason });
      return socket.close();
    }
    this.#rejected++;
    const budgets = this.#addresses.uncounted();
    this.#run(socket, budgets, () => this.#rejected--).reject(reason);
  }

  #run(socket: PeerSocket, budgets: ConnectionBudgets, onClosed: () => void): Connection {
    const connection = new Connection(socket, this.#options, budgets);
    const running = connection.run();
    this.#open.set(connection, running);
    running.then(() => connection.released).then(() => {
      this.#open.delete(connection);
      onClosed();
      // Accepts may have failed for want of the descriptor that is free now.
      if (this.#isBackingOff) this.#endPause();
    });
    return connection;
  }

  /** Checks the deadlines of the hub and its connections every {@linkcode SWEEP_INTERVAL}, until the function returned is called. */
  #startSweeping(): () => void {
    const { hub, clock } = this.#options;
    let stop = () => {};
    const schedule = () => {
      stop = clock.after(SWEEP_INTERVAL, () => {
        schedule();
        clock.now(); // an idle hub must read it too: a gap would count as a standstill (clock.ts)
        hub.sweep();
        this.#addresses.sweep();
        for (const connection of this.#open.keys()) connection.sweep();
      });
    };
    schedule();
    return () => stop();
  }

  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopTimer = this.#options.clock.after(milliseconds, resolve);
    this.#endPause = resolve;
    await promise;
    stopTimer();
  }
}
