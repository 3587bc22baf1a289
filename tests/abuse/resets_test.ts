/** Connections that are reset before they are accepted, on the hub's port and on that of the metrics. */

import { assert, assertEquals } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:net";
import { Besieged, frames } from "../support/besieged.ts";
import { ask } from "../support/scrape.ts";

/** Connects and resets, many times at once. */
async function resetMany(port: number, times: number): Promise<void> {
  const gone: Promise<unknown>[] = [];
  for (let time = 0; time < times; time++) {
    const socket = connect(port, "127.0.0.1", () => socket.resetAndDestroy());
    gone.push(once(socket, "close"));
  }
  await Promise.allSettled(gone);
}

Deno.test("connections that are reset before they are accepted keep nobody out", async (t) => {
  await using siege = await Besieged.start(t, ["--metrics", "127.0.0.1:0"]);
  const [, metrics] = await siege.hub.untilStderr(/msg=metrics address=\S+ port=(\d+)/);
  const ports = { "the hub": siege.hub.port, "the metrics": Number(metrics) };
  for (const [name, port] of Object.entries(ports)) {
    for (const times of [1, 40, 1000]) {
      await siege.case(`${times} of them at ${name}`, async (hub) => {
        await resetMany(port, times);
        if (port === hub.port) await (await frames(hub, "newcomer"))[Symbol.asyncDispose]();
        else assertEquals((await ask(port, "/health")).status, 200);
      });
    }
  }
  // A pause would be one.
  assert(!/level=warning/.test(siege.hub.stderr()), siege.hub.stderr());
});
