/** `--metrics` of the real program: permissions, log and signals. */

import { assert, assertEquals } from "@std/assert";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { type Hub, runChat, startHub } from "../support/program.ts";
import { ask, scrape } from "../support/scrape.ts";
import { tempDirectory } from "../support/temp.ts";
import { joinWithNc, stall } from "./people.ts";

const ANY = ["--metrics", "127.0.0.1:0"];

/** The metrics port that a hub has logged. */
async function metricsPort(hub: Hub): Promise<number> {
  const [, port] = await hub.untilStderr(/msg=metrics address=127\.0\.0\.1 port=(\d+)/);
  return Number(port);
}

Deno.test("a hub serves metrics after it has given up its permissions, until it ends", async () => {
  await using hub = await startHub(ANY);
  const port = await metricsPort(hub);
  await hub.untilStderr("msg=listening");
  await using ana = await joinWithNc(hub.port, "ana");
  await using eva = await joinWithNc(hub.port, "eva");
  const before = await scrape(port);
  await ana.send("hola\n");
  await eva.until("ana: hola");
  const after = await scrape(port);
  assertEquals(after["chat_members"], 2);
  assertEquals(after["chat_messages_in_total"]! - before["chat_messages_in_total"]!, 1);
  assertEquals(after["chat_messages_out_total"]! - before["chat_messages_out_total"]!, 1);
  assert(after["process_resident_memory_bytes"]! > 10_000_000);
  assert(after["process_cpu_seconds_total"]! > 0);
  if (Deno.build.os === "linux") {
    assert(after["process_open_fds"]! > 2);
    assert(after["process_open_fds"]! < after["process_max_fds"]!);
  }
  assertEquals((await ask(port, "/ready")).status, 200);
});

Deno.test({
  name: "a hub that got SIGTERM is not ready while it drains, and exits with 0",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub([...ANY, "--rate", "0", "--drain", "600"]);
    const port = await metricsPort(hub);
    const { stuck, bot } = await stall(hub);
    await using _stuck = stuck;
    await using _bot = bot;
    hub.kill("SIGTERM");
    await hub.untilStdout("stopping");
    const { status, body } = await ask(port, "/ready");
    assertEquals([status, body], [503, "the hub is stopping\n"]);
    assertEquals((await ask(port, "/health")).body, "ok\n");
    assertEquals((await scrape(port))['chat_evictions_total{reason="slow_consumer"}'], 1);
    stuck.reset();
    bot.end();
    assertEquals(await hub.exit(), { code: 0, signal: null });
  },
});

Deno.test("a metrics port in use is reported in one line, and the hub creates no file", async () => {
  await using hub = await startHub(ANY);
  await using folder = await tempDirectory();
  const taken = `127.0.0.1:${await metricsPort(hub)}`;
  const db = `${folder.path}/chat.db`;
  const outcome = await runChat(["server", "0", "--metrics", taken, "--db", db]);
  assertEquals(outcome.code, 1);
  assertEquals(outcome.stdout, "");
  assertEquals(
    outcome.stderr,
    `chat: cannot listen on ${taken}: the port is in use; choose another one, or 0 for any free port\n`,
  );
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test(
  {
    name: "a hub without a connection to its cluster is not ready until it is back",
    ignore: NATS_MISSING,
  },
  async () => {
    await using nats = await startNats();
    await using hub = await startHub([...ANY, "--nats", nats.url, "--lang", "en"]);
    const port = await metricsPort(hub);
    await using ana = await joinWithNc(hub.port, "ana");
    assertEquals((await ask(port, "/ready")).status, 200);
    assertEquals((await scrape(port))["chat_backplane_up"], 1);
    await nats.kill();
    await ana.until("* the other hubs cannot be reached");
    const { status, body } = await ask(port, "/ready");
    assertEquals([status, body], [503, "the other hubs cannot be reached\n"]);
    assertEquals((await ask(port, "/health")).status, 200);
    assertEquals((await scrape(port))["chat_backplane_up"], 0);
    await nats.start();
    await ana.until("* the other hubs can be reached again");
    assertEquals((await ask(port, "/ready")).status, 200);
  },
);
