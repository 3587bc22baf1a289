/** A proxy in front of a hub that cuts the first connection, or leads each to another hub. */

import { Acceptor, pass } from "./acceptor.ts";

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

  /** `port`: of the hub, or of several that get the connections in turn. */
  constructor(port: number | readonly number[], cut: CutAfter = {}) {
    const ports = [port].flat();
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#acceptor = new Acceptor(listener, async (client) => {
      const limits = this.connections === 0 ? cut : {};
      const port = ports[this.connections++ % ports.length]!;
      const hub = await this.#acceptor.connect(port);
      const end = () => this.#acceptor.close(client, hub);
      await Promise.all([
        pass(client, hub, limits.up).finally(end),
        pass(hub, client, limits.down, { isBehindLine: true }).finally(end),
      ]);
    });
  }

  get port(): number {
    return this.#acceptor.port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#acceptor[Symbol.asyncDispose]();
  }
}
