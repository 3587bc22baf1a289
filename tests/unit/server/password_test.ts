/** Coming in where a password is wanted, and what else the gate asks. */

import { assert, assertEquals } from "@std/assert";
import { MAX_TRIES, Password } from "../../../server/password.ts";
import { TestHub, type TestPeer } from "../../support/hub.ts";

const ASKED = "! this hub needs a password: type it and press Enter";

/** A hub with a password, and somebody in it to see who is told what. */
function guarded(options: { lang?: "en" | "es" } = {}): { test: TestHub; eva: TestPeer } {
  const test = new TestHub({ password: "sésamo", ...options });
  const eva = test.connect();
  eva.send("sésamo");
  eva.send("/name eva");
  test.tick();
  eva.take();
  return { test, eva };
}

function hello(fields: Record<string, unknown>): string {
  return JSON.stringify({ type: "hello", protocol: 1, ...fields });
}

/** What the frames since the last call say, in short. */
function codes(peer: TestPeer): string[] {
  return peer.takeFrames().map((frame) =>
    "code" in frame ? `${frame.type} ${frame.code}` : frame.type
  );
}

Deno.test("somebody silent is asked for the password once, and the next line is taken for it", () => {
  const { test, eva } = guarded();
  const ana = test.connect();
  test.hub.greet(ana.session);
  test.hub.greet(ana.session);
  test.tick();
  assertEquals(ana.take(), [ASKED]);
  assertEquals(eva.take(), [], "nobody hears of who is not in");
  ana.send("sésamo");
  test.tick();
  assertEquals(ana.take()[0], "* welcome, guest2 (2 here: eva, guest2)");
  assertEquals(eva.take(), ["* guest2 joined (2 here)"]);
  ana.send("sésamo"); // from now on a line like any other
  test.tick();
  assertEquals(eva.take(), ["guest2: sésamo"]);
});

Deno.test("a first line that comes before the question is the password too", () => {
  const { test, eva } = guarded();
  const ana = test.connect();
  ana.send("sésamo");
  test.tick();
  assertEquals(ana.take()[0], "* welcome, guest2 (2 here: eva, guest2)");
  assertEquals(eva.take(), ["* guest2 joined (2 here)"]);
});

Deno.test("whatever a line looks like, it is a password as long as one is wanted", () => {
  const { test, eva } = guarded();
  for (const line of ["/who", "/exit", "//sésamo", "hola"]) {
    const ana = test.connect();
    ana.send(line);
    test.tick();
    assertEquals(ana.take(), ["! wrong password: 2 tries left"], line);
    assertEquals(ana.isClosed, false);
  }
  assertEquals(eva.take(), []);
});

Deno.test("the third wrong password ends the connection, and nobody else hears of it", () => {
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
    assertEquals(test.log, [{ event: "dropped", peer: "192.0.2.99:1", reason: "auth_failed" }]);
  }
});

Deno.test("each session has its own tries, and after the last one nothing is right", () => {
  const test = new TestHub();
  const [ana, eva] = [test.connect().session, test.connect().session];
  const password = new Password({ matches: (given) => given === "sésamo" });
  assertEquals(["a", "b", "c", "sésamo"].map((given) => password.try(ana, given)), [2, 1, 0, 0]);
  assertEquals(["a", "sésamo", "b"].map((given) => password.try(eva, given)), [2, "right", 1]);
});

Deno.test("a blank line is no try, nor is one that is not UTF-8", () => {
  const { test } = guarded();
  const ana = test.connect();
  for (const line of ["", "  ", "", ""]) ana.send(line);
  test.hub.refuse(ana.session, { code: "not_utf8", params: {} });
  ana.send("sésamo");
  test.tick();
  assertEquals(ana.take().slice(0, 6), [
    ASKED,
    ASKED,
    ASKED,
    ASKED,
    "! that line is not valid UTF-8: it was not sent",
    "* welcome, guest2 (2 here: eva, guest2)",
  ]);
});

Deno.test("a first line that cannot be taken is told after the question", () => {
  const { test } = guarded();
  const ana = test.connect();
  test.hub.refuse(ana.session, { code: "line_too_long", params: { max: 4096 } });
  test.tick();
  assertEquals(ana.take(), [
    ASKED,
    "! line too long (max 4096 bytes): it was not sent",
  ]);
});

Deno.test("a hello has the password, or is told that it is wanted and may come again", () => {
  const { test, eva } = guarded();
  const bot = test.connect();
  bot.send(hello({ nick: "bot" }));
  bot.send(hello({ nick: "bot", password: "" }));
  bot.send('{"type":"say","ref":"1","text":"hola"}');
  bot.send('{"type":"command","ref":"2","line":"/who"}');
  bot.send('{"type":"ping"}');
  bot.send(hello({ nick: "bot", password: "nada" }));
  test.tick();
  assertEquals(codes(bot), [
    "error password_wanted",
    "error password_wanted",
    "error bad_frame",
    "error bad_frame",
    "pong",
    "error wrong_password",
  ]);
  assertEquals(eva.take(), []);
  bot.send(hello({ nick: "bot2", password: "sésamo" }));
  test.tick();
  const [welcome] = bot.takeFrames();
  assert(welcome?.type === "welcome");
  assertEquals([welcome.nick, welcome.members], ["bot2", ["eva", "bot2"]]);
  assertEquals(eva.take(), ["* bot2 joined (2 here)"]);
});

Deno.test("after the third wrong password in a hello comes the bye", () => {
  const { test } = guarded();
  const bot = test.connect();
  for (let turn = 0; turn < MAX_TRIES; turn++) bot.send(hello({ password: "nada" }));
  test.tick();
  const frames = bot.takeFrames();
  assertEquals(frames.map((frame) => "params" in frame && frame.params), [
    { left: 2 },
    { left: 1 },
    {},
  ]);
  assertEquals(frames.at(-1)?.type === "bye" && frames.at(-1), {
    type: "bye",
    code: "auth_failed",
    params: {},
    text: "disconnected: too many wrong passwords",
  });
  assertEquals(bot.isClosed, true);
});

Deno.test("a hello that comes after the question as text still makes the frames dialect", () => {
  const { test } = guarded();
  const slow = test.connect();
  test.hub.greet(slow.session);
  slow.send(hello({ nick: "bot", password: "sésamo" }));
  test.tick();
  const [question, welcome, ...rest] = slow.take();
  assertEquals([question, rest], [ASKED, []]);
  assertEquals(JSON.parse(welcome!).nick, "bot");
});

Deno.test("a browser is turned away without a question", () => {
  const { test } = guarded();
  const browser = test.connect();
  browser.send("GET / HTTP/1.1");
  assertEquals(browser.take()[0], "HTTP/1.1 400 Bad Request\r");
});

Deno.test("without a password in the hub, one in a hello does not matter", () => {
  const test = new TestHub();
  const bot = test.connect();
  bot.send(hello({ password: "x" }));
  test.tick();
  assertEquals(codes(bot), ["welcome"]);
});

Deno.test("who goes before being in is never told", () => {
  const { test, eva } = guarded();
  const ana = test.connect();
  test.hub.greet(ana.session);
  ana.drop();
  test.tick();
  assertEquals([eva.take(), test.hub.size], [[], 1]);
});

Deno.test("the message of the day comes with the welcome, in both dialects", () => {
  const test = new TestHub({ motd: "uno\ndos" });
  const [ana, bot] = [test.connect(), test.connect()];
  test.hub.greet(ana.session);
  bot.send(hello({ nick: "bot" }));
  test.tick();
  assertEquals(ana.take().slice(1, 3), ["* uno", "* dos"]);
  const [welcome] = bot.takeFrames();
  assertEquals(welcome?.type === "welcome" && welcome.motd, "uno\ndos");
});
