/** What moderators can do, and what the others see of it. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_BANS } from "../../../../server/chat/bans.ts";
import { MAX_MUTED } from "../../../../server/chat/moderation.ts";
import { MAX_TRIES } from "../../../../server/model/password.ts";
import { TestHub } from "../../../support/hub.ts";

const MINUTE = 60_000;

/** A hub with a moderator and other members, who have taken what they received so far. */
function moderatedHub<const Nicks extends readonly string[]>(...nicks: Nicks) {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod");
  mod.send("/mod tiza");
  const others = test.textMembers(...nicks);
  mod.take();
  test.log.length = 0;
  return { test, mod, others };
}

Deno.test("a user with the password becomes a moderator, which is logged but not announced", () => {
  const test = new TestHub({ modPassword: "tiza blanca" });
  const [ana, eva] = test.textMembers("ana", "eva");
  assertEquals(ana.ask("/mod nada", "/moderar  tiza blanca ", "/mod otra"), [
    "! wrong password: 2 tries left",
    "* you are a moderator now: /help lists what you can do",
    "* you are a moderator now: /help lists what you can do",
  ]);
  assertEquals(eva.take(), []);
  assertEquals(test.log, [{ event: "moderation", action: "mod", by: "ana" }]);
});

Deno.test("three wrong moderators' passwords end the connection", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const [ana, eva] = test.textMembers("ana", "eva");
  const tries = Array(MAX_TRIES + 1).fill("/mod nada");
  assertEquals(ana.ask(...tries).at(-1), "* disconnected: too many wrong passwords");
  assertEquals(ana.isClosed, true);
  assertEquals(eva.take(), ["* ana left: did not know the password (1 here)"]);
  assertMatch(
    JSON.stringify(test.log),
    /^\[\{"event":"dropped","peer":"[\d.]+:1","nick":"ana","reason":"auth_failed"\}\]$/,
  );
});

Deno.test("a hub without a moderators' password has no moderators, and /mod needs an argument", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  assertEquals(ana.ask("/mod tiza", "/mod", "/idioma es", "/moderar tiza"), [
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

Deno.test("members cannot use moderators' commands, and learn how to become one", () => {
  const { test, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(
    ana.ask(...MODERATOR_LINES),
    MODERATOR_LINES.map((line) =>
      `! ${line.split(" ")[0]} is for moderators: /mod PASSWORD makes you one`
    ),
  );
  assertEquals(
    ana.ask("/idioma es", "/expulsar eva").at(-1),
    "! /expulsar es para moderadores: con /moderar CONTRASEÑA te haces moderador",
  );
  assertEquals([eva.take(), eva.isClosed], [[], false]);
  assertEquals(test.log, []);
});

Deno.test("help shows the moderators' commands to moderators, and to members only how to become one", () => {
  const { mod, others: [ana] } = moderatedHub("ana");
  for (const lang of ["en", "es"]) {
    const heading = { en: "* for moderators:", es: "* para moderadores:" }[lang]!;
    const [forAll, forModerators] = [ana, mod].map((peer) => peer.ask(`/lang ${lang}`, "/help"));
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

Deno.test("moderators' commands are suggested for mistyped ones to moderators only", () => {
  const { mod, others: [ana] } = moderatedHub("ana");
  const suggestion = (lines: string[]) => /did you mean (\S+)\?/.exec(lines[0]!)?.[1];
  assertEquals(suggestion(mod.ask("/unbna ana")), "/unban");
  assertEquals(suggestion(ana.ask("/unbna mod")), undefined);
});

Deno.test("/kick removes a user from all rooms with the reason, and they may join again", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  const bot = test.framesMember("bot");
  for (const peer of [ana, eva]) peer.ask("/join dev");
  bot.ask();
  for (const peer of [mod, ana, bot]) peer.take();
  assertEquals(mod.ask("/kick EVA no\x1b[2J grites"), [
    "* eva left: kicked by mod: no\uFFFD[2J grites (3 here)",
    "* you kicked eva, who may come back: /ban NAME prevents that",
  ]);
  assertEquals(eva.take().at(-1), "* mod has kicked you: no\uFFFD[2J grites");
  assertEquals(eva.isClosed, true);
  assertEquals(ana.take(), [
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
  assertEquals(test.connect().ask("/name eva").at(-1), "* you are now eva");
});

Deno.test("/kick without a reason shows none, and a long one is cut", () => {
  const { mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.send("/idioma es");
  assertEquals(mod.ask("/expulsar ana")[0], "* ana left: kicked by mod (2 here)");
  assertEquals(ana.take().at(-1), "* mod te ha expulsado");
  mod.ask(`/kick eva ${"x".repeat(1000)}`);
  assertEquals(eva.take().at(-1), `* mod has kicked you: ${"x".repeat(199)}…`);
});

Deno.test("moderators cannot kick, mute or ban themselves or unknown nicks", () => {
  const { mod } = moderatedHub("ana");
  for (const command of ["kick", "mute", "ban"]) {
    assertEquals(
      mod.ask(`/${command} Mod`, `/${command} anna`, `/${command} nadie`),
      [
        "! you cannot do that to yourself",
        '! nobody here is called "anna"; did you mean ana?',
        '! nobody here is called "nadie"',
      ],
    );
  }
  assertEquals(mod.ask("/idioma es", "/expulsar mod").at(-1), "! no puedes hacerte eso a ti");
});

Deno.test("a muted user can read, but neither post nor rename nor change the topic", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(mod.ask("/silenciar eva 2"), ["* you muted eva for 2 minutes"]);
  assertEquals(eva.take(), ["* mod has muted you for 2 minutes"]);
  ana.ask("/msg eva hola");
  assertEquals(eva.take(), ["[private] ana: hola"]);
  const writing = ["hola", "/me grita", "/msg ana hola", "/r hola", "/topic yo", "/name otra"];
  assertEquals(
    eva.ask(...writing),
    writing.map(() => "! you are muted: you may write again in 2 minutes"),
  );
  assertEquals(
    eva.ask("/idioma es", "hola").at(-1),
    "! te han silenciado: podrás escribir dentro de 2 minutos",
  );
  assertEquals(eva.ask("/who").length, 1);
  assertEquals(ana.take(), []);
  assertEquals(test.log, [
    { event: "moderation", action: "mute", by: "mod", nick: "eva", minutes: 2 },
  ]);
});

Deno.test("a mute lasts ten minutes by default, and its error says how long is left", () => {
  const { test, mod, others: [eva] } = moderatedHub("eva");
  mod.ask("/mute eva");
  eva.take();
  assertEquals(eva.ask("x"), ["! you are muted: you may write again in 10 minutes"]);
  test.elapsed += 9 * MINUTE;
  assertEquals(eva.ask("x"), ["! you are muted: you may write again in one minute"]);
  test.elapsed += MINUTE;
  assertEquals(eva.ask("por fin"), []);
  assertEquals(mod.take().at(-1), "eva: por fin");
});

Deno.test("a wall clock that jumps changes neither mutes nor slow mode", () => {
  const { test, mod, others: [eva, luis] } = moderatedHub("eva", "luis");
  mod.ask("/mute eva 10", "/slow 30");
  luis.ask("uno");
  const start = test.now;
  for (const jump of [30 * 24 * 60 * MINUTE, -start]) {
    test.now = start + jump;
    assertEquals(eva.ask("x").at(-1), "! you are muted: you may write again in 10 minutes");
    assertEquals(
      luis.ask("dos").at(-1),
      "! #general is in slow mode: you may write again in 30 seconds",
    );
  }
  test.elapsed += 10 * MINUTE;
  mod.take();
  eva.ask("por fin");
  luis.ask("y yo");
  assertEquals(mod.take(), ["eva: por fin", "luis: y yo"]);
});

Deno.test("joining again under the same nick does not end a mute, and /mute 0 does, even for a user who is gone", () => {
  const { test, mod, others: [eva] } = moderatedHub("eva");
  mod.ask("/mute eva 60");
  eva.drop();
  const again = test.textMember("EVA");
  assertEquals(again.ask("hola", "/name otra"), [
    "! you are muted: you may write again in 60 minutes",
    "! you are muted: you may write again in 60 minutes",
  ]);
  assertEquals(mod.ask("/mute eva 0").at(-1), "* you unmuted EVA");
  assertEquals(again.ask("hola"), ["* mod has unmuted you"]);
  assertEquals(mod.take(), ["EVA: hola"]);

  mod.ask("/mute eva 60");
  again.drop();
  assertEquals(mod.ask("/mute eva 5", "/mute eva 0", "/mute eva 0").slice(-3), [
    '! nobody here is called "eva"',
    "* you unmuted eva",
    '! nobody here is called "eva"',
  ]);
  assertEquals(test.textMember("eva").ask("hola"), []);
  assertEquals(mod.take().at(-1), "eva: hola");
});

Deno.test("a mute is whole minutes up to a day, and the number of mutes is limited", () => {
  const { test, mod } = moderatedHub("eva");
  for (const wrong of ["x", "-1", "1.5", "1441", "5 6"]) {
    assertEquals(mod.ask(`/mute eva ${wrong}`), [
      `! "${wrong}" is not a valid number of minutes (1-1440; 0 unmutes)`,
    ]);
  }
  const { moderation } = test.hub.chat;
  for (let number = 0; number < MAX_MUTED; number++) {
    assertEquals(moderation.mute({ id: `t${number}`, key: `k${number}` }, 1), "set");
  }
  assertEquals(mod.ask("/mute eva 1440"), [
    `! ${MAX_MUTED} people are muted, which is the limit: /mute NAME 0 unmutes one`,
  ]);
  test.elapsed += MINUTE;
  assertEquals(mod.ask("/mute eva 1440"), ["* you muted eva for 1440 minutes"]);
});

Deno.test("/ban rejects a nick in a hello and in /name, until /unban lifts it", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(mod.ask("/ban"), ["* nobody is banned"]);
  assertEquals(mod.ask("/vetar eva"), [
    "* eva left: banned by mod (2 here)",
    "* you banned eva: /unban eva lifts the ban",
  ]);
  assertEquals([eva.take(), eva.isClosed], [["* you are banned from this hub"], true]);
  assertEquals(ana.take(), ["* eva left: banned by mod (2 here)"]);

  assertEquals(ana.ask("/name Éva", "/name EVA", "/idioma es", "/nombre eva"), [
    "* you are now Éva",
    '! the nick "EVA" cannot be used: it is banned',
    "* el servidor te habla ahora en español",
    '! no se puede usar el apodo "eva": está vetado',
  ]);
  const bot = test.connect("192.0.2.77");
  bot.hello({ nick: "Eva" });
  test.tick();
  const [bye] = bot.takeFrames();
  assert(bye?.type === "bye");
  assertEquals([bye.code, bot.isClosed], ["banned", true]);
  assertEquals(test.log, [
    { event: "moderation", action: "ban", by: "mod", nick: "eva" },
    { event: "dropped", peer: "192.0.2.77:1", reason: "banned" },
  ]);

  mod.take();
  assertEquals(mod.ask("/ban", "/readmitir EVA", "/unban eva", "/unban"), [
    "* banned: eva",
    "* you unbanned eva, who may join again",
    '! "eva" is not banned: /ban lists the bans',
    "! /unban needs NAME",
  ]);
  assertEquals(test.connect().ask("/name eva").at(-1), "* you are now eva");
});

Deno.test("a ban includes the address only on request, and never the moderator's own", () => {
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
  mod.ask("/ban eva");
  assertEquals(test.connect("192.0.2.2").isClosed, false);
  assertEquals([eva.isClosed, luis.isClosed], [true, false]);
  assertEquals(
    mod.ask("/vetar cerca dirección").at(-1),
    "! cerca has the same address as you, so you would ban yourself: /ban cerca bans only the nick",
  );
  assertEquals(near.isClosed, false);
  assertEquals(mod.ask("/ban luis now").at(-1), '! nobody here is called "luis now"');
  assertEquals(
    mod.ask("/ban luis Address").at(-1),
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
  assertEquals(mod.ask("/unban luis"), ["* you unbanned luis, who may join again"]);
  assertEquals(test.connect("192.0.2.2").ask("/name luis").at(-1), "* you are now luis");
});

Deno.test("the number of bans is limited, and none is dropped for another", () => {
  const { test, mod, others: [eva] } = moderatedHub("eva");
  const { bans } = test.hub.chat.moderation;
  for (let number = 0; number < MAX_BANS; number++) {
    bans.add({ id: `t${number}`, key: `k${number}`, nick: `k${number}` });
  }
  assertEquals(mod.ask("/ban eva"), [
    `! ${MAX_BANS} people are banned, which is the limit: /unban NAME lifts one ban`,
  ]);
  assertEquals([eva.isClosed, bans.hasKey("k0")], [false, true]);
});

Deno.test("a banned nick is neither given to a guest nor suggested", () => {
  const { test, mod } = moderatedHub();
  const { bans } = test.hub.chat.moderation;
  for (const key of ["guest2", "mod2"]) bans.add({ id: key, key, nick: key });
  const guest = test.connect();
  test.hub.greet(guest.session);
  assertEquals(guest.ask()[0], "* welcome, guest3 (2 here: mod, guest3)");
  assertEquals(guest.ask("/name mod"), ['! the nick "mod" is in use: mod3 is free']);
  mod.take();
});

Deno.test("only moderators can join a locked room, until it is unlocked", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.ask("/join dev");
  mod.ask("/join dev");
  ana.take();
  assertEquals(mod.ask("/lock"), [
    "* #dev is locked: only moderators may join it; /lock again unlocks it",
  ]);
  assertEquals(ana.take(), ["* mod has locked #dev: only moderators may join it"]);
  assertEquals(eva.ask("/join dev", "/idioma es", "/entrar #dev"), [
    "! #dev is locked: only moderators may join it",
    "* el servidor te habla ahora en español",
    "! #dev está bloqueada: solo pueden entrar los moderadores",
  ]);
  assertEquals(ana.ask("/join general", "/join dev").map((line) => line.split(" (")[0]), [
    "* you are in #general",
    "* you are in #dev",
  ]);
  mod.ask("/leave dev");
  assertEquals(mod.ask("/join dev").length, 1);
  ana.take();
  assertEquals(mod.ask("/bloquear"), ["* #dev is unlocked: everyone may join it"]);
  assertEquals(ana.take(), ["* mod has unlocked #dev: everyone may join it"]);
  assertEquals(eva.ask("/join dev").length, 1);
  assertEquals(test.log.map(({ action, room }) => [action, room]), [
    ["lock", "dev"],
    ["unlock", "dev"],
  ]);
});

Deno.test("a room's settings vanish with the room", () => {
  const { mod, others: [ana] } = moderatedHub("ana");
  mod.ask("/join dev", "/lock", "/pause", "/slow 5", "/leave");
  assertEquals(ana.ask("/join dev", "uno", "dos"), ["* you are in #dev (1 here: ana)"]);
});

Deno.test("the first room's settings end with its last member, so that it is not locked for good", () => {
  const { test, mod, others: [ana] } = moderatedHub("ana");
  mod.ask("/lock", "/pause", "/slow 5", "/exit");
  const [early, late] = [test.connect(), test.connect()];
  assertEquals(early.ask("hola").length, 1, "ana is still there, and it is still locked");
  assert(early.isClosed);
  ana.ask("/exit");
  assertEquals(late.ask("/name eva").at(-1), "* you are now eva");
  assertEquals(late.ask("uno", "dos"), []);
});

Deno.test("in a paused room only moderators can post; others can elsewhere and in private", () => {
  const { mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(mod.ask("/pausa"), [
    "* #general is paused: only moderators may write; /pause again ends the pause",
  ]);
  assertEquals(ana.take(), ["* mod has paused #general: only moderators may write"]);
  assertEquals(ana.ask("hola", "/me grita", "/topic yo", "/idioma es", "hola"), [
    "! #general is paused: only moderators may write there",
    "! #general is paused: only moderators may write there",
    "! #general is paused: only moderators may write there",
    "* el servidor te habla ahora en español",
    "! #general está en pausa: solo pueden escribir los moderadores",
  ]);
  eva.take();
  mod.ask("silencio", "/topic examen");
  ana.ask("/msg eva psst", "/topic", "/join dev", "aquí sí");
  assertEquals(eva.take(), [
    "mod: silencio",
    "* mod changed the topic: examen",
    "[private] ana: psst",
  ]);
  ana.take();
  assertEquals(mod.ask("/pause").at(-1), "* #general is no longer paused: everyone may write");
  assertEquals(eva.take(), ["* mod has ended the pause in #general: everyone may write"]);
  assertEquals(eva.ask("por fin"), []);
});

Deno.test("in slow mode members wait between messages, but not moderators, nor for private messages", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(mod.ask("/slow", "/lento 30", "/slow"), [
    "* slow mode is off in #general",
    "* #general is in slow mode: one message every 30 seconds",
    "* #general is in slow mode: one message every 30 seconds",
  ]);
  assertEquals(ana.take(), ["* mod has put #general in slow mode: one message every 30 seconds"]);
  eva.take();
  assertEquals(ana.ask("uno", "dos", "/me tres", "/idioma es", "cuatro"), [
    "! #general is in slow mode: you may write again in 30 seconds",
    "! #general is in slow mode: you may write again in 30 seconds",
    "* el servidor te habla ahora en español",
    "! #general está en modo lento: podrás escribir dentro de 30 segundos",
  ]);
  assertEquals(ana.ask("/msg eva psst", "/topic x").length, 2);
  mod.ask("a", "b");
  eva.ask("mía");
  assertEquals(eva.take(), []);
  test.elapsed += 29_500;
  assertEquals(
    ana.ask("cinco").at(-1),
    "! #general está en modo lento: podrás escribir dentro de un segundo",
  );
  test.elapsed += 500;
  mod.take();
  ana.ask("seis");
  assertEquals(mod.take(), ["ana: seis"]);

  assertEquals(mod.ask("/slow 0"), ["* slow mode is off in #general"]);
  assertEquals(eva.take().at(-1), "* mod has turned off slow mode in #general");
  ana.ask("siete", "ocho");
  assertEquals(mod.take(), ["ana: siete", "ana: ocho"]);
});

Deno.test("a refused message starts no wait", () => {
  const { test, mod } = moderatedHub();
  const bot = test.framesMember("bot");
  mod.ask("/slow 60");
  bot.takeFrames();
  for (const text of [" ", "uno", "dos"]) bot.sendFrame({ type: "say", ref: text, text });
  test.tick();
  assertEquals(bot.takeCodes(), ["error empty_message", "ack", "error too_soon"]);
});

Deno.test("slow mode is whole seconds up to an hour", () => {
  const { mod } = moderatedHub();
  for (const wrong of ["x", "-1", "1.5", "3601", "5 6"]) {
    assertEquals(mod.ask(`/slow ${wrong}`), [
      `! "${wrong}" is not a valid number of seconds (1-3600; 0 turns slow mode off)`,
    ]);
  }
  assertEquals(mod.ask("/slow 3600"), [
    "* #general is in slow mode: one message every 3600 seconds",
  ]);
});

Deno.test("a bot moderates with the same commands, and gets the results in its replies", () => {
  const test = new TestHub({ modPassword: "tiza" });
  test.textMember("eva");
  const bot = test.framesMember("bot");
  const lines = ["/mod tiza", "/mute eva 3", "/slow 5", "/lock", "/pause", "/ban eva", "/ban"];
  lines.forEach((line, index) => bot.sendFrame({ type: "command", ref: `${index}`, line }));
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
