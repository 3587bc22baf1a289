/** The client's side of a connection: sends the hello and further frames, and yields the hub's frames in batches. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { writeAll } from "../../common/cli/write_all.ts";
import type { ClientFrame, HelloFrame, HubFrame } from "../../common/protocol/frame.ts";
import { MAX_HUB_FRAME } from "../../common/protocol/frame.ts";
import { decodeHubFrame, encodeFrame } from "../../common/protocol/frame_codec.ts";
import { LineSplitter } from "../../common/protocol/line_splitter.ts";
import { unfold } from "../../common/protocol/runs.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { beginsTls } from "../../common/protocol/tls.ts";
import type { HubSocket } from "./tls_socket.ts";

/** Limit for each step up to the hub's welcome, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000;
/** Time between pings, and how long the hub may stay silent, in milliseconds. */
const PING_INTERVAL = 30_000;
const SILENCE_TIMEOUT = 90_000;
const READ_BUFFER = 64 * 1024;
/** How much is shown of the answer of a service that is not a hub, in UTF-16 code units. */
const MAX_SHOWN = 120;
/** A hub's first frame is a welcome, or the reason for none. */
const FIRST_FRAMES: readonly string[] = ["welcome", "bye", "error"];

const utf8 = new TextEncoder();

export class HubConnection {
  readonly #address: Address;
  readonly #socket: HubSocket;
  readonly #splitter = new LineSplitter({ maxLine: MAX_HUB_FRAME, maxUnended: 2 * MAX_HUB_FRAME });
  #writes: Promise<void> = Promise.resolve();
  #lastReadAt = performance.now();
  /** Whether the peer has answered with a frame, as a hub does. */
  #isHub = false;
  /** The first line before the welcome that is not a frame: text for people, or from a service that is not a hub. */
  #strayLine = "";
  /** Whether the peer's first bytes are TLS, which a plain connection does not expect. */
  #speaksTls: boolean | undefined;
  #status: "open" | "closed" | "failed" = "open";

  /** Sends the hello on a connection that nothing was sent on yet. */
  constructor(socket: HubSocket, address: Address, hello: Omit<HelloFrame, "type">) {
    this.#socket = socket;
    this.#address = address;
    this.send({ type: "hello", ...hello });
  }

  /** Queues a frame. Never fails: a broken connection shows in {@linkcode batches}. */
  send(frame: ClientFrame): void {
    const sent = frame.type === "hello" ? { ...frame, runs: true as const } : frame;
    const bytes = utf8.encode(encodeFrame(sent) + "\n");
    this.#writes = this.#writes.then(() => writeAll(this.#socket, bytes)).catch(() => {});
  }

  /**
   * The hub's frames, one batch per read. Ends when the hub closes the connection after its `bye`, or after `close`.
   * @throws {Failure} if the connection breaks without a `bye`, or if the peer is not a hub.
   */
  async *batches(): AsyncGenerator<HubFrame[]> {
    const buffer = new Uint8Array(READ_BUFFER);
    const answerTimer = setTimeout(() => this.#end("failed"), CONNECT_TIMEOUT);
    const pingTimer = setInterval(() => this.#ping(), PING_INTERVAL);
    let hasBye = false;
    // It rejects when it was reset, or closed here.
    const read = () => this.#socket.read(buffer).catch(() => null);
    try {
      for (let size; (size = await read()) !== null;) {
        this.#lastReadAt = performance.now();
        this.#speaksTls ??= beginsTls(buffer.subarray(0, size));
        const frames = this.#decode(buffer.subarray(0, size));
        if (this.#isHub) clearTimeout(answerTimer);
        hasBye ||= frames.some((frame) => frame.type === "bye");
        if (frames.length > 0) yield frames;
      }
      if (!hasBye && this.#status !== "closed") throw this.#failure();
    } finally {
      clearTimeout(answerTimer);
      clearInterval(pingTimer);
      this.close();
    }
  }

  /** Asks for a sign of life: a hub that sends nothing within this time, in milliseconds, is lost. */
  check(patience: number): void {
    const askedAt = performance.now();
    this.send({ type: "ping" });
    setTimeout(() => this.#lastReadAt < askedAt && this.#end("failed"), patience);
  }

  /** Closes the connection, dropping what the kernel does not have yet. */
  close(): void {
    this.#end("closed");
  }

  #end(status: "closed" | "failed"): void {
    if (this.#status !== "open") return;
    this.#status = status;
    this.#socket.close();
  }

  #decode(bytes: Uint8Array): HubFrame[] {
    const frames: HubFrame[] = [];
    this.#splitter.push(bytes);
    for (let result; (result = this.#splitter.next());) {
      if (result.kind === "overrun") this.#end("failed");
      if (result.kind !== "line" && result.kind !== "not_utf8") continue;
      const line = result.kind === "line" ? result.text : "";
      const decoded = decodeHubFrame(line);
      if (decoded.kind === "frame" && (this.#isHub || FIRST_FRAMES.includes(decoded.frame.type))) {
        this.#isHub = true;
        for (const frame of unfold(decoded.frame)) frames.push(frame);
      } else if (!this.#isHub && this.#strayLine === "") {
        this.#strayLine = line;
      }
    }
    return frames;
  }

  #ping(): void {
    if (performance.now() - this.#lastReadAt > SILENCE_TIMEOUT) this.#end("failed");
    else this.send({ type: "ping" });
  }

  #failure(): Failure {
    const address = formatAddress(this.#address);
    if (this.#isHub) return new Failure("failure.lost", { address });
    if (this.#speaksTls) return new Failure("failure.speaks_tls", { address });
    const line = sanitize(this.#strayLine).slice(0, MAX_SHOWN).toWellFormed();
    // A hub that is full refuses in text, before it reads a hello.
    if (/^[*!] /.test(line)) {
      return new Failure("failure.turned_away", { address, reason: line.slice(2) });
    }
    if (line !== "") return new Failure("failure.not_a_hub", { address, line });
    return new Failure("failure.silent", { address });
  }
}
