/** Every limit of the hub at its exact value, with a clock, sockets and a listener that the test plays. */

import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { MAX_REJECTED } from "../../server/net/listener.ts";
import { FakeSocket, settle, SimulatedHub } from "../support/simulation.ts";

const KIB = 1024;
const SECOND = 1000;

/** Time after a deadline until it is noticed. */
const SWEEP = 1000;

/** The types of the frames that it received, with their codes. */
function framesOf(socket: FakeSocket): string[] {
  return socket.lines.filter((line) => line.startsWith("{")).map((line) => {
    const { type, code } = JSON.parse(line);
    return code === undefined ? type : `${type} ${code}`;
  });
}

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
    assertEquals(JSON.parse(bot.lines[0]!).limits, { line: limit });
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

const MANY_LINES = `x${"\n".repeat(32_000)}x`;
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

Deno.test("a peer that asks for the longest replays is not dropped for what is already pending", async () => {
  await using hub = new SimulatedHub();
  await fillHistory(hub, "attic", 10, MANY_LINES);
  const ana = await hub.textMember("ana");
  ana.send("/who\n/join attic\n/history\n/who\n");
  await settle();
  assertEquals(hub.log, []);
  assertEquals(ana.lines.at(-1), "* 2 here: bot, ana");
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

// Slow consumers.

Deno.test("the outbox is limited to the byte, and a reader above the limit gets only the reason", async () => {
  const pending = 300;
  await using hub = new SimulatedHub({ limits: { pending } });
  const stuck = await hub.textMember("stuck");
  const ana = await hub.framesMember("ana");
  stuck.setCapacity(0);
  const say = async (bytes: number) => {
    ana.send(`{"type":"say","ref":"${++refs}","text":"${"x".repeat(bytes - "ana: \n".length)}"}\n`);
    await settle();
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
    await settle();
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

// Connections.

Deno.test("a connection above the limit gets the reason, and closing one makes room", async () => {
  await using hub = new SimulatedHub({ limits: { connections: 2 } });
  const [ana, eva] = [await hub.textMember("ana"), await hub.textMember("eva")];
  const third = await hub.connect("192.0.2.3");
  assertEquals(third.lines, ["* server full: try again later"]);
  assertEquals(hub.log, ["rejected peer=192.0.2.3:1 reason=server_full"]);
  // It stays connected for a moment, and takes no place.
  eva.end();
  await settle();
  const fourth = await hub.textMember("luis");
  assertEquals(third.isClosed, false);
  fourth.send("hola\n");
  await settle();
  assertEquals(ana.lines.at(-1), "luis: hola");
  await hub.clock.advance(SECOND);
  assert(third.isClosed);
});

Deno.test("rejected peers get the reason up to a number, and beyond it are closed at once", async () => {
  await using hub = new SimulatedHub({ limits: { connections: 1 } });
  const ana = await hub.textMember("ana");
  const rejected: FakeSocket[] = [];
  for (let number = 0; number < MAX_REJECTED + 10; number++) {
    const peer = await hub.connect();
    peer.setCapacity(0);
    rejected.push(peer);
  }
  const open = () => rejected.filter(({ isClosed }) => !isClosed).length;
  assertEquals(open(), MAX_REJECTED);
  assertEquals(hub.log.length, MAX_REJECTED);
  await hub.clock.advance(DEFAULT_LIMITS.drain);
  assertEquals(open(), 0);
  const next = await hub.connect();
  assertEquals(next.lines, ["* server full: try again later"]);
  assertEquals(ana.isClosed, false);
});

Deno.test("a connection above the limit of its address gets the reason, however the address is written", async () => {
  await using hub = new SimulatedHub({ limits: { perAddress: 2 } });
  const first = await hub.connect("192.0.2.1");
  const second = await hub.connect("::ffff:192.0.2.1");
  const third = await hub.connect("192.0.2.1");
  assertEquals(third.lines, [
    "* too many connections from your address: close one, or try again later",
  ]);
  assertEquals(hub.log, ["rejected peer=192.0.2.1:1 reason=address_full"]);
  const other = await hub.connect("192.0.2.2");
  await hub.clock.advance(SECOND);
  assertEquals([first, second, third, other].map(({ isClosed }) => isClosed), [
    false,
    false,
    true,
    false,
  ]);
  first.end();
  await settle();
  const fourth = await hub.connect("::ffff:192.0.2.1");
  await hub.clock.advance(SECOND);
  assertEquals(fourth.isClosed, false);
});

Deno.test("loopback connections are not limited by address, but count for the total", async () => {
  await using hub = new SimulatedHub({ limits: { perAddress: 1, connections: 5 } });
  const hosts = ["127.0.0.1", "127.0.0.1", "::1", "::1", "::ffff:127.0.0.1"];
  const own: FakeSocket[] = [];
  for (const host of hosts) own.push(await hub.connect(host));
  await hub.clock.advance(SECOND);
  assertEquals(own.filter(({ isClosed }) => isClosed).length, 0);
  const more = await hub.connect("127.0.0.1");
  assertEquals(more.lines, ["* server full: try again later"]);
});

Deno.test("a banned address is banned however it is written", async () => {
  await using hub = new SimulatedHub({ modPassword: "sesame" });
  const mod = await hub.textMember("mod");
  mod.send("/mod sesame\n");
  const cases = [["bot1", "192.0.2.7", "192.0.2.7"], ["bot2", "::ffff:192.0.2.8", "192.0.2.8"]];
  for (const [nick, host, address] of cases) {
    const bot = await hub.connect(host);
    bot.send(`/name ${nick}\n`);
    await settle();
    mod.send(`/ban ${nick} address\n`);
    await settle();
    assertEquals(
      hub.log.at(-1),
      `moderation action=ban by=mod nick=${nick} address=${address}`,
    );
    for (const from of [address!, `::ffff:${address}`]) {
      const back = await hub.connect(from);
      back.send("hola\n");
      await settle();
      assertEquals(back.lines, ["* you are banned from this hub"], from);
    }
  }
});

// Accepting.

for (const acceptPause of [DEFAULT_LIMITS.acceptPause, 100]) {
  Deno.test(`failed accepts are retried after up to ${acceptPause} ms, with one log line a second`, async () => {
    await using hub = new SimulatedHub({ limits: { acceptPause } });
    const ana = await hub.textMember("ana");
    const eva = await hub.textMember("eva");
    hub.fakeListener.acceptError = new Error("Too many open files (os error 24)");
    const late = await hub.connect();
    // 10 ms, doubled each time up to the limit.
    let [tries, pause] = [1, 10];
    for (let at = pause; at <= 10 * SECOND; at += pause) {
      tries++;
      pause = Math.min(2 * pause, acceptPause);
    }
    for (let second = 1; second <= 10; second++) {
      await hub.clock.advance(SECOND);
      ana.send(`${second}\n`);
      await settle();
      assertEquals(eva.lines.at(-1), `ana: ${second}`);
      assert(hub.log.length <= second + 1, hub.log.join("\n"));
    }
    assertEquals(hub.fakeListener.failures, tries);
    assertEquals(
      hub.log[0],
      "accept failed error=Error: Too many open files (os error 24) failures=1 retry_ms=10",
    );
    hub.fakeListener.acceptError = undefined;
    await hub.clock.advance(acceptPause);
    assertEquals([hub.fakeListener.waiting, late.isClosed], [0, false]);
    await hub.clock.advance(SECOND);
    assertEquals(late.lines[0], "* welcome, guest3 (3 here: ana, eva, guest3)");
  });
}

Deno.test("a peer that waits to be accepted is accepted as soon as a closing connection makes room", async () => {
  await using hub = new SimulatedHub();
  const ana = await hub.textMember("ana");
  hub.fakeListener.acceptError = new Error("Too many open files (os error 24)");
  await hub.connect();
  await hub.clock.advance(10 * SECOND);
  assertEquals(hub.fakeListener.waiting, 1);
  hub.fakeListener.acceptError = undefined;
  ana.end();
  await settle();
  assertEquals(hub.fakeListener.waiting, 0);
});

Deno.test("after a successful accept the pauses start again from the shortest", async () => {
  await using hub = new SimulatedHub();
  for (let turn = 0; turn < 2; turn++) {
    hub.fakeListener.acceptError = new Error("Too many open files (os error 24)");
    await hub.connect();
    await hub.clock.advance(100 * SECOND);
    hub.fakeListener.acceptError = undefined;
    await hub.clock.advance(SECOND);
  }
  const pauses = hub.log.map((line) => Number(/retry_ms=(\d+)/.exec(line)?.[1]));
  assertEquals(pauses.filter((pause) => pause === 10).length, 2, pauses.join(" "));
  assertEquals(Math.max(...pauses), DEFAULT_LIMITS.acceptPause);
});

Deno.test("the accept loop stops at once, also in the pause after an error", async () => {
  await using hub = new SimulatedHub();
  hub.fakeListener.acceptError = new Error("Too many open files (os error 24)");
  await hub.connect();
  await hub.stop();
});

Deno.test("in a storm of connects the accepted connections get their turn", async () => {
  await using hub = new SimulatedHub();
  for (let number = 0; number < 1000; number++) {
    const socket = new FakeSocket("127.0.0.1");
    socket.end();
    hub.fakeListener.connect(socket);
  }
  await settle();
  // Without a pause the accept loop would have accepted all by now.
  assert(hub.fakeListener.waiting >= 900, `${hub.fakeListener.waiting} wait`);
  await hub.clock.advance(0);
  assertEquals(hub.fakeListener.waiting, 0);
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
