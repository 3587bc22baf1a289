/** How many connections the hub accepts, in all and from one address, and how it accepts them. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { DEFAULT_LIMITS } from "../../server/limits.ts";
import { CONNECTION_TIMEOUTS } from "../../server/net/connection.ts";
import { MAX_REJECTED } from "../../server/net/listener.ts";
import { FakeSocket, settle, SimulatedHub } from "../support/simulation.ts";

const SECOND = 1000;
const { greetAfter } = CONNECTION_TIMEOUTS;

// Connections.

Deno.test("a connection above the limit gets the reason, and closing one makes room", async () => {
  await using hub = new SimulatedHub({ limits: { connections: 2 } });
  const [ana, eva] = [await hub.textMember("ana"), await hub.textMember("eva")];
  const third = await hub.connect("192.0.2.3");
  await hub.clock.advance(greetAfter);
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
  await hub.clock.advance(greetAfter);
  await hub.clock.advance(DEFAULT_LIMITS.drain);
  assertEquals(open(), 0);
  const next = await hub.connect();
  await hub.clock.advance(greetAfter);
  assertEquals(next.lines, ["* server full: try again later"]);
  assertEquals(ana.isClosed, false);
});

Deno.test("a connection above the limit of its address gets the reason, however the address is written", async () => {
  await using hub = new SimulatedHub({ limits: { perAddress: 2 } });
  const first = await hub.connect("192.0.2.1");
  const second = await hub.connect("::ffff:192.0.2.1");
  const third = await hub.connect("192.0.2.1");
  await hub.clock.advance(greetAfter);
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
  await hub.clock.advance(greetAfter);
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
    const [ban = ""] = hub.log.filter((line) => line.startsWith("moderation")).slice(-1);
    assertMatch(ban, new RegExp(`action=ban by=mod nick=${nick} .*\\baddress=${address} `));
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
