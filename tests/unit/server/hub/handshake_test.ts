/** How a connection joins the chat, looks at it, or does neither. */

import { assert, assertEquals } from "@std/assert";
import { MAX_WELCOME_NAMED } from "../../../../common/protocol/frame.ts";
import { LocalCluster } from "../../../../server/cluster/local.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";

Deno.test("a silent connection joins as a guest, and is announced once", () => {
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

Deno.test("a connection that closes before it has joined is not announced", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  test.connect().drop();
  test.tick();
  assertEquals(ana.take(), []);
  assertEquals(test.hub.size, 1);
});

Deno.test("the message of the day comes with the welcome, in both dialects", () => {
  const test = new TestHub({ motd: "uno\ndos" });
  const [ana, bot] = [test.connect(), test.connect()];
  test.hub.greet(ana.session);
  bot.hello({ nick: "bot" });
  test.tick();
  assertEquals(ana.take().slice(1, 3), ["* uno", "* dos"]);
  const [welcome] = bot.takeFrames();
  assertEquals(welcome?.type === "welcome" && welcome.motd, "uno\ndos");
});

// A hello.

Deno.test("a hello joins with its nick and language, and the welcome names the members", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const bot = test.connect();
  bot.hello({ nick: "Béa", lang: "es" });
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

Deno.test("in a large room the welcome names some members, always including the newcomer", () => {
  const test = new TestHub();
  for (let number = 1; number <= MAX_WELCOME_NAMED; number++) test.framesMember(`n${number}`);
  const late = test.connect();
  late.hello({ nick: "late" });
  test.tick();
  const [welcome] = late.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals(welcome.count, MAX_WELCOME_NAMED + 1);
  assertEquals(welcome.members.length, MAX_WELCOME_NAMED);
  assertEquals([welcome.members[0], welcome.members.at(-1)], ["n1", "late"]);
});

Deno.test("a hello with a nick that it cannot have gets a free one, and a notice says why", () => {
  const test = new TestHub();
  test.textMember("ana");
  const cases = [
    ["ANA", "ANA2", "taken"],
    ["a b?", "guest2", "bad_character"],
    ["root", "guest3", "reserved"],
    [" José  Luis", "José_Luis", "has_spaces"],
    ["José Luis", "José_Luis2", "has_spaces"],
  ];
  for (const [wanted, nick, fault] of cases) {
    const peer = test.connect();
    peer.hello({ nick: wanted });
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

Deno.test("a hello of another protocol version is answered with a bye", () => {
  const test = new TestHub();
  const peer = test.connect();
  peer.hello({ protocol: 2 });
  const [bye] = peer.takeFrames();
  assert(bye?.type === "bye");
  assertEquals([bye.code, bye.params, peer.isClosed], ["unsupported_protocol", {
    protocol: 2,
    supported: 1,
  }, true]);
});

Deno.test("a bad hello is answered with an error frame, and a valid one may follow, but only one", () => {
  const test = new TestHub();
  const peer = test.connect();
  peer.hello({ protocol: "one" });
  peer.sendFrame({ type: "say", ref: "1", text: "hola" });
  test.tick();
  assertEquals(peer.takeCodes(), ["error bad_frame", "error bad_frame"]);
  peer.hello();
  peer.hello();
  test.tick();
  assertEquals(peer.takeCodes(), ["welcome", "error bad_frame"]);
});

/** A connection that is silent until it is greeted as text; its hello comes after that. */
function greeted(test: TestHub): TestPeer {
  const peer = test.connect();
  test.hub.greet(peer.session);
  return peer;
}

Deno.test("a hello after the greeting as text moves the guest to the room that it names", () => {
  const test = new TestHub();
  const [ana, luis] = [test.textMember("ana"), test.textMember("luis")];
  luis.send("/join dev", "/leave general");
  test.tick();
  ana.take();
  luis.take();
  const late = greeted(test);
  test.tick();
  late.take();
  late.hello({ nick: "eva", room: "Dev" });
  test.tick();
  const [welcome, ...others] = late.takeFrames();
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

Deno.test("a hello joins the room that it names, or the first room with the reason", () => {
  const test = new TestHub({ modPassword: "m" });
  const mod = test.textMember("mod");
  for (const line of ["/mod m", "/join closed", "/lock"]) mod.send(line);
  const cases = [
    ["Dev", "dev", ["notice room_moderator"]],
    ["general", "general", []],
    ["no room?", "general", ["error bad_room"]],
    ["no room", "general", ["error spaced_room"]],
    ["closed", "general", ["error room_locked"]],
  ] as const;
  for (const [room, joined, errors] of cases) {
    for (const connect of [() => test.connect(), () => greeted(test)]) {
      const peer = connect();
      test.tick();
      peer.take();
      peer.hello({ nick: "eva", room });
      test.tick();
      assertEquals([peer.session.room?.name, peer.takeCodes()], [joined, ["welcome", ...errors]]);
      peer.drop();
      test.expire();
    }
  }
});

// A look.

/** Sends a hello that only looks, as a client does that does not know the hub's protocol. */
function look(peer: TestPeer, fields: Record<string, unknown> = {}): void {
  peer.hello({ protocol: 0, look: true, ...fields });
}

Deno.test("a look shows what the hub is and how many people are there, and is not announced", () => {
  const test = new TestHub();
  const eva = test.textMember("eva");
  const peer = test.connect();
  look(peer);
  test.tick();
  assertEquals(peer.takeFrames(), [{ type: "look", protocol: 1, hub: "chat test", people: 1 }]);
  peer.sendFrame({ type: "ping" });
  test.tick();
  assertEquals(peer.takeFrames(), [{ type: "pong" }]);
  peer.drop();
  test.tick();
  assertEquals(eva.take(), []);
  assertEquals([test.hub.userCount, test.hub.size], [1, 1]);
});

Deno.test("a look works with any protocol version, and a hello that joins may follow", () => {
  for (const protocol of [0, 1, 2, 9]) {
    const test = new TestHub();
    const eva = test.textMember("eva");
    const peer = test.connect();
    look(peer, { protocol });
    test.tick();
    assertEquals(peer.takeCodes(), ["look"]);
    peer.hello({ nick: "bot" });
    test.tick();
    const [welcome] = peer.takeFrames();
    assert(welcome?.type === "welcome");
    assertEquals(welcome.members, ["eva", "bot"]);
    assertEquals(eva.take(), ["* bot joined (2 here)"]);
  }
});

Deno.test("a member that looks gets an error, and stays", () => {
  const test = new TestHub();
  const bot = test.framesMember("bot");
  look(bot, { protocol: 1 });
  test.tick();
  assertEquals(bot.takeCodes(), ["error bad_frame"]);
  assertEquals(bot.isClosed, false);
});

Deno.test("a hub that cannot reach its cluster says so to a look", () => {
  class OfflineCluster extends LocalCluster {
    override readonly isOffline = true as boolean as false;
  }
  const test = new TestHub({
    cluster: new OfflineCluster({ epoch: "e", lastId: 0, now: () => 0 }),
  });
  const peer = test.connect();
  look(peer);
  test.tick();
  const [first, bye] = peer.takeFrames();
  assertEquals(first, { type: "look", protocol: 1, hub: "chat test" });
  assertEquals(bye?.type === "bye" && bye.code, "cut_off");
});
