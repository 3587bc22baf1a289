/** Services other than a hub: they send a greeting, answer what they receive, or close. */

const utf8 = new TextEncoder();

export interface StrangerOptions {
  /** Sent at once. */
  greeting?: string | Uint8Array;
  /** Sent after each read. */
  answer?: string;
  /** Whether to close after the answer, or at once if there is none. */
  closes?: boolean;
}

/** Listens on a port of its own, on 127.0.0.1 unless given. `await using` stops it. */
export class StrangerService {
  readonly #listener: Deno.TcpListener;
  readonly #options: StrangerOptions;
  readonly #open = new Set<Deno.Conn>();
  readonly #running: Promise<void>;
  /** The text received over all connections. */
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
        break; // closed
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
      // the peer is gone, or the test is over
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
  let bytes = typeof data === "string" ? utf8.encode(data) : data;
  while (bytes.length > 0) bytes = bytes.subarray(await conn.write(bytes));
}
