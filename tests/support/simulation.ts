/**
 * A real hub with a fake clock, fake sockets and a fake listener: a minute passes at once, and failures happen when the
 * test wants them.
 */

import type { Clock } from "../../server/clock.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { Hub } from "../../server/hub/hub.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import { Listener } from "../../server/net/listener.ts";
import type { Log, LogFields } from "../../server/log.ts";
import { OutboxBudget } from "../../server/net/outbox.ts";
import { Pace } from "../../server/net/pace.ts";
import type { RateLimit } from "../../common/rate_limit.ts";
import { testDoor } from "./door.ts";
import { hubOptions, plainSecret, VISITS } from "./hub.ts";

/** Lets all pending tasks run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A clock that the test advances. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; call: () => void }[] = [];

  /** The time of the last call of `now`. */
  lastRead = 0;
  /** How far the time moves with each call of `now`, in milliseconds. */
  step = 0;

  now(): number {
    return this.lastRead = this.#now += this.step;
  }

  after(milliseconds: number, call: () => void): () => void {
    const timer = { at: this.#now + milliseconds, call };
    this.#timers.push(timer);
    return () => this.#timers = this.#timers.filter((pending) => pending !== timer);
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Fires the timers that become due, in order. Pending tasks run before each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    for (;;) {
      await settle();
      const due = this.#timers.filter(({ at }) => at <= end);
      if (due.length === 0) break;
      const next = due.reduce((first, timer) => timer.at < first.at ? timer : first);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.at;
      next.call();
    }
    this.#now = end;
  }
}

/** A socket, controlled from its peer's side. */
export class FakeSocket {
  readonly remoteAddr: Deno.NetAddr;
  /** The size of the hub's last read buffer. */
  readBuffer = 0;
  /** How many more bytes the peer reads. */
  #capacity = Infinity;
  #unread: Uint8Array[] = [];
  #written = "";
  readonly #chunks: Uint8Array[] = [];
  #hasEnded = false;
  #isClosed = false;
  #wake: () => void = () => {};
  readonly #decoder = new TextDecoder();

  constructor(hostname: string) {
    this.remoteAddr = { transport: "tcp", hostname, port: 1 };
  }

  // The peer's side.

  send(data: string | Uint8Array): void {
    this.#unread.push(typeof data === "string" ? new TextEncoder().encode(data) : data);
    this.#wake();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** Limits how many more bytes the peer reads. */
  setCapacity(bytes: number): void {
    this.#capacity = bytes;
    this.#wake();
  }

  /** Sent bytes that the hub has not read. */
  get unread(): number {
    return this.#unread.reduce((sum, { length }) => sum + length, 0);
  }

  /** The lines that the peer received. */
  get lines(): string[] {
    return this.#written.split("\n").slice(0, -1);
  }

  /** All that the peer received. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#chunks.flatMap((chunk) => [...chunk]));
  }

  /** Whether the hub closed the socket. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  // The hub's side, as of `Deno.TcpConn`.

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
    await this.#until(() => this.#capacity > 0);
    const size = Math.min(bytes.length, this.#capacity);
    this.#capacity -= size;
    this.#chunks.push(bytes.slice(0, size));
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

  /** Waits for a condition, which is tested again after each change. */
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

/** The types of the frames that a peer received, with their codes. */
export function framesOf(socket: FakeSocket): string[] {
  return socket.lines.filter((line) => line.startsWith("{")).map((line) => {
    const { type, code } = JSON.parse(line);
    return code === undefined ? type : `${type} ${code}`;
  });
}

/** What Deno 2.9 throws when accept(2) fails, as measured on Linux: `code` is missing for a few. */
const ACCEPT_ERRORS = {
  ENOTCONN: [Deno.errors.NotConnected, "Transport endpoint is not connected (os error 107)", true],
  ECONNABORTED: [
    Deno.errors.ConnectionAborted,
    "Software caused connection abort (os error 103)",
    true,
  ],
  ECONNRESET: [Deno.errors.ConnectionReset, "Connection reset by peer (os error 104)", true],
  EPERM: [Deno.errors.PermissionDenied, "Operation not permitted (os error 1)", true],
  EPROTO: [Error, "Protocol error (os error 71)", false],
  EHOSTUNREACH: [Error, "No route to host (os error 113)", true],
  ENETDOWN: [Error, "Network is down (os error 100)", false],
  EMFILE: [Error, "Too many open files (os error 24)", true],
  ENFILE: [Error, "Too many open files in system (os error 23)", false],
  ENOBUFS: [Error, "No buffer space available (os error 105)", true],
  ENOMEM: [Error, "Cannot allocate memory (os error 12)", true],
  EINVAL: [TypeError, "Invalid argument (os error 22)", true],
  ENOSR: [Error, "Out of streams resources (os error 63)", false],
} as const;

export type AcceptErrorCode = keyof typeof ACCEPT_ERRORS;

export function acceptError(code: AcceptErrorCode): Error {
  const [kind, message, hasCode] = ACCEPT_ERRORS[code];
  return Object.assign(new kind(message), hasCode ? { code } : {});
}

/** A listener whose connections and errors come from the test. */
export class FakeListener {
  /** While set, every accept fails with this error. */
  acceptError: Error | undefined;
  /** How many accepts failed. */
  failures = 0;
  /** Errors for the next accepts. */
  #errors: Error[] = [];
  readonly #waiting: FakeSocket[] = [];
  #changed = Promise.withResolvers<void>();
  #isClosed = false;

  /** Lets a peer connect. */
  connect(socket: FakeSocket): void {
    this.#waiting.push(socket);
    this.#announce();
  }

  /** Lets the next accepts fail, as those of connections that were reset do. */
  fail(times: number, error: Error): void {
    for (let time = 0; time < times; time++) this.#errors.push(error);
    this.#announce();
  }

  /** How many connections wait to be accepted. */
  get waiting(): number {
    return this.#waiting.length;
  }

  async accept(): Promise<Deno.TcpConn> {
    while (!this.#isClosed && this.#waiting.length + this.#errors.length === 0) {
      await this.#changed.promise;
    }
    if (this.#isClosed) throw new Deno.errors.BadResource("closed");
    const error = this.#errors.shift() ?? this.acceptError;
    if (error) {
      this.failures++;
      throw error;
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

export interface SimulatedHubOptions {
  limits?: Partial<Limits>;
  rateLimit?: RateLimit;
  trusted?: readonly string[];
  password?: string;
  modPassword?: string;
}

/** A hub and its listener over fakes. */
export class SimulatedHub {
  readonly clock = new FakeClock();
  readonly fakeListener = new FakeListener();
  /** The log from level `info` on, with fields as `name=value`, without what each session did. */
  readonly log: string[] = [];
  readonly pending: OutboxBudget;
  readonly #hub: Hub;
  readonly #listener: Listener;
  readonly #running: Promise<void>;

  /** No rate limit by default. Dispose with `await using`. */
  constructor(
    { limits: given = {}, rateLimit = { rate: 0, burst: 0 }, trusted = [], password, modPassword }:
      SimulatedHubOptions = {},
  ) {
    const limits = { ...DEFAULT_LIMITS, ...given };
    const write = (message: string, fields: LogFields = {}) => {
      const suffix = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`);
      if (!VISITS.includes(message)) this.log.push(message + suffix.join(""));
    };
    const log: Log = { debug: () => {}, info: write, warning: write, error: write };
    let ids = 0;
    const pace = new Pace((...args) => this.clock.after(...args));
    this.#hub = new Hub(hubOptions({
      schedule: (flush) => pace.schedule(flush),
      now: () => this.clock.now(),
      limits,
      randomId: () => `id${++ids}`,
      ...(password === undefined ? {} : { password: plainSecret(password) }),
      ...(modPassword === undefined ? {} : { moderatorPassword: plainSecret(modPassword) }),
      record: write,
    }));
    this.pending = new OutboxBudget(limits.pendingTotal);
    this.#listener = new Listener(this.fakeListener as unknown as Deno.TcpListener, {
      hub: this.#hub,
      log,
      outboxBudget: this.pending,
      rateLimit,
      trusted,
      limits,
      timeouts: CONNECTION_TIMEOUTS,
      clock: this.clock,
      door: testDoor(),
      pace,
    });
    this.#running = this.#listener.run();
  }

  /** Connects a silent peer from an address. */
  async connect(hostname = "192.0.2.1"): Promise<FakeSocket> {
    const socket = new FakeSocket(hostname);
    this.fakeListener.connect(socket);
    await settle();
    return socket;
  }

  /** Connects a text member with this nick. */
  async textMember(nick: string): Promise<FakeSocket> {
    const socket = await this.connect();
    socket.send(`/name ${nick}\n`);
    await settle();
    return socket;
  }

  /** Connects a frames member with this nick. */
  async framesMember(nick: string): Promise<FakeSocket> {
    const socket = await this.connect();
    socket.send(`{"type":"hello","protocol":1,"nick":"${nick}"}\n`);
    await settle();
    return socket;
  }

  /** Stops the hub as a signal does; resolves when every connection is closed. */
  stop(): Promise<void> {
    this.#listener.stop();
    this.#hub.shutdown();
    return this.#running.then(() => this.#listener.drained());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.stop();
    await this.clock.advance(3_600_000);
    await stopped;
  }
}
