/**
 * The client's side of the wire: connects, says hello, sends frames one after another, and gives what the hub sends in
 * batches as they come. What the frames mean and how they look is not its business.
 */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import {
  type ClientFrame,
  decodeHubFrame,
  encodeFrame,
  type HelloFrame,
  type HubFrame,
  MAX_HUB_FRAME,
  type WireFrame,
} from "../../common/protocol/frame.ts";
import { LineSplitter } from "../../common/protocol/line_splitter.ts";
import { unfold } from "../../common/protocol/runs.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { beginsTls } from "../../common/protocol/tls.ts";
import { CONNECT_TIMEOUT, dial } from "./dial.ts";
import type { HubSocket } from "./tls_socket.ts";

/** A ping goes out so often, and a hub from which nothing came for so long is gone, in milliseconds. */
const PING_EVERY = 30_000;
const SILENCE = 90_000;
const READ_BUFFER = 64 * 1024;
/** So many UTF-16 units are shown of what something else than a hub answered. */
const MAX_SHOWN = 120;

const utf8 = new TextEncoder();

export class HubConnection {
  readonly address: Address;
  readonly #socket: HubSocket;
  readonly #splitter = new LineSplitter({ maxLine: MAX_HUB_FRAME, maxUnended: 2 * MAX_HUB_FRAME });
  #writes: Promise<void> = Promise.resolve();
  #heardAt = performance.now();
  #welcomed = false;
  /** What came before the welcome and is no frame: for people, or from something that is no hub. */
  #strayLine = "";
  /** Whether the first that came was TLS, which was not expected here. */
  #isTls: boolean | undefined;
  #closed: "open" | "by_us" | "given_up" = "open";

  private constructor(socket: HubSocket, address: Address) {
    this.#socket = socket;
    this.address = address;
  }

  /**
   * Connects, by TCP alone unless told how, and says hello.
   *
   * @throws {Failure} when nothing can be connected to at the address.
   * @throws what the signal has as its reason, when it comes first.
   */
  static async open(
    address: Address,
    hello: Omit<HelloFrame, "type">,
    signal: AbortSignal,
    connect: (signal: AbortSignal) => Promise<HubSocket> = (signal) => dial(address, signal),
  ): Promise<HubConnection> {
    const connection = new HubConnection(await connect(signal), address);
    connection.send({ type: "hello", ...hello });
    return connection;
  }

  /**
   * Queues a frame. Resolves when it is with the kernel, also when the connection has failed: that is told by
   * {@linkcode batches}.
   */
  send(frame: ClientFrame): Promise<void> {
    const sent = frame.type === "hello" ? { ...frame, runs: true as const } : frame;
    const bytes = utf8.encode(encodeFrame(sent) + "\n");
    return this.#writes = this.#writes.then(() => this.#write(bytes));
  }

  /**
   * What the hub sends, as it comes: the frames of each read together. Ends when the hub closes the connection after
   * its `bye`, or when {@linkcode close} was called.
   *
   * @throws {Failure} when the connection breaks without a `bye`, or when what answers is no hub.
   */
  async *batches(): AsyncGenerator<HubFrame[]> {
    const buffer = new Uint8Array(READ_BUFFER);
    const welcomeDue = setTimeout(() => this.#end("given_up"), CONNECT_TIMEOUT);
    const pinging = setInterval(() => this.#ping(), PING_EVERY);
    let bye = false;
    try {
      for (let size; (size = await this.#read(buffer)) !== null;) {
        this.#heardAt = performance.now();
        this.#isTls ??= beginsTls(buffer.subarray(0, size));
        const frames = this.#frames(buffer.subarray(0, size));
        if (this.#welcomed) clearTimeout(welcomeDue);
        bye ||= frames.some((frame) => frame.type === "bye");
        if (frames.length > 0) yield frames;
      }
      if (!bye && this.#closed !== "by_us") throw this.#whyItEnded();
    } finally {
      clearTimeout(welcomeDue);
      clearInterval(pinging);
      this.close();
    }
  }

  /** Ends the connection. What was sent and is not with the kernel yet is dropped. */
  close(): void {
    this.#end("by_us");
  }

  #end(how: "by_us" | "given_up"): void {
    if (this.#closed !== "open") return;
    this.#closed = how;
    this.#socket.close();
  }

  #frames(bytes: Uint8Array): HubFrame[] {
    const frames: HubFrame[] = [];
    this.#splitter.push(bytes);
    for (let result; (result = this.#splitter.next());) {
      if (result.kind === "overrun") this.#end("given_up");
      if (result.kind !== "line" && result.kind !== "not_utf8") continue;
      const line = result.kind === "line" ? result.text : "";
      const decoded = decodeHubFrame(line);
      if (decoded.kind === "frame" && (this.#welcomed || isFirstWord(decoded.frame))) {
        this.#welcomed = true;
        for (const frame of unfold(decoded.frame)) frames.push(frame);
      } else if (!this.#welcomed && this.#strayLine === "") {
        this.#strayLine = line;
      }
    }
    return frames;
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#socket.read(buffer);
    } catch {
      return null; // reset, or closed by us
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      while (bytes.length > 0) bytes = bytes.subarray(await this.#socket.write(bytes));
    } catch {
      // the read side says why
    }
  }

  #ping(): void {
    if (performance.now() - this.#heardAt > SILENCE) this.#end("given_up");
    else this.send({ type: "ping" });
  }

  #whyItEnded(): Failure {
    const address = formatAddress(this.address);
    if (this.#welcomed) return new Failure("failure.lost", { address });
    if (this.#isTls) return new Failure("failure.speaks_tls", { address });
    const line = sanitize(this.#strayLine).slice(0, MAX_SHOWN).toWellFormed();
    // A hub that has no place for us speaks to us as to anybody.
    if (/^[*!] /.test(line)) {
      return new Failure("failure.turned_away", { address, reason: line.slice(2) });
    }
    if (line !== "") return new Failure("failure.not_a_hub", { address, line });
    return new Failure("failure.silent", { address });
  }
}

/** A hub begins with a welcome, or with why there is none. */
function isFirstWord({ type }: WireFrame): boolean {
  return type === "welcome" || type === "bye" || type === "error";
}
