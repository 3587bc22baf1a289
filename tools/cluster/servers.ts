/** The NATS servers of a trial: one, or a cluster of three. */

import { type NatsServerProcess, startNats, startNatsCluster } from "../../tests/support/nats.ts";

export interface NatsServers extends AsyncDisposable {
  readonly servers: readonly NatsServerProcess[];
  /** The value of `--nats`. */
  readonly urls: string;
}

export async function startNatsServers(
  { isCluster }: { isCluster: boolean },
): Promise<NatsServers> {
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
