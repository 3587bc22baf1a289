/** A way to a hub that is encrypted, by a certificate that may change. Does not know what passes. */

import type { TestCertificate } from "./certificates.ts";
import { idlePort } from "./ports.ts";
import { writeAll } from "./write_all.ts";

/** Takes TLS connections on a port of its own and passes what comes on to another. `await using` ends it. */
export class TlsFront {
  readonly port: number;
  readonly #hub: number;
  readonly #open = new Set<Deno.Conn>();
  #listener: Deno.TlsListener;
  #running: Promise<void>;

  constructor(hub: number, certificate: Pick<TestCertificate, "cert" | "key">) {
    this.#hub = hub;
    this.#listener = listen(idlePort(), certificate);
    this.port = (this.#listener.addr as Deno.NetAddr).port;
    this.#running = this.#run();
  }

  /** Cuts all connections, and shows another certificate from now on. */
  async change(certificate: Pick<TestCertificate, "cert" | "key">): Promise<void> {
    await this.#stop();
    this.#listener = listen(this.port, certificate);
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const passing: Promise<void>[] = [];
    for (;;) {
      try {
        passing.push(this.#serve(await this.#listener.accept()));
      } catch {
        break; // it was closed
      }
    }
    await Promise.all(passing);
  }

  async #serve(client: Deno.TlsConn): Promise<void> {
    this.#open.add(client);
    try {
      await client.handshake();
      const hub = await Deno.connect({ hostname: "127.0.0.1", port: this.#hub });
      this.#open.add(hub);
      const end = () => [client, hub].forEach((conn) => this.#close(conn));
      await Promise.all([pass(client, hub).finally(end), pass(hub, client).finally(end)]);
    } catch {
      this.#close(client); // the handshake failed
    }
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }

  async #stop(): Promise<void> {
    this.#listener.close();
    for (const conn of [...this.#open]) this.#close(conn);
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

function listen(port: number, { cert, key }: Pick<TestCertificate, "cert" | "key">) {
  return Deno.listenTls({ hostname: "127.0.0.1", port, cert, key });
}

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(16_384);
  try {
    for (let size; (size = await from.read(buffer)) !== null;) {
      await writeAll(to, buffer.subarray(0, size));
    }
  } catch {
    // the other direction has ended it
  }
}
