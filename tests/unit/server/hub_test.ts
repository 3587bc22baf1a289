import { assert, assertEquals, assertMatch } from "@std/assert";
import { TestHub } from "../../support/hub.ts";

Deno.test("a message goes to everyone else, and not back to its sender", () => {
  const test = new TestHub();
  const [ana, luis, eva] = [
    test.textMember("ana"),
    test.textMember("luis"),
    test.framesMember("eva"),
  ];
  test.tick();
  for (const peer of [ana, luis, eva]) peer.take();

  ana.send("hola");
  eva.send('{"type":"say","ref":"7","text":"buenas"}');
  test.tick();
  assertEquals(ana.take(), ["eva: buenas"]);
  assertEquals(luis.take(), ["ana: hola", "eva: buenas"]);
  const frames = eva.takeFrames();
  assertEquals(frames.map((frame) => frame.type), ["message", "ack"]);
  assert(frames[0]!.type === "message" && frames[1]!.type === "ack");
  assertEquals([frames[0]!.nick, frames[0]!.text, frames[0]!.kind], ["ana", "hola", "say"]);
  assertEquals([frames[1]!.ref, frames[1]!.id], ["7", frames[0]!.id + 1]);
});

Deno.test("what happens in one tick reaches a member as one chunk, shared by all who read alike", () => {
  const test = new TestHub();
  const sender = test.textMember("ana");
  const readers = ["b1", "b2", "b3"].map((nick) => test.framesMember(nick));
  test.tick();
  const before = readers.map((reader) => reader.chunks.length);
  for (const text of ["una", "dos", "tres"]) sender.send(text);
  test.tick();
  readers.forEach((reader, index) => assertEquals(reader.chunks.length, before[index]! + 1));
  const [first, second, third] = readers.map((reader) => reader.chunks.at(-1));
  assert(first === second && second === third, "the same bytes, not equal ones");
});

Deno.test("a nick is refused when it is taken in other letters, and oneself may change one's own letters", () => {
  const test = new TestHub();
  const [ana, eva] = [test.textMember("José"), test.textMember("eva")];
  test.tick();
  ana.take();
  eva.send("/nombre JOSE\u0301");
  eva.send("/nombre ädmin");
  eva.send("/nombre аna"); // Cyrillic а
  test.tick();
  assertEquals(eva.take(), [
    '! the nick "JOSÉ" is in use: JOSÉ2 is free',
    "* you are now ädmin",
    '! the nick "аna" cannot be used: all letters must be of one alphabet',
  ]);
  assertEquals(ana.take(), ["* eva is now ädmin"]);
  ana.send("/nombre JOSÉ");
  test.tick();
  assertEquals(ana.take(), ["* you are now JOSÉ"]);
});

Deno.test("of two claims on one nick in the same tick, the first one counts", () => {
  const test = new TestHub();
  const [a, b] = [test.textMember("a1"), test.textMember("b1")];
  test.tick();
  a.take();
  a.send("/name eva");
  b.send("/name EVA");
  test.tick();
  assertEquals(a.take(), ["* you are now eva"]);
  assertEquals(b.take(), ["* a1 is now eva", '! the nick "EVA" is in use: EVA2 is free']);
});

Deno.test("a nick is free again when its holder goes", () => {
  const test = new TestHub();
  test.textMember("ana").drop();
  const other = test.textMember("eva");
  other.send("/name ana");
  test.tick();
  assertEquals(other.take().at(-1), "* you are now ana");
});

Deno.test("an unknown command goes nowhere, and its sender gets the nearest one in the reader's language", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  test.tick();
  ana.take();
  ana.send("/quein");
  ana.send("/lang es");
  ana.send("/nmobre x");
  ana.send("/zzzzzzzz");
  test.tick();
  assertEquals(ana.take(), [
    "! unknown command /quein: did you mean /quien? /help lists the commands, and // sends a line that begins with /",
    "* el servidor te habla ahora en español",
    "! no existe la orden /nmobre: ¿querías decir /nombre? /ayuda muestra todas, y // envía una línea que empieza por /",
    "! no existe la orden /zzzzzzzz: /ayuda muestra todas, y // envía una línea que empieza por /",
  ]);
  assertEquals(luis.take(), []);
});

Deno.test("// sends a slash, and commands work in both languages with and without accents", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  test.tick();
  ana.take();
  ana.send("//etc/hosts");
  ana.send("/yo saluda");
  ana.send("/ME waves");
  for (const who of ["/who", "/quien", "/quién", "/QUIEN"]) ana.send(who);
  test.tick();
  assertEquals(luis.take(), ["ana: /etc/hosts", "* ana saluda", "* ana waves"]);
  assertEquals(ana.take(), Array(4).fill("* 2 here: ana, luis"));
});

Deno.test("a command without its argument says what it needs", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  for (const line of ["/nombre", "/yo ", "/idioma", "/lang de"]) ana.send(line);
  test.tick();
  assertEquals(ana.take(), [
    "! /nombre needs NAME",
    "! /yo needs TEXT",
    "! /idioma needs LANG",
    '! unknown language "de": choose es or en',
  ]);
});

Deno.test("help names every command in both languages, the asker's first", () => {
  const test = new TestHub({ lang: "es" });
  const ana = test.textMember("ana");
  ana.send("/ayuda");
  test.tick();
  const help = ana.take().join("\n");
  for (
    const name of [
      "nombre",
      "name",
      "nick",
      "quien",
      "who",
      "yo",
      "me",
      "idioma",
      "lang",
      "ayuda",
      "help",
    ]
  ) {
    assert(help.includes(`/${name}`), name);
  }
  assertMatch(help, /\* \/salir \/exit \/quit +sale del chat/);
});

Deno.test("/exit says goodbye after all that was due, and the others see it go once", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  test.tick();
  ana.take();
  luis.send("una");
  ana.send("dos");
  ana.send("/exit");
  assertEquals(ana.take(), ["luis: una", "* goodbye"]);
  assertEquals(ana.isClosed, true);
  test.hub.detach(ana.session);
  ana.send("tarde");
  test.tick();
  assertEquals(luis.take(), ["ana: dos", "* ana left (1 here)"]);
});

Deno.test("somebody dropped as too slow gets nothing after the gap but the reason", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  test.tick();
  ana.take();
  luis.send("una");
  test.hub.dismiss(ana.session, "slow_consumer");
  test.tick();
  assertEquals(ana.take(), ["* disconnected: reading too slowly"]);
  assertEquals(luis.take(), ["* ana left: was reading too slowly (1 here)"]);
});

Deno.test("a hub that stops tells everyone, and nobody sees the others go", () => {
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

Deno.test("people's text is made safe for everyone, in every field", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  test.tick();
  ana.take();
  const evil = "a\x1b[2Jb\u202ec";
  bot.send(JSON.stringify({ type: "say", ref: "1", text: `${evil}\nbot: forged\r\n* forged` }));
  bot.send(JSON.stringify({ type: "command", ref: "2", line: `/nick ${evil}` }));
  bot.send(JSON.stringify({ type: "command", ref: "3", line: `/${evil}` }));
  bot.send(JSON.stringify({ type: "say", ref: "4", room: evil, text: "x" }));
  ana.send(evil);
  test.tick();
  assertEquals(ana.take(), ["bot: a\uFFFD[2Jb\uFFFDc", "  | bot: forged", "  | * forged"]);
  for (const line of bot.take()) assertEquals(/[\p{Cc}\u202e]|\\u001b/iu.test(line), false, line);
});

Deno.test("a line of the text dialect is one line, whatever it holds", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  test.tick();
  bot.take();
  ana.send("una\rdos\u2028tres");
  test.tick();
  const [message] = bot.takeFrames();
  assertEquals(message?.type === "message" && message.text, "una\uFFFDdos\uFFFDtres");
});

Deno.test("a message without text, for a room one is not in or for somebody not here goes nowhere", () => {
  const test = new TestHub();
  const [ana, bot] = [test.textMember("ana"), test.framesMember("bot")];
  test.tick();
  ana.take();
  bot.send('{"type":"say","ref":"1","text":" \\n "}');
  bot.send('{"type":"say","ref":"2","text":"x","room":"otra"}');
  bot.send('{"type":"say","ref":"3","text":"x","to":"anna"}');
  ana.send("   ");
  test.tick();
  const codes = bot.takeFrames().map((frame) =>
    frame.type === "error" ? `${frame.ref} ${frame.code}` : frame.type
  );
  assertEquals(codes, ["1 empty_message", "2 no_such_room", "3 no_such_nick"]);
  assertEquals(ana.take(), []);
});

Deno.test("a ping is answered with a pong, and blank lines and unknown frames with nothing", () => {
  const test = new TestHub();
  const bot = test.framesMember("bot");
  bot.send("");
  bot.send('{"type":"dance"}');
  bot.send('{"type":"ping"}');
  test.tick();
  assertEquals(bot.takeFrames(), [{ type: "pong" }]);
});
