/** Accepts connections until it is stopped, limits their number, and keeps track of those that are open. */

import { within } from "../../common/cli/timers.ts";
import type { ByeCode } from "../../common/protocol/codes.ts";
import type { RateLimit } from "../../common/rate_limit.ts";
import { AddressLimits, type ConnectionBudgets } from "./address_limits.ts";
import { AcceptLoop } from "../accept_loop.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import type { DirectSend } from "./direct_send.ts";
import type { OutboxBudget } from "./outbox.ts";
import { sendLimits } from "./send_budget.ts";
import { hostMatcher } from "../../common/protocol/ip.ts";
import { readProxied } from "./proxy_header.ts";
import { addressOf, hostOf, type PeerSocket } from "./socket.ts";
import { HubTcpSocket } from "./tcp_socket.ts";
import { type AnswerInClear, HubTlsSocket } from "./tls_socket.ts";

/** Rejected peers that may stay until they have read the reason, each with a descriptor. Others are closed at once. */
export const MAX_REJECTED = 32;
/** Longest time for a PROXY header, in milliseconds; `--handshake` can only make it shorter. */
const HEADER_TIMEOUT = 5_000;
/** Time between two checks of all deadlines, in milliseconds. */
const SWEEP_INTERVAL = 1000;

export interface ListenerOptions extends ConnectionOptions {
  outboxBudget: OutboxBudget;
  /** How many lines each peer may send. */
  rateLimit: RateLimit;
  /** Addresses without limits (address_limits.ts). */
  trusted: readonly string[];
  /** Without it, Deno's writes send everything. */
  direct?: DirectSend | undefined;
  answerInClear?: AnswerInClear;
  /** Addresses and networks of proxies, whose connections must begin with a PROXY header. */
  proxies?: readonly string[] | undefined;
}

export class Listener {
  readonly #accepting: AcceptLoop<Deno.TcpConn | Deno.TlsConn>;
  readonly #options: ListenerOptions;
  /** Open connections, each with the promise of its `run`. */
  readonly #open: Map<Connection, Promise<Connection>> = new Map();
  /** Counts the open connections that were not rejected. */
  readonly #addresses: AddressLimits;
  #rejected = 0;
  readonly #proxies: readonly ReturnType<typeof hostMatcher>[];
  /** Connections of proxies that have not sent the header. */
  readonly #headless: Set<PeerSocket> = new Set();
  #stopSweeping: () => void = () => {};

  constructor(listener: Deno.TcpListener | Deno.TlsListener, options: ListenerOptions) {
    const { clock, log, limits, trusted } = options;
    this.#accepting = new AcceptLoop<Deno.TcpConn | Deno.TlsConn>(listener, {
      serve: (accepted) => this.#serve(accepted),
      log,
      failed: "accept failed",
      clock,
      maxPause: limits.acceptPause,
    });
    this.#proxies = options.proxies?.map(hostMatcher) ?? [];
    this.#options = options;
    this.#addresses = new AddressLimits({
      connections: limits.perAddress,
      send: sendLimits(options.rateLimit, limits),
      outboxes: options.outboxBudget,
      trusted,
      now: () => clock.now(),
    });
  }

  /** Accepts and serves connections until {@linkcode stop}. Never rejects. */
  async run(): Promise<void> {
    this.#scheduleSweep();
    await this.#accepting.run();
    this.#stopSweeping();
  }

  /** Stops accepting. Open connections stay open. */
  stop(): void {
    this.#accepting.stop();
    for (const socket of this.#headless) socket.close();
    this.#headless.clear();
  }

  /** As {@linkcode AcceptLoop.replace}. Open connections stay open. */
  replace(listen: () => Deno.TcpListener | Deno.TlsListener): Promise<void> {
    return this.#accepting.replace(listen);
  }

  /** Open connections, including those that are being rejected. */
  get size(): number {
    return this.#open.size + this.#headless.size;
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
    const { direct, answerInClear } = this.#options;
    const socket = "handshake" in accepted
      ? new HubTlsSocket(accepted, answerInClear)
      : new HubTcpSocket(accepted, direct);
    const isProxied = this.#proxies.some((isOf) => isOf(hostOf(socket.remoteAddr)));
    if (isProxied) this.#readHeader(socket);
    else this.#admit(socket);
  }

  /** Admits the peer behind a proxy, once it is known. */
  async #readHeader(socket: PeerSocket): Promise<void> {
    const { log, clock, limits } = this.#options;
    if (this.size >= limits.connections + MAX_REJECTED) return socket.close();
    this.#headless.add(socket);
    const limit = { milliseconds: Math.min(limits.handshake, HEADER_TIMEOUT), clock };
    const proxied = await within(readProxied(socket), limit).catch(() => "late" as const);
    if (!this.#headless.delete(socket)) return; // stopped
    if (typeof proxied === "object") return this.#admit(proxied);
    const peer = addressOf(socket);
    if (proxied !== undefined) log.info("dropped", { peer, reason: "bad_proxy_header" });
    socket.close();
    this.#accepting.retry();
  }

  #admit(socket: PeerSocket): void {
    if (this.isFull) return this.#reject(socket, "server_full");
    const budgets = socket.isProxy
      ? this.#addresses.uncounted()
      : this.#addresses.connect(hostOf(socket.remoteAddr));
    if (typeof budgets === "string") return this.#reject(socket, budgets);
    this.#run(socket, budgets);
  }

  /** Sends the peer the reason in its protocol and closes; only closes if too many are being rejected. */
  #reject(socket: PeerSocket, reason: ByeCode): void {
    const { log } = this.#options;
    if (this.#rejected >= MAX_REJECTED) {
      log.debug("rejected at once", { peer: hostOf(socket.remoteAddr), reason });
      return socket.close();
    }
    this.#rejected++;
    log.info("rejected", { peer: addressOf(socket), reason });
    this.#run(socket, this.#addresses.uncounted(), reason);
  }

  #run(socket: PeerSocket, budgets: ConnectionBudgets, rejection?: ByeCode): void {
    const connection = new Connection(socket, this.#options, budgets, rejection);
    const running = connection.run();
    this.#open.set(connection, running);
    running.then(this.#onClosed);
  }

  // Shared, as 10,000 idle connections would otherwise have one each.
  readonly #onClosed = async (connection: Connection) => {
    await connection.socket.released;
    this.#open.delete(connection);
    if (connection.rejection) this.#rejected--;
    else this.#addresses.disconnect(connection);
    this.#accepting.retry();
  };

  #scheduleSweep(): void {
    const { hub, clock } = this.#options;
    this.#stopSweeping = clock.after(SWEEP_INTERVAL, () => {
      this.#scheduleSweep();
      clock.now(); // an idle hub must read it too: a gap would count as a standstill (clock.ts)
      hub.sweep();
      this.#addresses.sweep();
      for (const connection of this.#open.keys()) connection.sweep();
    });
  }
}
