import { assert, assertEquals } from "@std/assert";
import { TestHub } from "../../support/hub.ts";

Deno.test("a private message reaches one person only, with a mark, and its sender sees that", () => {
  const test = new TestHub();
  const [ana, luis, eva] = ["ana", "luis", "eva"].map((nick) => test.textMember(nick));
  test.tick();
  for (const peer of [ana!, luis!, eva!]) peer.take();
  ana!.send("/privado LUIS ¿vienes?");
  test.tick();
  assertEquals(luis!.take(), ["[private] ana: ¿vienes?"]);
  assertEquals(ana!.take(), ["* [private] to luis: ¿vienes?"]);
  assertEquals(eva!.take(), []);
});

Deno.test("a private message crosses rooms, dialects and languages", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  ana.send("/idioma es");
  ana.send("/entrar dev");
  test.tick();
  ana.take();
  bot.takeFrames();
  bot.send('{"type":"say","ref":"1","text":"una\\ndos","to":"ana"}');
  test.tick();
  assertEquals(ana.take(), ["[privado] bot: una", "  | dos"]);
  assertEquals(bot.takeFrames().map((frame) => frame.type), ["ack"]);
  ana.send("/r tres");
  test.tick();
  const [message] = bot.takeFrames();
  assert(message?.type === "message");
  assertEquals([message.kind, message.nick, message.text, message.room], [
    "private",
    "ana",
    "tres",
    "",
  ]);
  assertEquals(ana.take(), ["* [privado] a bot: tres"]);
});

Deno.test("somebody who is not here is an error, with the nearest who is", () => {
  const test = new TestHub();
  const [ana] = [test.textMember("ana"), test.textMember("marta")];
  test.tick();
  ana!.take();
  ana!.send("/msg mrata hola");
  ana!.send("/msg nadie hola");
  ana!.send("/msg marta");
  ana!.send("/msg");
  ana!.send("/r hola");
  test.tick();
  assertEquals(ana!.take(), [
    '! nobody here is called "mrata"; did you mean marta?',
    '! nobody here is called "nadie"',
    "! the message is empty: it was not sent",
    "! /msg needs NAME TEXT",
    "! there is nobody to answer: /msg NAME TEXT starts a private conversation",
  ]);
});

Deno.test("an answer finds its person under a new nick, and is an error when that one is gone", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  ana.send("/msg luis uno");
  test.tick();
  ana.send("/nick eva");
  test.tick();
  luis.take();
  luis.send("/r dos");
  test.tick();
  assertEquals(luis.take(), ["* [private] to eva: dos"]);
  ana.drop();
  luis.send("/r tres");
  test.tick();
  assertEquals(luis.take().at(-1), '! nobody here is called "eva"');
});

Deno.test("a private message is not in the history", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  ana.send("/msg luis secreto");
  ana.send("público");
  test.tick();
  luis.take();
  luis.send("/history");
  test.tick();
  assertEquals(luis.take(), ["* --- the last message ---", "ana: público"]);
});
