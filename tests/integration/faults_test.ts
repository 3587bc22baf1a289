/**
 * Peers that vanish, never stop, or are too many must not break the hub. Slow readers
 * are in tests/abuse/slow_readers_test.ts.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { Peer } from "../support/peer.ts";
import { LiveHub } from "../support/live_hub.ts";

Deno.test("the hub survives peers that reset, before and after they have sent something", async () => {
  await using hub = new LiveHub();
  for (let turn = 0; turn < 20; turn++) {
    const silent = await hub.connect();
    await silent.reset();
    const talking = await hub.textMember(`t${turn}`);
    await talking.send("half a li");
    await talking.reset();
  }
  await hub.untilLogged(/disconnected/, 40);
  await hub.assertAlive();
});

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

Deno.test("a peer that sends too fast is slowed down, in order and without loss, with one notice", async () => {
  await using hub = new LiveHub({ rateLimit: { rate: 200, burst: 5 } });
  await using ana = await hub.textMember("ana");
  await using fast = await hub.connect();
  const count = 60;
  await fast.send(Array.from({ length: count }, (_, number) => `linea ${number}\n`).join(""));
  for (let number = 0; number < count; number++) {
    assertMatch(await ana.until("linea"), new RegExp(`^guest\\d: linea ${number}$`));
  }
  await fast.send("/quien\n");
  await fast.until("here:");
  const notices = new TextDecoder().decode(fast.received()).match(/slowing you down/g);
  assertEquals(notices?.length, 1);
  await hub.untilLogged(/throttled/);
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

Deno.test("a connection above the limit gets the reason, and can join later", async () => {
  await using hub = new LiveHub({ limits: { connections: 2 } });
  await using ana = await hub.textMember("ana");
  const luis = await hub.textMember("luis");
  await using third = await hub.connect();
  assertEquals(await third.line(), "* server full: try again later");
  await third.closed();
  await hub.untilLogged(/reason=server_full/);
  await luis[Symbol.asyncDispose]();
  await ana.until("luis left");
  third.end();
  await hub.untilLogged(/disconnected/, 2);
  await using fourth = await hub.textMember("eva");
  await fourth.send("hola\n");
  assertEquals(await ana.until("eva:"), "eva: hola");
});

Deno.test("a stopping hub says bye in both dialects, then ends the connections", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.framesMember("eva");
  const stopping = hub.stop();
  assertEquals(await ana.until("disconnected"), "* disconnected: the hub is stopping");
  assertEquals((await eva.untilFrame("bye")).code, "shutdown");
  assertEquals([await ana.closed(), await eva.closed()], ["end", "end"]);
  ana.end();
  eva.end();
  await stopping;
});

Deno.test("a stopping hub does not wait for ever for a peer that does not read", async () => {
  await using hub = new LiveHub({ limits: { drain: 50 }, times: { linger: 50 } });
  await using stuck = await Peer.connect(hub.port, { reading: false });
  await stuck.send("/name stuck\n");
  await using ana = await hub.framesMember("ana");
  const text = "x".repeat(60 * 1024);
  for (let number = 0; number < 10; number++) {
    ana.sendFrame({ type: "say", ref: `${number}`, text });
    await ana.untilFrame("ack");
  }
  await hub.stop();
});

Deno.test("whatever a peer sends stays a value in the log, on one line", async () => {
  await using hub = new LiveHub({ rateLimit: { rate: 100, burst: 1 } });
  await using peer = await hub.connect();
  await peer.send('/name ana\x1b[2J\n/name "a\tb"\nlevel=error msg=forged\n');
  await hub.untilLogged(/throttled/);
  for (const line of hub.log) {
    assertMatch(line, /^time=\S+ level=\w+ logger=chat msg=[^\n]*\n$/);
    assert(!/\p{Cc}/u.test(line.slice(0, -1)), JSON.stringify(line));
  }
});
