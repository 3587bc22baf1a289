/** Joining and leaving rooms, their list and their topics. */

import { assert, assertEquals } from "@std/assert";
import { MAX_ROOMS_OF_SESSION } from "../../../../server/chat/rooms.ts";
import { TestHub } from "../../../support/hub.ts";

Deno.test("a user who never uses a room command never sees a room", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("hola");
  luis.send("/yo saluda");
  luis.send("/quien");
  luis.send("/exit");
  test.tick();
  assertEquals(ana.take(), ["luis: hola", "* luis saluda", "* luis left (1 here)"]);
});

Deno.test("messages go to the current room, and those from other rooms are marked", () => {
  const test = new TestHub();
  const [ana, luis, eva] = test.textMembers("ana", "luis", "eva");
  ana.send("/entrar #Dev");
  test.tick();
  assertEquals(ana.take(), ["* you are in #dev (1 here: ana)"]);
  assertEquals(luis.take(), [], "nobody else is in that room");
  luis.send("/join dev");
  test.tick();
  assertEquals(ana.take(), ["* luis joined (2 here)"]);
  luis.send("en dev");
  eva.send("en general");
  test.tick();
  assertEquals(ana.take(), ["luis: en dev", "#general eva: en general"]);
  assertEquals(luis.take().at(-1), "#general eva: en general");
  assertEquals(eva.take(), []);
  luis.send("/join general");
  luis.send("de vuelta");
  test.tick();
  assertEquals(eva.take(), ["luis: de vuelta"]);
  assertEquals(luis.take(), ["* you are in #general (3 here: ana, luis, eva)"]);
  assertEquals(ana.take(), ["#general luis: de vuelta"]);
});

Deno.test("a member who joins a room is not shown what was posted before in the same tick", () => {
  const test = new TestHub();
  const [ana, luis, eva] = test.textMembers("ana", "luis", "eva");
  for (const peer of [ana, luis]) peer.send("/join dev");
  test.tick();
  ana.send("antes");
  eva.send("/join dev");
  luis.send("después");
  test.tick();
  assertEquals(eva.take(), ["* you are in #dev (3 here: ana, luis, eva)", "luis: después"]);
});

Deno.test("leaving a room leads to the one joined before it, and a room vanishes with its last member", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send("/join dev");
  ana.send("/topic una cosa");
  luis.send("/join dev");
  test.tick();
  ana.take();
  luis.take();
  ana.send("/dejar");
  test.tick();
  assertEquals(luis.take(), ["* ana left (1 here)"]);
  assertEquals(ana.take(), ["* you left #dev, and are in #general"]);
  luis.send("/leave dev");
  ana.send("/rooms");
  ana.send("/join dev");
  test.tick();
  assertEquals(ana.take(), [
    "* rooms:",
    "* #general (2 here)",
    "* you are in #dev (1 here: ana)", // a new room, without the topic
  ]);
});

Deno.test("a member cannot leave their only room, nor a room that they are not in", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  ana.send("/leave");
  ana.send("/leave dev");
  test.tick();
  assertEquals(ana.take(), [
    "! you are only in #general: /exit leaves the chat",
    '! you are not in the room "dev": /join ROOM joins a room',
  ]);
});

Deno.test("rooms are listed with members and topic, the largest first", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send("/join b");
  luis.send("/join a");
  luis.send("/tema  café  ");
  ana.send("/salas");
  test.tick();
  assertEquals(ana.take().slice(1), [
    "* rooms:",
    "* #general (2 here)",
    "* #b (1 here)",
    "* #a (1 here) café",
  ]);
});

Deno.test("a topic is shown to newcomers, announced when it changes, and removed by a dash", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send("/topic re\x1b[2Junión a las 5");
  test.tick();
  assertEquals(luis.take(), ["* ana changed the topic: re\uFFFD[2Junión a las 5"]);
  assertEquals(ana.take(), ["* topic: re\uFFFD[2Junión a las 5"]);
  const eva = test.connect();
  test.hub.greet(eva.session);
  test.tick();
  assertEquals(eva.take()[1], "* topic: re\uFFFD[2Junión a las 5");
  luis.take();
  ana.send("/topic -");
  ana.send("/topic");
  ana.send(`/topic ${"x".repeat(201)}`);
  test.tick();
  assertEquals(luis.take(), ["* ana removed the topic"]);
  assertEquals(ana.take().slice(-3), [
    "* topic: -",
    "* topic: -",
    "! topic too long (max 200 characters): it was not changed",
  ]);
});

Deno.test("room names follow the rules for names, and the rooms of a member are limited", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  ana.send("/join a b");
  ana.send("/join ñandú");
  ana.send("/join #ÑANDÚ");
  for (let number = 3; number <= MAX_ROOMS_OF_SESSION; number++) ana.send(`/join r${number}`);
  ana.send("/join demasiado");
  test.tick();
  const lines = ana.take();
  assertEquals(lines.slice(0, 3), [
    '! the room name "a b" cannot be used: only letters, digits and _ - . are allowed, and no spaces',
    "* you are in #ñandú (1 here: ana)",
    "* you are in #ñandú (1 here: ana)",
  ]);
  assertEquals(
    lines.at(-1),
    `! you are in ${MAX_ROOMS_OF_SESSION} rooms, which is the limit: /leave ROOM leaves one`,
  );
});

Deno.test("a new nick is shown once to a member who shares several rooms, a leave in each room", () => {
  const test = new TestHub();
  const [ana, luis, eva] = test.textMembers("ana", "luis", "eva");
  for (const peer of [ana, luis]) peer.send("/join dev");
  eva.send("/join otra");
  eva.send("/join general");
  test.tick();
  for (const peer of [ana, luis, eva]) peer.take();
  ana.send("/nick Ana.2");
  test.tick();
  assertEquals(luis.take(), ["#general * ana is now Ana.2"]);
  assertEquals(eva.take(), ["* ana is now Ana.2"]);
  ana.drop();
  test.tick();
  assertEquals(luis.take(), ["#general * Ana.2 left (2 here)", "* Ana.2 left (1 here)"]);
  assertEquals(eva.take(), ["* Ana.2 left (2 here)"]);
});

Deno.test("a bot can post in any of its rooms, and replies name the room it is in", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  const bot = test.framesMember("bot");
  bot.send('{"type":"command","ref":"1","line":"/join dev"}');
  bot.send('{"type":"say","ref":"2","text":"x","room":"general"}');
  bot.send('{"type":"command","ref":"3","line":"/leave"}');
  test.tick();
  const replies = bot.takeFrames().flatMap((frame) => frame.type === "reply" ? [frame.data] : []);
  assertEquals(replies, [
    { room: "dev", count: 1, topic: "", members: ["bot"] },
    { room: "dev", current: "general" },
  ]);
  assertEquals(ana.take().at(-1), "bot: x");
  assert(bot.session.rooms.size === 1);
});
