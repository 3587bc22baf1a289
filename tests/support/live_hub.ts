/**
 * A hub on real sockets in the test's own process, on any free port, for tests of the wire without the
 * program around it.
 */

import { countLines } from "./log_lines.ts";
import type { PemPair } from "../../server/setup/certificate.ts";
import type { ConnectionTimeouts } from "../../server/net/connection.ts";
import { DEFAULT_LIMITS, type Limits } from "../../server/limits.ts";
import { runServer } from "../../server/run.ts";
import type { ServerOptions } from "../../server/setup/options.ts";
import { Peer } from "./peer.ts";
import { Watch } from "./watch.ts";

export interface LiveHubOptions extends
  Partial<
    Pick<
      ServerOptions,
      | ("rateLimit" | "lang" | "history" | "grace" | "password" | "modPasswordFile" | "motdFile")
      | ("proxies" | "web")
    >
  > {
  limits?: Partial<Limits>;
  /** Its certificate, if it encrypts. */
  tls?: PemPair;
  /** Whether it serves metrics, on any free port. */
  metrics?: boolean;
  times?: Partial<ConnectionTimeouts>;
}

/** No rate limit, unless a test is about it. */
const NO_LIMIT = { rate: 0, burst: 0 };

export class LiveHub {
  readonly port: number;
  /** The log at all levels. */
  readonly log: string[] = [];
  /** The lines of its standard output. */
  readonly printed: string[] = [];
  readonly #tls: PemPair | undefined;
  readonly #watch = new Watch();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  /** Starts the hub. Stop it with `await using`. */
  constructor(
    {
      rateLimit = NO_LIMIT,
      lang = "en",
      history = 0,
      limits = {},
      times = {},
      grace = 120_000,
      tls,
      web = { hosts: [] },
      metrics = false,
      ...files
    }: LiveHubOptions = {},
  ) {
    const where = { hostname: "127.0.0.1", port: 0, tcpBacklog: 4096 };
    const listener = tls ? Deno.listenTls({ ...where, ...tls }) : Deno.listen(where);
    this.port = (listener.addr as Deno.NetAddr).port;
    this.#tls = tls;
    this.#running = runServer(
      {
        address: { hostname: "127.0.0.1", port: this.port },
        lang,
        rateLimit,
        trusted: [],
        limits: { ...DEFAULT_LIMITS, ...limits },
        hasConnectionLimit: false,
        history,
        grace,
        webGrace: grace,
        logLevel: "debug",
        web,
        ...(metrics ? { metrics: { hostname: "127.0.0.1", port: 0 } } : {}),
        ...files,
      },
      {
        name: "chat test",
        signal: this.#stop.signal,
        print: (line) => this.printed.push(line),
        writeLog: (line) => {
          this.log.push(line);
          this.#watch.changed();
        },
        listener,
        timeouts: times,
        freeDescriptors: (wanted) => wanted,
      },
    );
  }

  connect(): Promise<Peer> {
    return Peer.connect(this.port, this.#tls ? { tls: this.#tls.cert } : {});
  }

  /** A text member whose greeting was read. */
  async textMember(nick: string): Promise<Peer> {
    const peer = await this.connect();
    await peer.send(`/name ${nick}\n`);
    await peer.until(`* you are now ${nick}`);
    return peer;
  }

  /** A frames member whose welcome was read. */
  async framesMember(nick: string): Promise<Peer> {
    const peer = await this.connect();
    await peer.sendFrame({ type: "hello", protocol: 1, nick });
    await peer.untilFrame("welcome");
    return peer;
  }

  /** The metrics port. */
  async metricsPort(): Promise<number> {
    const line = /msg=metrics address=127\.0\.0\.1 port=(\d+)/;
    await this.untilLogged(line);
    return Number(line.exec(this.log.join(""))![1]);
  }

  /** Waits until `times` lines of the log match, those included that it only counts. */
  async untilLogged(wanted: RegExp, times = 1): Promise<void> {
    await this.#watch.until(
      () => countLines(this.log, wanted) >= times,
      (reason) =>
        `waited for ${times} x ${wanted} in the log: ${reason}\n${this.log.slice(-20).join("")}`,
    );
  }

  /** Asserts that two new members can exchange messages. */
  async assertAlive(): Promise<void> {
    await using asks = await this.textMember(`asks${crypto.randomUUID().slice(0, 8)}`);
    await using answers = await this.framesMember(`answers${crypto.randomUUID().slice(0, 8)}`);
    await answers.sendFrame({ type: "say", ref: "alive", text: "alive?" });
    await asks.until(/^answers\w+: alive\?$/);
    await asks.send("alive!\n");
    while ((await answers.untilFrame("message")).text !== "alive!");
  }

  /** Starts to stop the hub, as a signal does. */
  tellToStop(): void {
    this.#stop.abort();
  }

  /** Stops the hub, and waits until it has stopped. */
  async stop(): Promise<void> {
    this.tellToStop();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
