/**
 * A bare TCP peer for tests: sends bytes, reads lines, and closes in every way that a peer can. It does
 * not validate frames, so that tests see what was really sent.
 *
 * It uses node:net, as Deno.Conn can neither reset a connection nor stop reading.
 */

import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { HUB_NAME } from "../../server/setup/certificate.ts";
import type { ClientFrame, HubFrame } from "../../common/protocol/frame.ts";
import { DEADLINE_MS, type NotYet, search, show, type Wanted, Watch } from "./watch.ts";

// The lines that an error shows, and the characters of each.
const SHOWN_LINES = 40;
const SHOWN_LENGTH = 200;

export interface PeerOptions {
  /** 127.0.0.1 by default. */
  hostname?: string;
  /** The hub's certificate in PEM, to connect with TLS. */
  tls?: string;
  /** Whether to read from the start; true by default. See `pause`. */
  reading?: boolean;
  /** How long it waits for anything, in milliseconds. */
  deadlineMs?: number;
}

/** One connection. `await using` closes it. */
export class Peer {
  readonly #socket: Socket;
  readonly #watch = new Watch();
  readonly #deadlineMs: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #decoder = new TextDecoder();
  readonly #gone: Promise<void>;
  /** All lines so far, of which the first `#consumed` were returned. */
  readonly #lines: string[] = [];
  #consumed = 0;
  #rest = "";
  #closed: "end" | "reset" | undefined;

  /** Connects; rejects with the system's error, such as ECONNREFUSED. */
  static async connect(port: number, options: PeerOptions = {}): Promise<Peer> {
    const { hostname = "127.0.0.1", reading = true, deadlineMs = DEADLINE_MS } = options;
    // When the other side ends, this side must stay open.
    const where = { port, host: hostname, allowHalfOpen: true, noDelay: true };
    const socket = options.tls === undefined
      ? connect(where)
      : connectTls({ ...where, ca: options.tls, servername: HUB_NAME });
    const peer = new Peer(socket, reading, deadlineMs);
    await new Promise<void>((resolve, reject) => {
      socket.once(options.tls === undefined ? "connect" : "secureConnect", resolve);
      socket.once("error", reject);
    });
    return peer;
  }

  private constructor(socket: Socket, reading: boolean, deadlineMs: number) {
    this.#socket = socket;
    this.#deadlineMs = deadlineMs;
    this.#gone = new Promise((resolve) => socket.once("close", () => resolve()));
    // Before the listener is added, which would start reading.
    if (!reading) socket.pause();
    socket.on("data", (bytes) => this.#received(bytes as Buffer));
    socket.on("end", () => this.#end("end"));
    socket.on("error", () => this.#end("reset"));
    socket.on("close", () => this.#end("end"));
  }

  #received(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    this.#lines.push(...lines);
    this.#watch.changed();
  }

  #end(how: "end" | "reset"): void {
    this.#closed ??= how;
    this.#watch.end(how === "end" ? "the connection was closed" : "the connection was reset");
  }

  /**
   * Sends text or bytes as they are, without adding an LF. Resolves when the system has accepted all
   * of it, which waits for a hub that does not read. Need not be awaited: the order is kept.
   */
  send(data: string | Uint8Array): Promise<void> {
    const sent = new Promise<void>((resolve, reject) => {
      const bytes = typeof data === "string" ? data : Buffer.from(data);
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve());
    });
    // If it is not awaited, a rejection after the end of the test is not a failure.
    sent.catch(() => {});
    return sent;
  }

  /** Sends a frame; use `send` for invalid ones. */
  sendFrame(frame: ClientFrame): Promise<void> {
    return this.send(JSON.stringify(frame) + "\n");
  }

  /** The next line without its LF. Rejects when the connection ends first. */
  line(): Promise<string> {
    return this.#next("a line", () => true, (line) => line);
  }

  /** Skips lines until one contains `wanted` or matches it, and returns that line. */
  until(wanted: Wanted): Promise<string> {
    const matches = (line: string) => Boolean(search(line, wanted));
    return this.#next(`a line with ${show(wanted)}`, matches, (line) => line);
  }

  /** The next line, which must be a frame. */
  frame(): Promise<HubFrame> {
    return this.#next("a frame", () => true, parse);
  }

  /** Skips lines until one is a frame of this type, and returns it. */
  untilFrame<K extends HubFrame["type"]>(type: K): Promise<Extract<HubFrame, { type: K }>> {
    const matches = (line: string) => line.startsWith("{") && parse(line).type === type;
    const take = (line: string) => parse(line) as Extract<HubFrame, { type: K }>;
    return this.#next(`a frame of type ${type}`, matches, take);
  }

  #next<T>(what: string, matches: (line: string) => boolean, take: (line: string) => T) {
    const attempt = () => {
      for (let line; (line = this.#lines[this.#consumed]) !== undefined;) {
        this.#consumed++;
        if (matches(line)) return { taken: take(line) };
      }
      return undefined;
    };
    return this.#until(what, attempt).then(({ taken }) => taken);
  }

  #until<T>(what: string, attempt: () => T | NotYet): Promise<T> {
    const describe = (reason: string) =>
      [
        `Waited for ${what}: ${reason}`,
        `received, ${this.#lines.length} lines, ending in:`,
        ...this.#lines.slice(-SHOWN_LINES).map((line) => `|${line.slice(0, SHOWN_LENGTH)}`),
        `without LF: ${JSON.stringify(this.#rest.slice(0, SHOWN_LENGTH))}`,
      ].join("\n");
    return this.#watch.until(attempt, describe, { deadlineMs: this.#deadlineMs });
  }

  /** Everything received so far. */
  received(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  /** The lines that were received and not yet returned. */
  pending(): string[] {
    return this.#lines.slice(this.#consumed);
  }

  /** Waits until the other side has closed (`end`) or reset the connection. */
  closed(): Promise<"end" | "reset"> {
    return this.#until("the end of the connection", () => this.#closed);
  }

  /** Closes the write side after all that was sent; reading goes on. */
  end(): void {
    this.#socket.end();
  }

  /** Resets the connection, as a crash does. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Stops reading: buffers fill up, as with a slow consumer. */
  pause(): void {
    this.#socket.pause();
  }

  /** Starts reading again. */
  resume(): void {
    this.#socket.resume();
  }

  /** Closes both ways at once. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
    await this.#gone;
  }
}

function parse(line: string): HubFrame {
  const value: unknown = JSON.parse(line);
  if (typeof value !== "object" || value === null || !("type" in value)) {
    throw new TypeError(`Cannot read ${line} as a frame: it has no type`);
  }
  return value as HubFrame;
}
