/** /search, for users and for programs. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";

/** Lines without the day and time of what was found. */
const untimed = (lines: string[]) =>
  lines.map((line) => line.replace(/^(#dev )?\[\d{4}-\d\d-\d\d \d\d:\d\d\] /, "$1[then] "));

Deno.test("/search shows the latest messages of a room with the words, with day and time, the newest first", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("una canción", "/me canta la CANCION", "otra");
  luis.send("/join dev", "canción en dev", "/join general");
  test.tick();
  ana.take();
  const found = ana.ask("/search cancion");
  assertMatch(found[1]!, /^\[\d{4}-\d\d-\d\d \d\d:\d\d\] \* luis canta la CANCION$/);
  assertEquals(untimed(found), [
    '* --- 2 messages with "cancion", the newest first ---',
    "[then] * luis canta la CANCION",
    "[then] luis: una canción",
  ]);
  assertEquals(ana.ask("/lang es", '/buscar "nada'), [
    "* el servidor te habla ahora en español",
    '* no hay aquí un mensaje con todas las palabras de ""nada": búscalas enteras',
  ]);
  assertEquals(ana.ask("/lang en", "/search"), [
    "* the hub now speaks English to you",
    "! usage: /search [#ROOM] WORDS",
  ]);
});

Deno.test("only rooms of the user's own are searched, and a # alone is not one of them", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("/join dev", "issue 12 is fixed", "/msg ana issue 12 is secret", "/join general");
  test.tick();
  ana.take();
  assertEquals(ana.ask("/search #dev issue"), [
    '! you are not in the room "#dev": /join ROOM joins a room',
  ]);
  assertEquals(ana.ask("/search issue"), [
    '* no message here has all the words of "issue": a part of a word does not count',
  ]);
  assertEquals(untimed(luis.ask("/search #dev #12").slice(-1)), [
    "#dev [then] luis: issue 12 is fixed",
  ]);
  ana.send("see #12");
  test.tick();
  assertEquals(untimed(luis.ask("/search #12").slice(-1)), ["[then] ana: see #12"]);
});

Deno.test("messages of ignored users are not found, at most 20 are shown, and long ones are cut", () => {
  const test = new TestHub();
  const [ana, luis, eva] = test.textMembers("ana", "luis", "eva");
  luis.send(`${"👋 ".repeat(400)}needle ${"ñ ".repeat(400)}`);
  eva.send(...Array.from({ length: 21 }, (_, index) => `needle ${index}`));
  test.tick();
  ana.take();
  const many = ana.ask("/search needle");
  assertEquals([many[0], untimed(many)[1], many.length, many.at(-1)], [
    '* --- 20 messages with "needle", the newest first ---',
    "[then] eva: needle 20",
    22,
    "* this may not be all: one more word finds fewer messages",
  ]);
  const [, , cut = "", ...others] = untimed(ana.ask("/ignore eva", "/search needle"));
  assertMatch(cut, /^\[then\] luis: ….*👋 needle ñ .*…$/u);
  assert(cut.length < 330 && cut.isWellFormed() && others.length === 0, cut);
});

Deno.test("programs get the messages that were found between a notice and the reply", () => {
  const test = new TestHub();
  const bot = test.framesMember("bot");
  bot.say("1", "hola a todos");
  bot.command("2", "/search todos hola");
  bot.command("3", "/search adiós");
  test.tick();
  const [ack, notice, message, reply, none] = bot.takeFrames();
  assertEquals(ack?.type, "ack");
  const params = { room: "general", words: "todos hola", count: 1 };
  const text = '--- one message with "todos hola" ---';
  assertEquals(notice, { type: "notice", code: "search", ref: "2", params, text });
  assert(message?.type === "message" && message.replay && message.found, message?.type);
  assertEquals(message.text, "hola a todos");
  assertEquals(reply, { type: "reply", ref: "2", code: "search", data: params, text: "" });
  assertEquals(none?.type === "reply" && none.data, { room: "general", words: "adiós", count: 0 });
});
