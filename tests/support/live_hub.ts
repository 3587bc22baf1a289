/**
 * A hub on real sockets inside of the test's own process, on any free port: for tests of what the wire does, where the
 * program around it does not matter.
 */

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
      "rateLimit" | "lang" | "history" | "grace" | "password" | "modPasswordFile" | "motdFile"
    >
  > {
  limits?: Partial<Limits>;
  /** With which certificate it speaks TLS, if it does. */
  tls?: PemPair;
  /** Whether it can be asked for metrics, at any free port. */
  metrics?: boolean;
  times?: Partial<ConnectionTimeouts>;
}

/** No limit: tests send as fast as they can unless the limit is what they test. */
const NO_LIMIT = { rate: 0, burst: 0 };

export class LiveHub {
  readonly port: number;
  /** The lines of its log, all levels. */
  readonly log: string[] = [];
  /** The lines of its standard output. */
  readonly printed: string[] = [];
  readonly #tls: PemPair | undefined;
  readonly #watch = new Watch();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  /** Starts it. Give it back with `await using`. */
  constructor(
    {
      rateLimit = NO_LIMIT,
      lang = "en",
      history = 0,
      limits = {},
      times = {},
      grace = 120_000,
      tls,
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
        limits: { ...DEFAULT_LIMITS, ...limits },
        hasConnectionLimit: false,
        history,
        grace,
        logLevel: "debug",
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

  /** A text member with this nick, whose own greeting was read. */
  async textMember(nick: string): Promise<Peer> {
    const peer = await this.connect();
    await peer.send(`/name ${nick}\n`);
    await peer.until(`* you are now ${nick}`);
    return peer;
  }

  /** A frames member with this nick, whose welcome was read. */
  async framesMember(nick: string): Promise<Peer> {
    const peer = await this.connect();
    await peer.sendFrame({ type: "hello", protocol: 1, nick });
    await peer.untilFrame("welcome");
    return peer;
  }

  /** The port at which it can be asked for metrics. */
  async metricsPort(): Promise<number> {
    const line = /msg=metrics address=127\.0\.0\.1 port=(\d+)/;
    await this.untilLogged(line);
    return Number(line.exec(this.log.join(""))![1]);
  }

  /** Waits until so many lines of the log match. */
  async untilLogged(wanted: RegExp, times = 1): Promise<void> {
    await this.#watch.until(
      () => this.log.filter((line) => wanted.test(line)).length >= times,
      (reason) =>
        `waited for ${times} x ${wanted} in the log: ${reason}\n${this.log.slice(-20).join("")}`,
    );
  }

  /** The hub is well: two new members exchange a message. */
  async assertAlive(): Promise<void> {
    await using asks = await this.textMember(`asks${crypto.randomUUID().slice(0, 8)}`);
    await using answers = await this.framesMember(`answers${crypto.randomUUID().slice(0, 8)}`);
    await answers.sendFrame({ type: "say", ref: "alive", text: "alive?" });
    await asks.until(/^answers\w+: alive\?$/);
    await asks.send("alive!\n");
    while ((await answers.untilFrame("message")).text !== "alive!");
  }

  /** Tells it to stop: everyone who is here is told. */
  tellToStop(): void {
    this.#stop.abort();
  }

  /** Tells it to stop, and waits until it has. */
  async stop(): Promise<void> {
    this.tellToStop();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
