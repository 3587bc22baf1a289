/** What must never be said to a room: lines of other protocols, hello frames and commands behind a slip. */

import { assertEquals } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";

const HELLO = '{"type":"hello","protocol":1,"nick":"ana","password":"sesame"}';
const FOREIGN: readonly (readonly [line: string, code: string])[] = [
  ["PROXY TCP4 203.0.113.9 10.0.0.1 34536 443", "not_proxied"],
  ["SSH-2.0-x", "other_protocol"],
  ["EHLO x", "other_protocol"],
  ["\x16\x03\x01", "not_tls"],
  [HELLO.slice(0, -1), "late_hello"],
];

for (const password of [undefined, "sesame"]) {
  const asked = password === undefined ? "" : ", at a hub with a password too";
  Deno.test(`a first line of another protocol is shown to nobody${asked}`, () => {
    for (const [line, reason] of FOREIGN) {
      const test = new TestHub({ historyOnJoin: 50, ...(password ? { password } : {}) });
      const ana = test.connect();
      ana.hello({ nick: "bot", password });
      test.tick();
      ana.take();
      const peer = test.connect();
      const [said, ...more] = peer.ask(line, HELLO);
      assertEquals([said?.startsWith("* "), more, peer.isClosed], [true, [], true]);
      assertEquals(ana.take(), [], line);
      assertEquals(test.log, [{ event: "dropped", peer: "192.0.2.2:1", reason }]);
      const late = test.connect();
      late.hello({ nick: "late", password });
      test.tick();
      assertEquals(late.takeCodes(), ["welcome"], "nothing is in the history");
    }
  });
}

Deno.test("a line of another protocol ends a text member later too, unseen", () => {
  for (const [line, reason] of [...FOREIGN, [HELLO, "late_hello"], [` ${HELLO}`, "late_hello"]]) {
    const test = new TestHub({ historyOnJoin: 50 });
    const [ana, bob] = test.textMembers("ana", "bob");
    bob.ask("hola", line!, "more");
    const seen = ana.take();
    assertEquals(seen[0], "bob: hola");
    assertEquals([seen.length, seen[1]!.startsWith("* bob")], [2, true], seen.join("\n"));
    assertEquals([bob.isClosed, test.log.at(-1)?.["reason"]], [true, reason]);
    assertEquals(test.textMember("eva").session.stage, "member");
  }
});

Deno.test("a blank before its first line does not make a hello a message", () => {
  for (const before of [" ", "\t", "\u00a0", "\ufeff", "\u200b"]) {
    const test = new TestHub();
    const bot = test.connect();
    bot.send(before + HELLO);
    test.tick();
    assertEquals(bot.takeCodes(), ["welcome"]);
  }
});

Deno.test("in frames a message that is a hello is refused, and the connection stays", () => {
  const test = new TestHub();
  const [bot, ana] = [test.framesMember("bot"), test.textMember("ana")];
  test.tick();
  bot.take();
  bot.sendFrame({ type: "say", ref: "1", text: HELLO });
  bot.sendFrame({ type: "say", ref: "2", text: ` ${HELLO}\n` });
  bot.sendFrame({ type: "command", ref: "3", line: `/me ${HELLO}` });
  bot.sendFrame({ type: "say", ref: "4", text: "hola" });
  test.tick();
  assertEquals(bot.takeCodes(), [...Array(3).fill("error late_hello"), "ack"]);
  assertEquals(ana.take(), ["bot: hola"]);
});

const SLIPS = [" /mod tiza", "\u200b/MODERAR tiza", "／móderar tiza", "⁄mod tiza", "/me /mod tiza"];

Deno.test("a moderators' password behind a slip is told to nobody, and not compared", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [ana, bob] = test.textMembers("ana", "bob");
  for (const line of SLIPS) {
    for (const tried of [line, line.replace("tiza", "wrong")]) {
      const [answer, ...more] = bob.ask(tried);
      assertEquals(more, []);
      assertEquals(
        answer?.replace("moderar", "mod"),
        "! it was not sent, as everybody would read it: type /mod PASSWORD with the slash first",
      );
    }
  }
  assertEquals([ana.take(), bob.session.isModerator, test.log], [[], false, []]);
  bob.ask("/lang es");
  assertEquals(bob.ask(" /privado ana x"), [
    "! no se ha enviado, porque lo leerían todos: escribe /privado APODO TEXTO con la barra al principio",
  ]);
});

Deno.test("a bot gets the code, and its message in frames is refused alike", () => {
  const test = new TestHub();
  const [bot, ana] = [test.framesMember("bot"), test.textMember("ana")];
  test.tick();
  bot.take();
  for (const [ref, text] of [" /mod tiza", "/mod tiza", "\n\t/msg ana x", "／r x"].entries()) {
    bot.sendFrame({ type: "say", ref: String(ref), text });
    test.tick();
    assertEquals(bot.takeCodes(), ["error misplaced_command"], text);
  }
  assertEquals(ana.take(), []);
});

Deno.test("messages, actions and private messages have at most 200 lines", () => {
  const test = new TestHub();
  const [bot, ana] = [test.framesMember("bot"), test.textMember("ana")];
  test.tick();
  bot.take();
  const lines = (count: number) => Array(count).fill("x").join("\n");
  bot.sendFrame({ type: "say", ref: "1", text: lines(200) });
  bot.sendFrame({ type: "say", ref: "2", text: lines(201) });
  bot.sendFrame({ type: "say", ref: "3", text: lines(201), to: "ana" });
  bot.sendFrame({ type: "command", ref: "4", line: `/me ${lines(201)}` });
  bot.sendFrame({ type: "command", ref: "5", line: `/msg ana ${lines(201)}` });
  bot.sendFrame({ type: "say", ref: "6", text: lines(201).replaceAll("\n", "\r") });
  test.tick();
  assertEquals(bot.takeCodes().sort(), ["ack", ...Array(5).fill("error too_many_lines")]);
  assertEquals(ana.take().length, 200);
});

Deno.test("a text peer is shown ten lines of a replayed message, and a client all of it", () => {
  const test = new TestHub({ historyOnJoin: 50 });
  const bot = test.framesMember("bot");
  const text = Array.from({ length: 200 }, (_, number) => `${number}`).join("\n");
  bot.sendFrame({ type: "say", ref: "1", text });
  bot.sendFrame({ type: "say", ref: "2", text: text.split("\n").slice(0, 11).join("\n") });
  test.tick();
  const shown = ["bot: 0", ...Array.from({ length: 9 }, (_, number) => `  | ${number + 1}`)];
  const wanted = [...shown, "  | ... 190 more lines", ...shown, "  | ... 1 more line"];
  const ana = test.textMember("ana");
  const again = ana.ask("/history");
  assertEquals(again.slice(1), wanted);
  const eva = test.connect();
  test.hub.greet(eva.session);
  test.tick();
  assertEquals(eva.take().slice(-wanted.length), wanted);
  const late = test.framesMember("late");
  late.send('{"type":"command","ref":"h","line":"/history"}');
  test.tick();
  const [first] = late.takeFrames().filter((frame) => frame.type === "message");
  assertEquals([first?.text, first?.more], [text, undefined]);
});
