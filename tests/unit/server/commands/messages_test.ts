/** Private messages, the history and ignoring. */

import { assert, assertEquals } from "@std/assert";
import { MAX_IGNORED } from "../../../../server/model/ignore_list.ts";
import { TestHub } from "../../../support/hub.ts";

/** A hub with three members, who have taken what they received so far. */
function three() {
  const test = new TestHub();
  const [ana, luis, eva] = test.textMembers("ana", "luis", "eva");
  return { test, ana, luis, eva };
}

// Private messages.

Deno.test("a private message crosses rooms, dialects and languages", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  ana.ask("/idioma es", "/entrar dev");
  bot.takeFrames();
  bot.sendFrame({ type: "say", ref: "1", text: "una\ndos", to: "ana" });
  test.tick();
  assertEquals(ana.take(), ["[privado] bot: una", "  | dos"]);
  assertEquals(bot.takeCodes(), ["ack"]);
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

Deno.test("a private message to an unknown nick is an error, which suggests the nearest", () => {
  const test = new TestHub();
  const [ana] = test.textMembers("ana", "marta");
  assertEquals(ana.ask("/msg mrata hola", "/msg nadie hola", "/msg marta", "/msg", "/r hola"), [
    '! nobody here is called "mrata"; did you mean marta?',
    '! nobody here is called "nadie"',
    "! usage: /msg NAME TEXT",
    "! usage: /msg NAME TEXT",
    "! you have no private conversation yet: /msg NAME TEXT starts one",
  ]);
});

Deno.test("a private message to oneself comes after its answer, below the command that sent it", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assertEquals(ana.ask("/msg ana buy milk"), [
    "* [private] to ana: buy milk",
    "[private] ana: buy milk",
  ]);
});

Deno.test("/r reaches its receiver under a new nick, and is an error once they have left", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  ana.send("/msg luis uno");
  test.tick();
  ana.send("/nick eva");
  test.tick();
  luis.take();
  assertEquals(luis.ask("/r dos"), ["* [private] to eva: dos"]);
  ana.drop();
  const gone = "! eva has gone, so it was not sent: /msg NAME TEXT writes to somebody else";
  assertEquals(luis.ask("/r tres").at(-1), gone);
  const other = test.textMember("EVA");
  luis.take();
  assertEquals(luis.ask("/r cuatro", "/lang es", "/r cinco"), [
    "! the EVA you were writing with has gone: /msg EVA TEXT writes to whoever is called EVA now",
    "* el servidor te habla ahora en español",
    "! EVA, con quien hablabas, se ha ido: /privado EVA TEXTO escribe a quien se llama así ahora",
  ]);
  other.drop();
  test.tick();
  assertEquals(luis.ask("/r seis").slice(-1), [
    "! eva se ha ido, así que no se ha enviado: /privado APODO TEXTO escribe a otra persona",
  ]);
});

Deno.test("a private message is not kept in the history", () => {
  const { test, ana, luis } = three();
  ana.send("/msg luis secreto", "público");
  test.tick();
  luis.take();
  assertEquals(luis.ask("/history"), ["* --- the last message ---", "ana: público"]);
});

// Ignoring.

Deno.test("history and joining show the last messages that the user may see", () => {
  const test = new TestHub({ historyOnJoin: 3 });
  const [ana, flood, ben] = test.textMembers("ana", "flood", "ben");
  ana.send("important: meeting at nine", "second", "third");
  for (let index = 0; index < 60; index++) flood.send(`buy ${index}`);
  ben.ask("/ignore flood");
  assertEquals(ben.ask("/history 2"), [
    "* --- the last 2 messages ---",
    "ana: second",
    "ana: third",
  ]);
  assertEquals(ben.ask("/history 1000").length, 4);
  ben.send("/join dev", "/leave general");
  assertEquals(ben.ask("/join general").slice(4), [
    "* --- the last 3 messages ---",
    "ana: important: meeting at nine",
    "ana: second",
    "ana: third",
  ]);
});

Deno.test("if all that was said is hidden, /history says so", () => {
  const test = new TestHub();
  const [flood, ben] = test.textMembers("flood", "ben");
  assertEquals(ben.ask("/history"), ["* nothing has been said here yet"]);
  flood.send("buy");
  ben.ask("/ignore flood");
  assertEquals(ben.ask("/history 9", "/lang es", "/historial"), [
    "* all that was said here lately is by people you ignore: /ignore lists them",
    "* el servidor te habla ahora en español",
    "* lo último que se ha dicho aquí es todo de gente que ignoras: /ignorar muestra sus apodos",
  ]);
});

Deno.test("neither a new nick nor joining again under the old one ends being ignored", () => {
  const { test, ana, luis } = three();
  ana.send("/ignore luis");
  luis.send("/nick otro", "una");
  test.tick();
  assertEquals(ana.take().slice(1), ["* luis is now otro"]);
  luis.drop();
  const again = test.textMember("luis");
  again.send("dos");
  test.tick();
  assertEquals(ana.take().filter((line) => line.includes("dos")), []);
});

Deno.test("/history leaves out the messages of ignored users", () => {
  const { test, ana, luis, eva } = three();
  luis.send("una");
  eva.send("dos");
  test.tick();
  ana.take();
  assertEquals(ana.ask("/ignore luis", "/history").slice(1), [
    "* --- the last message ---",
    "eva: dos",
  ]);
});

Deno.test("/ignore lists the ignored users, even those that have left, and refuses oneself and unknown nicks", () => {
  const { test, ana, luis } = three();
  for (const line of ["/ignore", "/ignore ana", "/ignore nadie", "/ignore luis"]) ana.send(line);
  test.tick();
  luis.drop();
  ana.send(
    "/ignore",
    "/ignore luis",
    "/unignore LUIS",
    "/ignore",
    "/unignore luis",
    "/ignore luis",
  );
  test.tick();
  assertEquals(ana.take().filter((line) => !line.includes("left")), [
    "* you ignore nobody",
    "! you cannot do that to yourself",
    '! nobody here is called "nadie"',
    "* you now ignore luis: /unignore luis shows their messages again",
    "* you ignore: luis",
    "* you ignore luis already: /unignore luis shows their messages again",
    "* you no longer ignore LUIS",
    "* you ignore nobody",
    "* you do not ignore luis",
    '! nobody here is called "luis"',
  ]);
});

Deno.test("the number of ignored users is limited", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  for (let number = 0; number <= MAX_IGNORED; number++) {
    test.textMember(`p${number}`);
    ana.send(`/ignore p${number}`);
  }
  test.tick();
  const errors = ana.take().filter((line) => line.startsWith("!"));
  assertEquals(errors, [
    `! you ignore ${MAX_IGNORED} people, which is the limit: /unignore NAME stops ignoring one of them`,
  ]);
});

Deno.test("/history takes a room of the user's own, whose messages are shown as from there", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("/join dev", "uno", "dos");
  ana.send("/join dev", "/join general");
  test.tick();
  ana.take();
  assertEquals(ana.ask("/history 1 dev"), ["* --- the last message ---", "#dev luis: dos"]);
  assertEquals(ana.ask("/historial #dev").length, 3);
  assertEquals(ana.ask("/history 5 cocina", "/history #cocina", "/history cocina"), [
    '! you are not in the room "cocina": /join ROOM joins a room',
    '! you are not in the room "#cocina": /join ROOM joins a room',
    '! "cocina" is not a valid number of messages (1-1000)',
  ]);
});

// Notices.

Deno.test("a notice is marked in each language, also when a frame sends it to another room", () => {
  const test = new TestHub({ historyOnJoin: 5 });
  const [ana, luis] = test.textMembers("ana", "luis");
  const bot = test.framesMember("bot");
  luis.ask("/idioma es");
  bot.command("1", "/join dev");
  ana.take();
  bot.sendFrame({ type: "say", ref: "2", text: "build is green", as: "notice", room: "general" });
  bot.sendFrame({ type: "say", ref: "3", text: "claps", as: "action", room: "general" });
  test.tick();
  assertEquals(luis.take(), ["bot (aviso): build is green", "* bot claps"]);
  assertEquals(ana.take(), ["bot (notice): build is green", "* bot claps"]);
  assertEquals(ana.ask("/aviso a las diez", "/history 2").slice(-2), [
    "* bot claps",
    "ana (notice): a las diez",
  ]);
  assertEquals(luis.take(), ["ana (aviso): a las diez"]);
});

Deno.test("a private message is shown as what it is besides", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  bot.sendFrame({ type: "say", ref: "1", text: "green", as: "notice", to: "ana" });
  test.tick();
  assertEquals(ana.take(), ["* bot joined (2 here)", "[private] bot (notice): green"]);
});
