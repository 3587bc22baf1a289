/** Tests the test support for NATS servers. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { NATS_MISSING, startNats, startNatsCluster } from "../support/nats.ts";

const ignore = NATS_MISSING;

Deno.test(
  { name: "a NATS server restarts on its port, and can be paused", ignore },
  async () => {
    await using nats = await startNats();
    const { url } = nats;
    await nats.kill();
    await nats.start();
    assertEquals(nats.url, url);
    nats.pause();
    nats.resume();
    const connection = await connect({ servers: nats.url });
    await connection.flush();
    assert(connection.info?.jetstream);
    await connection.close();
  },
);

Deno.test(
  { name: "a cluster of three NATS servers elects a new leader", ignore },
  async () => {
    await using cluster = await startNatsCluster(3);
    const first = await cluster.leader();
    await first.kill();
    const second = await cluster.leader();
    assert(second !== first);
  },
);
