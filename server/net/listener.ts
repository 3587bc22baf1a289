/** Accepts connections until it is stopped, limits their number, and keeps track of those that are open. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import type { RateLimit } from "../../common/rate_limit.ts";
import { AddressLimits, type ConnectionBudgets } from "./address_limits.ts";
import { AcceptLoop } from "../accept_loop.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { GreetTimer } from "./greet_timer.ts";
import type { OutboxBudget } from "./outbox.ts";
import { sendLimits } from "./send_budget.ts";
import { hostOf, type PeerSocket } from "./socket.ts";
import { type AnswerInClear, HubTlsSocket } from "./tls_socket.ts";

/** Rejected peers that may be connected until they have read the reason, each with a descriptor. Further ones are closed at once. */
export const MAX_REJECTED = 32;
/** Time between two checks of all deadlines, in milliseconds. */
const SWEEP_INTERVAL = 1000;

export interface ListenerOptions extends Omit<ConnectionOptions, "now" | "greetTimer"> {
  outboxBudget: OutboxBudget;
  /** How many lines each peer may send. */
  rateLimit: RateLimit;
  /** Addresses without limits (address_limits.ts). */
  trusted: readonly string[];
  answerInClear?: AnswerInClear;
}

export class Listener {
  readonly #accepting: AcceptLoop<Deno.TcpConn | Deno.TlsConn>;
  readonly #options: ConnectionOptions;
  readonly #answerInClear: AnswerInClear | undefined;
  /** Open connections, each with the promise of its `run`. */
  readonly #open: Map<Connection, Promise<void>> = new Map();
  /** Counts the open connections that were not rejected. */
  readonly #addresses: AddressLimits;
  /** Open connections that were rejected. */
  #rejected = 0;

  constructor(listener: Deno.TcpListener | Deno.TlsListener, options: ListenerOptions) {
    const { clock, log, timeouts, limits, trusted } = options;
    const now = () => clock.now();
    this.#accepting = new AcceptLoop<Deno.TcpConn | Deno.TlsConn>(listener, {
      serve: (accepted) => this.#serve(accepted),
      log,
      failed: "accept failed",
      clock,
      maxPause: limits.acceptPause,
    });
    this.#answerInClear = options.answerInClear;
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
    const stopSweeping = this.#startSweeping();
    await this.#accepting.run();
    stopSweeping();
  }

  /** Stops accepting. Open connections stay open. */
  stop(): void {
    this.#accepting.stop();
  }

  /** Open connections, including those that are being rejected. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether the next connection is rejected. */
  get isFull(): boolean {
    return this.#open.size - this.#rejected >= this.#options.limits.connections;
  }

  /** Resolves when all connections are closed. */
  async drained(): Promise<void> {
    await Promise.all(this.#open.values());
  }

  #serve(accepted: Deno.TcpConn | Deno.TlsConn): void {
    const socket = "handshake" in accepted
      ? new HubTlsSocket(accepted, this.#answerInClear)
      : accepted;
    if ("setNoDelay" in socket) {
      try {
        // Now, as both throw while a write is in flight.
        socket.setNoDelay(true);
        socket.setKeepAlive(true);
      } catch {
        // reset by the peer, as the first read will say
      }
    }
    if (this.isFull) return this.#reject(socket, "server_full");
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
      this.#accepting.retry();
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
}
