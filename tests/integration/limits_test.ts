/** The limits of lines, times and rates at their exact value, with a clock and sockets that the test plays. */

import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { framesOf, settle, SimulatedHub } from "../support/simulation.ts";

const KIB = 1024;
const SECOND = 1000;

/** Time after a deadline until it is noticed. */
const SWEEP = 1000;

/** A `say` of exactly `bytes` bytes, without its LF. */
function sayOf(bytes: number): string {
  const [head, tail] = ['{"type":"say","ref":"1","text":"', '"}'];
  return head + "x".repeat(bytes - head.length - tail.length) + tail;
}

// A line.

for (const [name, limit] of [["usual", DEFAULT_LIMITS.line], ["set", 100]] as const) {
  Deno.test(`a text line may be as long as the ${name} limit, to the byte, and is dropped whole above`, async () => {
    await using hub = new SimulatedHub({ limits: { line: limit } });
    const ana = await hub.textMember("ana");
    const eva = await hub.textMember("eva");
    const emoji = "😀"; // four bytes, which may end exactly at the limit
    for (const [bytes, end] of [[limit - 1, "\n"], [limit, "\n"], [limit, "\r\n"]] as const) {
      eva.send("x".repeat(bytes - 4) + emoji + end);
      await settle();
      assertEquals(ana.lines.at(-1), `eva: ${"x".repeat(bytes - 4)}${emoji}`);
    }
    const count = ana.lines.length;
    for (const over of ["x".repeat(limit + 1), "x".repeat(limit - 3) + emoji]) {
      eva.send(`${over}\n`);
      await settle();
      assertEquals(
        eva.lines.at(-1),
        `! line too long (max ${limit} bytes): it was not sent`,
      );
    }
    assertEquals([ana.lines.length, eva.isClosed], [count, false]);
    eva.send("still here\n");
    await settle();
    assertEquals(ana.lines.at(-1), "eva: still here");
  });
}

for (const [name, limit] of [["usual", DEFAULT_LIMITS.frame], ["set", 200]] as const) {
  Deno.test(`a frame may be as long as the ${name} limit, to the byte, and the welcome says so`, async () => {
    await using hub = new SimulatedHub({ limits: { frame: limit } });
    const bot = await hub.framesMember("bot");
    assertEquals(JSON.parse(bot.lines[0]!).limits, { line: limit, lines: 200 });
    bot.send(`${sayOf(limit - 1)}\n`);
    bot.send(`${sayOf(limit).replace('"1"', '"2"')}\r\n`);
    bot.send(`${sayOf(limit + 1)}\n`);
    await settle();
    assertEquals(framesOf(bot), ["welcome", "ack", "ack", "error line_too_long"]);
    assertEquals(JSON.parse(bot.lines.at(-1)!).params, { max: limit });
  });
}

Deno.test("bytes without a line end are accepted up to 64 KiB or twice the line, and no further", async () => {
  const cases = [
    { limits: {}, hello: false, max: 64 * KIB },
    { limits: { line: 40 * KIB }, hello: false, max: 80 * KIB },
    { limits: {}, hello: true, max: 128 * KIB },
    { limits: { frame: 8 * KIB }, hello: true, max: 64 * KIB },
    { limits: { frame: 100 * KIB }, hello: true, max: 200 * KIB },
  ];
  for (const { limits, hello, max } of cases) {
    await using hub = new SimulatedHub({ limits });
    const peer = hello ? await hub.framesMember("bot") : await hub.textMember("ana");
    peer.send(new Uint8Array(max).fill(0x78));
    await settle();
    assertEquals([peer.unread, peer.isClosed, hub.log.length], [0, false, 0]);
    peer.send("x");
    await settle();
    const [word] = peer.lines.slice(-1);
    if (hello) assertEquals(JSON.parse(word!).params, { max });
    else assertEquals(word, `* disconnected: more than ${max} bytes without a line end`);
    assertEquals(hub.log, [
      `dropped peer=192.0.2.1:1 nick=${hello ? "bot" : "ana"} reason=line_too_long`,
    ]);
    await hub.clock.advance(SECOND);
    assert(peer.isClosed);
  }
});

// Admission.

for (const handshake of [DEFAULT_LIMITS.handshake, 2 * SECOND]) {
  Deno.test(`a peer that is not admitted within ${handshake} ms is disconnected, whatever it sends`, async () => {
    await using hub = new SimulatedHub({ limits: { handshake }, password: "sesame" });
    const silent = await hub.connect();
    const bot = await hub.connect();
    bot.send('{"type":"hello","protocol":1,"nick":"bot"}\n');
    const broken = await hub.connect();
    broken.send('{"type":"hello","protocol":"one"}\n');
    const inside = await hub.connect();
    inside.send("sesame\n");
    await hub.clock.advance(handshake / 2);
    bot.send('{"type":"ping"}\n');
    broken.send("no frame\n");
    await hub.clock.advance(handshake / 2);
    assertEquals(hub.log, []);
    await hub.clock.advance(SWEEP);
    assertEquals(hub.log, Array(3).fill("dropped peer=192.0.2.1:1 reason=handshake_timeout"));
    assertEquals(silent.lines, [
      "! this hub needs a password: type it and press Enter",
      "* disconnected: no password was received in time",
    ]);
    assertEquals(framesOf(bot), ["error password_wanted", "pong", "bye handshake_timeout"]);
    assertEquals(framesOf(broken).at(-1), "bye handshake_timeout");
    await hub.clock.advance(SECOND);
    assertEquals([silent, bot, broken, inside].map(({ isClosed }) => isClosed), [
      true,
      true,
      true,
      false,
    ]);
  });
}

Deno.test("a peer that sends only an invalid hello has a deadline, without a password too", async () => {
  await using hub = new SimulatedHub();
  const broken = await hub.connect();
  broken.send('{"type":"hello","protocol":"one"}\n');
  await hub.clock.advance(DEFAULT_LIMITS.handshake + SWEEP);
  assertEquals(framesOf(broken).at(-1), "bye handshake_timeout");
});

Deno.test("without a password a silent peer is greeted, and has no deadline", async () => {
  await using hub = new SimulatedHub();
  const silent = await hub.connect();
  assertEquals(silent.lines, []);
  await hub.clock.advance(300);
  assertEquals(silent.lines[0], "* welcome, guest1 (1 here: guest1)");
  await hub.clock.advance(10 * DEFAULT_LIMITS.handshake);
  assertEquals([silent.isClosed, hub.log], [false, []]);
});

// The rate limit.

Deno.test("a flood is slowed down by not reading it: in order, without loss, with one notice", async () => {
  await using hub = new SimulatedHub({ rateLimit: { rate: 5, burst: 10 } });
  const [ana, eva] = [await hub.textMember("ana"), await hub.textMember("eva")];
  const flood = await hub.connect();
  const count = 200;
  for (let number = 0; number < count; number++) flood.send(`${number} ${"x".repeat(100)}\n`);
  const numbers = () =>
    ana.lines.filter((line) => line.startsWith("guest")).map((line) =>
      Number(/: (\d+) /.exec(line)?.[1])
    );
  await settle();
  assertEquals(numbers().length, 10);
  for (let second = 1; second <= 20; second++) {
    const unread = flood.unread;
    await hub.clock.advance(SECOND);
    assertEquals(numbers().length, 10 + 5 * second);
    assert(unread > 0 && flood.unread <= unread, "what has to wait is not read");
    // The others are not slowed down.
    eva.send(`eva ${second}\n`);
    await settle();
    assertEquals(ana.lines.at(-1), `eva: eva ${second}`);
  }
  await hub.clock.advance(60 * SECOND);
  assertEquals(numbers(), Array.from({ length: count }, (_, number) => number));
  const notices = flood.lines.filter((line) => line.includes("slowing you down"));
  assertEquals([notices.length, flood.isClosed], [1, false]);
  assertEquals(hub.log, ["throttled peer=192.0.2.1:1 nick=guest3"]);
  flood.send("/who\n");
  await settle();
  assertEquals(flood.lines.at(-1), "* 3 here: ana, eva, guest3");
});

Deno.test("without a rate or a burst nobody is slowed down", async () => {
  for (const rateLimit of [{ rate: 0, burst: 10 }, { rate: 5, burst: 0 }]) {
    await using hub = new SimulatedHub({ rateLimit });
    const ana = await hub.textMember("ana");
    const fast = await hub.textMember("fast");
    fast.send("x\n".repeat(500));
    await settle();
    assertEquals(ana.lines.filter((line) => line === "fast: x").length, 500);
  }
});

// Silence.

for (const silence of [DEFAULT_LIMITS.silence, 45 * SECOND]) {
  Deno.test(`a frames peer that sends nothing for ${silence} ms is dead, unless it pings or need not`, async () => {
    await using hub = new SimulatedHub({ limits: { silence } });
    const dead = await hub.framesMember("dead");
    const bot = await hub.framesMember("bot");
    const nc = await hub.textMember("nc");
    for (let passed = 0; passed < silence; passed += silence / 3) {
      await hub.clock.advance(silence / 3);
      bot.send('{"type":"ping"}\n');
    }
    assertEquals(hub.log, []);
    await hub.clock.advance(SWEEP);
    assertEquals(hub.log, ["dropped peer=192.0.2.1:1 nick=dead reason=timeout"]);
    assertEquals(framesOf(dead).at(-1), "bye timeout");
    await hub.clock.advance(SECOND);
    assertEquals([dead, bot, nc].map(({ isClosed }) => isClosed), [true, false, false]);
  });
}

// Taking turns.

Deno.test("the lines of one peer do not hold up the others", async () => {
  await using hub = new SimulatedHub();
  const bot = await hub.framesMember("bot");
  const eva = await hub.framesMember("eva");
  hub.clock.step = 1; // each line takes a millisecond
  const pings = 100;
  bot.send('{"type":"ping"}\n'.repeat(pings));
  await settle();
  const pongs = () => framesOf(bot).filter((type) => type === "pong").length;
  assert(pongs() < 10, `${pongs()} lines without a pause`);
  eva.send('{"type":"ping"}\n');
  await settle();
  assertEquals(framesOf(eva).at(-1), "pong");
  hub.clock.step = 0;
  await hub.clock.advance(1);
  assertEquals(pongs(), pings);
});

// The clock.

Deno.test("an empty hub reads its clock every second, or it would seem to stand still", async () => {
  await using hub = new SimulatedHub();
  await hub.clock.advance(60 * SECOND);
  assertEquals(hub.clock.lastRead, 60 * SECOND);
});

// Stopping.

for (const drain of [DEFAULT_LIMITS.drain, 2 * SECOND]) {
  Deno.test(`a stopping hub waits ${drain} ms for peers that do not read, and not for others`, async () => {
    await using hub = new SimulatedHub({ limits: { drain } });
    const stuck = await hub.textMember("stuck");
    stuck.setCapacity(0);
    const ana = await hub.textMember("ana");
    let isOver = false;
    hub.stop().then(() => isOver = true);
    await settle();
    assertEquals(ana.lines.at(-1), "* disconnected: the hub is stopping");
    ana.end();
    await hub.clock.advance(drain - 1);
    assertEquals([ana.isClosed, stuck.isClosed, isOver], [true, false, false]);
    await hub.clock.advance(1);
    await settle();
    assertEquals([stuck.isClosed, isOver], [true, true]);
  });
}

// Memory.

Deno.test("a peer that sends little is read into a small buffer, also after it has sent much", async () => {
  await using hub = new SimulatedHub();
  const bot = await hub.framesMember("bot");
  assert(bot.readBuffer <= KIB);
  bot.send("{" + " ".repeat(48 * KIB) + "}\n");
  await settle();
  assert(bot.unread === 0 && bot.readBuffer > 16 * KIB);
  for (let ping = 0; ping < 10; ping++) {
    bot.send('{"type":"ping"}\n');
    await settle();
  }
  assert(bot.unread === 0 && bot.readBuffer <= KIB);
});
