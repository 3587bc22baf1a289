/** Joining and leaving rooms, their list and their topics. */

import { assert, assertEquals } from "@std/assert";
import { MAX_ROOMS_OF_ADDRESS, MAX_ROOMS_OF_SESSION } from "../../../../server/chat/rooms.ts";
import { TestHub } from "../../../support/hub.ts";

Deno.test("a user who never uses a room command never sees a room", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("hola", "/yo saluda", "/quien", "/exit");
  test.tick();
  assertEquals(ana.take(), ["luis: hola", "* luis saluda", "* luis left (1 here)"]);
});

Deno.test("leaving a room leads to the one joined before it, and a room vanishes with its last member", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send("/join dev", "/topic una cosa");
  luis.send("/join dev");
  test.tick();
  ana.take();
  luis.take();
  ana.send("/dejar");
  test.tick();
  assertEquals(luis.take(), ["* ana left (1 here)"]);
  assertEquals(ana.take(), ["* you left #dev, and are in #general"]);
  luis.send("/leave dev");
  assertEquals(ana.ask("/rooms", "/join dev"), [
    "* rooms:",
    "* #general (2 here)",
    "* you are in #dev (1 here: ana)", // a new room, without the topic
    "* you have opened #dev, and moderate it: /help lists what you can do",
  ]);
});

Deno.test("a member cannot leave their only room, nor a room that they are not in", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  assertEquals(ana.ask("/leave", "/leave #dev"), [
    "! you are only in #general: /exit leaves the chat",
    '! you are not in the room "#dev": /join ROOM joins a room',
  ]);
});

Deno.test("/leave shows the room why; a first word is a room only if the user is in it", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  const leave = (line: string) => {
    for (const peer of [luis, ana]) peer.send("/join dev");
    test.tick();
    luis.take();
    return [ana.ask(line).at(-1), ...luis.take().slice(-1)];
  };
  const left = "* you left #dev, and are in #general";
  assertEquals(leave("/leave dev"), [left, "* ana left (1 here)"]);
  assertEquals(leave("/dejar DEV lunch  now"), [left, "* ana left: lunch  now (1 here)"]);
  assertEquals(leave("/part lunch"), [left, "* ana left: lunch (1 here)"]);
  assertEquals(leave("/leave #dev \u200b"), [left, "* ana left (1 here)"]);
  assertEquals(leave("/leave #lunch"), [
    '! you are not in the room "#lunch": /join ROOM joins a room',
  ]);
});

Deno.test("in slow mode a reason for leaving counts as a message", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [mod, ana] = test.textMembers("mod", "ana");
  mod.send("/mod tiza", "/join dev", "/slow 60");
  ana.send("/join dev", "/leave off", "/join dev");
  test.tick();
  mod.take();
  assertEquals(ana.ask("hola", "/leave again").slice(-2), [
    "! #dev is in slow mode: you may write again in 60 seconds",
    "* you left #dev, and are in #general",
  ]);
  assertEquals(mod.take(), ["* ana left (1 here)"]);
});

Deno.test("rooms are listed with members and topic, the largest first", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  ana.send("/join b");
  luis.send("/join a", "/tema  café  ");
  assertEquals(ana.ask("/salas").slice(2), [
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
  ana.send("/topic -", "/topic", `/topic ${"x".repeat(201)}`);
  test.tick();
  assertEquals(luis.take(), ["* ana removed the topic"]);
  assertEquals(ana.take().slice(-3), [
    "* this room has no topic: /topic TEXT sets one",
    "* this room has no topic: /topic TEXT sets one",
    "! topic too long (max 200 characters): it was not changed",
  ]);
});

Deno.test("room names follow the rules for names, and the rooms of a member are limited", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  ana.send("/join #Tarea de  mates", "/join a b?", "/join ñandú", "/join #ÑANDÚ");
  for (let number = 3; number <= MAX_ROOMS_OF_SESSION; number++) ana.send(`/join r${number}`);
  const lines = ana.ask("/join demasiado");
  assertEquals(lines.slice(0, 5), [
    "! a room name has no spaces: try tarea-de-mates",
    '! the room name "a b?" cannot be used: only letters, digits, _, - and . are allowed (no spaces)',
    "* you are in #ñandú (1 here: ana)",
    "* you have opened #ñandú, and moderate it: /help lists what you can do",
    "* you are in #ñandú (1 here: ana)",
  ]);
  assertEquals(
    lines.at(-1),
    `! you are in ${MAX_ROOMS_OF_SESSION} rooms, which is the limit: /leave ROOM leaves one`,
  );
});

Deno.test("the users of an address cannot open all rooms, and open others once theirs are closed", () => {
  const test = new TestHub();
  const openers = Array.from({ length: 7 }, () => test.connect("192.0.2.1"));
  const full = `! ${MAX_ROOMS_OF_ADDRESS} rooms have been opened from your address, which is the ` +
    "limit: /rooms lists rooms to join";
  let opened = 0;
  for (const [index, peer] of openers.entries()) {
    for (let number = 1; number < MAX_ROOMS_OF_SESSION; number++) {
      if (peer.ask(`/join r${index}-${number}`).includes(full)) break;
      opened++;
    }
  }
  assertEquals(opened, MAX_ROOMS_OF_ADDRESS);
  const [first, last] = [openers[0]!, openers.at(-1)!];
  assertEquals(last.ask("/join r0-1").at(0), "* you are in #r0-1 (2 here: guest1, guest7)");
  const other = test.connect("192.0.2.2");
  assertEquals(other.ask("/join mine").at(-2), "* you are in #mine (1 here: guest8)");
  first.ask("/leave r0-2");
  assertEquals(last.ask("/join new").at(-2), "* you are in #new (1 here: guest7)");
  assertEquals(last.ask("/join newer"), [full]);
});

Deno.test("a bot can post in any of its rooms, and replies name the room it is in", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  const bot = test.framesMember("bot");
  bot.send(
    '{"type":"command","ref":"1","line":"/join dev"}',
    '{"type":"say","ref":"2","text":"x","room":"general"}',
    '{"type":"command","ref":"3","line":"/leave"}',
  );
  test.tick();
  const replies = bot.takeFrames().flatMap((frame) => frame.type === "reply" ? [frame.data] : []);
  assertEquals(replies, [
    { room: "dev", count: 1, topic: "", members: ["bot"] },
    { room: "dev", current: "general" },
  ]);
  assertEquals(ana.take().at(-1), "bot: x");
  assert(bot.session.rooms.size === 1);
});

Deno.test("names of rooms are compared like nicks, wherever they are given", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  assertEquals(ana.ask("/join İSTANBUL"), [
    "* you are in #istanbul (1 here: ana)",
    "* you have opened #istanbul, and moderate it: /help lists what you can do",
  ]);
  assertEquals(eva.ask("/join ıstanbul"), ["* you are in #istanbul (2 here: ana, eva)"]);
  const bot = test.connect();
  bot.hello({ nick: "bot", room: "Ｉstanbul" });
  bot.sendFrame({ type: "say", ref: "1", text: "hola", room: "#İstanbul" });
  test.tick();
  assertEquals(bot.takeCodes(), ["welcome", "ack"]);
  assertEquals(eva.take(), ["* bot joined (3 here)", "bot: hola"]);
  assertEquals(eva.ask("/leave ISTANBUL"), ["* you left #istanbul, and are in #general"]);
  ana.ask("/join ςοφος");
  assertEquals(eva.ask("/join ΣΟΦΟΣ").at(-1), "* you are in #σοφος (2 here: ana, eva)");
});

Deno.test("a typed line that begins with a room is said there by its members, and nowhere by others", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("/join dev");
  const notIn = '! you are not in the room "dev": /join ROOM joins a room';
  assertEquals(ana.ask("#dev secret", "  #DEV: secret", "\u200b＃dev secret"), [
    notIn,
    notIn,
    notIn,
  ]);
  ana.send("/join dev", "/join general");
  test.tick();
  luis.take();
  ana.send("#dev hola", "#1 priority", "#dev", "//#dev x", "##dev x");
  test.tick();
  assertEquals(luis.take(), [
    "ana: hola",
    "#general ana: #1 priority",
    "#general ana: #dev",
    "#general ana: /#dev x",
    "#general ana: ##dev x",
  ]);
  assertEquals(ana.ask("#dev /mod chalk").at(-1)?.slice(0, 17), "! it was not sent");
  test.tick();
  assertEquals(luis.take(), []);
});

Deno.test("the rules of the room that a line names apply", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("/mod tiza", "/join dev", "/pause");
  ana.send("/join dev", "/join general");
  test.tick();
  assertEquals(ana.ask("#dev x").at(-1), "! #dev is paused: only moderators may write there");
});

Deno.test("the text of a program is not interpreted, unless it says that a user typed it", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana");
  ana.send("/join dev", "/join general");
  const bot = test.framesMember("bot");
  test.tick();
  ana.take();
  bot.sendFrame({ type: "say", ref: "1", text: "#dev x" });
  bot.sendFrame({ type: "say", ref: "2", text: "#dev y", typed: true });
  bot.sendFrame({ type: "say", ref: "3", text: "#1 z", typed: true });
  test.tick();
  assertEquals(ana.take(), ["bot: #dev x", "bot: #1 z"]);
  assertEquals(bot.takeCodes(), ["ack", "error no_such_room", "ack"]);
  bot.command("4", "/join dev");
  bot.sendFrame({ type: "say", ref: "5", text: "#general x", typed: true });
  bot.sendFrame({ type: "say", ref: "6", text: "#dev y", typed: true });
  test.tick();
  const acks = bot.takeFrames().filter((frame) => frame.type === "ack");
  assertEquals(acks.map(({ ref, room }) => [ref, room]), [["5", "general"], ["6", undefined]]);
  assertEquals(ana.take().slice(-2), ["bot: x", "#dev bot: y"]);
});
