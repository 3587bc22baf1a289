/**
 * A way to a hub that is cut once, after so many bytes, and whole from then on; or one that leads now to one, now to another.
 * Does not know what passes.
 */

import { writeAll } from "./write_all.ts";

const LF = 0x0a;

/** After how many bytes to the hub, or from it behind its first line, the first connection is cut. */
export interface Cut {
  up?: number;
  down?: number;
}

/** Takes connections on a port of its own and passes them on to another. `await using` ends it. */
export class CuttingProxy {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>;
  /** Connections so far. */
  connections = 0;

  /** `port`: of the hub, or of several, to which the connections lead in turn. */
  constructor(port: number | readonly number[], cut: Cut = {}) {
    this.#running = this.#run([port].flat(), cut);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(ports: readonly number[], cut: Cut): Promise<void> {
    const passing: Promise<void>[] = [];
    for (;;) {
      let client: Deno.Conn;
      try {
        client = await this.#listener.accept();
      } catch {
        break; // it was closed
      }
      const port = ports[this.connections % ports.length]!;
      const limits = this.connections++ === 0 ? cut : {};
      const hub = await Deno.connect({ hostname: "127.0.0.1", port });
      for (const conn of [client, hub]) this.#open.add(conn);
      const end = () => [client, hub].forEach((conn) => this.#close(conn));
      passing.push(pass(client, hub, limits.up).finally(end));
      passing.push(pass(hub, client, limits.down, { isBehindLine: true }).finally(end));
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

/** Passes what comes until it ends, or so many bytes have passed, with `isBehindLine` counted from the first line's end. */
async function pass(
  from: Deno.Conn,
  to: Deno.Conn,
  limit = Infinity,
  { isBehindLine = false } = {},
): Promise<void> {
  const buffer = new Uint8Array(1024);
  let isCounting = !isBehindLine;
  try {
    for (let passed = 0, size; passed < limit && (size = await from.read(buffer)) !== null;) {
      const read = buffer.subarray(0, size);
      const uncounted = isCounting ? 0 : read.indexOf(LF) + 1 || size;
      isCounting ||= read.includes(LF);
      const bytes = read.subarray(0, Math.min(size, uncounted + limit - passed));
      passed += bytes.length - uncounted;
      await writeAll(to, bytes);
    }
  } catch {
    // the other direction has ended it
  }
}
