/** What peers can write into the hub's log: few lines a second, however often they try. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertCleanLog, bare } from "../support/besieged.ts";
import { countLines } from "../support/log_lines.ts";
import { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";
import { scrape } from "../support/scrape.ts";

const TRIES = 1000;
const AT_ONCE = 50;

/** Has a connection dropped for a line that is not ended. */
async function beDropped(port: number): Promise<void> {
  await using peer = await Peer.connect(port);
  peer.send("x".repeat(70_000));
  await peer.until("* disconnected");
  assertEquals(await peer.closed(), "end");
}

Deno.test({
  name: "many dropped connections leave a bounded log, and are all counted",
  ignore: Deno.build.os === "windows", // has no SIGTERM
  fn: leavesBoundedLog,
});

async function leavesBoundedLog(): Promise<void> {
  const start = performance.now();
  await using hub = await startHub([
    ...["--log", "debug", "--metrics", "127.0.0.1:0"],
    ...["--history", "0", "--grace", "0"],
  ]);
  const [, metrics] = await hub.untilStderr(/msg=metrics address=\S+ port=(\d+)/);
  for (let done = 0; done < TRIES; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => beDropped(hub.port)));
  }
  const counted = await scrape(Number(metrics));
  assertEquals(counted['chat_evictions_total{reason="line_too_long"}'], TRIES);
  assertEquals(counted["chat_accepted_total"], TRIES);
  await using ana = await bare(hub, "ana");
  ana.end();
  hub.kill("SIGTERM");
  await hub.exit();
  const seconds = (performance.now() - start) / 1000;
  for (const [event, times] of [[/msg=dropped/, TRIES], [/msg=connected/, TRIES + 1]] as const) {
    const lines = hub.stderr().split("\n");
    assertEquals(countLines(lines, event), times, `${event}`);
    const written = lines.filter((line) => event.test(line)).length;
    assert(written <= 10 * (1 + seconds), `${written} lines in ${seconds} s`);
  }
  assertMatch(hub.stderr(), /msg=stopped[^\n]*\n$/);
  assertCleanLog(hub.stderr());
}
