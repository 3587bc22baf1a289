/** Pages whose telephone sleeps: their sessions stay away for longer than those of other clients. */

import { assertEquals } from "@std/assert";
import type { WelcomeFrame } from "../../../../common/protocol/frame.ts";
import { framesMember, member, startHubs } from "../../../support/cluster_hubs.ts";
import { GRACE, TestHub, WEB_GRACE } from "../../../support/hub.ts";

Deno.test("a page that sleeps is shown as away, and nobody sees it leave or join before its own grace period is over", () => {
  const test = new TestHub();
  const luis = test.textMember("luis");
  const page = test.framesMember("ana", { isPage: true });
  const { token } = page.session;
  const eva = test.framesMember("eva");
  test.tick();
  luis.take();
  page.drop();
  test.elapsed += 1;
  eva.drop();
  const sweepAt = (time: number) => {
    test.elapsed = time;
    test.hub.sweep();
    test.tick();
    return luis.take();
  };
  assertEquals(sweepAt(GRACE), []);
  assertEquals(sweepAt(GRACE + 1), ["* eva left (2 here)"], "though the page went first");
  assertEquals(luis.ask("/who"), ["* 2 here: luis, ana (connection lost)"]);
  assertEquals(luis.ask("/lang es", "/quien").at(-1), "* 2 aquí: luis, ana (sin conexión)");
  const frames = test.framesMember("bot");
  frames.command("1", "/who");
  test.tick();
  const [reply] = frames.takeFrames();
  assertEquals(reply?.type === "reply" && reply.data["away"], [{ nick: "ana", isLost: true }]);
  luis.take();
  assertEquals(luis.ask("/msg ana despierta"), [
    "* [privado] a ana: despierta",
    "* ana ha perdido la conexión y recibirá tu mensaje si vuelve",
  ]);
  assertEquals(sweepAt(WEB_GRACE - 1), []);
  const awake = test.connect(undefined, { isPage: true });
  awake.hello({ resume: { token, after: 0 } });
  test.tick();
  const [welcome, notice, message] = awake.takeFrames();
  assertEquals((welcome as WelcomeFrame).token, token);
  assertEquals(notice?.type === "notice" && notice.params, { count: 1, missing: 0 });
  assertEquals(message?.type === "message" && message.text, "despierta");
  awake.drop();
  assertEquals(sweepAt(2 * WEB_GRACE - 2), []);
  assertEquals(sweepAt(2 * WEB_GRACE - 1), ["* ana ha salido (2 aquí)"]);
});

Deno.test("the client that resumed a session last decides how long it stays away", () => {
  const test = new TestHub();
  const page = test.framesMember("ana", { isPage: true });
  const { token } = page.session;
  page.drop();
  const client = test.connect();
  client.hello({ resume: { token, after: 0 } });
  client.drop();
  test.expire();
  assertEquals(test.hub.size, 0);
});

Deno.test("a page that moves to another hub and breaks at once keeps its own grace period there", () => {
  const test = startHubs(2);
  const [a, b] = test.hubs as [TestHub, TestHub];
  const eva = member(test, b, "eva");
  const { token } = framesMember(test, a, "ana");
  test.broker.kill(test.clusters[0]!);
  const page = b.connect(undefined, { isPage: true });
  page.hello({ resume: { token, after: 0 } });
  page.drop();
  test.run();
  eva.take();
  b.expire();
  assertEquals(test.ask(eva, "/who"), ["* 2 here: eva, ana (connection lost)"]);
  b.elapsed = WEB_GRACE;
  b.hub.sweep();
  test.run();
  assertEquals(eva.take(), ["* ana left (1 here)"]);
});
