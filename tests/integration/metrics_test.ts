/** The metrics of a hub on real sockets: they count exactly what happens, and scraping hurts nobody. */

import { assert, assertEquals } from "@std/assert";
import { MAX_SCRAPERS } from "../../server/metrics/server.ts";
import { joinWithIrc } from "../support/irc.ts";
import { LiveHub, type LiveHubOptions } from "../support/live_hub.ts";
import { maskedFrame, SOCKET_REQUEST } from "../support/page.ts";
import { Peer } from "../support/peer.ts";
import { scrape } from "../support/scrape.ts";
import { tempDirectory } from "../support/temp.ts";

/** The samples that have changed, and by how much; only those that count things. */
function changes(before: Record<string, number>, after: Record<string, number>) {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, value]) => [name, value - (before[name] ?? 0)] as const)
      .filter(([name, change]) => change !== 0 && !/^process_|_seconds_|_bytes/.test(name)),
  );
}

/** The change of a hub's samples while something happens. */
async function changed(hub: LiveHub, happens: () => Promise<void>): Promise<object> {
  const port = await hub.metricsPort();
  const before = await scrape(port);
  await happens();
  return changes(before, await scrape(port));
}

const hubWithMetrics = (options: LiveHubOptions = {}) => new LiveHub({ metrics: true, ...options });

Deno.test("a message in a room of four is counted once in, and three times out", async () => {
  await using hub = hubWithMetrics();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.textMember("eva");
  await using luis = await hub.framesMember("luis");
  await using bot = await hub.framesMember("bot");
  const counts = await changed(hub, async () => {
    for (let i = 1; i <= 10; i++) await ana.send(`message ${i}\n`);
    for (const peer of [eva, luis, bot]) await peer.until("message 10");
    await luis.sendFrame({ type: "say", ref: "1", text: "to one", to: "eva" });
    await luis.untilFrame("ack");
    await eva.until("to one");
    await bot.sendFrame({ type: "ping" });
    await bot.untilFrame("pong");
  });
  assertEquals(counts, {
    chat_lines_in_total: 12,
    chat_messages_in_total: 11,
    chat_messages_out_total: 31,
  });
});

Deno.test("sent bytes are those that arrived, and then none are pending", async () => {
  await using hub = hubWithMetrics();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.framesMember("eva");
  await ana.send("hola\n");
  await eva.untilFrame("message");
  await ana.until("eva joined");
  const values = await scrape(await hub.metricsPort());
  assertEquals(
    values["chat_sent_bytes_total"],
    ana.received().length + eva.received().length,
  );
  assertEquals(values["chat_pending_bytes"], 0);
  assert(values["chat_delivery_seconds_count"]! > 0);
});

Deno.test("joins, leaves and grace periods are counted as they happen", async () => {
  await using hub = hubWithMetrics();
  const port = await hub.metricsPort();
  const people = async () => {
    const values = await scrape(port);
    return ["connections", "members", "people_waiting", "rooms", "accepted_total"]
      .map((name) => values[`chat_${name}`]);
  };
  assertEquals(await people(), [0, 0, 0, 1, 0]);
  await using ana = await hub.textMember("ana");
  const eva = await hub.framesMember("eva");
  await ana.send("/join tea\n");
  await ana.until("tea");
  assertEquals(await people(), [2, 2, 0, 2, 2]);
  eva.reset();
  await hub.untilLogged(/disconnected/);
  assertEquals(await people(), [1, 1, 1, 2, 2]);
});

Deno.test("throttled, dropped and rejected peers are counted, by reason", async () => {
  await using hub = hubWithMetrics({
    limits: { connections: 2 },
    rateLimit: { rate: 1000, burst: 2 },
  });
  await using _ana = await hub.framesMember("ana");
  const counts = await changed(hub, async () => {
    await using fast = await hub.connect();
    await fast.send("/name fast\none\ntwo\nthree\nfour\n");
    await fast.until("slowing you down");
    await using late = await hub.connect();
    await late.until("server full");
    await late.closed();
    late.end();
    await fast.send("x".repeat(65 * 1024));
    await fast.until("without a line end");
    fast.end();
    await hub.untilLogged(/msg=disconnected/, 2);
  });
  assertEquals(counts, {
    chat_accepted_total: 2,
    'chat_evictions_total{reason="line_too_long"}': 1,
    'chat_rejected_total{reason="server_full"}': 1,
    chat_throttled_total: 1,
    chat_lines_in_total: 5,
    chat_messages_in_total: 4,
    chat_messages_out_total: 4,
  });
});

Deno.test("a hub is not ready while nobody can join: locked or full", async () => {
  await using folder = await tempDirectory();
  const modPasswordFile = `${folder.path}/mod`;
  await Deno.writeTextFile(modPasswordFile, "mando\n", { mode: 0o600 });
  await using hub = hubWithMetrics({ limits: { connections: 2 }, modPasswordFile });
  const port = await hub.metricsPort();
  using client = Deno.createHttpClient({});
  const ready = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`, { client });
    const { chat_ready } = await scrape(port);
    return [answer.status, await answer.text(), chat_ready];
  };
  await using ana = await hub.textMember("ana");
  assertEquals(await ready(), [200, "ok\n", 1]);
  await ana.send("/mod mando\n/lock\n");
  await ana.until("locked");
  assertEquals(await ready(), [503, "#general is locked\n", 0]);
  await ana.send("/unlock\n");
  await ana.until("unlocked");
  await using _eva = await hub.textMember("eva");
  assertEquals(await ready(), [503, "the hub is full\n", 0]);
});

Deno.test("connections are counted by dialect, and the open files of the process", async () => {
  await using hub = hubWithMetrics();
  const port = await hub.metricsPort();
  await using _ana = await hub.textMember("ana");
  await using _bot = await hub.framesMember("bot");
  await using page = await hub.connect();
  page.send(SOCKET_REQUEST);
  page.send(maskedFrame('{"type":"hello","protocol":1}'));
  await page.until("welcome");
  await using _irc = await joinWithIrc(hub, "eva");
  const before = await scrape(port);
  for (const dialect of ["text", "frames", "web", "irc"]) {
    assertEquals(before[`chat_connections_by_dialect{dialect="${dialect}"}`], 1, dialect);
  }
  if (Deno.build.os !== "linux") return;
  const opened = Array.from({ length: 200 }, () => Deno.openSync("/dev/null"));
  const after = await scrape(port);
  for (const file of opened) file.close();
  const change = after["process_open_fds"]! - before["process_open_fds"]!;
  assert(change > 150 && change < 250, String(change)); // besides, sockets come and go
  assert(after["process_open_fds"]! < after["process_max_fds"]!);
});

Deno.test("any HTTP client is answered", async () => {
  await using hub = hubWithMetrics();
  const port = await hub.metricsPort();
  using client = Deno.createHttpClient({});
  for (let turn = 0; turn < 3; turn++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health?turn=${turn}`, { client });
    assertEquals([answer.status, await answer.text()], [200, "ok\n"]);
  }
  const answer = await fetch(`http://127.0.0.1:${port}/health`, {
    client,
    method: "POST",
    body: "x".repeat(100_000), // the response comes before all of it is read
  });
  assertEquals([answer.status, await answer.text()], [405, "only GET and HEAD\n"]);
});

Deno.test("a client that stalls takes no place from others, and does not keep the hub from ending", async () => {
  await using hub = hubWithMetrics();
  const port = await hub.metricsPort();
  const stalled: Peer[] = [];
  await using ana = await hub.textMember("ana");
  await using eva = await hub.textMember("eva");
  try {
    for (let i = 0; i < 3 * MAX_SCRAPERS; i++) {
      const peer = await Peer.connect(port, { reading: i % 3 !== 0 });
      stalled.push(peer);
      // Silent, in mid-request, or not reading the response.
      if (i % 3 !== 1) await peer.send("GET /metrics HTTP/1.1\r\n");
      if (i % 3 === 0) await peer.send("\r\n");
    }
    await stalled[1]!.closed();
    for (let turn = 0; turn < 3; turn++) {
      assertEquals((await scrape(port))["chat_members"], 2);
      await ana.send(`turn ${turn}\n`);
      assertEquals(await eva.until("turn"), `ana: turn ${turn}`);
    }
  } finally {
    await hub.stop();
    for (const peer of stalled) await peer[Symbol.asyncDispose]();
  }
});

Deno.test("a hub without metrics listens nowhere else, and does not mention them", async () => {
  await using hub = new LiveHub();
  await hub.untilLogged(/msg=listening/);
  assert(!hub.log.some((line) => line.includes("metrics")));
});
