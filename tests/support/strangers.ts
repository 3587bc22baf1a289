/** Services other than a hub, as a client meets them: one that says something, then perhaps something to each line, or closes. */

import { writeAll } from "./write_all.ts";

const utf8 = new TextEncoder();

export interface StrangerOptions {
  /** What it says at once. */
  greeting?: string | Uint8Array;
  /** What it says to the first that comes. */
  answer?: string;
  /** Whether it closes when it has said that, or at once where it says nothing. */
  closes?: boolean;
}

/** Listens on a port of its own, of 127.0.0.1 unless told. `await using` ends it. */
export class StrangerService {
  readonly #listener: Deno.TcpListener;
  readonly #options: StrangerOptions;
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>;
  /** What came over all connections. */
  received = "";

  constructor(options: StrangerOptions = {}, { hostname = "127.0.0.1", port = 0 } = {}) {
    this.#listener = Deno.listen({ hostname, port });
    this.#options = options;
    this.#running = this.#run();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #run(): Promise<void> {
    const serving: Promise<void>[] = [];
    for (;;) {
      try {
        serving.push(this.#serve(await this.#listener.accept()));
      } catch {
        break; // it was closed
      }
    }
    await Promise.all(serving);
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    this.#open.add(conn);
    const { greeting, answer, closes = false } = this.#options;
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(4096);
    try {
      if (greeting !== undefined) await write(conn, greeting);
      let isAnswered = closes && answer === undefined;
      for (let size; !isAnswered && (size = await conn.read(buffer)) !== null;) {
        this.received += decoder.decode(buffer.subarray(0, size), { stream: true });
        if (answer !== undefined) await write(conn, answer);
        isAnswered = closes;
      }
    } catch {
      // the other side is gone, or the test is over
    }
    this.#close(conn);
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

async function write(conn: Deno.Conn, data: string | Uint8Array): Promise<void> {
  await writeAll(conn, typeof data === "string" ? utf8.encode(data) : data);
}
