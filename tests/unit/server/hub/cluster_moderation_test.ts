/** What moderators do holds at all hubs of a cluster; tested over a fake cluster. */

import { assertEquals } from "@std/assert";
import { framesMember, member, startHubs, twoHubs } from "../../../support/cluster_hubs.ts";

Deno.test("mutes and kicks hold at other hubs", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  ana.send("/mod x", "/mute luis 5");
  test.run();
  assertEquals(luis.take(), ["* ana has muted you for 5 minutes"]);
  assertEquals(test.ask(luis, "hola"), ["! you are muted: you may write again in 5 minutes"]);
  ana.send("/mute luis 0");
  test.run();
  luis.take();
  ana.take();
  luis.send("hola");
  test.run();
  assertEquals(test.ask(ana, "/kick luis ruido"), [
    "luis: hola",
    "* you kicked luis, who may come back: /ban NAME prevents that",
    "* luis left: kicked by ana: ruido (1 here)",
  ]);
  assertEquals(luis.take(), ["* ana has kicked you: ruido"]);
});

Deno.test("a ban and its end hold at all hubs, also at a later one", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  const { peer: luis } = framesMember(test, test.hubs[1]!, "luis");
  ana.send("/mod x", "/ban luis");
  test.run();
  assertEquals(luis.takeFrames().map((frame) => frame.type === "bye" && frame.code), ["banned"]);
  for (const hub of [...test.hubs, test.add()]) {
    const peer = hub.connect();
    peer.send(JSON.stringify({ type: "hello", protocol: 1, nick: "luis" }));
    test.run();
    assertEquals(peer.takeFrames().map((frame) => frame.type), ["bye"]);
  }
  ana.send("/unban luis");
  test.run();
  framesMember(test, test.hubs[2]!, "luis");
});

Deno.test("a room's topic and settings hold at all hubs, and end with its last member", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  for (const peer of [ana, luis]) peer.send("/join dev");
  test.ask(ana, "/mod x");
  luis.take();
  ana.send("/topic planes", "/pause");
  test.run();
  assertEquals(test.ask(luis, "hola", "/topic"), [
    "* ana changed the topic: planes",
    "* ana has paused #dev: only moderators may write",
    "! #dev is paused: only moderators may write there",
    "* topic: planes",
  ]);
  ana.send("/pause", "/lock");
  test.run();
  const eva = member(test, test.add(), "eva");
  assertEquals(test.ask(eva, "/join dev"), ["! #dev is locked: only moderators may join it"]);
  for (const peer of [ana, luis]) peer.send("/leave dev");
  test.run();
  eva.take();
  assertEquals(test.ask(eva, "/join dev", "/topic"), [
    "* you are in #dev (1 here: eva)",
    "* topic: -",
  ]);
});

Deno.test("a locked room whose hub died can be joined again", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  ana.send("/mod x", "/lock", "/join dev", "/lock");
  test.run();
  test.broker.kill(test.clusters[0]!);
  test.broker.expire(test.clusters[0]!);
  test.run();
  test.hubs[1]!.hub.sweep();
  const luis = member(test, test.hubs[1]!, "luis");
  assertEquals(test.ask(luis, "/join dev"), ["* you are in #dev (1 here: luis)"]);
});

Deno.test("a moderator can join a locked room while another user is refused", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const [eva, luis] = [member(test, b, "eva"), member(test, b, "luis")];
  for (const moderator of [ana, eva]) moderator.send("/mod x");
  ana.send("/join dev", "/lock");
  test.run();
  eva.take();
  luis.take();
  eva.send("/join dev");
  assertEquals(test.ask(luis, "/join dev"), ["! #dev is locked: only moderators may join it"]);
  assertEquals(eva.take(), ["* you are in #dev (2 here: eva, ana)"]);
  ana.send("hola");
  test.run();
  assertEquals(eva.take(), ["ana: hola"]);
});
