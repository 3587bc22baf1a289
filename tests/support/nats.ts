/**
 * Real NATS servers for tests: each is a process with its own port and store, and can be killed, restarted and paused.
 *
 * The executable is `nats-server`, or the file that NATS_SERVER names.
 */

import { Program } from "./program.ts";
import { type TempDirectory, tempDirectory } from "./temp.ts";
import { DEADLINE_MS } from "./watch.ts";
import { idlePort } from "./ports.ts";

const EXECUTABLE = Deno.env.get("NATS_SERVER") || "nats-server";

/** Attempts to start a cluster: a free port may be taken before a server listens on it. */
const TRIES = 5;

/** Whether the NATS server is missing; tests that need it have `ignore: NATS_MISSING`. */
export const NATS_MISSING = !await canRun();
if (NATS_MISSING) {
  const line = `!!! ${EXECUTABLE} not found (NATS_SERVER names one): tests with NATS DID NOT RUN\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}

interface NatsServerOptions {
  /** Whether JetStream is enabled; it is by default. */
  jetStream?: boolean;
  /** The address to listen on; 127.0.0.1 by default. */
  host?: string;
  /** Further lines of the configuration file. */
  config?: string;
}

/** Starts a server and waits until it accepts connections. */
export async function startNats(options: NatsServerOptions = {}): Promise<NatsServerProcess> {
  return await NatsServerProcess.start(options);
}

/** Starts a cluster and waits until its JetStream has a leader that all others follow. */
export async function startNatsCluster(size = 3): Promise<NatsServerCluster> {
  for (let tries = 1;; tries++) {
    const ports = Array.from({ length: size }, idlePort);
    const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(", ");
    const started = await Promise.allSettled(ports.map((port, index) => {
      const name = `n${index + 1}`;
      const config = `
        server_name: ${name}
        cluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
      return NatsServerProcess.start({ config }, name);
    }));
    const servers = started.flatMap((result) =>
      result.status === "fulfilled" ? [result.value] : []
    );
    const cluster = new NatsServerCluster(servers);
    try {
      const failed = started.find((result) => result.status === "rejected");
      if (failed) throw failed.reason;
      await cluster.whenComplete();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      if (tries === TRIES) throw error;
    }
  }
}

/** The parts of a server's `jsz` report that are used here. */
interface JetStreamStatus {
  meta_cluster?: { leader?: string; replicas?: { current?: boolean; offline?: boolean }[] };
  account_details?: { stream_detail?: { name: string; cluster?: { leader?: string } }[] }[];
}

/** A server, running or not. `await using` kills it and removes its store. */
export class NatsServerProcess implements AsyncDisposable {
  /** Its name in the cluster. */
  readonly name: string;
  /** Its own, so that it is free when the server starts again. */
  readonly port = idlePort();
  readonly #folder: TempDirectory;
  readonly #options: NatsServerOptions;
  #program: Program | undefined;
  #monitor = "";

  static async start(options: NatsServerOptions, name = ""): Promise<NatsServerProcess> {
    const server = new NatsServerProcess(await tempDirectory(), options, name);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: TempDirectory, options: NatsServerOptions, name: string) {
    this.name = name;
    this.#folder = folder;
    this.#options = options;
  }

  get #host(): string {
    return this.#options.host ?? "127.0.0.1";
  }

  /** `nats://HOST:PORT`; the same after a restart. */
  get url(): string {
    return `nats://${this.#host}:${this.port}`;
  }

  /** The URL of its HTTP monitor, different after a restart: `${monitor}/connz?subs=1`. */
  get monitor(): string {
    return this.#monitor;
  }

  /** The log since the last start. */
  log(): string {
    return this.#program?.stderr() ?? "";
  }

  get isRunning(): boolean {
    return this.#program !== undefined;
  }

  /** The name of the leader as this server knows it, of a stream or of the cluster's JetStream. */
  async leader(stream?: string): Promise<string | undefined> {
    if (!this.isRunning) return undefined;
    const { meta_cluster: meta, account_details: accounts = [] } = await this.#status();
    if (stream === undefined) return meta?.leader;
    const streams = accounts.flatMap(({ stream_detail: details = [] }) => details);
    return streams.find(({ name }) => name === stream)?.cluster?.leader;
  }

  /** How many servers follow it as the JetStream leader and are up to date. */
  async followers(): Promise<number> {
    const { meta_cluster: meta } = await this.#status();
    return (meta?.replicas ?? []).filter(({ current, offline }) => current && !offline).length;
  }

  async #status(): Promise<JetStreamStatus> {
    try {
      const response = await fetch(`${this.#monitor}/jsz?accounts=true&streams=true`);
      return await response.json();
    } catch {
      return {}; // the server was killed meanwhile
    }
  }

  /** Starts it, again with the same port and store, and waits until it accepts connections. */
  async start(): Promise<void> {
    if (this.#program) return;
    const path = `${this.#folder.path}/nats.conf`;
    await Deno.writeTextFile(path, this.#config());
    const program = new Program([EXECUTABLE, "--config", path]);
    this.#program = program;
    try {
      const [, monitor] = await program.untilStderr(/http monitor on 127\.0\.0\.1:(\d+)/);
      await program.untilStderr(/Server is ready/);
      this.#monitor = `http://127.0.0.1:${monitor}`;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** Kills it with SIGKILL. */
  async kill(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    await program?.[Symbol.asyncDispose]();
  }

  /** Stops the process, with its connections open. */
  pause(): void {
    this.#program?.kill("SIGSTOP");
  }

  resume(): void {
    this.#program?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await this.#folder[Symbol.asyncDispose]();
  }

  #config(): string {
    const { jetStream = true, config = "" } = this.#options;
    const store = JSON.stringify(`${this.#folder.path}/store`);
    return `
      listen: "${this.#host}:${this.port}"
      http: "127.0.0.1:-1"
      ${jetStream ? `jetstream { store_dir: ${store}, max_file: 1G, max_mem: 64M }` : ""}
      ${config}`;
  }
}

/** A cluster of servers. */
class NatsServerCluster implements AsyncDisposable {
  readonly servers: readonly NatsServerProcess[];

  constructor(servers: readonly NatsServerProcess[]) {
    this.servers = servers;
  }

  get urls(): readonly string[] {
    return this.servers.map(({ url }) => url);
  }

  /** Waits for a running leader, of a stream or by default of the cluster's JetStream. */
  leader(stream?: string): Promise<NatsServerProcess> {
    return this.#poll(`no leader of ${stream ?? "the cluster"}`, async () => {
      for (const server of this.servers) {
        const name = await server.leader(stream);
        const found = name && this.servers.find((other) => other.name === name);
        if (found && found.isRunning) return found;
      }
      return undefined;
    });
  }

  /** Waits until one server leads all others; streams created earlier may get fewer replicas. */
  async whenComplete(): Promise<void> {
    await this.#poll("not all servers are in the cluster", async () => {
      const counts = await Promise.all(this.servers.map((server) => server.followers()));
      return counts.includes(this.servers.length - 1) || undefined;
    });
  }

  /** Polls, since the servers offer no event for it. */
  async #poll<T>(otherwise: string, ask: () => Promise<T | undefined>): Promise<T> {
    const until = performance.now() + DEADLINE_MS;
    while (performance.now() < until) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${otherwise}: ${this.servers[0]?.log()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }
}

async function canRun(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(EXECUTABLE, { args: ["--version"] }).output();
    return success;
  } catch {
    return false;
  }
}
