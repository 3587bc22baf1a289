/** What lies between the hubs of a trial: one NATS server or a cluster of three. Does not know what is kept there. */

import { type Nats, startNats, startNatsCluster } from "../../tests/support/nats.ts";

export interface Engine extends AsyncDisposable {
  readonly servers: readonly Nats[];
  /** As `--nats` takes them. */
  readonly urls: string;
}

/** Starts it; `isCluster`: three servers. */
export async function startEngine({ isCluster }: { isCluster: boolean }): Promise<Engine> {
  if (isCluster) {
    const cluster = await startNatsCluster(3);
    return {
      servers: cluster.servers,
      urls: cluster.urls.join(","),
      [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
    };
  }
  const server = await startNats();
  return {
    servers: [server],
    urls: server.url,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
