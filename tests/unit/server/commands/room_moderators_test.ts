/** The user who opens a room moderates it until they leave it, and may put others out of it. */

import { assertEquals } from "@std/assert";
import { moderatedHub, TestHub, type TestPeer } from "../../../support/hub.ts";

/** A room dev that ana has opened, and that the others have joined, who have all taken what they received. */
function openRoom(test: TestHub, ...members: TestPeer[]): void {
  for (const peer of members) peer.ask("/join dev");
  test.tick();
  for (const peer of members) peer.take();
}

const notYours = (name: string, room: string) =>
  `! /${name} is for the moderators of #${room}: the user who opened it, members with /op, and the hub's moderators`;

Deno.test("a user who opens a room moderates it, and no other room, without any password", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  assertEquals(ana.ask("/join dev"), [
    "* you are in #dev (1 here: ana)",
    "* you have opened #dev, and moderate it: /help lists what you can do",
  ]);
  assertEquals(eva.ask("/join dev"), ["* you are in #dev (2 here: ana, eva)"]);
  assertEquals(ana.ask("/pause", "/slow 5").slice(1), [
    "* #dev is paused: only moderators may write; /unpause dev ends the pause",
    "* #dev is in slow mode: one message every 5 seconds",
  ]);
  eva.take();
  assertEquals(ana.ask("uno", "dos", "/topic planes"), ["* topic: planes"]);
  assertEquals(eva.ask("hola", "/unpause", "/slow off", "/lock dev"), [
    ...["ana: uno", "ana: dos", "* ana changed the topic: planes"],
    "! #dev is paused: only moderators may write there",
    ...["unpause", "slow", "lock"].map((name) => notYours(name, "dev")),
  ]);
  const none = "! this hub has no moderators: it was started without --mod-password-file";
  assertEquals(ana.ask("/lock general", "/join general", "/lock", "/lock dev", "/kick eva"), [
    none,
    "* you are in #general (2 here: ana, eva)",
    none,
    "* #dev is locked: only moderators may join it; /unlock dev opens it",
    none,
  ]);
  assertEquals(
    eva.ask("/lang es", "/bloquear").at(-1),
    "! /bloquear es para quienes moderan #dev: quien la abrió, quien recibió /ascender y los moderadores del servidor",
  );
});

Deno.test("a room is moderated by its opener until they leave it, and nobody inherits", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  const bot = test.framesMember("bot");
  bot.command("1", "/join dev");
  openRoom(test, ana, eva, mod);
  bot.take();
  const { token } = bot.session;
  bot.drop(); // it may come back
  const again = test.connect();
  again.hello({ resume: { token, after: 0 } });
  again.command("2", "/lock");
  again.command("3", "/leave");
  again.command("4", "/join dev");
  test.tick();
  assertEquals(again.takeCodes().slice(-3), ["reply lock", "reply leave", "error room_locked"]);
  for (const peer of [ana, eva]) {
    assertEquals(peer.ask("/unlock").at(-1), notYours("unlock", "dev"));
  }
  assertEquals(mod.ask("/unlock").at(-1), "* #dev is unlocked: everyone may join it");
  for (const peer of [ana, eva, mod]) peer.ask("/leave dev");
  assertEquals(eva.ask("/join dev").length, 2); // it is a new room
});

Deno.test("help lists the commands for rooms to users who moderate one", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  openRoom(test, ana, eva);
  const index = (lines: string[]) => lines.indexOf("* for moderators:");
  const help = ana.ask("/help");
  assertEquals(
    help.slice(index(help) + 1).map((line) => line.split(" ")[1]),
    [
      "/remove",
      "/op",
      "/deop",
      "/lock",
      "/unlock",
      "/limit",
      "/key",
      "/slow",
      "/pause",
      "/unpause",
    ],
  );
  assertEquals(index(eva.ask("/help")), -1);
  ana.ask("/leave");
  assertEquals(index(ana.ask("/help")), -1);
});

Deno.test("a moderator puts a user out of a room, who learns why, goes on elsewhere, and may come back", () => {
  const test = new TestHub();
  const [ana, eva, luis] = test.textMembers("ana", "eva", "luis");
  openRoom(test, ana, eva, luis);
  luis.ask("/lang es");
  assertEquals(ana.ask("/remove eva spam, again"), [
    "* you put eva out of #dev; they may come back: /lock dev prevents that",
    "* eva left: put out by ana: spam, again (2 here)",
  ]);
  assertEquals(luis.take(), ["* eva ya no está: le ha sacado ana: spam, again (2 aquí)"]);
  assertEquals(eva.take(), ["* ana has put you out of #dev, and you are in #general: spam, again"]);
  assertEquals(eva.ask("hola", "/join dev"), ["* you are in #dev (3 here: ana, luis, eva)"]);
  ana.ask("/join general");
  assertEquals(ana.ask("/lang es", "/sacar #dev luis").slice(1), [
    "* has sacado a luis de #dev; puede volver: /bloquear dev lo impide",
    "#dev * luis ya no está: le ha sacado ana (2 aquí)",
  ]);
  assertEquals(luis.take().at(-1), "* ana te ha sacado de #dev y estás en #general");
});

Deno.test("a user who is put out of their only room goes on in the first one", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  const bot = test.framesMember("bot");
  ana.ask("/join dev");
  bot.command("1", "/join dev");
  bot.command("2", "/leave general");
  test.tick();
  for (const peer of [ana, bot, luis]) peer.take();
  ana.ask("/remove bot");
  const params = { by: "ana", room: "dev", current: "general" };
  const text = "ana has put you out of #dev, and you are in #general";
  assertEquals(bot.takeFrames(), [{ type: "notice", code: "removed", params, text }]);
  assertEquals([...bot.session.rooms].map(({ name }) => name), ["general"]);
  assertEquals(luis.take(), ["* bot joined (3 here)"]);
});

Deno.test("nobody is put out of the first room, nor is a moderator of the hub by one of a room", () => {
  const { test, mod, others: [ana, eva, luis] } = moderatedHub("ana", "eva", "luis");
  openRoom(test, ana, mod, eva);
  test.log.length = 0;
  assertEquals(eva.ask("/remove ana", "/remove #dev"), [
    notYours("remove", "dev"),
    notYours("remove", "dev"),
  ]);
  assertEquals(
    ana.ask("/remove mod", "/remove luis", "/remove ana", "/remove nadie", "/remove #dev"),
    [
      "! mod moderates all rooms: that cannot be done to them in #dev",
      "! luis is not in #dev",
      "! you cannot do that to yourself",
      '! nobody here is called "nadie"',
      '! nobody here is called "#dev"',
    ],
  );
  assertEquals(mod.ask("/remove #general luis"), [
    "! nobody can be put out of #general: /kick NAME puts a user out of the chat",
  ]);
  assertEquals([luis.take(), test.log], [[], []]);
});

Deno.test("moderators of the hub put users out of any room, and learn of it, as the log does", () => {
  const { test, mod, others: [ana, eva, luis] } = moderatedHub("ana", "eva", "luis");
  openRoom(test, ana, eva, luis);
  test.log.length = 0;
  assertEquals(ana.ask("/remove luis noise").length, 2);
  assertEquals(mod.take(), ["* ana put luis out of #dev: noise"]);
  assertEquals(mod.ask("/remove #dev ana"), [
    "* you put ana out of #dev; they may come back: /lock dev prevents that",
  ]);
  assertEquals(eva.take().at(-1), "* ana left: put out by mod (1 here)");
  assertEquals(
    test.log.map(({ action, by, nick, room, reason }) => [action, by, nick, room, reason]),
    [
      ["remove", "ana", "luis", "dev", "noise"],
      ["remove", "mod", "ana", "dev", undefined],
    ],
  );
  mod.ask("/mute ana 5", "/mute eva 5");
  ana.ask("/join dev");
  assertEquals(ana.ask("/remove eva out").at(-1), notYours("remove", "dev"));
});

Deno.test("a moderator of a room shares it with its members, and takes it back", () => {
  const { test, mod, others: [ana, eva, luis] } = moderatedHub("ana", "eva", "luis");
  openRoom(test, ana, eva, luis);
  test.log.length = 0;
  assertEquals(ana.ask("/op eva", "/op EVA"), [
    "* eva moderates #dev now: /deop eva ends that",
    "* eva moderates #dev already: /deop eva ends that",
  ]);
  for (const peer of [eva, luis]) {
    assertEquals(peer.take(), ["* ana has made eva a moderator of #dev"]);
  }
  assertEquals(mod.take(), ["* ana made eva a moderator of #dev"]);
  assertEquals(eva.ask("/lang es", "/lock", "/degradar ana", "/deop ana").slice(2), [
    "* ana ya no modera #dev",
    "* ana no modera #dev",
  ]);
  assertEquals(luis.take().at(-1), "* ana no longer moderates #dev (by eva)");
  assertEquals(ana.ask("/unlock").at(-1), notYours("unlock", "dev"));
  assertEquals(eva.ask("/degradar eva").at(-1), "* eva ya no modera #dev"); // nobody does now
  assertEquals(luis.take(), ["* eva no longer moderates #dev (by eva)"]);
  assertEquals(mod.take().at(-1), "* eva no longer moderates #dev (by eva)");
  assertEquals(mod.ask("/op #dev luis"), ["* luis moderates #dev now: /deop luis ends that"]);
  assertEquals(
    luis.ask("/leave", "/join dev").at(-1),
    "! #dev is locked: only moderators, and users they invite, may join it",
  );
  assertEquals(test.log.map(({ action, by, nick, room }) => [action, by, nick, room]), [
    ["op", "ana", "eva", "dev"],
    ["lock", "eva", undefined, "dev"],
    ["deop", "eva", "ana", "dev"],
    ["deop", "eva", "eva", "dev"],
    ["op", "mod", "luis", "dev"],
  ]);
});

Deno.test("only members become moderators of a room, and moderators of the hub stay above", () => {
  const { test, mod, others: [ana, eva, luis] } = moderatedHub("ana", "eva", "luis");
  openRoom(test, ana, mod, eva);
  const above = "! mod moderates all rooms: that cannot be done to them in #dev";
  assertEquals(ana.ask("/op luis", "/op nadie", "/op #nada eva", "/deop mod", "/op mod", "/op"), [
    "! luis is not in #dev",
    '! nobody here is called "nadie"',
    '! "#nada" is not a room that you may join: /rooms lists the rooms',
    ...[above, above],
    "! usage: /op [#ROOM] NAME",
  ]);
  assertEquals(eva.ask("/op eva", "/deop ana"), [notYours("op", "dev"), notYours("deop", "dev")]);
  assertEquals(mod.ask("/op #general luis"), [
    "* luis moderates #general now: /deop luis ends that",
  ]);
  assertEquals(luis.ask("/lock").at(-1)?.startsWith("* #general is locked"), true);
});
