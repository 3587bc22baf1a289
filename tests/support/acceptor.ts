/** Accepts connections for the services of tests, passes bytes on, and leaves nothing open at the end. */

import { writeAll } from "../../common/cli/write_all.ts";

/** Serves each connection of a listener until it is disposed, and then closes all. */
export class Acceptor implements AsyncDisposable {
  readonly #listener: Deno.Listener;
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>;

  constructor(listener: Deno.Listener, serve: (conn: Deno.Conn) => Promise<void>) {
    this.#listener = listener;
    this.#running = this.#run(serve);
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** Connects to a port on this machine. The connection is closed at the end as well. */
  async connect(port: number): Promise<Deno.Conn> {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    this.#open.add(conn);
    return conn;
  }

  /**
   * Passes bytes on between a connection and a port on this machine until either side ends, or until `up` bytes have passed
   * to the port, or `down` bytes from it, counted from the end of its first line. `header` goes to the port first.
   * While the `line` is dead, bytes are lost.
   */
  async relay(
    client: Deno.Conn,
    port: number,
    { up, down, header, line }: {
      up?: number;
      down?: number;
      header?: Uint8Array;
      line?: { readonly isDead: boolean };
    } = {},
  ): Promise<void> {
    const server = await this.connect(port);
    if (header) await writeAll(server, header);
    const end = () => this.close(client, server);
    await Promise.all([
      pass(client, server, up, { line }).finally(end),
      pass(server, client, down, { line, countsFirstLine: false }).finally(end),
    ]);
  }

  /** Closes all connections of now. */
  closeAll(): void {
    this.close(...this.#open);
  }

  close(...conns: Deno.Conn[]): void {
    for (const conn of conns) if (this.#open.delete(conn)) conn.close();
  }

  async #run(serve: (conn: Deno.Conn) => Promise<void>): Promise<void> {
    const serving: Promise<void>[] = [];
    for (;;) {
      try {
        const conn = await this.#listener.accept();
        this.#open.add(conn);
        serving.push(serve(conn).catch(() => {}).finally(() => this.close(conn)));
      } catch {
        break; // it was closed
      }
    }
    await Promise.all(serving);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.closeAll();
    await this.#running;
  }
}

const LF = 0x0a;

/** Passes bytes on until the input ends or `limit` bytes have passed. It never rejects, and closes nothing. */
async function pass(
  from: Deno.Conn,
  to: Deno.Conn,
  limit = Infinity,
  { countsFirstLine = true, line }: {
    countsFirstLine?: boolean;
    line: { readonly isDead: boolean } | undefined;
  },
): Promise<void> {
  const buffer = new Uint8Array(16_384);
  let isCounting = countsFirstLine;
  try {
    for (let passed = 0, size; passed < limit && (size = await from.read(buffer)) !== null;) {
      if (line?.isDead) continue;
      const read = buffer.subarray(0, size);
      const uncounted = isCounting ? 0 : read.indexOf(LF) + 1 || size;
      isCounting ||= read.includes(LF);
      const bytes = read.subarray(0, Math.min(size, uncounted + limit - passed));
      passed += bytes.length - uncounted;
      await writeAll(to, bytes);
    }
  } catch {
    // closed
  }
}
