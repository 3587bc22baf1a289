/**
 * The port for metrics: each connection asks once, within bounds, and is answered. Slow or silent ones cost a place for a
 * few seconds, and the newest always gets one. What there is to be asked it does not know.
 */

import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import {
  formatResponse,
  type HttpRequest,
  type HttpResponse,
  MAX_HEAD,
  parseRequest,
} from "./http.ts";
import { type MetricsPages, respond } from "./pages.ts";

/** So many connections at the same time; for one more, the oldest ends. Each takes one of the system's files. */
export const MAX_SCRAPERS = 16;
/** So long a connection may take for all that it does, in milliseconds. */
export const SCRAPE_TIME = 5_000;
/** After an accept that failed, the next one waits so long, in milliseconds. */
const ACCEPT_PAUSE = 1_000;

/** A connection, as far as it is needed. */
type Socket = Pick<Deno.Conn, "read" | "write" | "closeWrite" | "close">;

export interface MetricsServerOptions {
  pages: MetricsPages;
  log: Log;
  clock: Clock;
}

export class MetricsServer {
  readonly #listener: Pick<Deno.Listener, "close"> & { accept(): Promise<Socket> };
  readonly #options: MetricsServerOptions;
  /** The connections that are open, the oldest first. */
  readonly #open: Set<Socket> = new Set();
  /** What runs for them, and for those that were just ended. */
  readonly #serving: Set<Promise<void>> = new Set();
  readonly #running: Promise<void>;
  #isClosed = false;
  /** Ends the pause after an accept that failed. */
  #goOn: () => void = () => {};

  /** Answers from now on. Give it back with {@linkcode close}. */
  constructor(
    listener: Pick<Deno.Listener, "close"> & { accept(): Promise<Socket> },
    options: MetricsServerOptions,
  ) {
    this.#listener = listener;
    this.#options = options;
    this.#running = this.#run();
  }

  /** Ends the port and all that is open on it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#goOn();
    this.#listener.close();
    for (const socket of this.#open) this.#end(socket);
    await Promise.all([this.#running, ...this.#serving]);
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#serve(await this.#listener.accept());
      } catch (error) {
        if (this.#isClosed) break;
        this.#options.log.warning("metrics: accept failed", { error: String(error) });
        await this.#pause();
      }
    }
  }

  #serve(socket: Socket): void {
    const [oldest] = this.#open;
    if (this.#open.size >= MAX_SCRAPERS) this.#end(oldest!);
    this.#open.add(socket);
    const stop = this.#options.clock.after(SCRAPE_TIME, () => this.#end(socket));
    const serving = this.#converse(socket)
      .catch(() => {}) // it went, or was too slow
      .finally(() => {
        stop();
        this.#end(socket);
        this.#serving.delete(serving);
      });
    this.#serving.add(serving);
  }

  #end(socket: Socket): void {
    if (this.#open.delete(socket)) socket.close();
  }

  async #converse(socket: Socket): Promise<void> {
    const { response, isHead } = await this.#hear(socket);
    for (let bytes = formatResponse(response, { isHead }); bytes.length > 0;) {
      bytes = bytes.subarray(await socket.write(bytes));
    }
    await socket.closeWrite();
    // What it still sends is of no interest; but a close before it has read would cut off the answer.
    const rest = new Uint8Array(1024);
    while (await socket.read(rest) !== null);
  }

  /** Reads what is asked, and makes the answer. */
  async #hear(socket: Socket): Promise<{ response: HttpResponse; isHead: boolean }> {
    const buffer = new Uint8Array(MAX_HEAD);
    for (let length = 0; length < buffer.length;) {
      const size = await socket.read(buffer.subarray(length));
      if (size === null) return refuse({ status: 400, body: "no request\n" });
      length += size;
      const request = parseRequest(latin1(buffer.subarray(0, length)));
      if (request === "bad") return refuse({ status: 400, body: "no request of HTTP/1.1\n" });
      if (request) {
        return { response: await this.#answer(request), isHead: request.method === "HEAD" };
      }
    }
    return refuse({ status: 431, body: `more than ${MAX_HEAD} bytes\n` });
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await respond(request, this.#options.pages);
    } catch (error) {
      this.#options.log.error("fault", { error: String(error) });
      return { status: 500, body: "the hub could not tell\n" };
    }
  }

  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.#options.clock.after(ACCEPT_PAUSE, resolve);
    this.#goOn = resolve;
    await promise;
    stop();
  }
}

function refuse(response: HttpResponse): { response: HttpResponse; isHead: boolean } {
  return { response, isHead: false };
}

/** Each byte as a character: a head is ASCII, and what is not matches nothing. */
function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
