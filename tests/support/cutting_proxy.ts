/** A proxy in front of a hub that cuts the first connection or all of them, or leads each to another hub. */

import { Acceptor } from "./acceptor.ts";

/** After how many bytes to the hub, or from it after its first line, the first connection is cut. */
export interface CutAfter {
  up?: number;
  down?: number;
}

/** Listens on any free port. `await using` ends it. */
export class CuttingProxy implements AsyncDisposable {
  readonly #acceptor: Acceptor;
  /** Connections so far. */
  connections = 0;
  #isDown = false;
  /** Of the connections since the last `silence`. */
  #line = { isDead: false };

  /** `port`: of the hub, or of several that get the connections in turn. */
  constructor(port: number | readonly number[], cut: CutAfter = {}) {
    const ports = [port].flat();
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#acceptor = new Acceptor(listener, async (client) => {
      if (this.#isDown) return;
      const limits: CutAfter = this.connections === 0 ? cut : {};
      const port = ports[this.connections++ % ports.length]!;
      // Not before the client has spoken: the hub greets a connection that is silent, as it is on a slow machine.
      const bytes = new Uint8Array(1024);
      const size = await client.read(bytes) ?? 0;
      const { up = Infinity, ...rest } = limits;
      const header = bytes.subarray(0, Math.min(size, up));
      await this.#acceptor.relay(client, port, {
        ...rest,
        up: up - size,
        header,
        line: this.#line,
      });
    });
  }

  get port(): number {
    return this.#acceptor.port;
  }

  /** Cuts all connections, and each new one until `mend`. */
  cut(): void {
    this.#isDown = true;
    this.#acceptor.closeAll();
  }

  mend(): void {
    this.#isDown = false;
  }

  /** Loses all bytes of the connections of now, which stay open, as a network does that is gone. New ones work. */
  silence(): void {
    this.#line.isDead = true;
    this.#line = { isDead: false };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#acceptor[Symbol.asyncDispose]();
  }
}
