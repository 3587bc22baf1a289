/** Admission: the password, bans and a locked first room. */

import { assert, assertEquals } from "@std/assert";
import { MAX_TRIES } from "../../../../server/model/password.ts";
import { TestHub, type TestPeer } from "../../../support/hub.ts";

// The password.

const PROMPT = "! this hub needs a password: type it and press Enter";

/** A hub with a password, and a member who sees what is announced. Her first line is the password, without a prompt. */
function guarded(options: { lang?: "en" | "es" } = {}): { test: TestHub; eva: TestPeer } {
  const test = new TestHub({ password: "sésamo", ...options });
  const eva = test.connect();
  eva.ask("sésamo", "/name eva");
  return { test, eva };
}

Deno.test("a silent connection is asked for the password once, and the next line is taken for it", () => {
  const { test, eva } = guarded();
  const ana = test.connect();
  test.hub.greet(ana.session);
  test.hub.greet(ana.session);
  test.tick();
  assertEquals(ana.take(), [PROMPT]);
  assertEquals(eva.take(), [], "it has not joined");
  assertEquals(ana.ask("sésamo")[0], "* welcome, guest2 (2 here: eva, guest2)");
  assertEquals(eva.take(), ["* guest2 joined (2 here)"]);
  ana.send("sésamo"); // an ordinary line by now
  test.tick();
  assertEquals(eva.take(), ["guest2: sésamo"]);
});

Deno.test("a connection that closes when it is asked for the password is not announced", () => {
  const { test, eva } = guarded();
  const ana = test.connect();
  test.hub.greet(ana.session);
  ana.drop();
  test.tick();
  assertEquals([eva.take(), test.hub.size], [[], 1]);
});

Deno.test("a first line is taken for the password, even if it looks like a command", () => {
  const { test, eva } = guarded();
  for (const line of ["/who", "/exit", "//sésamo", "hola"]) {
    const ana = test.connect();
    assertEquals(ana.ask(line), ["! wrong password: 2 tries left"], line);
    assertEquals(ana.isClosed, false);
  }
  assertEquals(eva.take(), []);
});

Deno.test("the third wrong password ends the connection, and is logged but not announced", () => {
  for (const lang of ["en", "es"] as const) {
    const { test, eva } = guarded({ lang });
    const ana = test.connect("192.0.2.99");
    for (let turn = 0; turn < MAX_TRIES; turn++) ana.send("nada");
    ana.send("sésamo");
    test.tick();
    assertEquals(
      ana.take(),
      {
        en: [
          "! wrong password: 2 tries left",
          "! wrong password: one try left",
          "* disconnected: too many wrong passwords",
        ],
        es: [
          "! contraseña incorrecta: quedan 2 intentos",
          "! contraseña incorrecta: queda un intento",
          "* desconectado: demasiadas contraseñas incorrectas",
        ],
      }[lang],
    );
    assertEquals([ana.isClosed, test.hub.size], [true, 1]);
    assertEquals(eva.take(), []);
    const wrong = { event: "wrong password", for: "join", address: "192.0.2.99" };
    assertEquals(test.log, [
      { ...wrong, count: 1 },
      { ...wrong, count: 2 },
      { ...wrong, count: 3 },
      { event: "dropped", peer: "192.0.2.99:1", reason: "auth_failed" },
    ]);
  }
});

Deno.test("neither a blank line nor one that is not UTF-8 counts as a try", () => {
  const { test } = guarded();
  const ana = test.connect();
  for (const line of ["", "  ", "", ""]) ana.send(line);
  test.hub.sendError(ana.session, { code: "not_utf8", params: {} });
  assertEquals(ana.ask("sésamo").slice(0, 6), [
    PROMPT,
    PROMPT,
    PROMPT,
    PROMPT,
    "! that line is not valid UTF-8 text: it was not sent",
    "* welcome, guest2 (2 here: eva, guest2)",
  ]);
});

Deno.test("a first line that is not accepted is answered after the prompt", () => {
  const { test } = guarded();
  const ana = test.connect();
  test.hub.sendError(ana.session, { code: "line_too_long", params: { max: 4096 } });
  test.tick();
  assertEquals(ana.take(), [
    PROMPT,
    "! line too long (max 4096 bytes): it was not sent",
  ]);
});

Deno.test("a hello without the right password gets an error, and another hello may follow", () => {
  const { test, eva } = guarded();
  const bot = test.connect();
  bot.hello({ nick: "bot" });
  bot.hello({ nick: "bot", password: "" });
  bot.sendFrame({ type: "say", ref: "1", text: "hola" });
  bot.sendFrame({ type: "command", ref: "2", line: "/who" });
  bot.sendFrame({ type: "ping" });
  bot.hello({ nick: "bot", password: "nada" });
  test.tick();
  assertEquals(bot.takeCodes(), [
    "error password_wanted",
    "error password_wanted",
    "error bad_frame",
    "error bad_frame",
    "pong",
    "error wrong_password",
  ]);
  assertEquals(eva.take(), []);
  bot.hello({ nick: "bot2", password: "sésamo" });
  test.tick();
  const [welcome] = bot.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals([welcome.nick, welcome.members], ["bot2", ["eva", "bot2"]]);
  assertEquals(eva.take(), ["* bot2 joined (2 here)"]);
});

Deno.test("the third wrong password in a hello is answered with a bye, also if it only looks", () => {
  for (const more of [{}, { look: true }]) {
    const { test } = guarded();
    const bot = test.connect();
    for (let turn = 0; turn < MAX_TRIES; turn++) bot.hello({ password: "nada", ...more });
    test.tick();
    const answers = bot.takeFrames().flatMap((frame) => "params" in frame ? [frame] : []);
    assertEquals(answers.map(({ params }) => params), [{ left: 2 }, { left: 1 }, {}]);
    assertEquals(answers.at(-1), {
      type: "bye",
      code: "auth_failed",
      params: {},
      text: "disconnected: too many wrong passwords",
    });
    assertEquals(bot.isClosed, true);
    const purpose = "look" in more ? "look" : "join";
    assertEquals(test.log.map(({ event, for: tried, reason }) => [event, tried ?? reason]), [
      ...Array(MAX_TRIES).fill(["wrong password", purpose]),
      ["dropped", "auth_failed"],
    ]);
  }
});

Deno.test("a hello after the password prompt still switches to frames", () => {
  const { test } = guarded();
  const late = test.connect();
  test.hub.greet(late.session);
  late.hello({ nick: "bot", password: "sésamo" });
  test.tick();
  const [prompt, welcome, ...rest] = late.take();
  assertEquals([prompt, rest], [PROMPT, []]);
  assertEquals(JSON.parse(welcome!).nick, "bot");
});

Deno.test("a hub without a password ignores a password in a hello", () => {
  const test = new TestHub();
  const bot = test.connect();
  bot.hello({ password: "x" });
  test.tick();
  assertEquals(bot.takeCodes(), ["welcome"]);
});

Deno.test("a look shows the number of people only with the right password", () => {
  const { test, eva } = guarded();
  const peer = test.connect();
  const look = (fields: Record<string, unknown>) => {
    peer.hello({ look: true, ...fields });
    test.tick();
    return peer.takeFrames().map((frame) => "code" in frame ? frame.code : frame);
  };
  const identity = { type: "look", protocol: 1, hub: "chat test" } as const;
  assertEquals(look({}), [identity, "password_wanted"]);
  assertEquals(look({ password: "nada" }), [identity, "wrong_password"]);
  assertEquals(look({ password: "sésamo" }), [{ ...identity, people: 1 }]);
  assertEquals([eva.take(), test.hub.userCount], [[], 1]);
});

// Bans and a locked first room.

/** A hub with a moderator, who has taken what they received so far. */
function moderated(): { test: TestHub; mod: TestPeer } {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod");
  mod.ask("/mod tiza");
  return { test, mod };
}

Deno.test("a look shows what the hub is, and then why the user may not join", () => {
  const { test, mod } = moderated();
  test.connect("192.0.2.50").send("/name rude");
  mod.send("/ban rude address");
  const look = (host: string, fields = {}) => {
    const peer = test.connect(host);
    peer.hello({ look: true, ...fields });
    test.tick();
    return [peer.takeCodes(), peer.isClosed];
  };
  assertEquals(look("192.0.2.50"), [["look", "bye banned"], true]);
  assertEquals(look("192.0.2.51", { nick: "rude" }), [["look", "bye banned"], true]);
  assertEquals(look("192.0.2.51", { nick: "polite" }), [["look"], false]);
  mod.send("/lock");
  assertEquals(look("192.0.2.51"), [["look", "bye locked"], true]);
});

Deno.test("a guest whose hello asks for a banned nick is removed", () => {
  const { test, mod } = moderated();
  test.textMember("eva");
  mod.ask("/ban eva");
  const late = test.connect();
  test.hub.greet(late.session);
  late.hello({ nick: "eva" });
  test.tick();
  assertEquals(JSON.parse(late.take().at(-1)!).code, "banned");
  assertEquals(mod.take(), ["* guest3 joined (2 here)", "* guest3 left: banned (1 here)"]);
});

Deno.test("while the first room is locked nobody can join the chat", () => {
  const { test, mod } = moderated();
  mod.ask("/lock");
  const [silent, talking, bot] = [test.connect(), test.connect(), test.connect()];
  test.hub.greet(silent.session);
  talking.send("hola");
  bot.hello({ nick: "bot", lang: "es" });
  test.tick();
  const closed = [
    "* nobody new may join this hub at the moment: try again later; moderators join with their password, by --password-file FILE",
  ];
  assertEquals([silent.take(), talking.take()], [closed, closed]);
  assertEquals(bot.takeCodes(), ["bye locked"]);
  assertEquals([silent.isClosed, talking.isClosed, bot.isClosed], [true, true, true]);
  assertEquals(mod.take(), []);
  mod.send("/unlock");
  const eva = test.connect();
  assertEquals(eva.ask("/name eva").at(-1), "* you are now eva");
});

Deno.test("a guest who joined before the first room was locked may still send a hello", () => {
  const { test, mod } = moderated();
  const late = test.connect();
  test.hub.greet(late.session);
  mod.send("/lock");
  test.tick();
  late.take();
  late.hello({ nick: "bot" });
  test.tick();
  assertEquals(late.takeCodes(), ["welcome"]);
});

// The moderators' password.

/** What a newcomer gets for a `hello`, and whether it is a moderator then. */
function greeted(test: TestHub, fields: Record<string, unknown>): [codes: string[], boolean] {
  const peer = test.connect(`192.0.2.${test.hub.size + 100}`);
  peer.hello(fields);
  test.tick();
  return [peer.takeCodes(), peer.session.isModerator];
}

Deno.test("the moderators' password lets in past a lock and without the other password, as a moderator", () => {
  const asModerator = [["welcome", "notice moderator"], true] as [string[], boolean];
  for (const password of [undefined, "sésamo"]) {
    const test = new TestHub({ modPassword: "tiza", ...(password ? { password } : {}) });
    const [codes] = greeted(test, { nick: "ana", password });
    assertEquals(codes, ["welcome"]);
    assertEquals(greeted(test, { nick: "mo", password: "tiza" }), asModerator);
    const mod = test.connect();
    mod.hello({ nick: "mod", password: "tiza" });
    mod.command("1", "/lock");
    test.tick();
    assertEquals(greeted(test, { nick: "eva", password }), [["bye locked"], false]);
    assertEquals(greeted(test, { nick: "eva" }), [["bye locked"], false]);
    assertEquals(greeted(test, { nick: "eva", password: "x" }), [["error wrong_password"], false]);
    assertEquals(greeted(test, { look: true, password: "tiza" }), [["look"], false]);
    assertEquals(greeted(test, { nick: "zoe", password: "tiza" }), asModerator);
    assertEquals(test.log.filter(({ action }) => action === "mod").map(({ by }) => by), [
      ...["mo", "mod", "zoe"],
    ]);
  }
});

Deno.test("with nc the line that is taken for the password may be the moderators'", () => {
  const test = new TestHub({ password: "sésamo", modPassword: "tiza" });
  const mo = test.connect();
  assertEquals(mo.ask("tiza").slice(-1), [
    "* you are a moderator now: /help lists what you can do",
  ]);
  mo.ask("/lock");
  const other = test.connect();
  other.ask("tiza");
  assertEquals([other.session.stage, other.session.isModerator], ["member", true]);
});

Deno.test("a hub that asks for no password admits whoever gives a wrong one, and counts it as a guess", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const host = "192.0.2.9";
  const join = (password: string) => {
    const peer = test.connect(host);
    peer.hello({ password });
    return peer.session;
  };
  for (let count = 1; count <= 10; count++) {
    assertEquals(join("nada").stage, "member");
    assertEquals(test.log.at(-1), { event: "wrong password", for: "join", address: host, count });
  }
  assertEquals(join("tiza").isModerator, false, "it has to wait now");
  assertEquals(test.textMember("ana", host).ask("hola", "/mod tiza").length, 1);
  test.elapsed += 30_000;
  assertEquals(join("tiza").isModerator, true);
  assertEquals(test.log.length, 11);
});

Deno.test("the moderators' password in its hello makes a guest a moderator", () => {
  const { test } = moderated();
  const late = test.connect();
  test.hub.greet(late.session);
  test.tick();
  late.take();
  late.hello({ nick: "bot", password: "tiza" });
  test.tick();
  assertEquals(late.takeCodes(), ["welcome", "notice moderator"]);
});
