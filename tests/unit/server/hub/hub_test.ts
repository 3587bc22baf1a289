/** Messages in a room, and what happens to everyone. */

import { assert, assertEquals } from "@std/assert";
import { TestHub } from "../../../support/hub.ts";

Deno.test("the events of one tick are one chunk, shared by all members of the same dialect and language", () => {
  const test = new TestHub();
  const sender = test.textMember("ana");
  const readers = ["b1", "b2", "b3"].map((nick) => test.framesMember(nick));
  test.tick();
  const before = readers.map((reader) => reader.chunks.length);
  for (const text of ["una", "dos", "tres"]) sender.send(text);
  test.tick();
  readers.forEach((reader, index) => assertEquals(reader.chunks.length, before[index]! + 1));
  const [first, second, third] = readers.map((reader) => reader.chunks.at(-1));
  assert(first === second && second === third, "the same bytes, not copies");
});

Deno.test("a slow reader that is dropped gets only the reason after the gap", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("una");
  test.hub.dismiss(ana.session, "slow_consumer");
  test.tick();
  assertEquals(ana.take(), ["* disconnected: reading too slowly"]);
  assertEquals(luis.take(), ["* ana left: was reading too slowly (1 here)"]);
});

Deno.test("a hub that stops says bye to everyone, and shows nobody that the others leave", () => {
  const test = new TestHub();
  const [ana, eva] = [test.textMember("ana"), test.framesMember("eva")];
  test.tick();
  ana.take();
  eva.send('{"type":"say","ref":"1","text":"una"}');
  test.hub.shutdown();
  test.tick();
  assertEquals(ana.take(), ["eva: una", "* disconnected: the hub is stopping"]);
  assertEquals(eva.takeFrames().map((frame) => frame.type), ["ack", "bye"]);
  assertEquals([ana.isClosed, eva.isClosed, test.hub.size], [true, true, 0]);
});

Deno.test("a hub that stops tells authors which private messages were not read, before the bye", () => {
  const test = new TestHub();
  const [ana, bot] = [test.framesMember("ana"), test.framesMember("bot")];
  const eva = test.textMember("eva");
  bot.sendFrame({ type: "say", ref: "0", text: "read", to: "ana" });
  test.tick();
  ana.drop();
  eva.ask("/msg ana lost");
  bot.sendFrame({ type: "say", ref: "1", text: "lost too", to: "ana" });
  test.tick();
  bot.take();
  test.hub.shutdown();
  assertEquals(eva.take(), [
    "* ana did not return, and never got your message: lost",
    "* disconnected: the hub is stopping",
  ]);
  assertEquals(bot.takeCodes(), ["notice undelivered", "bye shutdown"]);
});

Deno.test("text from users is made safe in every field", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  test.tick();
  ana.take();
  const evil = "a\x1b[2Jb\u202ec";
  bot.send(
    JSON.stringify({ type: "say", ref: "1", text: `${evil}\nbot: forged\r\n* forged` }),
    JSON.stringify({ type: "command", ref: "2", line: `/nick ${evil}` }),
    JSON.stringify({ type: "command", ref: "3", line: `/${evil}` }),
    JSON.stringify({ type: "say", ref: "4", room: evil, text: "x" }),
  );
  assertEquals(ana.ask(evil), ["bot: a\uFFFD[2Jb\uFFFDc", "  | bot: forged", "  | * forged"]);
  for (const line of bot.take()) assertEquals(/[\p{Cc}\u202e]|\\u001b/iu.test(line), false, line);
});

Deno.test("other line separators in a line of the text dialect do not split it", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  test.tick();
  bot.take();
  ana.send("una\rdos\u2028tres");
  test.tick();
  const [message] = bot.takeFrames();
  assertEquals(message?.type === "message" && message.text, "una\uFFFDdos\uFFFDtres");
});

Deno.test("a message is refused if it is empty, or if its sender is not in the room or its receiver not here", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  test.tick();
  ana.take();
  bot.send(
    '{"type":"say","ref":"1","text":" \\n "}',
    '{"type":"say","ref":"2","text":"x","room":"otra"}',
    '{"type":"say","ref":"3","text":"x","to":"anna"}',
  );
  ana.send("   ");
  test.tick();
  const errors = bot.takeFrames().map((frame) =>
    frame.type === "error" ? `${frame.ref} ${frame.code}` : frame.type
  );
  assertEquals(errors, ["1 empty_message", "2 no_such_room", "3 no_such_nick"]);
  assertEquals(ana.take(), []);
});

Deno.test("a word that is said for a command is said, and its sender gets one hint in a session", () => {
  const test = new TestHub();
  const [ana, eva] = test.textMembers("ana", "eva");
  const bot = test.framesMember("bot");
  ana.take();
  eva.take();
  assertEquals(ana.ask("salir"), ["* to leave: /exit"]);
  assertEquals(ana.ask("ayuda", "exit", ":q!", "?"), ["* for help: /help"]);
  assertEquals(eva.ask(), ["ana: salir", "ana: ayuda", "ana: exit", "ana: :q!", "ana: ?"]);
  assertEquals(eva.ask("/lang es", "quit").at(-1), "* para salir: /salir");
  bot.takeFrames();
  bot.say("1", "help");
  bot.sendFrame({ type: "say", ref: "2", text: "exit", to: "ana" });
  bot.command("3", "/me exit");
  test.tick();
  assertEquals(bot.takeCodes(), ["ack", "notice hint_help", "ack", "ack"]);
});

Deno.test("a ping is answered with a pong, and blank lines and unknown frames are ignored", () => {
  const test = new TestHub();
  const bot = test.framesMember("bot");
  bot.send("", '{"type":"dance"}', '{"type":"ping"}');
  test.tick();
  assertEquals(bot.takeFrames(), [{ type: "pong" }]);
});
