/** `--metrics` at the program itself: with its permissions, its log, its signals. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { Peer } from "../support/peer.ts";
import { type Hub, runChat, startHub } from "../support/program.ts";
import { ask, scrape } from "../support/scrape.ts";
import { tempDirectory } from "../support/temp.ts";
import { joinBare } from "./people.ts";

const ANY = ["--metrics", "127.0.0.1:0"];

/** Where a hub says that it can be asked. */
async function metricsPort(hub: Hub): Promise<number> {
  const [, port] = await hub.untilStderr(/msg=metrics address=127\.0\.0\.1 port=(\d+)/);
  return Number(port);
}

Deno.test("a hub tells its metrics after it has given up what it may do, until it ends", async () => {
  await using hub = await startHub(ANY);
  const port = await metricsPort(hub);
  await hub.untilStderr("msg=listening");
  await using ana = await joinBare(hub.port, "ana");
  await using eva = await joinBare(hub.port, "eva");
  const before = await scrape(port);
  await ana.send("hola\n");
  await eva.until("ana: hola");
  const after = await scrape(port);
  assertEquals(after["chat_members"], 2);
  assertEquals(after["chat_messages_in_total"]! - before["chat_messages_in_total"]!, 1);
  assertEquals(after["chat_messages_out_total"]! - before["chat_messages_out_total"]!, 1);
  assert(after["process_resident_memory_bytes"]! > 10_000_000);
  assert(after["process_cpu_seconds_total"]! > 0);
  assertEquals((await ask(port, "/ready")).status, 200);
});

Deno.test({
  name: "a hub that got SIGTERM is not ready while it tells everyone, and ends with 0",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub([...ANY, "--rate", "0", "--drain", "600"]);
    const port = await metricsPort(hub);
    await using stuck = await Peer.connect(hub.port, { reading: false });
    stuck.send("/name stuck\n");
    await using bot = await Peer.connect(hub.port);
    bot.sendFrame({ type: "hello", protocol: 1, nick: "bot" });
    await bot.untilFrame("welcome");
    // More than the system and the hub keep for it: the hub ends it, and waits for it to read why.
    const text = "x".repeat(60_000);
    const isOver = hub.untilStderr(/reason=slow_consumer/).then(() => true);
    for (let ref = 0, over = false; !over; ref++) {
      bot.sendFrame({ type: "say", ref: String(ref), text });
      over = await Promise.race([isOver, bot.untilFrame("ack").then(() => false)]);
    }
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

Deno.test("a port for metrics that is taken is said in one line, and nothing else was done", async () => {
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

Deno.test("what is no place for metrics is wrong usage, in the person's language", async () => {
  const english = await runChat(["server", "0", "--metrics", "localhost"]);
  assertEquals([english.code, english.stdout], [2, ""]);
  assertMatch(
    english.stderr,
    /^chat: --metrics must be HOST:PORT, or only a port, not "localhost"\n/,
  );
  const spanish = await runChat(["server", "--metrics", "x"], { env: { LANG: "es_ES.UTF-8" } });
  assertMatch(
    spanish.stderr,
    /^chat: "x" no sirve para --metrics: usa HOST:PUERTO, o solo un puerto\n/,
  );
});

Deno.test(
  {
    name: "a hub that is cut off from the others is not ready until it is back",
    ignore: NATS_MISSING,
  },
  async () => {
    await using nats = await startNats();
    await using hub = await startHub([...ANY, "--nats", nats.url, "--lang", "en"]);
    const port = await metricsPort(hub);
    await using ana = await joinBare(hub.port, "ana");
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
