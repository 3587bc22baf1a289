/** Serves the metrics over HTTP, one request a connection. A slow client occupies one of a few places for seconds. */

import { writeAll } from "../../common/cli/write_all.ts";
import { MAX_HEAD } from "../../common/protocol/foreign.ts";
import { AcceptLoop, type Acceptor } from "../accept_loop.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { formatResponse, type HttpRequest, type HttpResponse, parseRequest } from "../web/http.ts";

/** Connections at the same time; one more ends the oldest. Each occupies a descriptor. */
export const MAX_SCRAPERS = 16;
/** How long a connection may last, in milliseconds. */
export const SCRAPE_TIME = 5_000;

type ScraperSocket = Pick<Deno.Conn, "read" | "write" | "closeWrite" | "close">;

export interface MetricsServerOptions {
  metrics: () => Promise<{ text: string; type: string }>;
  /** Why nobody can join at the moment, in one line; undefined if everybody can. */
  unready: () => string | undefined;
  log: Log;
  clock: Clock;
  /** Longest pause for want of descriptors or memory, in milliseconds. */
  acceptPause: number;
}

export class MetricsServer {
  readonly #accepting: AcceptLoop<ScraperSocket>;
  readonly #options: MetricsServerOptions;
  /** Open connections, the oldest first. */
  readonly #open: Set<ScraperSocket> = new Set();
  /** Connections that are being served, including those that were just closed. */
  readonly #serving: Set<Promise<void>> = new Set();
  readonly #running: Promise<void>;

  /** Starts answering. Stop it with {@linkcode close}. */
  constructor(listener: Acceptor<ScraperSocket>, options: MetricsServerOptions) {
    this.#options = options;
    this.#accepting = new AcceptLoop(listener, {
      serve: (socket) => this.#serve(socket),
      log: options.log,
      failed: "metrics: accept failed",
      clock: options.clock,
      maxPause: options.acceptPause,
    });
    this.#running = this.#accepting.run();
  }

  /** Closes the port and all its connections. */
  async close(): Promise<void> {
    this.#accepting.stop();
    for (const socket of this.#open) this.#end(socket);
    await Promise.all([this.#running, ...this.#serving]);
  }

  #serve(socket: ScraperSocket): void {
    const [oldest] = this.#open;
    if (this.#open.size >= MAX_SCRAPERS) this.#end(oldest!);
    this.#open.add(socket);
    const stop = this.#options.clock.after(SCRAPE_TIME, () => this.#end(socket));
    const serving = this.#respond(socket)
      .catch(() => {}) // the client is gone, or was too slow
      .finally(() => {
        stop();
        this.#end(socket);
        this.#serving.delete(serving);
        this.#accepting.retry();
      });
    this.#serving.add(serving);
  }

  #end(socket: ScraperSocket): void {
    if (this.#open.delete(socket)) socket.close();
  }

  async #respond(socket: ScraperSocket): Promise<void> {
    const received = await receive(socket);
    const isRequest = "method" in received;
    const response = isRequest
      ? await respond(received, this.#options).catch((error) => this.#onFault(error))
      : received;
    const isHead = isRequest && received.method === "HEAD";
    await writeAll(socket, formatResponse(response, { isHead }));
    await socket.closeWrite();
    // Read to the end: closing earlier could cut off the response.
    const rest = new Uint8Array(1024);
    while (await socket.read(rest) !== null);
  }

  #onFault(error: unknown): HttpResponse {
    this.#options.log.error("fault", { error: String(error) });
    return { status: 500, body: "internal error: see the log of the hub\n" };
  }
}

/** Reads the request; the response if it is not one. */
async function receive(socket: ScraperSocket): Promise<HttpRequest | HttpResponse> {
  const buffer = new Uint8Array(MAX_HEAD);
  for (let length = 0;;) {
    const size = await socket.read(buffer.subarray(length));
    if (size === null) return { status: 400, body: "empty request\n" };
    length += size;
    const request = parseRequest(buffer.subarray(0, length));
    if (request === "bad") return { status: 400, body: "not an HTTP/1.1 request\n" };
    if (request === "too_long") {
      return { status: 431, body: `request longer than ${MAX_HEAD} bytes\n` };
    }
    if (request) return request;
  }
}

/** Answers a request for one of the pages. */
export async function respond(
  { method, path }: Pick<HttpRequest, "method" | "path">,
  { metrics, unready }: Pick<MetricsServerOptions, "metrics" | "unready">,
): Promise<HttpResponse> {
  if (!["/metrics", "/health", "/ready"].includes(path)) {
    return { status: 404, body: "not found: use /metrics, /health or /ready\n" };
  }
  if (method !== "GET" && method !== "HEAD") return { status: 405, body: "only GET and HEAD\n" };
  if (path === "/metrics") {
    const { text, type } = await metrics();
    return { status: 200, body: text, type };
  }
  // That there is an answer is the answer to /health.
  const reason = path === "/ready" ? unready() : undefined;
  return { status: reason === undefined ? 200 : 503, body: `${reason ?? "ok"}\n` };
}
