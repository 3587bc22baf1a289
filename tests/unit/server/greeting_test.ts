/** How a connection becomes a member, or does not. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_WELCOME_NAMED } from "../../../protocol/frame.ts";
import { TestHub } from "../../support/hub.ts";

Deno.test("a silent connection is greeted as a guest, and told as joined once", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const silent = test.connect();
  test.tick();
  assertEquals(ana.take(), []);
  test.hub.greet(silent.session);
  test.hub.greet(silent.session);
  test.tick();
  assertEquals(ana.take(), ["* guest2 joined (2 here)"]);
  assertEquals(silent.take(), [
    "* welcome, guest2 (2 here: ana, guest2)",
    "* /name NAME changes your nick, /help lists the commands, /exit leaves",
  ]);
});

Deno.test("a connection that goes before it was greeted is never told", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  test.connect().drop();
  test.tick();
  assertEquals(ana.take(), []);
  assertEquals(test.hub.size, 1);
});

Deno.test("a hello first makes the frames dialect, with nick, language and members", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const bot = test.connect();
  bot.send('{"type":"hello","protocol":1,"nick":"Béa","lang":"es"}');
  test.tick();
  const [welcome, ...rest] = bot.takeFrames();
  assertEquals(rest, []);
  assert(welcome?.type === "welcome");
  assertEquals([welcome.nick, welcome.room, welcome.members, welcome.count], ["Béa", "general", [
    "ana",
    "Béa",
  ], 2]);
  assertEquals(bot.session.lang, "es");
  assertEquals(ana.take(), ["* Béa joined (2 here)"]);
});

Deno.test("a welcome to a room of very many names some of them, and always who is welcomed", () => {
  const test = new TestHub();
  for (let number = 1; number <= MAX_WELCOME_NAMED; number++) test.framesMember(`n${number}`);
  const late = test.connect();
  late.send('{"type":"hello","protocol":1,"nick":"late"}');
  test.tick();
  const [welcome] = late.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals(welcome.count, MAX_WELCOME_NAMED + 1);
  assertEquals(welcome.members.length, MAX_WELCOME_NAMED);
  assertEquals([welcome.members[0], welcome.members.at(-1)], ["n1", "late"]);
});

Deno.test("a hello that comes late, after the greeting as text, still makes the frames dialect", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const slow = test.connect();
  test.hub.greet(slow.session);
  slow.send('{"type":"hello","protocol":1,"nick":"eva"}');
  test.tick();
  const lines = slow.take();
  assertMatch(lines[0]!, /^\* welcome, guest2/);
  assertMatch(lines.at(-1)!, /"type":"welcome".*"nick":"eva"/);
  assertEquals(ana.take(), ["* guest2 joined (2 here)", "* guest2 is now eva"]);
});

Deno.test("a hello that comes late still brings into its room, and out of the one of the greeting", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  luis.send("/join dev");
  luis.send("/leave general");
  test.tick();
  ana.take();
  luis.take();
  const slow = test.connect();
  test.hub.greet(slow.session);
  test.tick();
  slow.take();
  slow.send('{"type":"hello","protocol":1,"nick":"eva","room":"Dev"}');
  test.tick();
  const [welcome, ...others] = slow.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals([welcome.room, welcome.members], ["dev", ["luis", "eva"]]);
  assertEquals(others, []);
  assertEquals(ana.take(), [
    "* guest3 joined (2 here)",
    "* guest3 is now eva",
    "* eva left (1 here)",
  ]);
  assertEquals(luis.take(), ["* eva joined (2 here)"]);
});

Deno.test("a hello that comes late and names a room that cannot be entered is told so", () => {
  const test = new TestHub();
  for (const room of ["general", "no room"]) {
    const slow = test.connect();
    test.hub.greet(slow.session);
    test.tick();
    slow.take();
    slow.send(JSON.stringify({ type: "hello", protocol: 1, nick: "eva", room }));
    test.tick();
    const [welcome, ...others] = slow.takeFrames();
    assert(welcome?.type === "welcome");
    assertEquals(welcome.room, "general");
    assertEquals(
      others.flatMap((frame) => frame.type === "error" ? [frame.code] : []),
      room === "general" ? [] : ["bad_room"],
    );
    slow.drop();
    test.expire();
  }
});

Deno.test("a hello with a nick that cannot be had gets a free one, and is told why", () => {
  const test = new TestHub();
  test.textMember("ana");
  const cases = [["ANA", "ANA2", "taken"], ["a b", "guest2", "bad_character"], [
    "root",
    "guest3",
    "reserved",
  ]];
  for (const [wanted, nick, fault] of cases) {
    const peer = test.connect();
    peer.send(JSON.stringify({ type: "hello", protocol: 1, nick: wanted }));
    test.tick();
    const [welcome, notice] = peer.takeFrames();
    assert(welcome?.type === "welcome" && notice?.type === "notice");
    assertEquals([welcome.nick, notice.code, notice.params], [nick, "nick_replaced", {
      wanted,
      nick,
      fault,
    }]);
  }
});

Deno.test("a hello of another protocol is answered with a bye", () => {
  const test = new TestHub();
  const peer = test.connect();
  peer.send('{"type":"hello","protocol":2}');
  const [bye] = peer.takeFrames();
  assert(bye?.type === "bye");
  assertEquals([bye.code, bye.params, peer.isClosed], ["unsupported_protocol", {
    protocol: 2,
    supported: 1,
  }, true]);
});

Deno.test("a bad hello is told so in frames, and a better one may follow", () => {
  const test = new TestHub();
  const peer = test.connect();
  peer.send('{"type":"hello","protocol":"one"}');
  peer.send('{"type":"say","ref":"1","text":"hola"}');
  test.tick();
  assertEquals(peer.takeFrames().map((frame) => frame.type), ["error", "error"]);
  peer.send('{"type":"hello","protocol":1}');
  peer.send('{"type":"hello","protocol":1}');
  test.tick();
  assertEquals(peer.takeFrames().map((frame) => frame.type), ["welcome", "error"]);
});

Deno.test("a browser is answered as browsers understand, and nobody hears of it or of its request", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const browser = test.connect();
  browser.send("GET / HTTP/1.1");
  for (const header of ["Host: 127.0.0.1:3000", "Cookie: secret=1", ""]) browser.send(header);
  test.tick();
  assertEquals(browser.isClosed, true);
  const answer = browser.take().map((line) => line.replace("\r", ""));
  assertEquals([answer[0], answer.at(-2)], ["HTTP/1.1 400 Bad Request", ""]);
  assertEquals(
    answer.at(-1),
    "* this is a chat hub, not a web server: join it with chat client or nc",
  );
  assertEquals(answer[3], `Content-Length: ${answer.at(-1)!.length + 2}`);
  assertEquals(ana.take(), []);
  ana.send("GET / HTTP/1.1"); // later it is a line like any other
  test.tick();
  assertEquals(ana.isClosed, false);
});
