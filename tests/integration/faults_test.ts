/**
 * Peers that vanish, never stop, or are too many must not break the hub. Slow readers
 * are in tests/abuse/slow_readers_test.ts.
 */

import { assertEquals } from "@std/assert";
import { LiveHub } from "../support/live_hub.ts";

Deno.test("a thousand connects and closes leave nothing behind", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  for (let turn = 0; turn < 1000; turn++) {
    const socket = await Deno.connect({ port: hub.port, hostname: "127.0.0.1" });
    socket.close();
  }
  await hub.untilLogged(/disconnected/, 1000);
  await ana.send("/quien\n");
  assertEquals(await ana.until("here: ana"), "* 1 here: ana");
  await hub.assertAlive();
});

Deno.test("a throttled peer is not dead while there is something of it to read", async () => {
  await using hub = new LiveHub({ rateLimit: { rate: 8, burst: 1 }, limits: { silence: 300 } });
  await using bot = await hub.connect();
  const sent = Array.from(
    { length: 16 },
    (_, number) => `{"type":"say","ref":"${number}","text":"x"}\n`,
  );
  const exit = '{"type":"command","ref":"exit","line":"/exit"}\n';
  await bot.send(`{"type":"hello","protocol":1,"nick":"bot"}\n${sent.join("")}${exit}`);
  assertEquals((await bot.untilFrame("bye")).code, "quit");
  const acks = new TextDecoder().decode(bot.received()).match(/"type":"ack"/g);
  assertEquals(acks?.length, sent.length);
});

Deno.test("a throttled peer that disconnects does not keep the hub from stopping", async () => {
  await using hub = new LiveHub({ rateLimit: { rate: 1, burst: 1 } });
  await using fast = await hub.connect();
  await fast.send("una\ndos\ntres\n");
  await fast.until("slowing you down");
  await hub.stop();
});
