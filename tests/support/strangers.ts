/** Services other than a hub: one that sends something, then perhaps something in answer to each line, or closes. */

import { writeAll } from "../../common/cli/write_all.ts";
import { Acceptor } from "./acceptor.ts";

const utf8 = new TextEncoder();

export interface StrangerOptions {
  /** What it sends at once. */
  greeting?: string | Uint8Array;
  /** What it sends when anything comes. */
  answer?: string;
  /** Whether it closes after its answer, or at once if it has none. */
  closes?: boolean;
}

/** Listens on any free port, or at the place given. `await using` ends it. */
export class StrangerService implements AsyncDisposable {
  readonly #acceptor: Acceptor;
  /** What came over all connections. */
  received = "";

  constructor(
    { greeting = "", answer, closes = false }: StrangerOptions = {},
    { hostname = "127.0.0.1", port = 0 } = {},
  ) {
    this.#acceptor = new Acceptor(Deno.listen({ hostname, port }), async (conn) => {
      const decoder = new TextDecoder();
      const buffer = new Uint8Array(4096);
      await writeAll(conn, typeof greeting === "string" ? utf8.encode(greeting) : greeting);
      let isAnswered = closes && answer === undefined;
      for (let size; !isAnswered && (size = await conn.read(buffer)) !== null;) {
        this.received += decoder.decode(buffer.subarray(0, size), { stream: true });
        if (answer !== undefined) await writeAll(conn, utf8.encode(answer));
        isAnswered = closes;
      }
    });
  }

  get port(): number {
    return this.#acceptor.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#acceptor[Symbol.asyncDispose]();
  }
}
