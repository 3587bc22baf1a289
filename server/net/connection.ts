/**
 * One socket of the hub: reads its lines, is the only one that writes to it, and keeps its deadlines. It knows no rules
 * of the chat: lines go to the hub, bytes come from it.
 */

import { decodeLine, LineSplitter, type SplitResult } from "../../common/protocol/line_splitter.ts";
import { stripTelnet } from "../../common/protocol/telnet.ts";
import { beginsTls } from "../../common/protocol/tls.ts";
import { formatAddress } from "../../common/cli/address.ts";
import type { ByeCode } from "../../common/protocol/codes.ts";
import { plainAddress } from "./ip_limit.ts";
import type { Clock } from "../clock.ts";
import type { Delay } from "./greet_timer.ts";
import type { Hub } from "../hub/hub.ts";
import { type Limits, splitLimits } from "../limits.ts";
import type { Log } from "../log.ts";
import { Outbox, type PendingTotal } from "./outbox.ts";
import { LargeBuffers, ReadBuffer } from "./read_buffer.ts";
import { type RateLimit, TokenBucket } from "../rate_limit.ts";
import type { Peer, Session } from "../model/session.ts";

/** What no limit sets, in milliseconds. */
export interface ConnectionTimes {
  /** A connection that is silent for so long is a person with `nc`, who is greeted. */
  greetAfter: number;
  /** After all is sent, so long may the peer take to close its side, lest a reset overtake what it has not read yet. */
  linger: number;
}

export const CONNECTION_TIMES: ConnectionTimes = { greetAfter: 300, linger: 1_000 };

/** What all connections of a hub share. */
export interface ConnectionOptions {
  hub: Hub;
  log: Log;
  pendingTotal: PendingTotal;
  rateLimit: RateLimit;
  limits: Limits;
  times: ConnectionTimes;
  clock: Clock;
  /** The time of that clock, by one function for all. */
  now: () => number;
  /** Those who have said nothing yet, and are greeted after {@linkcode ConnectionTimes.greetAfter}. */
  greetings: Delay<Connection>;
}

/** A connection as the hub needs it: of TCP, or of TLS, which has the two at the end. */
export interface Socket
  extends Pick<Deno.Conn, "remoteAddr" | "read" | "write" | "closeWrite" | "close"> {
  /** To be awaited before all else. */
  handshake?(): Promise<void>;
  /** Resolves when, after its close, the socket takes nothing of the system any more. */
  readonly released?: Promise<void>;
}

/** So long a TLS handshake may take, in milliseconds, where a peer has no less time to come in. */
export const TLS_HANDSHAKE = 10_000;

const LARGE_BUFFERS = new LargeBuffers();

/** What all connections have in common until they need their own: a function for each of ten thousand takes memory too. */
const NOTHING_TO_STOP = () => {};
const NO_BYTES = new Uint8Array(0);

export class Connection implements Peer {
  readonly host: string;
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  #session: Session;
  readonly #buffer: ReadBuffer = new ReadBuffer(LARGE_BUFFERS);
  readonly #splitter: LineSplitter;
  readonly #bucket: TokenBucket;
  readonly #outbox: Outbox;
  /** Tells that the socket is closed; undefined while nobody waits for it. */
  #onClosed: (() => void) | undefined;
  /** Ends what runs while the connection is closing. */
  #stopDeadline: () => void = NOTHING_TO_STOP;
  /** When the peer could begin to say something. */
  #openedAt: number;
  #heardAt: number;
  /** When a sweep first found that the peer takes nothing; NaN while it does, as a look at the clock for each write is dear. */
  #stuckSince = NaN;
  #writing = false;
  /** Whether there is a TLS handshake to be made before anything can be said. */
  #isShakingHands: boolean;
  /** Why there is no place for the peer, to be told after that. */
  #rejection: ByeCode | undefined;
  /** What came first, until it is known not to be TLS; undefined since then. */
  #head: Uint8Array | undefined = NO_BYTES;
  /** `full`: the outbox overflowed, and what comes now would follow a gap; `told`: its bye may pass. */
  #eviction: "none" | "full" | "told" = "none";
  /** Nothing more is taken from the hub or for it. */
  #closing = false;
  #finished = false;
  #ended = false;
  #closed = false;
  #wasThrottled = false;
  /** While it has to wait, what it sends is not read: nothing is heard of it. */
  #isWaiting = false;
  /** Ends the pause of a throttled peer before its time. */
  #resume: () => void = NOTHING_TO_STOP;
  /** Ends the wait for a peer to take what waits for it. */
  #onTaken: () => void = NOTHING_TO_STOP;
  /** Ends the wait for what its session asked for. */
  #onFree: () => void = NOTHING_TO_STOP;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.host = hostOf(socket);
    this.#session = options.hub.attach(this);
    this.#splitter = new LineSplitter(splitLimits(options.limits, this.#session.dialect));
    this.#bucket = new TokenBucket(options.rateLimit, options.now);
    this.#outbox = new Outbox(options.pendingTotal, options.limits.pending);
    this.#openedAt = this.#heardAt = options.clock.now();
    this.#isShakingHands = socket.handshake !== undefined;
  }

  /** Serves the peer until its socket is closed. Never rejects. */
  async run(): Promise<void> {
    const { hub, log, greetings } = this.#options;
    log.debug("connected", { peer: this.address });
    try {
      if (this.#isShakingHands) await this.#shakeHands();
      greetings.add(this);
      // Here, not in a function of its own: one more that waits for each idle peer takes half a kilobyte.
      for (let size; (size = await this.#socket.read(this.#buffer.bytes)) !== null;) {
        await this.#receive(this.#buffer.bytes.subarray(0, size));
        this.#buffer.took(size);
      }
      await this.#hearRest();
    } catch (error) {
      if (!this.#closed) {
        log.debug("connection lost", { peer: this.address, error: String(error) });
      }
      this.#destroy();
    }
    this.#buffer.release();
    greetings.delete(this);
    this.#ended = true;
    hub.detach(this.#session);
    this.close();
    if (this.#finished) this.#destroy();
    if (!this.#closed) await new Promise<void>((resolve) => this.#onClosed = resolve);
    log.debug("disconnected", { peer: this.address });
  }

  /** The peer has been silent for a while. */
  greet(): void {
    this.#options.hub.greet(this.#session);
  }

  /** Resolves when, after its end, the connection takes nothing of the system any more. */
  get released(): Promise<void> {
    return this.#socket.released ?? Promise.resolve();
  }

  // What the hub calls.

  get address(): string {
    return formatPeer(this.#socket.remoteAddr);
  }

  adopt(session: Session): void {
    this.#session = session;
  }

  send(bytes: Uint8Array): void {
    if (this.#closing || this.#isShakingHands || this.#eviction === "full") return;
    if (this.#outbox.push(bytes) === "full") this.#evict();
    else this.#write();
  }

  resumeReading(): void {
    this.#onFree();
  }

  close(): void {
    if (this.#closing) return;
    if (this.#isShakingHands) return this.#destroy(); // it could not be told why
    this.#closing = true;
    this.#stopWaiting();
    const { clock, limits } = this.#options;
    this.#stopDeadline = clock.after(limits.drain, () => this.#destroy());
    if (!this.#writing) this.#finish();
  }

  // What the listener calls.

  /** There is no place for this peer. */
  turnAway(reason: ByeCode): void {
    this.#options.log.info("rejected", { peer: this.address, reason });
    if (this.#isShakingHands) this.#rejection = reason;
    else this.#options.hub.dismiss(this.#session, reason);
  }

  /** Looks after the deadlines; to be called every second or so. */
  sweep(): void {
    if (this.#closing) return;
    const { hub, log, clock, limits } = this.#options;
    if (this.#isShakingHands) {
      if (clock.now() - this.#openedAt <= Math.min(limits.handshake, TLS_HANDSHAKE)) return;
      log.info("dropped", { peer: this.address, reason: "handshake_timeout" });
      this.#destroy();
    } else if (this.#isStuck()) {
      this.#evict();
    } else if (this.#isSilent()) {
      log.info("dropped", { peer: this.address, nick: this.#session.nick, reason: "timeout" });
      hub.dismiss(this.#session, "timeout");
    } else if (!this.#isIn() && clock.now() - this.#openedAt > limits.handshake) {
      log.info("dropped", { peer: this.address, reason: "handshake_timeout" });
      hub.dismiss(this.#session, "handshake_timeout");
    }
  }

  /** Whether the peer has taken nothing of what waits for it for too long. */
  #isStuck(): boolean {
    if (!this.#writing) return false;
    const { clock, limits } = this.#options;
    const now = clock.now();
    if (Number.isNaN(this.#stuckSince)) this.#stuckSince = now;
    return now - this.#stuckSince > limits.stall;
  }

  /** Whether the peer should ping, and has not for too long. */
  #isSilent(): boolean {
    const { clock, limits } = this.#options;
    return this.#session.dialect.pings && !this.#isWaiting &&
      clock.now() - this.#heardAt > limits.silence;
  }

  /** Whether the peer has come in, or need not any more. */
  #isIn(): boolean {
    return this.#session.stage !== "new" && this.#session.stage !== "greeting";
  }

  // Reading.

  /** Makes the TLS handshake: only then does the peer's time to say something begin. */
  async #shakeHands(): Promise<void> {
    await this.#socket.handshake?.();
    this.#isShakingHands = false;
    this.#openedAt = this.#heardAt = this.#options.clock.now();
    if (this.#rejection) this.#options.hub.dismiss(this.#session, this.#rejection);
  }

  #receive(received: Uint8Array): Promise<void> | undefined {
    this.#heardAt = this.#options.clock.now();
    if (this.#closing) return undefined; // what it still sends is of no interest, but must not pile up
    const bytes = this.#withoutTls(received);
    if (!bytes) return undefined;
    this.#splitter.push(bytes);
    return this.#takeLines();
  }

  /** The peer has ended its side. */
  async #hearRest(): Promise<void> {
    if (this.#head && !this.#closing) {
      this.#splitter.push(this.#head);
      await this.#takeLines();
    }
    const rest = this.#closing ? undefined : this.#splitter.end();
    if (rest) {
      await this.#untilFree();
      if (!this.#closing) this.#take(rest);
    }
    await this.#untilFree();
  }

  /** What has come, or undefined where that is TLS, whose peer is turned away unseen, or may yet be. */
  #withoutTls(bytes: Uint8Array): Uint8Array | undefined {
    if (!this.#head) return bytes;
    const head = this.#head.length === 0 ? bytes : new Uint8Array([...this.#head, ...bytes]);
    const isTls = beginsTls(head);
    this.#head = isTls === undefined ? head.slice() : undefined;
    if (isTls === false) return head;
    const { hub, log, greetings } = this.#options;
    greetings.delete(this);
    if (isTls) {
      log.info("dropped", { peer: this.address, reason: "not_tls" });
      hub.dismiss(this.#session, "not_tls");
    }
    return undefined;
  }

  async #takeLines(): Promise<void> {
    for (let result; !this.#closing && (result = this.#splitter.next());) {
      if (!this.#session.hasSpoken) this.#options.greetings.delete(this);
      const wait = this.#bucket.take();
      if (wait > 0) await this.#throttle(wait);
      if (this.#hasMuchToTake()) await this.#untilTaken();
      if (this.#session.inputPauses > 0) await this.#untilFree();
      if (!this.#closing) this.#take(result);
    }
  }

  /** Whether so much waits for the peer that the answer to one line more might be too much. */
  #hasMuchToTake(): boolean {
    return this.#outbox.pending > this.#options.limits.pending / 4;
  }

  /** Who does not take what it has asked for is asked for nothing more: however much it asks at once, little waits for it. */
  async #untilTaken(): Promise<void> {
    while (!this.#closing && this.#hasMuchToTake()) {
      await this.#pause((resume) => this.#onTaken = resume);
    }
  }

  /** What its session asked for is done first. */
  async #untilFree(): Promise<void> {
    while (!this.#closing && this.#session.inputPauses > 0) {
      await this.#pause((resume) => this.#onFree = resume);
    }
  }

  #take(result: SplitResult): void {
    const { hub, log } = this.#options;
    const session = this.#session;
    switch (result.kind) {
      case "line":
        return this.#hear(result.text);
      case "not_utf8": {
        // What telnet puts between the letters never stands in UTF-8.
        const isText = session.dialect.name === "text";
        const line = isText ? decodeLine(stripTelnet(result.bytes)) : undefined;
        if (line === undefined) return hub.sendError(session, { code: "not_utf8", params: {} });
        return this.#hear(line);
      }
      case "too_long":
        return hub.sendError(session, { code: "line_too_long", params: { max: result.max } });
      case "overrun":
        log.info("dropped", { peer: this.address, nick: session.nick, reason: "line_too_long" });
        return hub.dismiss(session, "line_too_long", { max: result.max });
    }
  }

  #hear(line: string): void {
    const { hub, limits } = this.#options;
    const { dialect } = this.#session;
    hub.onLine(this.#session, line);
    // Only a first line changes it.
    if (this.#session.dialect !== dialect) {
      this.#splitter.limits = splitLimits(limits, this.#session.dialect);
    }
  }

  /** Lets the peer wait by not reading on: TCP tells it to slow down, and nothing is lost. */
  async #throttle(milliseconds: number): Promise<void> {
    if (!this.#wasThrottled) {
      this.#wasThrottled = true;
      this.#options.hub.notify(this.#session, "throttled");
      this.#options.log.info("throttled", { peer: this.address, nick: this.#session.nick });
    }
    let stopWaiting = NOTHING_TO_STOP;
    await this.#pause((resume) => {
      this.#resume = resume;
      stopWaiting = this.#options.clock.after(milliseconds, resume);
    });
    stopWaiting();
  }

  /** Reads nothing until it may go on. Meanwhile nothing can be heard of the peer. */
  async #pause(untilCalled: (resume: () => void) => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    untilCalled(resolve);
    this.#isWaiting = true;
    await promise;
    this.#isWaiting = false;
    this.#heardAt = this.#options.clock.now();
  }

  // Writing.

  /** The only place that writes. What comes while a write is under way is taken by the next one. */
  async #write(): Promise<void> {
    if (this.#writing || this.#closed) return;
    this.#writing = true;
    try {
      for (let chunk; (chunk = this.#outbox.take());) {
        for (let written = 0; written < chunk.length;) {
          if (written > 0) chunk = chunk.subarray(written); // seldom: mostly the system takes all
          written = await this.#socket.write(chunk);
          this.#stuckSince = NaN;
          this.#outbox.sent(written);
          this.#onTaken();
        }
      }
      this.#writing = false;
    } catch {
      return this.#destroy(); // the peer is gone: the read side says so too
    }
    if (this.#closing) this.#finish();
  }

  /** The peer reads too slowly: nothing that waits will be sent but the reason. */
  #evict(): void {
    if (this.#eviction !== "none") return;
    this.#eviction = "full";
    const { hub, log } = this.#options;
    log.info("dropped", {
      peer: this.address,
      nick: this.#session.nick,
      reason: "slow_consumer",
      queued: this.#outbox.pending,
    });
    this.#outbox.clear();
    queueMicrotask(() => { // not while the hub is in the middle of telling everyone
      this.#eviction = "told";
      hub.dismiss(this.#session, "slow_consumer");
    });
  }

  // Ending.

  /** All is written: ends our side, and gives the peer a moment to end its own. */
  async #finish(): Promise<void> {
    if (this.#finished || this.#closed) return;
    this.#finished = true;
    if (this.#ended) return this.#destroy();
    this.#stopDeadline();
    const { clock, times } = this.#options;
    this.#stopDeadline = clock.after(times.linger, () => this.#destroy());
    try {
      await this.#socket.closeWrite();
    } catch {
      this.#destroy();
    }
  }

  /** Whatever the reading waits for, it goes on. */
  #stopWaiting(): void {
    this.#resume();
    this.#onTaken();
    this.#onFree();
  }

  #destroy(): void {
    if (this.#closed) return;
    this.#closing = this.#closed = true;
    this.#stopDeadline();
    this.#stopWaiting();
    this.#outbox.abandon();
    try {
      this.#socket.close();
    } catch {
      // it was closed already
    }
    this.#onClosed?.();
  }
}

/** The address of a socket's peer without its port; empty where it has none. */
export function hostOf({ remoteAddr }: Socket): string {
  return "hostname" in remoteAddr ? plainAddress(remoteAddr.hostname) : "";
}

function formatPeer(address: Deno.Addr): string {
  if (!("hostname" in address)) return address.transport;
  return formatAddress({ hostname: plainAddress(address.hostname), port: address.port });
}
