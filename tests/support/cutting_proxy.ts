/** A proxy that cuts its first connection after a number of bytes, or leads to several ports in turn. */

const LF = 0x0a;

/** After how many bytes the first connection is cut: to the hub, or from the hub after its first line. */
export interface CutAfter {
  up?: number;
  down?: number;
}

/** Forwards connections from a port of its own. `await using` stops it. */
export class CuttingProxy {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>;
  /** Connections accepted so far. */
  connections = 0;

  /** Takes the port of a hub, or several ports for the connections in turn. */
  constructor(port: number | readonly number[], cut: CutAfter = {}) {
    this.#running = this.#run([port].flat(), cut);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(ports: readonly number[], cut: CutAfter): Promise<void> {
    const passing: Promise<void>[] = [];
    for (;;) {
      let client: Deno.Conn;
      try {
        client = await this.#listener.accept();
      } catch {
        break; // closed
      }
      const port = ports[this.connections % ports.length]!;
      const limits = this.connections++ === 0 ? cut : {};
      const hub = await Deno.connect({ hostname: "127.0.0.1", port });
      for (const conn of [client, hub]) this.#open.add(conn);
      const end = () => [client, hub].forEach((conn) => this.#close(conn));
      passing.push(pass(client, hub, limits.up).finally(end));
      passing.push(pass(hub, client, limits.down, { afterLine: true }).finally(end));
    }
    await Promise.all(passing);
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of [...this.#open]) this.#close(conn);
    await this.#running;
  }
}

/** Forwards bytes up to a limit, counted from the end of the first line if `afterLine` is set. */
async function pass(
  from: Deno.Conn,
  to: Deno.Conn,
  limit = Infinity,
  { afterLine = false } = {},
): Promise<void> {
  const buffer = new Uint8Array(1024);
  let isCounting = !afterLine;
  try {
    for (let passed = 0, size; passed < limit && (size = await from.read(buffer)) !== null;) {
      const read = buffer.subarray(0, size);
      const uncounted = isCounting ? 0 : read.indexOf(LF) + 1 || size;
      isCounting ||= read.includes(LF);
      let bytes = read.subarray(0, Math.min(size, uncounted + limit - passed));
      passed += bytes.length - uncounted;
      while (bytes.length > 0) bytes = bytes.subarray(await to.write(bytes));
    }
  } catch {
    // closed by the other direction
  }
}
