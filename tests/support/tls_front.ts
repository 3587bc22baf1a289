/** TLS in front of a hub, with a certificate that can change. */

import { Acceptor } from "./acceptor.ts";
import type { TestCertificate } from "./certificates.ts";
import { idlePort } from "./ports.ts";

type Certificate = Pick<TestCertificate, "cert" | "key">;

/** Listens on any free port. `await using` ends it. */
export class TlsFront implements AsyncDisposable {
  readonly port: number;
  readonly #hub: number;
  #acceptor: Acceptor;

  constructor(hub: number, certificate: Certificate) {
    this.#hub = hub;
    this.#acceptor = this.#listen(idlePort(), certificate);
    this.port = this.#acceptor.port;
  }

  /** Cuts all connections, and shows another certificate from now on. */
  async change(certificate: Certificate): Promise<void> {
    await this.#acceptor[Symbol.asyncDispose]();
    this.#acceptor = this.#listen(this.port, certificate);
  }

  #listen(port: number, { cert, key }: Certificate): Acceptor {
    const listener = Deno.listenTls({ hostname: "127.0.0.1", port, cert, key });
    const acceptor: Acceptor = new Acceptor(listener, async (client) => {
      await (client as Deno.TlsConn).handshake();
      await acceptor.relay(client, this.#hub);
    });
    return acceptor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#acceptor[Symbol.asyncDispose]();
  }
}
