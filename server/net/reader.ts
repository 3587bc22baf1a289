/** What a connection receives: an HTTP request, another protocol, or lines for the hub. Pauses reading when it must. */

import type { ByeCode } from "../../common/protocol/codes.ts";
import { recogniseHead } from "../../common/protocol/foreign.ts";
import { LineSplitter, type SplitResult } from "../../common/protocol/line_splitter.ts";
import { hasTelnet, TelnetDecoder } from "../../common/protocol/telnet.ts";
import type { Clock } from "../clock.ts";
import type { Hub } from "../hub/hub.ts";
import { type Limits, splitLimits } from "../limits.ts";
import type { Log } from "../log.ts";
import type { Peer, Session } from "../model/session.ts";
import { answer, type Door } from "../web/door.ts";
import type { WebSocketDecoder } from "../web/websocket.ts";
import type { Outbox } from "./outbox.ts";
import type { Pace } from "./pace.ts";
import type { SendBudget } from "./send_budget.ts";
import { hostOf, type PeerSocket } from "./socket.ts";

/** After this time with the lines of one peer, in milliseconds, others get a turn; the last line may take as long. */
const STRETCH = 5;

const NOTHING = () => {};
// Shared, as 10,000 idle connections would otherwise have one each.
const NO_BYTES = new Uint8Array(0);

const LF = 0x0a;
const NUL = "\0";
/** Neither a CR nor an LF nor a capital letter. */
const isTelling = (byte: number) => !(byte === 0x0d || byte === LF || (byte > 0x40 && byte < 0x5b));

/** Why reading is paused: for a time, until the peer reads its replies, or until the hub is done with its last line. */
type PauseReason = "time" | "outbox" | "hub";

export interface ReaderOptions {
  hub: Hub;
  log: Log;
  limits: Limits;
  clock: Clock;
  /** What is answered to HTTP. */
  door: Door;
  /** When what the lines bring is delivered. */
  pace: Pace;
}

/** The connection, as its reader uses it. */
export interface ReadConnection extends Peer {
  readonly session: Session;
  readonly socket: PeerSocket;
  readonly outbox: Outbox;
  readonly isClosing: boolean;
  /** Why the hub cannot take the peer. */
  readonly rejection: ByeCode | undefined;
  /** Greets the peer, or tells it that. */
  greet(): void;
  /** The peer has spoken, and need not be greeted. */
  stopGreeting(): void;
}

/** While reading is paused, TCP slows the peer down. */
export class Reader {
  readonly #connection: ReadConnection;
  readonly #options: ReaderOptions;
  readonly #sending: SendBudget;
  readonly #splitter: LineSplitter;
  /** Of a user in text with telnet. */
  #telnet: TelnetDecoder | undefined;
  /** Of a page. */
  webSocket: WebSocketDecoder | undefined;
  /** The first bytes, until they are known to be lines; then undefined. */
  #head: Uint8Array | undefined = NO_BYTES;
  /** When the peer was last heard. */
  lastReadAt: number;
  /** The number of the last delivery before its last line. */
  #delivery = -1;
  #wasThrottled = false;
  #pauseReason: PauseReason | undefined;
  #endPause: () => void = NOTHING;

  constructor(connection: ReadConnection, options: ReaderOptions, sending: SendBudget) {
    this.#connection = connection;
    this.#options = options;
    this.#sending = sending;
    this.#splitter = new LineSplitter(splitLimits(options.limits, connection.session.dialect));
    this.lastReadAt = options.clock.now();
  }

  /** Bytes were received. */
  async read(received: Uint8Array): Promise<void> {
    // The head is read again with each of its pieces.
    const wait = this.#sending.takeBytes(received.length + (this.#head?.length ?? 0));
    if (wait > 0) await this.#throttle(wait);
    this.lastReadAt = this.#options.clock.now();
    if (this.#connection.isClosing) return; // still read, so that the peer can finish writing
    const bytes = this.#checkHead(received);
    if (!bytes) return;
    // The first line may be a `hello`: what follows it has no telnet in it.
    const firstEnd = this.#isText && !this.#session.hasSpoken ? bytes.indexOf(LF) + 1 : 0;
    if (firstEnd > 0) await this.#readLines(bytes.subarray(0, firstEnd));
    if (!this.#connection.isClosing) await this.#readLines(bytes.subarray(firstEnd));
  }

  /** The bytes to split into lines. Undefined if they are foreign, which ends the connection, or too few to say. */
  #checkHead(bytes: Uint8Array): Uint8Array | undefined {
    if (!this.#head) return bytes;
    const head = Buffer.concat([this.#head, bytes]);
    const found = recogniseHead(head);
    const kind = found === "irc" && !this.#options.hub.hasIrc ? false : found;
    this.#head = kind === undefined || kind === "http" ? head : undefined;
    const { rejection } = this.#connection;
    if (kind === "irc") {
      this.#options.hub.useIrc(this.#session);
      this.#onDialect();
    }
    if ((kind === false || kind === "irc") && !rejection) return head;
    // A telnet user who only presses Enter, or has only typed the first word, is greeted.
    if (head.some(isTelling) && !rejection) this.#connection.stopGreeting();
    if (kind === "http") return this.#onRequest(head);
    if (rejection && kind !== undefined) this.#connection.greet();
    else if (kind && kind !== "irc") this.#options.hub.drop(this.#session, kind);
    return undefined;
  }

  /** Answers an HTTP request when its head is whole. Returns what follows it, for a page that gets its socket. */
  #onRequest(head: Uint8Array): Uint8Array | undefined {
    const { hub, log, door, limits } = this.#options;
    const connection = this.#connection;
    const { host, address: peer } = connection;
    door.visits.add(host, this.lastReadAt);
    if (this.#session.stage !== "new") { // greeted in text already
      hub.drop(this.#session, "other_protocol", { protocol: "HTTP" });
      return undefined;
    }
    const answered = answer(head, hostOf(connection.socket.localAddr), door, connection.rejection);
    if (!answered) return undefined;
    this.#head = undefined;
    const { status, bytes, rest, refused } = answered;
    if (refused === undefined) log.debug("web request", { peer, status });
    else log.info("web request", { peer, status, refused });
    connection.send(bytes);
    if (rest) {
      const { WebSocketDecoder } = door.webSocket!;
      this.webSocket = new WebSocketDecoder(limits.frame, connection);
      hub.expectHello(this.#session);
      this.#onDialect();
      if (connection.rejection) connection.greet();
    } else {
      hub.detach(this.#session);
      connection.close();
    }
    return rest;
  }

  async #readLines(bytes: Uint8Array): Promise<void> {
    this.#splitter.push(this.#decode(bytes));
    const maxPending = this.#options.limits.pending / 4; // the reply to one more line may be long
    if (this.#isAhead) await this.#options.pace.wait;
    let startedAt = this.#options.clock.now();
    for (let result; !this.#connection.isClosing && (result = this.#splitter.next());) {
      if (this.#options.clock.now() - startedAt > STRETCH) {
        await this.#pauseFor(0); // the event loop serves others
        if (this.#isAhead) await this.#options.pace.wait;
        startedAt = this.#options.clock.now();
      }
      if (!this.#session.hasSpoken) this.#connection.stopGreeting();
      const wait = this.#sending.takeLine();
      if (wait > 0) await this.#throttle(wait);
      // However many replies the peer asks for at once, few are pending.
      while (!this.#connection.isClosing && this.#connection.outbox.pending > maxPending) {
        await this.#pause("outbox");
      }
      if (this.#session.inputPauses > 0) await this.#untilHubIsReady();
      if (!this.#connection.isClosing) this.#onResult(result);
    }
    if (this.webSocket?.isOver && !this.#connection.isClosing) this.#endPage(this.webSocket);
  }

  #decode(bytes: Uint8Array): Uint8Array {
    if (this.webSocket) return this.webSocket.decode(bytes);
    if (this.#isText && hasTelnet(bytes)) {
      this.#telnet ??= new TelnetDecoder((refusals) => this.#connection.send(refusals));
    }
    return this.#telnet?.decode(bytes) ?? bytes;
  }

  #endPage({ fault }: WebSocketDecoder): void {
    const { hub, log, limits, door } = this.#options;
    if (fault === door.webSocket?.TOO_LONG) {
      return hub.drop(this.#session, "line_too_long", { max: limits.frame });
    }
    const { address: peer } = this.#connection;
    if (fault) log.info("dropped", { peer, reason: `web_socket_${fault}` });
    this.#connection.close();
  }

  /** The peer has closed its side: its last line may have no LF. */
  async end(): Promise<void> {
    if (this.#connection.rejection) return this.#connection.greet();
    if (this.#head && recogniseHead(this.#head) !== "http") await this.#readLines(this.#head);
    const last = this.#connection.isClosing ? undefined : this.#splitter.end();
    await this.#untilHubIsReady();
    if (last && !this.#connection.isClosing) this.#onResult(last, { isWhole: false });
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
        if (foreign && foreign !== "http" && foreign !== "irc") return hub.drop(session, foreign);
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
    const { dialect } = this.#session;
    this.#delivery = this.#options.pace.delivery;
    this.#options.hub.onLine(this.#session, line, { isWhole });
    if (this.#session.dialect !== dialect) this.#onDialect(); // the first line may change it
  }

  #onDialect(): void {
    this.#splitter.limits = splitLimits(this.#options.limits, this.#session.dialect);
    if (!this.#isText) this.#telnet = undefined;
  }

  // Pausing.

  /** Pauses for as long as the rate limit says, and notifies the peer the first time. */
  async #throttle(milliseconds: number): Promise<void> {
    const { hub, log } = this.#options;
    if (!this.#wasThrottled && !this.#head) {
      this.#wasThrottled = true;
      hub.notify(this.#session, "throttled");
      log.info("throttled", { peer: this.#connection.address, nick: this.#session.nick });
    }
    await this.#pauseFor(milliseconds);
  }

  async #pauseFor(milliseconds: number): Promise<void> {
    const stopTimer = this.#options.clock.after(milliseconds, () => this.resume("time"));
    await this.#pause("time");
    stopTimer();
  }

  /** Pauses until the hub has done what the session asked for. */
  async #untilHubIsReady(): Promise<void> {
    while (!this.#connection.isClosing && this.#session.inputPauses > 0) await this.#pause("hub");
  }

  /** Whether its last lines wait for delivery: then it reads no more until they are delivered. */
  get #isAhead(): boolean {
    const { pace } = this.#options;
    return pace.wait !== undefined && pace.delivery === this.#delivery;
  }

  async #pause(reason: PauseReason): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pauseReason = reason;
    this.#endPause = resolve;
    await promise;
    this.#pauseReason = undefined;
    this.lastReadAt = this.#options.clock.now(); // the peer could not be heard meanwhile
  }

  /** Ends a pause for this reason, or any pause. */
  resume(reason?: PauseReason): void {
    if (reason === undefined || this.#pauseReason === reason) this.#endPause();
  }

  get isPaused(): boolean {
    return this.#pauseReason !== undefined;
  }

  get #session(): Session {
    return this.#connection.session;
  }
}
