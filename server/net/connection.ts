/** One connection of the hub: reads its lines, writes its outbox, and keeps its deadlines. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { recogniseHead } from "../../common/protocol/foreign.ts";
import { LineSplitter, type SplitResult } from "../../common/protocol/line_splitter.ts";
import { TelnetDecoder } from "../../common/protocol/telnet.ts";
import type { Clock } from "../clock.ts";
import type { Hub } from "../hub/hub.ts";
import { type Limits, splitLimits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Peer, Session } from "../model/session.ts";
import type { ConnectionBudgets } from "./address_limits.ts";
import type { GreetTimer } from "./greet_timer.ts";
import { Outbox } from "./outbox.ts";
import { LargeBufferPool, ReadBuffer } from "./read_buffer.ts";
import type { SendBudget } from "./send_budget.ts";
import { addressOf, hostOf, type PeerSocket } from "./socket.ts";

/** Timeouts that are not options, in milliseconds. */
export const CONNECTION_TIMEOUTS = {
  /** A connection that has been silent for this long is a user with `nc`, and is greeted. */
  greetAfter: 300,
  /** How long the peer has to close its side when all is sent: a reset could overtake what it has not read yet. */
  linger: 1_000,
};

export type ConnectionTimeouts = typeof CONNECTION_TIMEOUTS;

/** Longest TLS handshake, in milliseconds; `--handshake` can only make it shorter. */
export const TLS_HANDSHAKE = 10_000;

/** How Deno names first bytes that are not TLS: the peer is `nc`, a browser or a client without `--tls`. */
const CLEAR_TEXT = /InvalidContentType/;

/** After this time with the lines of one peer, in milliseconds, others get a turn; the last line may take as long. */
const STRETCH = 5;

/** What all connections of a hub share. */
export interface ConnectionOptions {
  hub: Hub;
  log: Log;
  limits: Limits;
  timeouts: ConnectionTimeouts;
  clock: Clock;
  /** Greets the connections that stay silent for {@linkcode ConnectionTimeouts.greetAfter}. */
  greetTimer: GreetTimer<Connection>;
}

const BUFFER_POOL = new LargeBufferPool();

// Shared, as 10,000 idle connections would otherwise have one each.
const NOTHING = () => {};
const NO_BYTES = new Uint8Array(0);

const CR = 0x0d;
const LF = 0x0a;
const NUL = "\0";

/** Why reading is paused: for a time, until the peer reads its replies, or until the hub is done with its last line. */
type PauseReason = "time" | "outbox" | "hub";

/** While reading is paused, TCP slows the peer down. What the hub sends during a write becomes the next write. */
export class Connection implements Peer {
  readonly host: string;
  readonly network: string | undefined;
  readonly #socket: PeerSocket;
  readonly #options: ConnectionOptions;
  /** Another one after the peer has resumed. */
  #session: Session;

  readonly #buffer: ReadBuffer = new ReadBuffer(BUFFER_POOL);
  readonly #splitter: LineSplitter;
  readonly #sending: SendBudget;
  readonly #telnet: TelnetDecoder = new TelnetDecoder((refusals) => this.send(refusals));
  /** The first bytes, until they are known not to be of another protocol; then undefined. */
  #head: Uint8Array | undefined = NO_BYTES;
  /** When the peer could first send something. */
  #openedAt: number;
  #lastReadAt: number;
  #wasThrottled = false;
  #pauseReason: PauseReason | undefined;
  #endPause: () => void = NOTHING;

  readonly #outbox: Outbox;
  #isWriting = false;
  /** When a sweep first saw the current write in flight; NaN before. Reading the clock at each write would be slow. */
  #stalledSince = NaN;
  /** `evicted`: the outbox overflowed, and only the `bye` may follow the gap; `dismissed`: the `bye` may pass. */
  #eviction: "none" | "evicted" | "dismissed" = "none";

  #isShakingHands: boolean;
  /** Why the peer is turned away, to be sent after the TLS handshake. */
  #rejection: ByeCode | undefined;
  /** Only what is in the outbox is still written. */
  #isClosing = false;
  #hasEndedOutput = false;
  #hasReadAll = false;
  #isClosed = false;
  #stopDeadline: () => void = NOTHING;
  #onClosed: (() => void) | undefined;

  constructor(socket: PeerSocket, options: ConnectionOptions, budgets: ConnectionBudgets) {
    this.#socket = socket;
    this.#options = options;
    this.host = hostOf(socket);
    this.network = budgets.network;
    this.#sending = budgets.sending;
    this.#session = options.hub.attach(this);
    this.#splitter = new LineSplitter(splitLimits(options.limits, this.#session.dialect));
    this.#outbox = new Outbox(budgets.outboxes, options.limits.pending);
    this.#openedAt = this.#lastReadAt = options.clock.now();
    this.#isShakingHands = socket.handshake !== undefined;
  }

  /** Serves the peer until its socket is closed. Never rejects. */
  async run(): Promise<void> {
    const { hub, log, greetTimer } = this.#options;
    log.debug("connected", { peer: this.address });
    try {
      if (this.#isShakingHands) await this.#shakeHands();
      if (!this.#socket.isProxy) greetTimer.start(this);
      // Not in an async function of its own: for each idle peer that would take another half kilobyte.
      for (let size; (size = await this.#socket.read(this.#buffer.bytes)) !== null;) {
        const wait = this.#sending.takeBytes(size);
        if (wait > 0) await this.#throttle(wait);
        await this.#onBytes(this.#buffer.bytes.subarray(0, size));
        this.#buffer.resize(size);
      }
      await this.#onEnd();
    } catch (error) {
      if (!this.#isClosed) this.#onLost(String(error));
      this.#destroy();
    }
    this.#buffer.shrink();
    greetTimer.cancel(this);
    this.#hasReadAll = true;
    hub.detach(this.#session);
    this.close();
    if (this.#hasEndedOutput) this.#destroy();
    if (!this.#isClosed) await new Promise<void>((resolve) => this.#onClosed = resolve);
    log.debug("disconnected", { peer: this.address });
  }

  #onLost(error: string): void {
    const { log } = this.#options;
    const isClear = this.#isShakingHands && CLEAR_TEXT.test(error);
    if (!isClear) return log.debug("connection lost", { peer: this.address, error });
    log.info("dropped", { peer: this.address, reason: "clear_text" });
    this.#socket.answerInClear?.();
  }

  // Called by the hub.

  get address(): string {
    return addressOf(this.#socket);
  }

  adopt(session: Session): void {
    this.#session = session;
  }

  send(bytes: Uint8Array): void {
    if (this.#isClosing || this.#isShakingHands || this.#eviction === "evicted") return;
    if (this.#outbox.push(bytes) === "full") this.#evict();
    else this.#flush();
  }

  resumeReading(): void {
    this.#resume("hub");
  }

  close(): void {
    if (this.#isClosing) return;
    if (this.#isShakingHands) return this.#destroy(); // nothing can be sent yet
    this.#isClosing = true;
    this.#endPause();
    const { clock, limits } = this.#options;
    this.#stopDeadline = clock.after(limits.drain, () => this.#destroy());
    if (!this.#isWriting) this.#endOutput();
  }

  // Called by the listener.

  /** Greets the peer, which has been silent since it connected. */
  greet(): void {
    this.#options.hub.greet(this.#session);
  }

  /** Tells the peer why the hub cannot take it, and closes. */
  reject(reason: ByeCode): void {
    this.#options.log.info("rejected", { peer: this.address, reason });
    if (this.#isShakingHands) this.#rejection = reason;
    else this.#options.hub.dismiss(this.#session, reason);
  }

  /** Ends the connection if a deadline has passed. Must be called about once a second. */
  sweep(): void {
    if (this.#isClosing) return;
    const { hub, log, clock, limits } = this.#options;
    const { stage } = this.#session;
    const now = clock.now();
    const age = now - this.#openedAt;
    if (this.#isShakingHands) {
      if (age <= Math.min(limits.handshake, TLS_HANDSHAKE)) return;
      log.info("dropped", { peer: this.address, reason: "handshake_timeout" });
      this.#socket.answerInClear?.(); // nc waits to be greeted
      this.#destroy();
    } else if (this.#isStalled(now)) {
      this.#evict();
    } else if (this.#isDead(now)) {
      hub.drop(this.#session, "timeout");
    } else if ((stage === "new" || stage === "greeting") && age > limits.handshake) {
      hub.drop(this.#session, "handshake_timeout");
    }
  }

  /** Whether the peer has read nothing for too long, although bytes are pending. */
  #isStalled(now: number): boolean {
    if (!this.#isWriting) return false;
    if (Number.isNaN(this.#stalledSince)) this.#stalledSince = now;
    return now - this.#stalledSince > this.#options.limits.stall;
  }

  /** Whether the peer should have sent pings and has not. While reading is paused, they may wait in the socket. */
  #isDead(now: number): boolean {
    return this.#session.dialect.pings && this.#pauseReason === undefined &&
      now - this.#lastReadAt > this.#options.limits.silence;
  }

  // Reading.

  /** Makes the TLS handshake. The deadlines of the peer start after it. */
  async #shakeHands(): Promise<void> {
    await this.#socket.handshake?.();
    this.#isShakingHands = false;
    this.#openedAt = this.#lastReadAt = this.#options.clock.now();
    if (this.#rejection) this.#options.hub.dismiss(this.#session, this.#rejection);
  }

  async #onBytes(received: Uint8Array): Promise<void> {
    this.#lastReadAt = this.#options.clock.now();
    if (this.#isClosing) return; // still read, so that the peer can finish writing
    const bytes = this.#checkHead(received);
    if (!bytes) return;
    // The first line may be a `hello`: what follows it has no telnet in it.
    const firstEnd = this.#session.hasSpoken ? 0 : bytes.indexOf(LF) + 1;
    if (firstEnd > 0) await this.#readLines(bytes.subarray(0, firstEnd));
    if (!this.#isClosing) await this.#readLines(bytes.subarray(firstEnd));
  }

  /** The bytes to split into lines. Undefined if they are foreign, which ends the connection, or too few to say. */
  #checkHead(bytes: Uint8Array): Uint8Array | undefined {
    if (!this.#head) return bytes;
    const head = this.#head.length === 0 ? bytes : new Uint8Array([...this.#head, ...bytes]);
    const foreign = recogniseHead(head);
    this.#head = foreign === undefined ? head.slice() : undefined;
    if (foreign === false) return head;
    const { hub, greetTimer } = this.#options;
    // A telnet user who only presses Enter is greeted.
    if (head.some((byte) => byte !== CR && byte !== LF)) greetTimer.cancel(this);
    if (foreign) hub.drop(this.#session, foreign);
    return undefined;
  }

  async #readLines(bytes: Uint8Array): Promise<void> {
    this.#splitter.push(this.#isText ? this.#telnet.decode(bytes) : bytes);
    const maxPending = this.#options.limits.pending / 4; // the reply to one more line may be long
    let startedAt = this.#options.clock.now();
    for (let result; !this.#isClosing && (result = this.#splitter.next());) {
      if (this.#options.clock.now() - startedAt > STRETCH) {
        await this.#pauseFor(0); // the event loop serves others
        startedAt = this.#options.clock.now();
      }
      if (!this.#session.hasSpoken) this.#options.greetTimer.cancel(this);
      const wait = this.#sending.takeLine();
      if (wait > 0) await this.#throttle(wait);
      // However many replies the peer asks for at once, few are pending.
      while (!this.#isClosing && this.#outbox.pending > maxPending) await this.#pause("outbox");
      if (this.#session.inputPauses > 0) await this.#untilHubIsReady();
      if (!this.#isClosing) this.#onResult(result);
    }
  }

  /** The peer has closed its side: its last line may have no LF. */
  async #onEnd(): Promise<void> {
    if (this.#head) await this.#readLines(this.#head);
    const last = this.#isClosing ? undefined : this.#splitter.end();
    await this.#untilHubIsReady();
    if (last && !this.#isClosing) this.#onResult(last, { isWhole: false });
    await this.#untilHubIsReady();
  }

  #onResult(result: SplitResult, { isWhole = true } = {}): void {
    const { hub } = this.#options;
    const session = this.#session;
    switch (result.kind) {
      case "line":
        if (this.#isText && result.text.includes(NUL)) break; // UTF-16
        return this.#onLine(result.text, isWhole);
      case "not_utf8": {
        const foreign = this.#isText && recogniseHead(result.bytes);
        if (foreign) return hub.drop(session, foreign);
        break;
      }
      case "too_long":
        return hub.sendError(session, { code: "line_too_long", params: { max: result.max } });
      case "overrun":
        return hub.drop(session, "line_too_long", { max: result.max });
    }
    hub.sendError(session, { code: "not_utf8", params: {} });
  }

  get #isText(): boolean {
    return this.#session.dialect.name === "text";
  }

  #onLine(line: string, isWhole: boolean): void {
    const { hub, limits } = this.#options;
    const { dialect } = this.#session;
    hub.onLine(this.#session, line, { isWhole });
    // The first line may change the dialect, and with it the limits.
    if (this.#session.dialect !== dialect) {
      this.#splitter.limits = splitLimits(limits, this.#session.dialect);
    }
  }

  // Pausing.

  /** Pauses for as long as the rate limit says, and notifies the peer the first time. */
  async #throttle(milliseconds: number): Promise<void> {
    const { hub, log } = this.#options;
    if (!this.#wasThrottled) {
      this.#wasThrottled = true;
      hub.notify(this.#session, "throttled");
      log.info("throttled", { peer: this.address, nick: this.#session.nick });
    }
    await this.#pauseFor(milliseconds);
  }

  async #pauseFor(milliseconds: number): Promise<void> {
    const stopTimer = this.#options.clock.after(milliseconds, () => this.#resume("time"));
    await this.#pause("time");
    stopTimer();
  }

  /** Pauses until the hub has done what the session asked for. */
  async #untilHubIsReady(): Promise<void> {
    while (!this.#isClosing && this.#session.inputPauses > 0) await this.#pause("hub");
  }

  async #pause(reason: PauseReason): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pauseReason = reason;
    this.#endPause = resolve;
    await promise;
    this.#pauseReason = undefined;
    this.#lastReadAt = this.#options.clock.now(); // the peer could not be heard meanwhile
  }

  #resume(reason: PauseReason): void {
    if (this.#pauseReason === reason) this.#endPause();
  }

  // Writing.

  /** Writes the outbox until it is empty. Nothing else writes to the socket, and only one call runs at a time. */
  async #flush(): Promise<void> {
    if (this.#isWriting || this.#isClosed) return;
    this.#isWriting = true;
    try {
      for (let chunk; (chunk = this.#outbox.next());) {
        for (let written = 0; written < chunk.length;) {
          if (written > 0) chunk = chunk.subarray(written); // short writes are rare
          written = await this.#socket.write(chunk);
          this.#stalledSince = NaN;
          this.#outbox.markSent(written);
          this.#resume("outbox");
        }
      }
      this.#isWriting = false;
    } catch {
      return this.#destroy(); // the peer is gone, as the next read will say
    }
    if (this.#isClosing) this.#endOutput();
  }

  /** Disconnects a slow consumer. What is queued gives way to the `bye` with the reason. */
  #evict(): void {
    if (this.#eviction !== "none") return;
    this.#eviction = "evicted";
    const { hub, log } = this.#options;
    log.info("dropped", {
      peer: this.address,
      nick: this.#session.nick,
      reason: "slow_consumer",
      queued: this.#outbox.pending,
    });
    this.#outbox.dropQueued();
    queueMicrotask(() => { // the hub may be in the middle of a fan-out
      this.#eviction = "dismissed";
      hub.dismiss(this.#session, "slow_consumer");
    });
  }

  // Ending.

  /** Closes our side when all is written, and lets the peer close its own. */
  async #endOutput(): Promise<void> {
    if (this.#hasEndedOutput || this.#isClosed) return;
    this.#hasEndedOutput = true;
    if (this.#hasReadAll) return this.#destroy();
    this.#stopDeadline();
    const { clock, timeouts } = this.#options;
    this.#stopDeadline = clock.after(timeouts.linger, () => this.#destroy());
    try {
      await this.#socket.closeWrite();
    } catch {
      this.#destroy();
    }
  }

  #destroy(): void {
    if (this.#isClosed) return;
    this.#isClosing = this.#isClosed = true;
    this.#stopDeadline();
    this.#endPause();
    this.#outbox.dropAll();
    try {
      this.#socket.close();
    } catch {
      // closed already
    }
    this.#onClosed?.();
  }
}
