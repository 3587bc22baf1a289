/** How much may wait for a peer that reads slowly or not at all, at its exact value, and when it is disconnected. */

import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { framesOf, settle, SimulatedHub } from "../support/simulation.ts";

const KIB = 1024;
const SECOND = 1000;
/** Longer than a delivery waits for a slow reader, in milliseconds. */
const DELIVERED = 10;

/** Fills the history with `count` messages, each about as long as a frame may be. Their replay takes more bytes. */
async function fillHistory(hub: SimulatedHub, room: string, count: number, text: string) {
  const bot = await hub.framesMember("bot");
  bot.send(`${JSON.stringify({ type: "command", ref: "join", line: `/join ${room}` })}\n`);
  for (let ref = 1; ref <= count; ref++) {
    bot.send(`${JSON.stringify({ type: "say", ref: String(ref), text })}\n`);
  }
  await settle();
  assertEquals(framesOf(bot).filter((type) => type === "ack").length, count);
}

const MANY_LINES = Array(200).fill("x".repeat(300)).join("\n");
const MANY_BYTES = "日".repeat(21_000);

Deno.test("a peer that asks for much at once and reads nothing has no more pending than the limit", async () => {
  await using hub = new SimulatedHub();
  await fillHistory(hub, "general", 10, MANY_LINES);
  const ana = await hub.textMember("ana");
  ana.setCapacity(0);
  ana.send("/history\n".repeat(10));
  await settle();
  assert(
    hub.pending.pendingBytes > 0 && hub.pending.pendingBytes <= DEFAULT_LIMITS.pending,
    `${hub.pending.pendingBytes}`,
  );
  const bot = await hub.connect();
  bot.setCapacity(0);
  bot.send('{"type":"hello","protocol":1,"nick":"eva"}\n');
  const line = JSON.stringify({ type: "command", ref: "r", line: "/history 1000" });
  for (let ref = 0; ref < 10; ref++) bot.send(`${line.replace('"r"', `"${ref}"`)}\n`);
  await settle();
  assert(hub.pending.pendingBytes <= 2 * DEFAULT_LIMITS.pending, `${hub.pending.pendingBytes}`);
  assertEquals(hub.log, []);
  // No reply is lost.
  ana.setCapacity(Infinity);
  bot.setCapacity(Infinity);
  await settle();
  assertEquals(ana.lines.filter((line) => line.includes("the last")).length, 10);
  assertEquals(framesOf(bot).filter((type) => type === "reply history").length, 10);
  assertEquals([hub.log, ana.unread, bot.unread], [[], 0, 0]);
});

Deno.test("a peer that reads none of its replies is a slow consumer, and one that reads slowly is not dead", async () => {
  await using hub = new SimulatedHub();
  await fillHistory(hub, "general", 10, MANY_BYTES);
  const [stuck, slow] = [await hub.connect(), await hub.connect()];
  for (const [nick, peer] of [["stuck", stuck], ["slow", slow]] as const) {
    peer.setCapacity(1000);
    peer.send(`{"type":"hello","protocol":1,"nick":"${nick}","history":1000}\n`);
    peer.send('{"type":"ping"}\n');
  }
  for (let seconds = 0; seconds <= DEFAULT_LIMITS.silence / SECOND; seconds++) {
    slow.setCapacity(10);
    await hub.clock.advance(SECOND);
  }
  assertEquals(hub.log.map((line) => line.replace(/ queued=.*/, "")), [
    "dropped peer=192.0.2.1:1 nick=stuck reason=slow_consumer",
    "dropped peer=192.0.2.1:1 nick=bot reason=timeout",
  ]);
  assertEquals(slow.isClosed, false);
});

Deno.test("a peer that writes on while its own messages wait slows itself down, and loses none", async () => {
  await using hub = new SimulatedHub();
  const eva = await hub.connect();
  eva.send("CAP REQ echo-message\r\nNICK eva\r\nUSER eva 0 * :eva\r\nCAP END\r\n");
  await hub.clock.advance(SECOND);
  eva.setCapacity(10);
  const messages = 10_000;
  const line = `PRIVMSG #general :${"x".repeat(450)}\r\n`;
  for (let count = 0; count < messages; count += 100) eva.send(line.repeat(100));
  // The write of the first ones is under way for longer than any delivery waits for it.
  await hub.clock.advance(SECOND);
  assert(eva.unread > 0);
  assert(hub.pending.pendingBytes <= DEFAULT_LIMITS.pending, `${hub.pending.pendingBytes}`);
  eva.setCapacity(Infinity);
  await hub.clock.advance(SECOND);
  assertEquals(hub.log, []);
  assertEquals(eva.lines.filter((line) => line.includes("xxx")).length, messages);
});

Deno.test("a peer that asks for the longest replays is not dropped for what is already pending", async () => {
  await using hub = new SimulatedHub();
  await fillHistory(hub, "attic", 10, MANY_LINES);
  const ana = await hub.textMember("ana");
  ana.send("/who\n/join attic\n/history\n/who\n");
  await settle();
  assertEquals(hub.log, []);
  assertEquals(ana.lines.at(-1), "* 2 here: bot, ana");
});

Deno.test("the outbox is limited to the byte, and a reader above the limit gets only the reason", async () => {
  const pending = 300;
  await using hub = new SimulatedHub({ limits: { pending } });
  const stuck = await hub.textMember("stuck");
  const ana = await hub.framesMember("ana");
  stuck.setCapacity(0);
  const say = async (bytes: number) => {
    ana.send(`{"type":"say","ref":"${++refs}","text":"${"x".repeat(bytes - "ana: \n".length)}"}\n`);
    await hub.clock.advance(DELIVERED);
  };
  let refs = 0;
  await say(100);
  await say(100);
  await say(100);
  assertEquals([hub.pending.pendingBytes, hub.log], [pending, []]);
  const before = stuck.lines;
  await say(7);
  // Bytes that the system has accepted do not count.
  assertEquals(hub.log, ["dropped peer=192.0.2.1:1 nick=stuck reason=slow_consumer queued=300"]);
  stuck.setCapacity(Infinity);
  await settle();
  const after = stuck.lines.slice(before.length);
  assertEquals(after.at(-1), "* disconnected: reading too slowly");
  assertEquals(after.slice(0, -1), [`ana: ${"x".repeat(94)}`]);
  await hub.clock.advance(SECOND);
  assertEquals([stuck.isClosed, hub.pending.pendingBytes], [true, 0]);
  assertEquals(framesOf(ana).filter((type) => type === "ack").length, 4);
});

Deno.test("all outboxes together are limited, at the cost of those with much pending", async () => {
  await using hub = new SimulatedHub({ limits: { pendingTotal: 300 * KIB } });
  const stuck = await Promise.all(
    ["s1", "s2", "s3", "s4"].map(async (nick) => {
      const peer = await hub.textMember(nick);
      peer.setCapacity(0);
      return peer;
    }),
  );
  const ana = await hub.framesMember("ana");
  const eva = await hub.framesMember("eva");
  for (let ref = 0; ref < 20; ref++) {
    ana.send(`{"type":"say","ref":"${ref}","text":"${"x".repeat(10 * KIB)}"}\n`);
    await hub.clock.advance(DELIVERED);
    // Above the total, a reader has at most its fair share of 64 KiB.
    assert(
      hub.pending.pendingBytes <= 300 * KIB + stuck.length * 64 * KIB,
      `${hub.pending.pendingBytes}`,
    );
  }
  const dropped = hub.log.map((line) =>
    Number(/reason=slow_consumer queued=(\d+)/.exec(line)?.[1])
  );
  assert(dropped.length > 0 && dropped.every((queued) => queued > 54 * KIB), hub.log.join("\n"));
  for (const peer of stuck) peer.setCapacity(Infinity);
  await settle();
  for (const peer of stuck) {
    const messages = peer.lines.filter((line) => line.startsWith("ana: ")).length;
    const wasDropped = peer.lines.at(-1) === "* disconnected: reading too slowly";
    assert(wasDropped || messages === 20, "a reader that stays loses nothing");
  }
  assertEquals(framesOf(eva).filter((type) => type === "message").length, 20);
  assertEquals(framesOf(ana).filter((type) => type === "ack").length, 20);
});

for (const stall of [DEFAULT_LIMITS.stall, 3 * SECOND]) {
  Deno.test(`a reader that reads nothing for ${stall} ms is dropped, and one that reads a byte is not`, async () => {
    await using hub = new SimulatedHub({ limits: { stall } });
    const stuck = await hub.textMember("stuck");
    const slow = await hub.textMember("slow");
    const idle = await hub.textMember("idle");
    const ana = await hub.textMember("ana");
    for (const peer of [stuck, slow]) peer.setCapacity(0);
    ana.send("hola a todos\n");
    for (let turn = 0; turn < 6; turn++) {
      await hub.clock.advance(stall / 2);
      slow.setCapacity(1);
      if (turn === 1) assertEquals(hub.log, []);
    }
    assertEquals(hub.log.map((line) => line.replace(/queued=\d+/, "queued=")), [
      "dropped peer=192.0.2.1:1 nick=stuck reason=slow_consumer queued=",
    ]);
    await hub.clock.advance(DEFAULT_LIMITS.drain); // it does not read the bye either
    assertEquals([stuck, slow, idle].map(({ isClosed }) => isClosed), [true, false, false]);
    slow.setCapacity(Infinity);
    await settle();
    assert(slow.lines.includes("ana: hola a todos"));
    assert(idle.lines.includes("ana: hola a todos"));
  });
}
