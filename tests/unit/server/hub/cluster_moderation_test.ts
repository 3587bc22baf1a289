/** What moderators do holds at all hubs of a cluster; tested over a fake cluster. */

import { assertEquals, assertMatch } from "@std/assert";
import { framesMember, member, resume, startHubs, twoHubs } from "../../../support/cluster_hubs.ts";
import type { TestHub } from "../../../support/hub.ts";

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
  test.ask(ana, "/mod x", "/join dev");
  test.ask(luis, "/join dev");
  ana.take();
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
  assertEquals(test.ask(eva, "/join dev"), [
    "! #dev is locked: only moderators, and users they invite, may join it",
  ]);
  for (const peer of [ana, luis]) peer.send("/leave dev");
  test.run();
  eva.take();
  assertEquals(test.ask(eva, "/join dev", "/topic"), [
    "* you are in #dev (1 here: eva)",
    "* you have opened #dev, and moderate it: /help lists what you can do",
    "* this room has no topic: /topic TEXT sets one",
  ]);
});

Deno.test("what another hub sets for a room ends no waits of slow mode, unless that is changed", () => {
  const { test, a, b } = twoHubs();
  const [ana, luis] = [member(test, a, "ana"), member(test, b, "luis")];
  test.ask(ana, "/join dev", "/slow 60");
  test.ask(luis, "/join dev", "uno");
  test.ask(ana, "/limit 5", "/topic planes");
  assertEquals(
    test.ask(luis, "dos").at(-1),
    "! #dev is in slow mode: you may write again in 60 seconds",
  );
  test.ask(ana, "/slow 50");
  luis.take();
  assertEquals(test.ask(luis, "tres"), []);
});

Deno.test("a limit and a key hold at all hubs, and a user with the key moves to another hub", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const eva = member(test, b, "eva");
  const luis = framesMember(test, b, "luis");
  test.ask(ana, "/join dev", "/key tiza", "/limit 2");
  const refusal = "! #dev has a key: /join dev KEY joins it, with the key in place of KEY";
  assertEquals(test.ask(eva, "/join dev").at(-1), refusal);
  luis.peer.command("1", "/join dev tiza");
  test.run();
  ana.take();
  assertEquals(
    test.ask(eva, "/join dev tiza").at(-1),
    "! #dev is full: it may have 2 members; try again when a member has left",
  );
  luis.peer.drop();
  const moved = resume(test, a, luis.token, 0);
  const [welcome] = moved.takeFrames();
  assertEquals(welcome?.type === "welcome" && welcome.rooms, ["general", "dev"]);
});

Deno.test("a locked room whose hub died can be joined again", () => {
  const test = startHubs(2);
  const ana = member(test, test.hubs[0]!, "ana");
  ana.send("/mod x", "/join dev", "/lock");
  test.run();
  test.broker.kill(test.clusters[0]!);
  test.broker.expire(test.clusters[0]!);
  test.run();
  test.hubs[1]!.hub.sweep();
  const luis = member(test, test.hubs[1]!, "luis");
  assertEquals(test.ask(luis, "/join dev"), [
    "* you are in #dev (1 here: luis)",
    "* you have opened #dev, and moderate it: /help lists what you can do",
  ]);
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
  assertEquals(test.ask(luis, "/join dev"), [
    "! #dev is locked: only moderators, and users they invite, may join it",
  ]);
  assertEquals(eva.take(), ["* you are in #dev (2 here: eva, ana)"]);
  ana.send("hola");
  test.run();
  assertEquals(eva.take(), ["ana: hola"]);
});

Deno.test("bans of users who left at another hub, and of networks, hold at all hubs", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  test.ask(ana, "/mod x");
  const host = "203.0.113.5";
  const spam = b.connect(host);
  test.ask(spam, "/name spam");
  spam.send("BUY NOW", "/exit");
  test.run();
  ana.take();
  assertEquals(test.ask(ana, "/ban spam address ads"), [
    "* you banned spam and their address: /unban spam lifts the ban",
  ]);
  const bot = b.connect("198.51.100.7");
  test.ask(bot, "/name bot");
  ana.take();
  assertEquals(test.ask(ana, "/ban 198.51.100.0/24"), [
    "* you banned 198.51.100.0/24: /unban 198.51.100.0/24 lifts the ban",
    "* bot left: banned (1 here)",
  ]);
  assertEquals([bot.take(), bot.isClosed], [["* you are banned from this hub"], true]);
  const luis = member(test, test.add(), "luis");
  assertEquals(test.ask(luis, "/mod x", "/bans").slice(1), [
    "* banned until /unban NAME lifts the ban:",
    "* 198.51.100.0/24, by ana: no reason given",
    `* spam and ${host}, by ana: ads`,
  ]);
  for (const from of [host, "198.51.100.200"]) {
    for (const hub of test.hubs) {
      assertEquals(test.ask(hub.connect(from), "hola"), ["* you are banned from this hub"]);
    }
  }
  test.ask(luis, "/unban 198.51.100.0/24");
  assertEquals(test.ask(b.connect("198.51.100.200"), "hola").length, 2);
});

Deno.test("a mute of a network holds at all hubs until one of them lifts it", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  test.ask(ana, "/mod x");
  const eva = b.connect("198.51.100.7");
  test.ask(eva, "/name eva");
  test.ask(ana, "/mute 198.51.100.0/24 5");
  assertEquals(eva.take().at(-1), "* ana has muted you for 5 minutes");
  const refusal = /^! you are muted: you may write again in [56] minutes$/;
  assertMatch(test.ask(eva, "x").at(-1)!, refusal);
  const luis = test.add().connect("198.51.100.9");
  assertMatch(test.ask(luis, "/name luis").at(-1)!, refusal);
  const mod = member(test, b, "mod");
  test.ask(mod, "/mod x", "/unmute 198.51.100.0/24");
  assertEquals(test.ask(luis, "/name luis").at(-1), "* you are now luis");
});

Deno.test("a mute made at another hub is listed, and its user's rooms are told at no hub", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  test.ask(ana, "/mod x", "/join dev");
  for (const line of ["/mod x", "/mute luis 5m", "/mutes"]) test.ask(ana, line);
  const eva = member(test, b, "eva");
  assertEquals(test.ask(eva, "/mod x", "/mutes").slice(1), [
    "* muted:",
    "* luis, by ana: 5 minutes left",
  ]);
  for (const peer of [ana, eva, luis]) peer.take();
  assertEquals(test.ask(luis, "/join dev", "/leave general", "/join spam").slice(0, 3), [
    "* you are in #dev (2 here: luis, ana)",
    "* you left #general, and are in #dev",
    "! you are muted: you may write again in 5 minutes",
  ]);
  assertEquals([ana.take(), eva.take()], [[], []]);
  assertEquals(test.ask(eva, "/unmute luis"), ["* you unmuted luis"]);
  test.ask(luis, "/join general");
  assertEquals(ana.take(), ["* eva unmuted luis", "#general * luis joined (3 here)"]);
});

Deno.test("a deleted message is gone at all hubs, whose members are told, and so is a later hub's history", () => {
  const test = startHubs(2, { historyOnJoin: 10 });
  const [a, b] = test.hubs as [TestHub, TestHub];
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  const { peer: bot, token } = framesMember(test, b, "bot");
  bot.drop();
  test.ask(luis, "kept", "SECRET");
  test.ask(ana, "/mod x");
  assertEquals(test.ask(ana, "/delete luis 1 oops"), ["* you deleted one message by luis"]);
  assertEquals(luis.take(), ["* ana deleted a message by luis"]);
  for (const hub of [a, b, test.add()]) {
    const lines = test.ask(hub.connect(), "/history").join("\n");
    assertEquals([lines.includes("SECRET"), lines.includes("luis: kept")], [false, true]);
  }
  assertEquals(resume(test, a, token, 0).take().join("\n").includes("SECRET"), false);
});

Deno.test("announcements and what moderators do are told once at all hubs, and a ban ends at all", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  const luis = member(test, b, "luis");
  const eva = member(test, b, "eva");
  test.ask(ana, "/mod x");
  for (const room of ["dev", "tea"]) test.ask(eva, `/join ${room}`);
  test.ask(eva, "/mod x");
  ana.take();
  luis.take();
  test.ask(ana, "/announce at ten", "/ban nadie", "/mute luis 5 noise");
  assertEquals(luis.take(), [
    "* announcement by ana: at ten",
    "* ana has muted you for 5 minutes: noise",
  ]);
  const told = "* ana muted luis for 5 minutes: noise";
  assertEquals(eva.take(), ["* announcement by ana: at ten", told]);
  test.ask(ana, "/ban luis 30m");
  for (const hub of [a, b]) {
    assertEquals(hub.hub.chat.moderation.banned().latest.map(({ minutes }) => minutes), [30]);
    hub.now += 30 * 60_000;
  }
  for (const hub of [a, b]) hub.hub.sweep();
  test.run();
  for (const hub of [a, b, test.add()]) assertEquals(hub.hub.chat.moderation.banned().nicks, []);
});

Deno.test("a user who opens a room moderates it at all hubs, and all hubs tell why a user was put out", () => {
  const { test, a, b } = twoHubs();
  const { peer: ana, token } = framesMember(test, a, "ana");
  ana.command("1", "/join dev");
  test.run();
  const [luis, eva] = [member(test, b, "luis"), member(test, a, "eva")];
  for (const peer of [luis, eva]) test.ask(peer, "/join dev");
  ana.drop();
  luis.take();
  const moved = resume(test, b, token, 0);
  moved.command("2", "/remove eva spam");
  test.run();
  assertEquals(
    eva.take().at(-1),
    "* ana has put you out of #dev, and you are in #general: spam",
  );
  assertEquals(luis.take(), ["* eva left: put out by ana: spam (2 here)"]);
  test.ask(eva, "/join dev");
  luis.take();
  test.ask(eva, "/leave");
  assertEquals(luis.take(), ["* eva left (2 here)"]);
});

Deno.test("a user at another hub is made a moderator of a room, keeps it on moving, and is invited", () => {
  const { test, a, b } = twoHubs();
  const ana = member(test, a, "ana");
  test.ask(ana, "/join dev");
  const { peer: eva, token } = framesMember(test, b, "eva");
  eva.command("1", "/join dev");
  const luis = member(test, b, "luis");
  test.ask(ana, "/op eva");
  eva.command("2", "/lock");
  test.run();
  assertEquals(eva.takeCodes().slice(-2), ["notice opped", "reply lock"]);
  assertEquals(
    test.ask(luis, "/join dev").at(-1),
    "! #dev is locked: only moderators, and users they invite, may join it",
  );
  eva.drop();
  const moved = resume(test, a, token, 0);
  moved.command("3", "/deop ana");
  moved.command("4", "/leave general");
  moved.command("5", "/invite luis");
  test.run();
  assertEquals(luis.take().slice(1), ["* eva invites you to #dev: /join dev takes you there"]);
  assertEquals(test.ask(luis, "/join dev").at(-1), "* you are in #dev (3 here: luis, ana, eva)");
  moved.command("6", "/deop eva");
  moved.command("7", "/unlock");
  test.run();
  assertEquals(moved.takeCodes().slice(-2), ["reply op", "error not_moderator"]);
  assertEquals(
    test.ask(luis, "/leave", "/join dev").at(-1),
    "! #dev is locked: only moderators, and users they invite, may join it",
  );
});
