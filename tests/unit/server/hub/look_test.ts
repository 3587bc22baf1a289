/** Looking at a hub without coming in: what is told, to whom, and that nobody else hears of it. */

import { assert, assertEquals } from "@std/assert";
import { LocalCluster } from "../../../../server/cluster/local.ts";
import { MAX_TRIES } from "../../../../server/model/password.ts";
import { TestHub, type TestHubOptions, type TestPeer } from "../../../support/hub.ts";

function hello(fields: Record<string, unknown>): string {
  return JSON.stringify({ type: "hello", protocol: 0, look: true, ...fields });
}

/** A hub with eva in it, and somebody who has looked. */
function looked(
  fields: Record<string, unknown> = {},
  options: TestHubOptions = {},
): { test: TestHub; eva: TestPeer; peer: TestPeer } {
  const test = new TestHub(options);
  const eva = test.connect();
  if (options.password) eva.send(options.password);
  eva.send("/name eva");
  test.tick();
  eva.take();
  const peer = test.connect("192.0.2.99");
  peer.send(hello(fields));
  test.tick();
  return { test, eva, peer };
}

Deno.test("who looks is told what the hub is and how many are there, and nobody hears of it", () => {
  const { test, eva, peer } = looked();
  assertEquals(peer.takeFrames(), [{ type: "look", protocol: 1, hub: "chat test", people: 1 }]);
  peer.send('{"type":"ping"}');
  test.tick();
  assertEquals(peer.takeFrames(), [{ type: "pong" }]);
  peer.drop();
  test.tick();
  assertEquals(eva.take(), []);
  assertEquals([test.hub.userCount, test.hub.size], [1, 1]);
});

Deno.test("one may look whatever protocol one speaks, and a hello that comes in may follow", () => {
  for (const protocol of [0, 1, 2, 9]) {
    const { test, eva, peer } = looked({ protocol });
    assertEquals(peer.takeFrames().map(({ type }) => type), ["look"]);
    peer.send(JSON.stringify({ type: "hello", protocol: 1, nick: "bot" }));
    test.tick();
    const [welcome] = peer.takeFrames();
    assert(welcome?.type === "welcome");
    assertEquals(welcome.members, ["eva", "bot"]);
    assertEquals(eva.take(), ["* bot joined (2 here)"]);
  }
});

Deno.test("who is in has said hello already, and does not look", () => {
  const test = new TestHub();
  const bot = test.framesMember("bot");
  bot.send(hello({ protocol: 1 }));
  test.tick();
  const [error, ...rest] = bot.takeFrames();
  assertEquals([error?.type === "error" && error.code, rest], ["bad_frame", []]);
  assertEquals(bot.isClosed, false);
});

Deno.test("where a password is wanted, only who has it learns how many are there", () => {
  const { test, eva, peer } = looked({}, { password: "sésamo" });
  const told = () =>
    peer.takeFrames().map((frame) => "code" in frame ? `${frame.type} ${frame.code}` : frame);
  const shut = { type: "look", protocol: 1, hub: "chat test" } as const;
  const open = { ...shut, people: 1 };
  assertEquals(told(), [shut, "error password_wanted"]);
  peer.send(hello({ password: "nada" }));
  test.tick();
  assertEquals(told(), [shut, "error wrong_password"]);
  peer.send(hello({ password: "sésamo" }));
  test.tick();
  assertEquals(told(), [open]);
  assertEquals([eva.take(), test.hub.userCount], [[], 1]);
});

Deno.test("a look with a password is a try like any other", () => {
  const { test, peer } = looked({ password: "a" }, { password: "sésamo" });
  for (let turn = 1; turn < MAX_TRIES; turn++) peer.send(hello({ password: "a" }));
  test.tick();
  const last = peer.takeFrames().at(-1);
  assertEquals(last?.type === "bye" && last.code, "auth_failed");
  assertEquals(peer.isClosed, true);
  assertEquals(test.log.map(({ reason }) => reason), ["auth_failed"]);
});

Deno.test("who may not come in is told why, behind what the hub is", () => {
  const codes = (peer: TestPeer) =>
    peer.takeFrames().map((frame) => frame.type === "bye" ? frame.code : frame.type);
  const test = new TestHub({ modPassword: "m" });
  const [mod, rude] = [test.textMember("mod"), test.connect("192.0.2.50")];
  rude.send("/name rude");
  mod.send("/mod m");
  mod.send("/ban rude address");
  const look = (host: string, fields = {}) => {
    const peer = test.connect(host);
    peer.send(hello(fields));
    test.tick();
    return peer;
  };
  const banned = look("192.0.2.50");
  assertEquals([codes(banned), banned.isClosed], [["look", "banned"], true]);
  const nick = look("192.0.2.51", { nick: "rude" });
  assertEquals([codes(nick), nick.isClosed], [["look", "banned"], true]);
  assertEquals(codes(look("192.0.2.51", { nick: "polite" })), ["look"]);
  mod.send("/lock");
  assertEquals(codes(look("192.0.2.51")), ["look", "locked"]);
});

Deno.test("a hub that cannot reach the others says so", () => {
  class Away extends LocalCluster {
    override readonly isOffline = true as boolean as false;
  }
  const test = new TestHub({
    cluster: new Away({ epoch: "e", lastId: 0, now: () => 0 }),
  });
  const peer = test.connect();
  peer.send(hello({}));
  test.tick();
  const [look, bye] = peer.takeFrames();
  assertEquals(look, { type: "look", protocol: 1, hub: "chat test" });
  assertEquals(bye?.type === "bye" && bye.code, "cut_off");
});
