/** How many sessions may be away, what all sessions may keep, and which of them give way to others. */

import { assert, assertEquals } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";

Deno.test("the number of sessions that are away is bounded: the longest absence ends first", () => {
  const test = new TestHub();
  for (let n = 0; n <= 10_000; n++) {
    const peer = test.connect();
    peer.hello({ nick: `n${n}` });
    peer.drop();
  }
  test.tick();
  assertEquals(test.hub.size, 10_000);
  assertEquals(test.hub.chat.nicks.holder("n0"), undefined);
  assert(test.hub.chat.nicks.holder("n1"));
});

Deno.test("the memory of sessions that are away is bounded: the oldest above its fair share ends first", () => {
  const test = new TestHub();
  const light = test.framesMember("light");
  light.command("1", "/msg light hola");
  light.drop();
  for (let n = 0; n < 150; n++) {
    const peer = test.framesMember(`n${n}`);
    for (let ref = 0; ref < 3; ref++) peer.command(`${ref}`, `/msg n${n} ${"x".repeat(60_000)}`);
    test.tick();
    peer.drop();
  }
  test.hub.sweep();
  const stays = (nick: string) => test.hub.chat.nicks.holder(nick) !== undefined;
  const left = test.hub.size - 1;
  assert(left > 50 && left < 120, `${left} of 150`);
  assertEquals([stays("light"), stays("n0"), stays(`n${149 - left}`)], [true, false, false]);
  assertEquals([stays(`n${150 - left}`), stays("n149")], [true, true]);
});

Deno.test("sessions that are away give way to others: of their own address, and the silent ones first", () => {
  const test = new TestHub({ limits: { perAddress: 3 } });
  const join = (nick: string, host: string, { speaks = false } = {}) => {
    const peer = test.connect(host);
    peer.hello({ nick });
    if (speaks) peer.say("1", "hola");
    test.tick();
    peer.drop();
  };
  const stay = (...nicks: string[]) =>
    nicks.filter((nick) => test.hub.chat.nicks.holder(nick) !== undefined);
  join("legit", "192.0.2.1");
  for (const nick of ["a", "b", "c"]) join(nick, "192.0.2.2", { speaks: nick === "a" });
  join("d", "192.0.2.2");
  assertEquals(stay("legit", "a", "b", "c", "d"), ["legit", "a", "c", "d"]);
  join("e", "192.0.2.2", { speaks: true });
  join("f", "192.0.2.2", { speaks: true });
  assertEquals(stay("legit", "a", "c", "d", "e", "f"), ["legit", "a", "e", "f"]);
  join("g", "192.0.2.2"); // it never took part, and all others did
  assertEquals(stay("legit", "a", "e", "f", "g"), ["legit", "a", "e", "f"]);
  join("h", "192.0.2.2", { speaks: true });
  assertEquals(stay("legit", "a", "e", "f", "h"), ["legit", "e", "f", "h"]);
});

Deno.test("10,000 silent sessions from anywhere do not end one that took part", () => {
  const test = new TestHub();
  const writer = test.framesMember("writer");
  writer.say("1", "hola");
  const reader = test.framesMember("reader");
  writer.drop();
  reader.drop();
  for (let n = 0; n < 9_998; n++) {
    const peer = test.connect();
    peer.hello({ nick: `n${n}` });
    peer.drop();
  }
  test.tick();
  const sender = test.framesMember("sender");
  sender.command("1", "/msg reader kept for you");
  for (let n = 0; n < 100; n++) {
    const peer = test.connect();
    peer.hello({ nick: `m${n}` });
    peer.drop();
  }
  test.tick();
  assertEquals(test.hub.size, 10_001);
  for (const nick of ["writer", "reader", "m99"]) assert(test.hub.chat.nicks.holder(nick), nick);
});

Deno.test("connected sessions share the memory: above it they lose their oldest answers and private messages", () => {
  const test = new TestHub();
  const light = test.framesMember("light");
  light.command("1", "/msg light hola");
  const peers = Array.from({ length: 150 }, (_, n) => test.framesMember(`n${n}`));
  const retained = () =>
    peers.reduce((sum, { session: { retainedBytes } }) => sum + retainedBytes, 0);
  for (const peer of peers) {
    const { nick } = peer.session;
    for (let ref = 0; ref < 3; ref++) peer.command(`${ref}`, `/msg ${nick} ${"x".repeat(60_000)}`);
    test.tick();
  }
  assert(retained() > 64 * 1024 * 1024);
  const before = light.session.retainedBytes;
  test.hub.sweep();
  assert(retained() <= 64 * 1024 * 1024);
  assertEquals([test.hub.size, light.session.retainedBytes], [151, before]);
});
