/**
 * Real NATS servers for tests: each is a process with a port and a store of its own, which can be killed, started again
 * on both, and paused. Does not know what is kept in them.
 *
 * The executable is `nats-server`, or what NATS_SERVER names.
 */

import { Program } from "./program.ts";
import { type TempDirectory, tempDirectory } from "./temp.ts";
import { DEADLINE_MS } from "./watch.ts";
import { idlePort } from "./ports.ts";

const EXECUTABLE = Deno.env.get("NATS_SERVER") || "nats-server";

/** Ports that were free may be taken again until a server listens on them: so often others are tried. */
const TRIES = 5;

/** Whether there is no NATS server to test with: a test that needs one says `ignore: NATS_MISSING`. */
export const NATS_MISSING = !await canRun();
if (NATS_MISSING) {
  const line = `!!! ${EXECUTABLE} not found (NATS_SERVER names one): tests with NATS DID NOT RUN\n`;
  Deno.stderr.writeSync(new TextEncoder().encode(line));
}

export interface NatsStart {
  /** Whether it has JetStream; it does unless told. */
  jetStream?: boolean;
  /** The address at which it listens; 127.0.0.1 unless told. */
  host?: string;
  /** Further lines of its configuration file. */
  config?: string;
}

/** A server that runs, or does not for a while. `await using` ends it and removes what it kept. */
export interface Nats extends AsyncDisposable {
  /** `nats://HOST:PORT`; the same after another start. */
  readonly url: string;
  readonly port: number;
  /** Its process, while it runs. */
  readonly pid: number;
  /** Where it tells of itself over HTTP, as long as it runs this time: `${monitor}/connz?subs=1`. */
  readonly monitor: string;
  /** What it has logged since it was started last. */
  log(): string;
  /** Ends it as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port with the same store, and waits until it takes connections. */
  start(): Promise<void>;
  /** Lets it stand still, with its connections open. */
  pause(): void;
  resume(): void;
}

/** Servers that are one cluster. */
export interface NatsCluster extends AsyncDisposable {
  readonly servers: readonly Nats[];
  /** Those of all, as `--nats` takes them. */
  readonly urls: readonly string[];
  /** Waits until one of those that run leads a stream, or unless told the cluster's JetStream, and gives it. */
  leader(stream?: string): Promise<Nats>;
}

/** Starts a server and waits until it takes connections. */
export async function startNats(options: NatsStart = {}): Promise<Nats> {
  return await Server.start(options);
}

/** Starts so many servers as one cluster and waits until its JetStream has a leader, whom all others follow. */
export async function startNatsCluster(size = 3): Promise<NatsCluster> {
  for (let tries = 1;; tries++) {
    const ports = Array.from({ length: size }, idlePort);
    const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(", ");
    const started = await Promise.allSettled(ports.map((port, index) => {
      const name = `n${index + 1}`;
      const config = `
        server_name: ${name}
        cluster { name: test, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
      return Server.start({ config }, name);
    }));
    const servers = started.flatMap((each) => each.status === "fulfilled" ? [each.value] : []);
    const cluster = new Cluster(servers);
    try {
      const failed = started.find((each) => each.status === "rejected");
      if (failed) throw failed.reason;
      await cluster.whole();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      if (tries === TRIES) throw error;
    }
  }
}

/** What a server tells of its JetStream; of that, what is needed here. */
interface Told {
  meta_cluster?: { leader?: string; replicas?: { current?: boolean; offline?: boolean }[] };
  account_details?: { stream_detail?: { name: string; cluster?: { leader?: string } }[] }[];
}

class Server implements Nats {
  /** In the cluster. */
  readonly name: string;
  readonly #folder: TempDirectory;
  readonly #options: NatsStart;
  #program: Program | undefined;
  // Of its own, so that it is free when the server starts again.
  #port = idlePort();
  #monitor = "";

  static async start(options: NatsStart, name = ""): Promise<Server> {
    const server = new Server(await tempDirectory(), options, name);
    try {
      await server.start();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: TempDirectory, options: NatsStart, name: string) {
    this.name = name;
    this.#folder = folder;
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  get #host(): string {
    return this.#options.host ?? "127.0.0.1";
  }

  get url(): string {
    return `nats://${this.#host}:${this.#port}`;
  }

  get pid(): number {
    if (!this.#program) throw new Error("the server does not run");
    return this.#program.pid;
  }

  get monitor(): string {
    return this.#monitor;
  }

  log(): string {
    return this.#program?.stderr() ?? "";
  }

  get isRunning(): boolean {
    return this.#program !== undefined;
  }

  /** The name of the one that it takes for the leader, of a stream or of the cluster's JetStream. */
  async leader(stream?: string): Promise<string | undefined> {
    if (!this.isRunning) return undefined;
    const { meta_cluster: meta, account_details: accounts = [] } = await this.#told();
    if (stream === undefined) return meta?.leader;
    const streams = accounts.flatMap(({ stream_detail: details = [] }) => details);
    return streams.find(({ name }) => name === stream)?.cluster?.leader;
  }

  /** How many follow it as the leader of the cluster's JetStream, and know all that it knows. */
  async followers(): Promise<number> {
    const { meta_cluster: meta } = await this.#told();
    return (meta?.replicas ?? []).filter(({ current, offline }) => current && !offline).length;
  }

  async #told(): Promise<Told> {
    try {
      const response = await fetch(`${this.#monitor}/jsz?accounts=true&streams=true`);
      return await response.json();
    } catch {
      return {}; // it ended meanwhile
    }
  }

  async start(): Promise<void> {
    if (this.#program) return;
    const path = `${this.#folder.path}/nats.conf`;
    await Deno.writeTextFile(path, this.#config());
    const program = new Program([EXECUTABLE, "--config", path]);
    this.#program = program;
    try {
      const [, monitor] = await program.untilStderr(/http monitor on 127\.0\.0\.1:(\d+)/);
      const [, port] = await program.untilStderr(/client connections on [\d.]+:(\d+)/);
      await program.untilStderr(/Server is ready/);
      this.#port = Number(port);
      this.#monitor = `http://127.0.0.1:${monitor}`;
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  async kill(): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    await program?.[Symbol.asyncDispose]();
  }

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
      listen: "${this.#host}:${this.#port}"
      http: "127.0.0.1:-1"
      ${jetStream ? `jetstream { store_dir: ${store}, max_file: 1G, max_mem: 64M }` : ""}
      ${config}`;
  }
}

class Cluster implements NatsCluster {
  readonly #servers: readonly Server[];

  constructor(servers: readonly Server[]) {
    this.#servers = servers;
  }

  get servers(): readonly Nats[] {
    return this.#servers;
  }

  get urls(): readonly string[] {
    return this.#servers.map(({ url }) => url);
  }

  leader(stream?: string): Promise<Nats> {
    return this.#until(`nobody leads ${stream ?? "the cluster"}`, async () => {
      for (const asked of this.#servers) {
        const name = await asked.leader(stream);
        const found = name && this.#servers.find((server) => server.name === name);
        if (found && found.isRunning) return found;
      }
      return undefined;
    });
  }

  /** Waits until one leads all others: before that, what is made may be kept by fewer of them. */
  async whole(): Promise<void> {
    await this.#until("not all are in the cluster", async () => {
      const counts = await Promise.all(this.#servers.map((server) => server.followers()));
      return counts.includes(this.#servers.length - 1) || undefined;
    });
  }

  /** They tell of it in no other way than to who asks. */
  async #until<T>(otherwise: string, ask: () => Promise<T | undefined>): Promise<T> {
    const until = performance.now() + DEADLINE_MS;
    while (performance.now() < until) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${otherwise}: ${this.#servers[0]?.log()}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
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
