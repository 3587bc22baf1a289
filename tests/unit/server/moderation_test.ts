/** What moderators can do, who may, and what the others see of it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_BANS } from "../../../server/bans.ts";
import { MAX_MUTED } from "../../../server/moderation.ts";
import { MAX_TRIES } from "../../../server/password.ts";
import { TestHub, type TestPeer } from "../../support/hub.ts";

const MINUTE = 60_000;

/** A hub with a moderator, and others by their nicks; what all were told so far is forgotten. */
function classroom(...nicks: string[]): { test: TestHub; mod: TestPeer; others: TestPeer[] } {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod");
  mod.send("/mod tiza");
  const others = nicks.map((nick) => test.textMember(nick));
  test.tick();
  for (const peer of [mod, ...others]) peer.take();
  test.log.length = 0;
  return { test, mod, others };
}

/** Sends lines, and gives what the sender was told in that tick. */
function ask(test: TestHub, peer: TestPeer, ...lines: string[]): string[] {
  for (const line of lines) peer.send(line);
  test.tick();
  return peer.take();
}

function hello(fields: Record<string, unknown>): string {
  return JSON.stringify({ type: "hello", protocol: 1, ...fields });
}

Deno.test("who knows the password becomes a moderator, and nobody else hears of it", () => {
  const test = new TestHub({ modPassword: "tiza blanca" });
  const [ana, eva] = [test.textMember("ana"), test.textMember("eva")];
  ask(test, ana);
  assertEquals(ask(test, ana, "/mod nada", "/moderar  tiza blanca ", "/mod otra"), [
    "! wrong password: 2 tries left",
    "* you are a moderator now: /help lists what you can do",
    "* you are a moderator now: /help lists what you can do",
  ]);
  assertEquals(eva.take(), []);
  assertEquals(test.log, [{ event: "moderation", action: "mod", by: "ana" }]);
});

Deno.test("who does not know the moderators' password after three tries is out", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [ana, eva] = [test.textMember("ana"), test.textMember("eva")];
  ask(test, ana);
  const tries = Array(MAX_TRIES + 1).fill("/mod nada");
  assertEquals(ask(test, ana, ...tries).at(-1), "* disconnected: too many wrong passwords");
  assertEquals(ana.isClosed, true);
  assertEquals(eva.take(), ["* ana left: did not know the password (1 here)"]);
  assertMatch(
    JSON.stringify(test.log),
    /^\[\{"event":"dropped","peer":"[\d.]+:1","nick":"ana","reason":"auth_failed"\}\]$/,
  );
});

Deno.test("without a password for moderators nobody is one, and without an argument nothing is tried", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assertEquals(ask(test, ana, "/mod tiza", "/mod", "/idioma es", "/moderar tiza"), [
    "! this hub has no moderators: it was started without --mod-password-file",
    "! /mod needs PASSWORD",
    "* el servidor te habla ahora en español",
    "! este servidor no tiene moderadores: se ha iniciado sin --mod-password-file",
  ]);
});

const MODERATOR_LINES = [
  "/kick eva",
  "/mute eva",
  "/ban eva",
  "/ban",
  "/unban eva",
  "/lock",
  "/slow 5",
  "/slow",
  "/pause",
];

Deno.test("nobody else may do what moderators do, and is told how to become one", () => {
  const { test, others: [ana, eva] } = classroom("ana", "eva");
  assertEquals(
    ask(test, ana!, ...MODERATOR_LINES),
    MODERATOR_LINES.map((line) =>
      `! ${line.split(" ")[0]} is for moderators: /mod PASSWORD makes you one`
    ),
  );
  assertEquals(
    ask(test, ana!, "/idioma es", "/expulsar eva").at(-1),
    "! /expulsar es para moderadores: con /moderar CONTRASEÑA te haces moderador",
  );
  assertEquals([eva!.take(), eva!.isClosed], [[], false]);
  assertEquals(test.log, []);
});

Deno.test("help shows moderators what they can do, and the others only how to become one", () => {
  const { test, mod, others: [ana] } = classroom("ana");
  for (const lang of ["en", "es"]) {
    const heading = { en: "* for moderators:", es: "* para moderadores:" }[lang]!;
    const [forAll, forModerators] = [ana!, mod].map((peer) =>
      ask(test, peer, `/lang ${lang}`, "/help")
    );
    const index = forModerators!.indexOf(heading);
    assertEquals(forModerators!.slice(0, index), forAll!);
    const names = forModerators!.slice(index + 1).map((line) => /^\* \/(\S+) /.exec(line)?.[1]);
    assertEquals(
      names,
      {
        en: ["kick", "mute", "ban", "unban", "lock", "slow", "pause"],
        es: ["expulsar", "silenciar", "vetar", "readmitir", "bloquear", "lento", "pausa"],
      }[lang]!,
    );
    assert(forAll!.some((line) => line.includes("/moderar")));
    for (const line of forModerators!) assert(line.length <= 100, line);
  }
});

Deno.test("only a moderator is offered a moderators' command for a mistyped one", () => {
  const { test, mod, others: [ana] } = classroom("ana");
  const suggestion = (lines: string[]) => /did you mean (\S+)\?/.exec(lines[0]!)?.[1];
  assertEquals(suggestion(ask(test, mod, "/unbna ana")), "/unban");
  assertEquals(suggestion(ask(test, ana!, "/unbna mod")), undefined);
});

Deno.test("/kick removes somebody from all rooms with the reason, and that one may come back", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  const bot = test.framesMember("bot");
  for (const peer of [ana!, eva!]) ask(test, peer, "/join dev");
  ask(test, bot);
  for (const peer of [mod, ana!, bot]) peer.take();
  assertEquals(ask(test, mod, "/kick EVA no\x1b[2J grites"), [
    "* eva left: kicked by mod: no\uFFFD[2J grites (3 here)",
    "* you kicked eva, who may come back: /ban NAME prevents that",
  ]);
  assertEquals(eva!.take().at(-1), "* mod has kicked you: no\uFFFD[2J grites");
  assertEquals(eva!.isClosed, true);
  assertEquals(ana!.take(), [
    "#general * eva left: kicked by mod: no\uFFFD[2J grites (3 here)",
    "* eva left: kicked by mod: no\uFFFD[2J grites (1 here)",
  ]);
  assertEquals(bot.takeFrames(), [{
    type: "left",
    room: "general",
    nick: "eva",
    count: 3,
    reason: "kicked",
    params: { by: "mod", because: "no\uFFFD[2J grites" },
  }]);
  assertEquals(test.log, [{ event: "moderation", action: "kick", by: "mod", nick: "eva" }]);
  assertEquals(ask(test, test.connect(), "/name eva").at(-1), "* you are now eva");
});

Deno.test("/kick without a reason gives none, and a long one is cut", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  ana!.send("/idioma es");
  assertEquals(ask(test, mod, "/expulsar ana")[0], "* ana left: kicked by mod (2 here)");
  assertEquals(ana!.take().at(-1), "* mod te ha expulsado");
  ask(test, mod, `/kick eva ${"x".repeat(1000)}`);
  assertEquals(eva!.take().at(-1), `* mod has kicked you: ${"x".repeat(199)}…`);
});

Deno.test("a bot is told in its bye by whom it was removed and why", () => {
  const { test, mod } = classroom();
  const bot = test.framesMember("bot");
  ask(test, mod, "/kick bot adiós");
  assertEquals(bot.takeFrames().at(-1), {
    type: "bye",
    code: "kicked",
    params: { by: "mod", reason: "adiós" },
    text: "mod has kicked you: adiós",
  });
});

Deno.test("moderators cannot turn on themselves, nor on who is not here", () => {
  const { test, mod } = classroom("ana");
  for (const command of ["kick", "mute", "ban"]) {
    assertEquals(
      ask(test, mod, `/${command} Mod`, `/${command} anna`, `/${command} nadie`),
      [
        "! you cannot do that to yourself",
        '! nobody here is called "anna"; did you mean ana?',
        '! nobody here is called "nadie"',
      ],
    );
  }
  assertEquals(
    ask(test, mod, "/idioma es", "/expulsar mod").at(-1),
    "! no puedes hacerte eso a ti",
  );
});

Deno.test("/mute leaves somebody nothing to write with, and only reading", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  assertEquals(ask(test, mod, "/silenciar eva 2"), ["* you muted eva for 2 minutes"]);
  assertEquals(eva!.take(), ["* mod has muted you for 2 minutes"]);
  ask(test, ana!, "/msg eva hola");
  assertEquals(eva!.take(), ["[private] ana: hola"]);
  const writing = ["hola", "/me grita", "/msg ana hola", "/r hola", "/topic yo", "/name otra"];
  assertEquals(
    ask(test, eva!, ...writing),
    writing.map(() => "! you are muted: you may write again in 2 minutes"),
  );
  assertEquals(
    ask(test, eva!, "/idioma es", "hola").at(-1),
    "! te han silenciado: podrás escribir dentro de 2 minutos",
  );
  assertEquals(ask(test, eva!, "/who").length, 1);
  assertEquals(ana!.take(), []);
  assertEquals(test.log, [
    { event: "moderation", action: "mute", by: "mod", nick: "eva", minutes: 2 },
  ]);
});

Deno.test("a bot that is muted gets the error for its message", () => {
  const { test, mod } = classroom();
  const bot = test.framesMember("bot");
  ask(test, mod, "/mute bot 1");
  bot.takeFrames();
  bot.send('{"type":"say","ref":"7","text":"hola"}');
  bot.send('{"type":"say","ref":"8","text":"hola","to":"mod"}');
  test.tick();
  const errors = bot.takeFrames().map((frame) =>
    frame.type === "error" && [frame.ref, frame.code, frame.params]
  );
  assertEquals(errors, [["7", "muted", { minutes: 1 }], ["8", "muted", { minutes: 1 }]]);
});

Deno.test("a mute ends by the clock, ten minutes on unless it is said, and says what is left", () => {
  const { test, mod, others: [eva] } = classroom("eva");
  ask(test, mod, "/mute eva");
  eva!.take();
  assertEquals(ask(test, eva!, "x"), ["! you are muted: you may write again in 10 minutes"]);
  test.elapsed += 9 * MINUTE;
  assertEquals(ask(test, eva!, "x"), ["! you are muted: you may write again in one minute"]);
  test.elapsed += MINUTE;
  assertEquals(ask(test, eva!, "por fin"), []);
  assertEquals(mod.take().at(-1), "eva: por fin");
});

Deno.test("a wall clock that jumps neither ends a mute or a wait nor makes it longer", () => {
  const { test, mod, others: [eva, luis] } = classroom("eva", "luis");
  ask(test, mod, "/mute eva 10", "/slow 30");
  ask(test, luis!, "uno");
  const start = test.now;
  for (const jump of [30 * 24 * 60 * MINUTE, -start]) {
    test.now = start + jump;
    assertEquals(
      ask(test, eva!, "x").at(-1),
      "! you are muted: you may write again in 10 minutes",
    );
    assertEquals(
      ask(test, luis!, "dos").at(-1),
      "! #general is in slow mode: you may write again in 30 seconds",
    );
  }
  test.elapsed += 10 * MINUTE;
  mod.take();
  ask(test, eva!, "por fin");
  ask(test, luis!, "y yo");
  assertEquals(mod.take(), ["eva: por fin", "luis: y yo"]);
});

Deno.test("coming again under the same nick does not end a mute, and 0 does, also when that one is gone", () => {
  const { test, mod, others: [eva] } = classroom("eva");
  ask(test, mod, "/mute eva 60");
  eva!.drop();
  const again = test.textMember("EVA");
  assertEquals(ask(test, again, "hola", "/name otra"), [
    "! you are muted: you may write again in 60 minutes",
    "! you are muted: you may write again in 60 minutes",
  ]);
  assertEquals(ask(test, mod, "/mute eva 0").at(-1), "* you unmuted EVA");
  assertEquals(ask(test, again, "hola"), ["* mod has unmuted you"]);
  assertEquals(mod.take(), ["EVA: hola"]);

  ask(test, mod, "/mute eva 60");
  again.drop();
  assertEquals(ask(test, mod, "/mute eva 5", "/mute eva 0", "/mute eva 0").slice(-3), [
    '! nobody here is called "eva"',
    "* you unmuted eva",
    '! nobody here is called "eva"',
  ]);
  assertEquals(ask(test, test.textMember("eva"), "hola"), []);
  assertEquals(mod.take().at(-1), "eva: hola");
});

Deno.test("a mute takes whole minutes up to a day, and there is an end to how many are muted", () => {
  const { test, mod } = classroom("eva");
  for (const wrong of ["x", "-1", "1.5", "1441", "5 6"]) {
    assertEquals(ask(test, mod, `/mute eva ${wrong}`), [
      `! "${wrong}" is not a valid number of minutes (1-1440; 0 unmutes)`,
    ]);
  }
  const { moderation } = test.hub.chat;
  for (let number = 0; number < MAX_MUTED; number++) {
    assertEquals(moderation.mute({ id: `t${number}`, key: `k${number}` }, 1), "set");
  }
  assertEquals(ask(test, mod, "/mute eva 1440"), [
    `! ${MAX_MUTED} people are muted, which is the limit: /mute NAME 0 unmutes one`,
  ]);
  test.elapsed += MINUTE;
  assertEquals(ask(test, mod, "/mute eva 1440"), ["* you muted eva for 1440 minutes"]);
});

Deno.test("/ban keeps a nick out, by hello and by /name, until it is lifted", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  assertEquals(ask(test, mod, "/ban"), ["* nobody is banned"]);
  assertEquals(ask(test, mod, "/vetar eva"), [
    "* eva left: banned by mod (2 here)",
    "* you banned eva: /unban eva lifts the ban",
  ]);
  assertEquals([eva!.take(), eva!.isClosed], [["* you are banned from this hub"], true]);
  assertEquals(ana!.take(), ["* eva left: banned by mod (2 here)"]);

  assertEquals(ask(test, ana!, "/name Éva", "/name EVA", "/idioma es", "/nombre eva"), [
    "* you are now Éva",
    '! the nick "EVA" cannot be used: it is banned',
    "* el servidor te habla ahora en español",
    '! no se puede usar el apodo "eva": está vetado',
  ]);
  const bot = test.connect("192.0.2.77");
  bot.send(hello({ nick: "Eva" }));
  test.tick();
  const [bye] = bot.takeFrames();
  assert(bye?.type === "bye");
  assertEquals([bye.code, bot.isClosed], ["banned", true]);
  assertEquals(test.log, [
    { event: "moderation", action: "ban", by: "mod", nick: "eva" },
    { event: "dropped", peer: "192.0.2.77:1", reason: "banned" },
  ]);

  mod.take();
  assertEquals(ask(test, mod, "/ban", "/readmitir EVA", "/unban eva", "/unban"), [
    "* banned: eva",
    "* you unbanned eva, who may join again",
    '! "eva" is not banned: /ban lists the bans',
    "! /unban needs NAME",
  ]);
  assertEquals(ask(test, test.connect(), "/name eva").at(-1), "* you are now eva");
});

Deno.test("who was greeted as text meanwhile and then wants a banned nick is out", () => {
  const { test, mod } = classroom("eva");
  ask(test, mod, "/ban eva");
  mod.take();
  const slow = test.connect();
  test.hub.greet(slow.session);
  slow.send(hello({ nick: "eva" }));
  test.tick();
  assertEquals(JSON.parse(slow.take().at(-1)!).code, "banned");
  assertEquals(mod.take(), ["* guest3 joined (2 here)", "* guest3 left: banned (1 here)"]);
});

Deno.test("a ban holds for the client that was banned, whatever nick it wants when it comes again", () => {
  const { test, mod } = classroom();
  const bot = test.connect();
  bot.send(hello({ nick: "bot" }));
  test.tick();
  const [welcome] = bot.takeFrames();
  assert(welcome?.type === "welcome");
  ask(test, mod, "/ban bot");
  const again = test.connect();
  again.send(hello({ nick: "otro", resume: { token: welcome.token, after: 0 } }));
  test.tick();
  assertEquals(again.takeFrames().map((frame) => "code" in frame && frame.code), ["banned"]);
});

Deno.test("a ban leaves the address alone unless it is asked for, and never takes one's own", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const join = (host: string, nick: string) => {
    const peer = test.connect(host);
    peer.send(`/name ${nick}`);
    test.tick();
    return peer;
  };
  const mod = join("192.0.2.1", "mod");
  mod.send("/mod tiza");
  const [eva, luis] = [join("192.0.2.2", "eva"), join("192.0.2.2", "luis")];
  const near = join("192.0.2.1", "cerca");
  ask(test, mod, "/ban eva");
  assertEquals(test.connect("192.0.2.2").isClosed, false);
  assertEquals([eva.isClosed, luis.isClosed], [true, false]);
  assertEquals(
    ask(test, mod, "/vetar cerca dirección").at(-1),
    "! cerca has the same address as you, so you would ban yourself: /ban cerca bans only the nick",
  );
  assertEquals(near.isClosed, false);
  assertEquals(ask(test, mod, "/ban luis now").at(-1), '! nobody here is called "luis now"');
  assertEquals(
    ask(test, mod, "/ban luis Address").at(-1),
    "* you banned luis and their address: /unban luis lifts the ban",
  );
  assertEquals(test.log.at(-1), {
    event: "moderation",
    action: "ban",
    by: "mod",
    nick: "luis",
    address: "192.0.2.2",
  });
  const newcomer = test.connect("192.0.2.2");
  test.hub.greet(newcomer.session);
  assertEquals(newcomer.take(), ["* you are banned from this hub"]);
  const talking = test.connect("192.0.2.2");
  talking.send("hola");
  assertEquals([talking.take(), talking.isClosed], [["* you are banned from this hub"], true]);
  mod.take();
  assertEquals(ask(test, mod, "/unban luis"), ["* you unbanned luis, who may join again"]);
  assertEquals(ask(test, test.connect("192.0.2.2"), "/name luis").at(-1), "* you are now luis");
});

Deno.test("there is an end to how many are banned, and none is dropped for another", () => {
  const { test, mod, others: [eva] } = classroom("eva");
  const { bans } = test.hub.chat.moderation;
  for (let number = 0; number < MAX_BANS; number++) {
    bans.add({ id: `t${number}`, key: `k${number}`, nick: `k${number}` });
  }
  assertEquals(ask(test, mod, "/ban eva"), [
    `! ${MAX_BANS} people are banned, which is the limit: /unban NAME lifts one ban`,
  ]);
  assertEquals([eva!.isClosed, bans.hasKey("k0")], [false, true]);
});

Deno.test("a guest's number that is banned is not given, nor a banned nick offered", () => {
  const { test, mod } = classroom();
  const { bans } = test.hub.chat.moderation;
  for (const key of ["guest2", "mod2"]) bans.add({ id: key, key, nick: key });
  const guest = test.connect();
  test.hub.greet(guest.session);
  assertEquals(ask(test, guest)[0], "* welcome, guest3 (2 here: mod, guest3)");
  assertEquals(ask(test, guest, "/name mod"), ['! the nick "mod" is in use: mod3 is free']);
  mod.take();
});

Deno.test("a locked room lets nobody else in but moderators, until it is unlocked", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  ask(test, ana!, "/join dev");
  ask(test, mod, "/join dev");
  ana!.take();
  assertEquals(ask(test, mod, "/lock"), [
    "* #dev is locked: only moderators may join it; /lock again unlocks it",
  ]);
  assertEquals(ana!.take(), ["* mod has locked #dev: only moderators may join it"]);
  assertEquals(ask(test, eva!, "/join dev", "/idioma es", "/entrar #dev"), [
    "! #dev is locked: only moderators may join it",
    "* el servidor te habla ahora en español",
    "! #dev está bloqueada: solo pueden entrar los moderadores",
  ]);
  assertEquals(ask(test, ana!, "/join general", "/join dev").map((line) => line.split(" (")[0]), [
    "* you are in #general",
    "* you are in #dev",
  ]);
  ask(test, mod, "/leave dev");
  assertEquals(ask(test, mod, "/join dev").length, 1);
  ana!.take();
  assertEquals(ask(test, mod, "/bloquear"), ["* #dev is unlocked: everyone may join it"]);
  assertEquals(ana!.take(), ["* mod has unlocked #dev: everyone may join it"]);
  assertEquals(ask(test, eva!, "/join dev").length, 1);
  assertEquals(test.log.map(({ action, room }) => [action, room]), [
    ["lock", "dev"],
    ["unlock", "dev"],
  ]);
});

Deno.test("with the first room locked nobody new comes into the chat", () => {
  const { test, mod } = classroom("ana");
  ask(test, mod, "/lock");
  const [silent, talking, bot] = [test.connect(), test.connect(), test.connect()];
  test.hub.greet(silent.session);
  talking.send("hola");
  bot.send(hello({ nick: "bot", lang: "es" }));
  test.tick();
  const closed = ["* nobody new may join this hub at the moment: try again later"];
  assertEquals([silent.take(), talking.take()], [closed, closed]);
  assertEquals(bot.takeFrames().map((frame) => "code" in frame && frame.code), ["locked"]);
  assertEquals([silent.isClosed, talking.isClosed, bot.isClosed], [true, true, true]);
  assertEquals(mod.take(), []);
  ask(test, mod, "/lock");
  assertEquals(ask(test, test.connect(), "/name eva").at(-1), "* you are now eva");
});

Deno.test("who was greeted as text before the first room was locked may still say hello", () => {
  const { test, mod } = classroom();
  const slow = test.connect();
  test.hub.greet(slow.session);
  ask(test, mod, "/lock");
  slow.take();
  slow.send(hello({ nick: "bot" }));
  test.tick();
  assertEquals(slow.takeFrames().map(({ type }) => type), ["welcome"]);
});

Deno.test("what moderators made of a room is gone with the room", () => {
  const { test, mod, others: [ana] } = classroom("ana");
  ask(test, mod, "/join dev", "/lock", "/pause", "/slow 5", "/leave");
  assertEquals(ask(test, ana!, "/join dev", "uno", "dos"), ["* you are in #dev (1 here: ana)"]);
});

Deno.test("what they made of the first room ends with its last member, lest it be closed for good", () => {
  const { test, mod, others: [ana] } = classroom("ana");
  ask(test, mod, "/lock", "/pause", "/slow 5", "/exit");
  const [early, late] = [test.connect(), test.connect()];
  assertEquals(ask(test, early, "hola").length, 1, "ana is there yet, and it is as it was");
  assert(early.isClosed);
  ask(test, ana!, "/exit");
  assertEquals(ask(test, late, "/name eva").at(-1), "* you are now eva");
  assertEquals(ask(test, late, "uno", "dos"), []);
});

Deno.test("in a paused room only moderators write, and others elsewhere and in private", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  assertEquals(ask(test, mod, "/pausa"), [
    "* #general is paused: only moderators may write; /pause again ends the pause",
  ]);
  assertEquals(ana!.take(), ["* mod has paused #general: only moderators may write"]);
  assertEquals(ask(test, ana!, "hola", "/me grita", "/topic yo", "/idioma es", "hola"), [
    "! #general is paused: only moderators may write there",
    "! #general is paused: only moderators may write there",
    "! #general is paused: only moderators may write there",
    "* el servidor te habla ahora en español",
    "! #general está en pausa: solo pueden escribir los moderadores",
  ]);
  eva!.take();
  ask(test, mod, "silencio", "/topic examen");
  ask(test, ana!, "/msg eva psst", "/topic", "/join dev", "aquí sí");
  assertEquals(eva!.take(), [
    "mod: silencio",
    "* mod changed the topic: examen",
    "[private] ana: psst",
  ]);
  ana!.take();
  assertEquals(
    ask(test, mod, "/pause").at(-1),
    "* #general is no longer paused: everyone may write",
  );
  assertEquals(eva!.take(), ["* mod has ended the pause in #general: everyone may write"]);
  assertEquals(ask(test, eva!, "por fin"), []);
});

Deno.test("in a slow room each waits between messages, but not moderators, nor for private ones", () => {
  const { test, mod, others: [ana, eva] } = classroom("ana", "eva");
  assertEquals(ask(test, mod, "/slow", "/lento 30", "/slow"), [
    "* slow mode is off in #general",
    "* #general is in slow mode: one message every 30 seconds",
    "* #general is in slow mode: one message every 30 seconds",
  ]);
  assertEquals(ana!.take(), ["* mod has put #general in slow mode: one message every 30 seconds"]);
  eva!.take();
  assertEquals(ask(test, ana!, "uno", "dos", "/me tres", "/idioma es", "cuatro"), [
    "! #general is in slow mode: you may write again in 30 seconds",
    "! #general is in slow mode: you may write again in 30 seconds",
    "* el servidor te habla ahora en español",
    "! #general está en modo lento: podrás escribir dentro de 30 segundos",
  ]);
  assertEquals(ask(test, ana!, "/msg eva psst", "/topic x").length, 2);
  ask(test, mod, "a", "b");
  ask(test, eva!, "mía");
  assertEquals(eva!.take(), []);
  test.elapsed += 29_500;
  assertEquals(
    ask(test, ana!, "cinco").at(-1),
    "! #general está en modo lento: podrás escribir dentro de un segundo",
  );
  test.elapsed += 500;
  mod.take();
  ask(test, ana!, "seis");
  assertEquals(mod.take(), ["ana: seis"]);

  assertEquals(ask(test, mod, "/slow 0"), ["* slow mode is off in #general"]);
  assertEquals(eva!.take().at(-1), "* mod has turned off slow mode in #general");
  ask(test, ana!, "siete", "ocho");
  assertEquals(mod.take(), ["ana: siete", "ana: ocho"]);
});

Deno.test("neither another nick nor another connection under the same one shortens the wait", () => {
  const { test, mod, others: [ana] } = classroom("ana");
  ask(test, mod, "/slow 60");
  ana!.take();
  assertEquals(
    ask(test, ana!, "uno", "/name eva", "dos").at(-1),
    "! #general is in slow mode: you may write again in 60 seconds",
  );
  ana!.drop();
  assertEquals(ask(test, test.textMember("ana"), "tres"), [
    "! #general is in slow mode: you may write again in 60 seconds",
  ]);
});

Deno.test("a message that goes nowhere makes nobody wait", () => {
  const { test, mod } = classroom();
  const bot = test.framesMember("bot");
  ask(test, mod, "/slow 60");
  bot.takeFrames();
  for (const text of [" ", "uno", "dos"]) {
    bot.send(JSON.stringify({ type: "say", ref: text, text }));
  }
  test.tick();
  assertEquals(bot.takeFrames().map((frame) => "code" in frame ? frame.code : frame.type), [
    "empty_message",
    "ack",
    "too_soon",
  ]);
});

Deno.test("a wait takes whole seconds up to an hour", () => {
  const { test, mod } = classroom();
  for (const wrong of ["x", "-1", "1.5", "3601", "5 6"]) {
    assertEquals(ask(test, mod, `/slow ${wrong}`), [
      `! "${wrong}" is not a valid number of seconds (1-3600; 0 turns slow mode off)`,
    ]);
  }
  assertEquals(ask(test, mod, "/slow 3600"), [
    "* #general is in slow mode: one message every 3600 seconds",
  ]);
});

Deno.test("a bot moderates with the same commands, and reads what it did in its replies", () => {
  const test = new TestHub({ modPassword: "tiza" });
  test.textMember("eva");
  const bot = test.framesMember("bot");
  const lines = ["/mod tiza", "/mute eva 3", "/slow 5", "/lock", "/pause", "/ban eva", "/ban"];
  lines.forEach((line, index) =>
    bot.send(JSON.stringify({ type: "command", ref: `${index}`, line }))
  );
  bot.send('{"type":"command","ref":"h","line":"/help"}');
  test.tick();
  const replies = bot.takeFrames().flatMap((frame) => frame.type === "reply" ? [frame] : []);
  assertEquals(replies.slice(0, -1).map(({ ref, code, data }) => [ref, code, data]), [
    ["0", "mod", {}],
    ["1", "mute", { nick: "eva", minutes: 3 }],
    ["2", "slow", { room: "general", seconds: 5 }],
    ["3", "lock", { room: "general", isLocked: true }],
    ["4", "pause", { room: "general", isPaused: true }],
    ["5", "ban", { nick: "eva", isAddress: false }],
    ["6", "banned", { nicks: ["eva"] }],
  ]);
  const commands = replies.at(-1)!.data["commands"] as { name: string; role?: string }[];
  assertEquals(commands.filter(({ role }) => role === "moderator").length, 7);
  assertEquals(JSON.stringify(replies).includes("tiza"), false);
});
