/** One connection of the hub: reads its socket, writes its outbox, and keeps its deadlines. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { attempt } from "../../common/result.ts";
import type { Peer, Session } from "../model/session.ts";
import type { ConnectionBudgets } from "./address_limits.ts";
import { Outbox } from "./outbox.ts";
import { LargeBufferPool, ReadBuffer } from "./read_buffer.ts";
import { type ReadConnection, Reader, type ReaderOptions } from "./reader.ts";
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

/** What all connections of a hub share. */
export interface ConnectionOptions extends ReaderOptions {
  timeouts: ConnectionTimeouts;
}

const BUFFER_POOL = new LargeBufferPool();
// Shared, as 10,000 idle connections would otherwise have one each.
const NOTHING = () => {};

/** What the hub sends goes out at once as far as the system takes it; during a write of the rest it becomes the next write. */
export class Connection implements ReadConnection {
  readonly host: string;
  readonly network: string | undefined;
  readonly socket: PeerSocket;
  readonly #options: ConnectionOptions;
  /** Another one after the peer has resumed. */
  session: Session;

  readonly #buffer: ReadBuffer = new ReadBuffer(BUFFER_POOL);
  readonly #reader: Reader;
  /** When the peer could first send something. */
  #openedAt: number;

  readonly outbox: Outbox;
  #isWriting = false;
  /** When a sweep first saw the current write in flight; NaN before. Reading the clock at each write would be slow. */
  #stalledSince = NaN;
  /** `evicted`: the outbox overflowed, and only the `bye` may follow the gap; `dismissed`: the `bye` may pass. */
  #eviction: "none" | "evicted" | "dismissed" = "none";

  #isShakingHands: boolean;
  readonly rejection: ByeCode | undefined;
  /** Only what is in the outbox is still written. */
  isClosing = false;
  #hasEndedOutput = false;
  #hasReadAll = false;
  #isClosed = false;
  #cancelGreeting: () => void = NOTHING;
  #stopDeadline: () => void = NOTHING;
  #onClosed: (() => void) | undefined;

  constructor(
    socket: PeerSocket,
    options: ConnectionOptions,
    budgets: ConnectionBudgets,
    rejection?: ByeCode,
  ) {
    this.socket = socket;
    this.rejection = rejection;
    this.#options = options;
    this.host = hostOf(socket.remoteAddr);
    this.network = budgets.network;
    this.session = options.hub.attach(this);
    this.#reader = new Reader(this, options, budgets.sending);
    this.outbox = new Outbox(budgets.outboxes, options.limits.pending);
    this.#openedAt = options.clock.now();
    this.#isShakingHands = socket.handshake !== undefined;
  }

  /** Serves the peer until its socket is closed. Never rejects. */
  async run(): Promise<this> {
    const { hub, log, clock, timeouts } = this.#options;
    log.debug("connected", { peer: this.address });
    try {
      if (this.#isShakingHands) await this.#shakeHands();
      if (!this.socket.isProxy || this.rejection) {
        this.#cancelGreeting = clock.after(timeouts.greetAfter, () => this.greet());
      }
      // Not in an async function of its own: for each idle peer that would take another half kilobyte.
      for (let size; (size = await this.socket.read(this.#buffer.bytes)) !== null;) {
        const { isPage } = this;
        await this.#reader.read(this.#buffer.bytes.subarray(0, size));
        if (this.isPage === isPage) this.#buffer.resize(size);
        else this.#buffer.shrink(); // what a page sends is shorter than its request
      }
      await this.#reader.end();
    } catch (error) {
      if (!this.#isClosed) this.#onLost(String(error));
      this.#destroy();
    }
    this.#buffer.release();
    this.stopGreeting();
    this.#hasReadAll = true;
    hub.detach(this.session);
    this.close();
    if (this.#hasEndedOutput) this.#destroy();
    if (!this.#isClosed) await new Promise<void>((resolve) => this.#onClosed = resolve);
    log.debug("disconnected", { peer: this.address });
    return this;
  }

  #onLost(error: string): void {
    const { log } = this.#options;
    const isClear = this.#isShakingHands && CLEAR_TEXT.test(error);
    if (!isClear) return log.debug("connection lost", { peer: this.address, error });
    log.info("dropped", { peer: this.address, reason: "clear_text" });
    this.socket.answerInClear?.();
  }

  // Called by the hub.

  get address(): string {
    return addressOf(this.socket);
  }

  get isPage(): boolean {
    return this.#reader.webSocket !== undefined;
  }

  get frame(): Peer["frame"] {
    return this.isPage ? this.#options.door.webSocket?.frameLines : undefined;
  }

  adopt(session: Session): void {
    this.session = session;
  }

  send(bytes: Uint8Array): void {
    if (this.isClosing || this.#isShakingHands || this.#eviction === "evicted") return;
    const sent = this.#isWriting ? 0 : this.socket.tryWrite?.(bytes) ?? 0;
    this.outbox.countSent(sent);
    if (sent === bytes.length) return;
    if (this.outbox.push(sent === 0 ? bytes : bytes.subarray(sent)) === "full") this.#evict();
    else this.#flush();
  }

  resumeReading(): void {
    this.#reader.resume("hub");
  }

  close(): void {
    if (this.isClosing) return;
    if (this.#isShakingHands) return this.#destroy(); // nothing can be sent yet
    const { webSocket } = this.#reader;
    if (webSocket) this.send(webSocket.closeFrame());
    this.isClosing = true;
    this.#reader.resume();
    const { clock, limits } = this.#options;
    this.#stopDeadline = clock.after(limits.drain, () => this.#destroy());
    if (!this.#isWriting) this.#endOutput();
  }

  /** Greets the peer, which has been silent since it connected, unless it is a browser's spare connection. */
  greet(): void {
    const { hub, door, clock } = this.#options;
    this.stopGreeting();
    if (this.rejection) hub.dismiss(this.session, this.rejection);
    else if (!door.visits.has(this.host, clock.now())) hub.greet(this.session);
  }

  stopGreeting(): void {
    this.#cancelGreeting();
    this.#cancelGreeting = NOTHING;
  }

  // Called by the listener.

  /** Ends the connection if a deadline has passed. Must be called about once a second. */
  sweep(): void {
    if (this.isClosing) return;
    const { hub, log, clock, limits } = this.#options;
    const { stage } = this.session;
    const now = clock.now();
    const age = now - this.#openedAt;
    if (this.#isShakingHands) {
      if (age <= Math.min(limits.handshake, TLS_HANDSHAKE)) return;
      log.info("dropped", { peer: this.address, reason: "handshake_timeout" });
      this.socket.answerInClear?.(); // nc waits to be greeted
      this.#destroy();
    } else if (this.#isStalled(now)) {
      this.#evict();
    } else if (this.#isDead(now)) {
      hub.drop(this.session, "timeout");
    } else if ((stage === "new" || stage === "greeting") && age > limits.handshake) {
      hub.drop(this.session, "handshake_timeout");
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
    return this.session.dialect.pings && !this.#reader.isPaused &&
      now - this.#reader.lastReadAt > this.#options.limits.silence;
  }

  /** Makes the TLS handshake. The deadlines of the peer start after it. */
  async #shakeHands(): Promise<void> {
    await this.socket.handshake?.();
    this.#isShakingHands = false;
    this.#openedAt = this.#reader.lastReadAt = this.#options.clock.now();
  }

  // Writing.

  /** Writes the outbox until it is empty. Nothing else writes to the socket, and only one call runs at a time. */
  async #flush(): Promise<void> {
    if (this.#isWriting || this.#isClosed) return;
    this.#isWriting = true;
    const { pace } = this.#options;
    const delivery = pace.begin();
    try {
      for (let chunk; (chunk = this.outbox.next());) {
        for (let written = 0; written < chunk.length;) {
          if (written > 0) chunk = chunk.subarray(written); // short writes are rare
          written = await this.socket.write(chunk);
          this.#stalledSince = NaN;
          this.outbox.markSent(written);
          this.#reader.resume("outbox");
        }
      }
      this.#isWriting = false;
    } catch {
      return this.#destroy(); // the peer is gone, as the next read will say
    } finally {
      pace.end(delivery);
    }
    if (this.isClosing) this.#endOutput();
  }

  /** Disconnects a slow consumer. What is queued gives way to the `bye` with the reason. */
  #evict(): void {
    if (this.#eviction !== "none") return;
    this.#eviction = "evicted";
    const { hub, log } = this.#options;
    log.info("dropped", {
      peer: this.address,
      nick: this.session.nick,
      reason: "slow_consumer",
      queued: this.outbox.pending,
    });
    this.outbox.dropQueued();
    queueMicrotask(() => { // the hub may be in the middle of a fan-out
      this.#eviction = "dismissed";
      hub.dismiss(this.session, "slow_consumer");
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
    await this.socket.closeWrite().catch(() => this.#destroy());
  }

  #destroy(): void {
    if (this.#isClosed) return;
    this.isClosing = this.#isClosed = true;
    this.#stopDeadline();
    this.#reader.resume();
    this.outbox.dropAll();
    attempt(() => this.socket.close()); // perhaps closed already
    this.#onClosed?.();
  }
}
