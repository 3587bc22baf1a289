/**
 * The edges of the hub with nothing real behind them: a clock, sockets and a listener that the test plays, so that what
 * takes a minute takes none, and what fails by chance fails when it should. What the hub says to whom, it does not know.
 */

import type { Clock } from "../../server/clock.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { LocalCluster } from "../../server/cluster/local.ts";
import { MemoryHistory } from "../../server/history/memory.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import { Listener } from "../../server/net/listener.ts";
import type { Log, LogFields } from "../../server/log.ts";
import { OutboxBudget } from "../../server/net/outbox.ts";
import type { Secret } from "../../server/model/password.ts";
import type { RateLimit } from "../../server/rate_limit.ts";

/** Lets everything happen that waits for nothing but its turn. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A clock that stands still until it is told how much time passes. */
export class PlayedClock implements Clock {
  #now = 0;
  #timers: { at: number; call: () => void }[] = [];

  /** When somebody last looked. */
  lookedAt = 0;

  now(): number {
    return this.lookedAt = this.#now;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((each) => each !== timer);
  }

  /** What is due meanwhile is called at its time, and what follows from it is done before the next. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const due = this.#timers.filter(({ at }) => at <= end);
      if (due.length === 0) break;
      const next = due.reduce((first, each) => each.at < first.at ? each : first);
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.at;
      next.call();
    }
    this.#now = end;
  }
}

/** A connection, as its peer plays it. */
export class PlayedSocket {
  readonly remoteAddr: Deno.NetAddr;
  /** How many bytes the hub would take of it at once. */
  readBuffer = 0;
  /** How many bytes the peer takes yet of what the hub writes. */
  #room = Infinity;
  #unread: Uint8Array[] = [];
  #written = "";
  #hasEnded = false;
  #isClosed = false;
  #wake: () => void = () => {};
  readonly #decoder = new TextDecoder();

  constructor(hostname: string) {
    this.remoteAddr = { transport: "tcp", hostname, port: 1 };
  }

  // What the peer does.

  send(data: string | Uint8Array): void {
    this.#unread.push(typeof data === "string" ? new TextEncoder().encode(data) : data);
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** From now on the peer takes so many bytes and no more. */
  takes(bytes: number): void {
    this.#room = bytes;
    this.#wake();
  }

  /** Bytes that it sent and that the hub has not read. */
  get unread(): number {
    return this.#unread.reduce((sum, { length }) => sum + length, 0);
  }

  /** What it has received, in lines. */
  get lines(): string[] {
    return this.#written.split("\n").slice(0, -1);
  }

  /** Whether the hub has closed it. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  // What the hub does, as with `Deno.TcpConn`.

  async read(buffer: Uint8Array): Promise<number | null> {
    this.readBuffer = buffer.length;
    await this.#until(() => this.#unread.length > 0 || this.#hasEnded);
    const [first, ...others] = this.#unread;
    if (!first) return null;
    const size = Math.min(first.length, buffer.length);
    buffer.set(first.subarray(0, size));
    this.#unread = size < first.length ? [first.subarray(size), ...others] : others;
    return size;
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#until(() => this.#room > 0);
    const size = Math.min(bytes.length, this.#room);
    this.#room -= size;
    this.#written += this.#decoder.decode(bytes.subarray(0, size), { stream: true });
    return size;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  /** Both sides of the socket wait here: each looks again whenever anything has changed. */
  async #until(condition: () => boolean): Promise<void> {
    while (!this.#isClosed && !condition()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const before = this.#wake;
      this.#wake = () => {
        before();
        resolve();
      };
      await promise;
    }
    if (this.#isClosed) throw new Deno.errors.BadResource("closed");
  }
}

/** Where connections are accepted, as the system plays it. */
export class PlayedListener {
  /** While there is one, every accept of a connection fails with it. */
  fault: Error | undefined;
  /** How often an accept failed. */
  failures = 0;
  readonly #waiting: PlayedSocket[] = [];
  #changed = Promise.withResolvers<void>();
  #isClosed = false;

  /** A peer connects. */
  connect(socket: PlayedSocket): void {
    this.#waiting.push(socket);
    this.#announce();
  }

  /** Peers that are connected and were not accepted yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  async accept(): Promise<Deno.TcpConn> {
    while (!this.#isClosed && this.#waiting.length === 0) await this.#changed.promise;
    if (this.#isClosed) throw new Deno.errors.BadResource("closed");
    if (this.fault) {
      this.failures++;
      throw this.fault;
    }
    return this.#waiting.shift() as unknown as Deno.TcpConn;
  }

  close(): void {
    this.#isClosed = true;
    this.#announce();
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

export interface PlayedHubOptions {
  limits?: Partial<Limits>;
  rateLimit?: RateLimit;
  password?: string;
  modPassword?: string;
}

/** A whole hub but for the system below it. */
export class PlayedHub {
  readonly clock = new PlayedClock();
  readonly system = new PlayedListener();
  /** The log from `info` on: what is said, and the fields as `name=value`. */
  readonly log: string[] = [];
  readonly pending: OutboxBudget;
  readonly #hub: Hub;
  readonly #listener: Listener;
  readonly #running: Promise<void>;

  /** Without a limit of the rate. Give it back with `await using`. */
  constructor(
    { limits: given = {}, rateLimit = { rate: 0, burst: 0 }, password, modPassword }:
      PlayedHubOptions = {},
  ) {
    const limits = { ...DEFAULT_LIMITS, ...given };
    const write = (message: string, fields: LogFields = {}) => {
      const told = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
      this.log.push(message + told.join(""));
    };
    const log: Log = { debug: () => {}, info: write, warning: write, error: write };
    let ids = 0;
    this.#hub = new Hub({
      name: "chat test",
      cluster: new LocalCluster({ epoch: "e", lastId: 0, now: () => this.clock.now() }),
      lang: "en",
      now: () => this.clock.now(),
      elapsed: () => this.clock.now(),
      grace: 0,
      limits,
      schedule: queueMicrotask,
      randomId: () => `id${++ids}`,
      history: new MemoryHistory(),
      historyOnJoin: 0,
      password: plainSecret(password),
      moderatorPassword: plainSecret(modPassword),
      record: write,
    });
    this.pending = new OutboxBudget(limits.pendingTotal);
    this.#listener = new Listener(this.system as unknown as Deno.TcpListener, {
      hub: this.#hub,
      log,
      outboxBudget: this.pending,
      rateLimit,
      limits,
      timeouts: CONNECTION_TIMEOUTS,
      clock: this.clock,
    });
    this.#running = this.#listener.run();
  }

  /** A peer connects, from this address, and is silent. */
  async connect(hostname = "192.0.2.1"): Promise<PlayedSocket> {
    const socket = new PlayedSocket(hostname);
    this.system.connect(socket);
    await settle();
    return socket;
  }

  /** A text member with this nick. */
  async textMember(nick: string): Promise<PlayedSocket> {
    const socket = await this.connect();
    socket.send(`/name ${nick}\n`);
    await settle();
    return socket;
  }

  /** A frames member with this nick. */
  async framesMember(nick: string): Promise<PlayedSocket> {
    const socket = await this.connect();
    socket.send(`{"type":"hello","protocol":1,"nick":"${nick}"}\n`);
    await settle();
    return socket;
  }

  /** The hub stops as on a signal; gives what ends when every connection is closed. */
  stop(): Promise<void> {
    this.#listener.stop();
    this.#hub.shutdown();
    return this.#running.then(() => this.#listener.drained());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.stop();
    await this.clock.pass(3_600_000);
    await stopped;
  }
}

/** A password as it is, where nobody listens. */
function plainSecret(secret: string | undefined): Secret | undefined {
  return secret === undefined ? undefined : { matches: (given) => given === secret };
}
