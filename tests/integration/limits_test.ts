/** Every limit of the hub at its edge, with a clock, sockets and a listener that the test plays. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS, USUAL_LIMITS } from "../../server/limits.ts";
import { MAX_TURNED_AWAY } from "../../server/listener.ts";
import { PlayedHub, type PlayedSocket, settle } from "../support/played.ts";

const KIB = 1024;
const SECOND = 1000;

/** Behind a limit of time: deadlines are looked after every second. */
const SWEEP = 1000;

/** The types of the frames that it received, of those with a code with that. */
function framesOf(socket: PlayedSocket): string[] {
  return socket.lines.filter((line) => line.startsWith("{")).map((line) => {
    const { type, code } = JSON.parse(line);
    return code === undefined ? type : `${type} ${code}`;
  });
}

/** A `say` of so many bytes in all, without its LF. */
function sayOf(bytes: number): string {
  const [head, tail] = ['{"type":"say","ref":"1","text":"', '"}'];
  return head + "x".repeat(bytes - head.length - tail.length) + tail;
}

// A line.

for (const [name, limit] of [["usual", USUAL_LIMITS.line], ["set", 100]] as const) {
  Deno.test(`a text line may be as long as the ${name} limit, to the byte, and is dropped whole above`, async () => {
    await using hub = new PlayedHub({ limits: { line: limit } });
    const ana = await hub.textMember("ana");
    const eva = await hub.textMember("eva");
    const emoji = "😀"; // of four bytes, and it may end at the very edge
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

for (const [name, limit] of [["usual", USUAL_LIMITS.frame], ["set", 200]] as const) {
  Deno.test(`a frame may be as long as the ${name} limit, to the byte, and the welcome says so`, async () => {
    await using hub = new PlayedHub({ limits: { frame: limit } });
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

Deno.test("bytes without a line end are borne up to 64 KiB or twice the line, and no further", async () => {
  const cases = [
    { limits: {}, hello: false, max: 64 * KIB },
    { limits: { line: 40 * KIB }, hello: false, max: 80 * KIB },
    { limits: {}, hello: true, max: 128 * KIB },
    { limits: { frame: 8 * KIB }, hello: true, max: 64 * KIB },
    { limits: { frame: 100 * KIB }, hello: true, max: 200 * KIB },
  ];
  for (const { limits, hello, max } of cases) {
    await using hub = new PlayedHub({ limits });
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
    await hub.clock.pass(SECOND);
    assert(peer.isClosed);
  }
});

/** A member says so many messages, each about as long as a frame may be, that are told again as more bytes than it sent. */
async function fillHistory(hub: PlayedHub, room: string, count: number, text: string) {
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

Deno.test("who asks for much at once and takes nothing of it has no more waiting than it may have", async () => {
  await using hub = new PlayedHub();
  await fillHistory(hub, "general", 10, MANY_LINES);
  const ana = await hub.textMember("ana");
  ana.takes(0);
  ana.send("/history\n".repeat(10));
  await settle();
  assert(
    hub.pending.bytes > 0 && hub.pending.bytes <= USUAL_LIMITS.pending,
    `${hub.pending.bytes}`,
  );
  const bot = await hub.connect();
  bot.takes(0);
  bot.send('{"type":"hello","protocol":1,"nick":"eva"}\n');
  const line = JSON.stringify({ type: "command", ref: "r", line: "/history 1000" });
  for (let ref = 0; ref < 10; ref++) bot.send(`${line.replace('"r"', `"${ref}"`)}\n`);
  await settle();
  assert(hub.pending.bytes <= 2 * USUAL_LIMITS.pending, `${hub.pending.bytes}`);
  assertEquals(hub.log, []);
  // Nothing that was asked is lost.
  ana.takes(Infinity);
  bot.takes(Infinity);
  await settle();
  assertEquals(ana.lines.filter((line) => line.includes("the last")).length, 10);
  assertEquals(framesOf(bot).filter((type) => type === "reply history").length, 10);
  assertEquals([hub.log, ana.unread, bot.unread], [[], 0, 0]);
});

Deno.test("who takes nothing of what it asked for reads too slowly, and is not dead as long as it reads", async () => {
  await using hub = new PlayedHub();
  await fillHistory(hub, "general", 10, MANY_BYTES);
  const [stuck, slow] = [await hub.connect(), await hub.connect()];
  for (const [nick, peer] of [["stuck", stuck], ["slow", slow]] as const) {
    peer.takes(1000);
    peer.send(`{"type":"hello","protocol":1,"nick":"${nick}","history":1000}\n`);
    peer.send('{"type":"ping"}\n');
  }
  for (let seconds = 0; seconds <= USUAL_LIMITS.silence / SECOND; seconds++) {
    slow.takes(10);
    await hub.clock.pass(SECOND);
  }
  assertEquals(hub.log.map((line) => line.replace(/ queued=.*/, "")), [
    "dropped peer=192.0.2.1:1 nick=stuck reason=slow_consumer",
    "dropped peer=192.0.2.1:1 nick=bot reason=timeout",
  ]);
  assertEquals(slow.isClosed, false);
});

Deno.test("who is told again all that can be is not dropped for what waits already", async () => {
  await using hub = new PlayedHub();
  await fillHistory(hub, "attic", 10, MANY_LINES);
  const ana = await hub.textMember("ana");
  ana.send("/who\n/join attic\n/history\n/who\n");
  await settle();
  assertEquals(hub.log, []);
  assertEquals(ana.lines.at(-1), "* 2 here: bot, ana");
});

// Coming in.

for (const handshake of [USUAL_LIMITS.handshake, 2 * SECOND]) {
  Deno.test(`who does not come in within ${handshake} ms is turned away, by whatever it says`, async () => {
    await using hub = new PlayedHub({ limits: { handshake }, password: "sesame" });
    const silent = await hub.connect();
    const bot = await hub.connect();
    bot.send('{"type":"hello","protocol":1,"nick":"bot"}\n');
    const broken = await hub.connect();
    broken.send('{"type":"hello","protocol":"one"}\n');
    const inside = await hub.connect();
    inside.send("sesame\n");
    await hub.clock.pass(handshake / 2);
    bot.send('{"type":"ping"}\n');
    broken.send("no frame\n");
    await hub.clock.pass(handshake / 2);
    assertEquals(hub.log, []);
    await hub.clock.pass(SWEEP);
    assertEquals(hub.log, Array(3).fill("dropped peer=192.0.2.1:1 reason=handshake_timeout"));
    assertEquals(silent.lines, [
      "! this hub needs a password: type it and press Enter",
      "* disconnected: no password was received in time",
    ]);
    assertEquals(framesOf(bot), ["error password_wanted", "pong", "bye handshake_timeout"]);
    assertEquals(framesOf(broken).at(-1), "bye handshake_timeout");
    await hub.clock.pass(SECOND);
    assertEquals([silent, bot, broken, inside].map(({ isClosed }) => isClosed), [
      true,
      true,
      true,
      false,
    ]);
  });
}

Deno.test("without a password who is silent is greeted, and has all the time there is", async () => {
  await using hub = new PlayedHub();
  const silent = await hub.connect();
  assertEquals(silent.lines, []);
  await hub.clock.pass(300);
  assertEquals(silent.lines[0], "* welcome, guest1 (1 here: guest1)");
  await hub.clock.pass(10 * USUAL_LIMITS.handshake);
  assertEquals([silent.isClosed, hub.log], [false, []]);
});

// Reading too slowly.

Deno.test("what waits for a reader is bounded to the byte, and who has more waiting is told only why", async () => {
  const pending = 300;
  await using hub = new PlayedHub({ limits: { pending } });
  const stuck = await hub.textMember("stuck");
  const ana = await hub.framesMember("ana");
  stuck.takes(0);
  const say = async (bytes: number) => {
    ana.send(`{"type":"say","ref":"${++refs}","text":"${"x".repeat(bytes - "ana: \n".length)}"}\n`);
    await settle();
  };
  let refs = 0;
  await say(100);
  await say(100);
  await say(100);
  assertEquals([hub.pending.bytes, hub.log], [pending, []]);
  const before = stuck.lines;
  await say(7);
  // What was with the system already is none of the hub's any more.
  assertEquals(hub.log, ["dropped peer=192.0.2.1:1 nick=stuck reason=slow_consumer queued=300"]);
  stuck.takes(Infinity);
  await settle();
  const after = stuck.lines.slice(before.length);
  assertEquals(after.at(-1), "* disconnected: reading too slowly");
  assertEquals(after.slice(0, -1), [`ana: ${"x".repeat(94)}`]);
  await hub.clock.pass(SECOND);
  assertEquals([stuck.isClosed, hub.pending.bytes], [true, 0]);
  assertEquals(framesOf(ana).filter((type) => type === "ack").length, 4);
});

Deno.test("what waits for all readers is bounded, at the cost of those with much waiting", async () => {
  await using hub = new PlayedHub({ limits: { pendingTotal: 300 * KIB } });
  const stuck = await Promise.all(
    ["s1", "s2", "s3", "s4"].map(async (nick) => {
      const peer = await hub.textMember(nick);
      peer.takes(0);
      return peer;
    }),
  );
  const ana = await hub.framesMember("ana");
  const eva = await hub.framesMember("eva");
  for (let ref = 0; ref < 20; ref++) {
    ana.send(`{"type":"say","ref":"${ref}","text":"${"x".repeat(10 * KIB)}"}\n`);
    await settle();
    // Above it, a reader has its fair share of 64 KiB at the most.
    assert(hub.pending.bytes <= 300 * KIB + stuck.length * 64 * KIB, `${hub.pending.bytes}`);
  }
  const dropped = hub.log.map((line) =>
    Number(/reason=slow_consumer queued=(\d+)/.exec(line)?.[1])
  );
  assert(dropped.length > 0 && dropped.every((queued) => queued > 54 * KIB), hub.log.join("\n"));
  for (const peer of stuck) peer.takes(Infinity);
  await settle();
  for (const peer of stuck) {
    const messages = peer.lines.filter((line) => line.startsWith("ana: ")).length;
    const wasDropped = peer.lines.at(-1) === "* disconnected: reading too slowly";
    assert(wasDropped || messages === 20, "who is kept loses nothing");
  }
  assertEquals(framesOf(eva).filter((type) => type === "message").length, 20);
  assertEquals(framesOf(ana).filter((type) => type === "ack").length, 20);
});

for (const stall of [USUAL_LIMITS.stall, 3 * SECOND]) {
  Deno.test(`who takes nothing of what waits for ${stall} ms is dropped, and who takes a byte is not`, async () => {
    await using hub = new PlayedHub({ limits: { stall } });
    const stuck = await hub.textMember("stuck");
    const slow = await hub.textMember("slow");
    const idle = await hub.textMember("idle");
    const ana = await hub.textMember("ana");
    for (const peer of [stuck, slow]) peer.takes(0);
    ana.send("hola a todos\n");
    for (let turn = 0; turn < 6; turn++) {
      await hub.clock.pass(stall / 2);
      slow.takes(1);
      if (turn === 1) assertEquals(hub.log, []);
    }
    assertEquals(hub.log.map((line) => line.replace(/queued=\d+/, "queued=")), [
      "dropped peer=192.0.2.1:1 nick=stuck reason=slow_consumer queued=",
    ]);
    await hub.clock.pass(USUAL_LIMITS.drain); // its last word is not taken either
    assertEquals([stuck, slow, idle].map(({ isClosed }) => isClosed), [true, false, false]);
    slow.takes(Infinity);
    await settle();
    assert(slow.lines.includes("ana: hola a todos"));
    assert(idle.lines.includes("ana: hola a todos"));
  });
}

// Sending too fast.

Deno.test("a flood is slowed down by not reading it, in order, without loss, told once and never muted", async () => {
  await using hub = new PlayedHub({ rateLimit: { rate: 5, burst: 10 } });
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
    await hub.clock.pass(SECOND);
    assertEquals(numbers().length, 10 + 5 * second);
    assert(unread > 0 && flood.unread <= unread, "what has to wait is not read");
    // The others are as quick as ever.
    eva.send(`eva ${second}\n`);
    await settle();
    assertEquals(ana.lines.at(-1), `eva: eva ${second}`);
  }
  await hub.clock.pass(60 * SECOND);
  assertEquals(numbers(), Array.from({ length: count }, (_, number) => number));
  const told = flood.lines.filter((line) => line.includes("slowing you down"));
  assertEquals([told.length, flood.isClosed], [1, false]);
  assertEquals(hub.log, ["throttled peer=192.0.2.1:1 nick=guest3"]);
  flood.send("/who\n");
  await settle();
  assertEquals(flood.lines.at(-1), "* 3 here: ana, eva, guest3");
});

Deno.test("without a rate or a burst nobody is slowed down", async () => {
  for (const rateLimit of [{ rate: 0, burst: 10 }, { rate: 5, burst: 0 }]) {
    await using hub = new PlayedHub({ rateLimit });
    const ana = await hub.textMember("ana");
    const fast = await hub.textMember("fast");
    fast.send("x\n".repeat(500));
    await settle();
    assertEquals(ana.lines.filter((line) => line === "fast: x").length, 500);
  }
});

// Silence.

for (const silence of [USUAL_LIMITS.silence, 45 * SECOND]) {
  Deno.test(`a frames peer of whom nothing is heard for ${silence} ms is dead, and who pings or has no pings is not`, async () => {
    await using hub = new PlayedHub({ limits: { silence } });
    const dead = await hub.framesMember("dead");
    const bot = await hub.framesMember("bot");
    const nc = await hub.textMember("nc");
    for (let passed = 0; passed < silence; passed += silence / 3) {
      await hub.clock.pass(silence / 3);
      bot.send('{"type":"ping"}\n');
    }
    assertEquals(hub.log, []);
    await hub.clock.pass(SWEEP);
    assertEquals(hub.log, ["dropped peer=192.0.2.1:1 nick=dead reason=timeout"]);
    assertEquals(framesOf(dead).at(-1), "bye timeout");
    await hub.clock.pass(SECOND);
    assertEquals([dead, bot, nc].map(({ isClosed }) => isClosed), [true, false, false]);
  });
}

// Too many.

Deno.test("one connection more than there may be is told so, and there is a place when one goes", async () => {
  await using hub = new PlayedHub({ limits: { connections: 2 } });
  const [ana, eva] = [await hub.textMember("ana"), await hub.textMember("eva")];
  const third = await hub.connect("192.0.2.3");
  assertEquals(third.lines, ["* server full: try again later"]);
  assertEquals(hub.log, ["rejected peer=192.0.2.3:1 reason=server_full"]);
  // It goes on hanging for a moment, and takes the place of nobody.
  eva.end();
  await settle();
  const fourth = await hub.textMember("luis");
  assertEquals(third.isClosed, false);
  fourth.send("hola\n");
  await settle();
  assertEquals(ana.lines.at(-1), "luis: hola");
  await hub.clock.pass(SECOND);
  assert(third.isClosed);
});

Deno.test("those for whom there is no place are told so up to a number, and beyond it closed at once", async () => {
  await using hub = new PlayedHub({ limits: { connections: 1 } });
  const ana = await hub.textMember("ana");
  const turnedAway: PlayedSocket[] = [];
  for (let number = 0; number < MAX_TURNED_AWAY + 10; number++) {
    const peer = await hub.connect();
    peer.takes(0);
    turnedAway.push(peer);
  }
  const open = () => turnedAway.filter(({ isClosed }) => !isClosed).length;
  assertEquals(open(), MAX_TURNED_AWAY);
  assertEquals(hub.log.length, MAX_TURNED_AWAY);
  await hub.clock.pass(USUAL_LIMITS.drain);
  assertEquals(open(), 0);
  const told = await hub.connect();
  assertEquals(told.lines, ["* server full: try again later"]);
  assertEquals(ana.isClosed, false);
});

Deno.test("one connection more from an address than there may be is told so, however that is written", async () => {
  await using hub = new PlayedHub({ limits: { perAddress: 2 } });
  const first = await hub.connect("192.0.2.1");
  const second = await hub.connect("::ffff:192.0.2.1");
  const third = await hub.connect("192.0.2.1");
  assertEquals(third.lines, [
    "* too many connections from your address: close one, or try again later",
  ]);
  assertEquals(hub.log, ["rejected peer=192.0.2.1:1 reason=address_full"]);
  const other = await hub.connect("192.0.2.2");
  await hub.clock.pass(SECOND);
  assertEquals([first, second, third, other].map(({ isClosed }) => isClosed), [
    false,
    false,
    true,
    false,
  ]);
  first.end();
  await settle();
  const fourth = await hub.connect("::ffff:192.0.2.1");
  await hub.clock.pass(SECOND);
  assertEquals(fourth.isClosed, false);
});

Deno.test("the machine's own connections are not counted by their address, but among all", async () => {
  await using hub = new PlayedHub({ limits: { perAddress: 1, connections: 5 } });
  const hosts = ["127.0.0.1", "127.0.0.1", "::1", "::1", "::ffff:127.0.0.1"];
  const own: PlayedSocket[] = [];
  for (const host of hosts) own.push(await hub.connect(host));
  await hub.clock.pass(SECOND);
  assertEquals(own.filter(({ isClosed }) => isClosed).length, 0);
  const more = await hub.connect("127.0.0.1");
  assertEquals(more.lines, ["* server full: try again later"]);
});

Deno.test("who was turned away leaves no trace among those who are counted", async () => {
  await using hub = new PlayedHub({ limits: { perAddress: 1 } });
  const first = await hub.connect();
  for (let turn = 0; turn < 3; turn++) {
    const refused = await hub.connect();
    refused.end();
    await hub.clock.pass(SECOND);
    assert(refused.isClosed);
  }
  first.end();
  await settle();
  const again = await hub.connect();
  await hub.clock.pass(SECOND);
  assertEquals(again.lines[0], "* welcome, guest2 (1 here: guest2)");
});

Deno.test("an address that is banned is banned however it is written", async () => {
  await using hub = new PlayedHub({ modPassword: "sesame" });
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

for (const acceptPause of [USUAL_LIMITS.acceptPause, 100]) {
  Deno.test(`while accepts fail they are tried up to every ${acceptPause} ms, with one line a second in the log`, async () => {
    await using hub = new PlayedHub({ limits: { acceptPause } });
    const ana = await hub.textMember("ana");
    const eva = await hub.textMember("eva");
    hub.system.fault = new Error("Too many open files (os error 24)");
    const late = await hub.connect();
    // 10 ms, twice as long each time, and then as long as it may be.
    let [tries, pause] = [1, 10];
    for (let at = pause; at <= 10 * SECOND; at += pause) {
      tries++;
      pause = Math.min(2 * pause, acceptPause);
    }
    for (let second = 1; second <= 10; second++) {
      await hub.clock.pass(SECOND);
      ana.send(`${second}\n`);
      await settle();
      assertEquals(eva.lines.at(-1), `ana: ${second}`);
      assert(hub.log.length <= second + 1, hub.log.join("\n"));
    }
    assertEquals(hub.system.failures, tries);
    assertEquals(
      hub.log[0],
      "accept failed error=Error: Too many open files (os error 24) failures=1 retry_ms=10",
    );
    hub.system.fault = undefined;
    await hub.clock.pass(acceptPause);
    assertEquals([hub.system.waiting, late.isClosed], [0, false]);
    await hub.clock.pass(SECOND);
    assertEquals(late.lines[0], "* welcome, guest3 (3 here: ana, eva, guest3)");
  });
}

Deno.test("who waits to be accepted is, at once, when a connection that closes makes room", async () => {
  await using hub = new PlayedHub();
  const ana = await hub.textMember("ana");
  hub.system.fault = new Error("Too many open files (os error 24)");
  await hub.connect();
  await hub.clock.pass(10 * SECOND);
  assertEquals(hub.system.waiting, 1);
  hub.system.fault = undefined;
  ana.end();
  await settle();
  assertEquals(hub.system.waiting, 0);
});

Deno.test("after an accept that went well the pauses begin anew", async () => {
  await using hub = new PlayedHub();
  for (let turn = 0; turn < 2; turn++) {
    hub.system.fault = new Error("Too many open files (os error 24)");
    await hub.connect();
    await hub.clock.pass(100 * SECOND);
    hub.system.fault = undefined;
    await hub.clock.pass(SECOND);
  }
  const pauses = hub.log.map((line) => Number(/retry_ms=(\d+)/.exec(line)?.[1]));
  assertEquals(pauses.filter((pause) => pause === 10).length, 2, pauses.join(" "));
  assertEquals(Math.max(...pauses), USUAL_LIMITS.acceptPause);
});

// The clock.

Deno.test("a hub with nobody in it looks at its clock every second, or it would be taken to stand still", async () => {
  await using hub = new PlayedHub();
  await hub.clock.pass(60 * SECOND);
  assertEquals(hub.clock.lookedAt, 60 * SECOND);
});

// Stopping.

for (const drain of [USUAL_LIMITS.drain, 2 * SECOND]) {
  Deno.test(`a hub that stops waits ${drain} ms for who does not read, and not for who does`, async () => {
    await using hub = new PlayedHub({ limits: { drain } });
    const stuck = await hub.textMember("stuck");
    stuck.takes(0);
    const ana = await hub.textMember("ana");
    let isOver = false;
    hub.stop().then(() => isOver = true);
    await settle();
    assertEquals(ana.lines.at(-1), "* disconnected: the hub is stopping");
    ana.end();
    await hub.clock.pass(drain - 1);
    assertEquals([ana.isClosed, stuck.isClosed, isOver], [true, false, false]);
    await hub.clock.pass(1);
    await settle();
    assertEquals([stuck.isClosed, isOver], [true, true]);
  });
}

Deno.test("every limit that has an option is one of those that are tested here at another value", async () => {
  const source = await Deno.readTextFile(new URL(import.meta.url));
  for (const name of Object.keys(LIMITS)) {
    assert(new RegExp(`limits: \\{[^}]*\\b${name}\\b`).test(source), name);
  }
});

// Memory.

Deno.test("who sends little is read into a small buffer, also after much was sent", async () => {
  await using hub = new PlayedHub();
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
