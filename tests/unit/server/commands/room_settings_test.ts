/** Moderators can lock a room, pause it or put it in slow mode, until the room ends. */

import { assert, assertEquals } from "@std/assert";
import { moderatedHub } from "../../../support/hub.ts";

Deno.test("only moderators can join a locked room, until it is unlocked", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.ask("/join dev");
  mod.ask("/join dev");
  ana.take();
  assertEquals(mod.ask("/lock"), [
    "* #dev is locked: only moderators may join it; /unlock dev opens it",
  ]);
  assertEquals(ana.take(), ["* mod has locked #dev: only moderators may join it"]);
  assertEquals(eva.ask("/join dev", "/idioma es", "/entrar #dev"), [
    "! #dev is locked: only moderators, and users they invite, may join it",
    "* el servidor te habla ahora en español",
    "! #dev está bloqueada: solo pueden entrar los moderadores y quienes ellos inviten",
  ]);
  assertEquals(ana.ask("/join general", "/join dev").map((line) => line.split(" (")[0]), [
    "* you are in #general",
    "* you are in #dev",
  ]);
  mod.ask("/leave dev");
  assertEquals(mod.ask("/join dev").length, 1);
  ana.take();
  assertEquals(mod.ask("/desbloquear"), ["* #dev is unlocked: everyone may join it"]);
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
  assertEquals(ana.ask("/join dev", "uno", "dos"), [
    "* you are in #dev (1 here: ana)",
    "* you have opened #dev, and moderate it: /help lists what you can do",
  ]);
});

Deno.test("the first room keeps its settings when everybody has left, and moderators can come in", () => {
  const { test, mod, others: [ana] } = moderatedHub("ana");
  ana.ask("/exit");
  mod.ask("/lock", "/pause", "/slow 5", "/topic tea", "/exit");
  test.hub.sweep();
  const [eva, again] = [test.connect(), test.connect()];
  assertEquals(eva.ask("hola").length, 1);
  assert(eva.isClosed);
  again.hello({ nick: "mod", password: "tiza" });
  again.command("1", "/unlock");
  test.tick();
  assertEquals(again.takeCodes(), ["welcome", "notice moderator", "reply lock"]);
  const late = test.textMember("late");
  assertEquals(late.ask("/topic", "uno"), [
    "* topic: tea",
    "! #general is paused: only moderators may write there",
  ]);
});

Deno.test("in a paused room only moderators can post; others can elsewhere and in private", () => {
  const { mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(mod.ask("/pausa"), [
    "* #general is paused: only moderators may write; /unpause general ends the pause",
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
  assertEquals(mod.ask("/unpause").at(-1), "* #general is no longer paused: everyone may write");
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
  for (const wrong of ["x", "-1", "1.5", "3601", "2h", "5x"]) {
    assertEquals(mod.ask(`/slow ${wrong}`), [
      `! "${wrong}" is not a time between messages: write 5, 5s or 1m, up to 3600 seconds; off or 0 ` +
      "turns slow mode off",
    ]);
  }
  assertEquals(mod.ask("/slow 3600"), [
    "* #general is in slow mode: one message every 3600 seconds",
  ]);
});

Deno.test("each setting is changed once: again it is so already, and nobody is told", () => {
  const { test, mod, others: [ana] } = moderatedHub("ana");
  assertEquals(mod.ask("/unlock", "/unpause", "/lock", "/lock", "/pause", "/pause"), [
    "* #general is not locked: everyone may join it",
    "* #general is not paused: everyone may write",
    "* #general is locked: only moderators may join it; /unlock general opens it",
    "* #general is locked already: /unlock general opens it",
    "* #general is paused: only moderators may write; /unpause general ends the pause",
    "* #general is paused already: /unpause general ends the pause",
  ]);
  assertEquals(
    mod.ask("/lang es", "/bloquear", "/pausar", "/pausa", "/desbloquear", "/reanudar", "/unlock")
      .slice(1),
    [
      "* #general ya estaba bloqueada: /desbloquear general la abre",
      "* #general ya estaba en pausa: /reanudar general la quita",
      "* #general ya estaba en pausa: /reanudar general la quita",
      "* #general ya no está bloqueada: puede entrar cualquiera",
      "* #general ya no está en pausa: todos pueden escribir",
      "* #general no está bloqueada: puede entrar cualquiera",
    ],
  );
  mod.ask("/slow 5", "/slow 5s", "/slow 0", "/slow off");
  assertEquals(ana.take(), [
    "* mod has locked #general: only moderators may join it",
    "* mod has paused #general: only moderators may write",
    "* mod has unlocked #general: everyone may join it",
    "* mod has ended the pause in #general: everyone may write",
    "* mod has put #general in slow mode: one message every 5 seconds",
    "* mod has turned off slow mode in #general",
  ]);
  assertEquals(
    test.log.map(({ action }) => action),
    ["lock", "pause", "unlock", "unpause", "slow", "slow"],
  );
});

Deno.test("a moderator may name another room, which is told; what is not a room is refused", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.ask("/join kitchen");
  for (const peer of [mod, eva]) peer.take();
  assertEquals(
    mod.ask("/lock kitchen", "/pause #KITCHEN", "/slow 1 min kitchen", "/topic #kitchen tea time"),
    [
      "* #kitchen is locked: only moderators may join it; /unlock kitchen opens it",
      "* #kitchen is paused: only moderators may write; /unpause kitchen ends the pause",
      "* #kitchen is in slow mode: one message every 60 seconds",
      "* topic: tea time",
    ],
  );
  assertEquals(ana.take(), [
    "* mod has locked #kitchen: only moderators may join it",
    "* mod has paused #kitchen: only moderators may write",
    "* mod has put #kitchen in slow mode: one message every 60 seconds",
    "* mod changed the topic: tea time",
  ]);
  assertEquals(eva.ask("/join kitchen").length, 1);
  assertEquals(mod.ask("/slow #kitchen", "/slow kitchen", "/slow", "/topic"), [
    "* #kitchen is in slow mode: one message every 60 seconds",
    "* #kitchen is in slow mode: one message every 60 seconds",
    "* slow mode is off in #general",
    "* this room has no topic: /topic TEXT sets one",
  ]);
  const log = test.log.length;
  for (const command of ["lock", "unlock", "pause", "unpause", "slow 5"]) {
    assertEquals(mod.ask(`/${command} 5`), [
      '! "5" is not a room that you may join: /rooms lists the rooms',
    ]);
  }
  for (const command of ["lock", "unlock", "pause", "unpause"]) {
    assertEquals(mod.ask(`/${command} kitchen now`), [
      `! "now" is one word too many; usage: /${command} [ROOM]`,
    ]);
  }
  assertEquals(mod.ask("/slow 5 kitchen now or"), [
    '! "or" is one word too many; usage: /slow [SECONDS] [ROOM]',
  ]);
  assertEquals(test.log.length, log);
});

Deno.test("a member changes the topic of rooms that they are in only, and reads that of open ones", () => {
  const { mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.ask(
    "/join kitchen",
    "/topic #general hello",
    "/topic #kitchen tea",
    "/topic #general #1 rule",
  );
  eva.take();
  assertEquals(eva.ask("/topic #kitchen", "/topic #kitchen mine", "/topic", "/topic #nowhere x"), [
    "* topic: tea",
    '! you are not in the room "#kitchen": /join ROOM joins a room',
    "* topic: #1 rule",
    '! you are not in the room "#nowhere": /join ROOM joins a room',
  ]);
  mod.ask("/lock kitchen");
  assertEquals(eva.ask("/topic #kitchen"), [
    '! "#kitchen" is not a room that you may join: /rooms lists the rooms',
  ]);
});

Deno.test("in a paused room nobody but moderators gets a new nick, whichever room is current", () => {
  const { mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.ask("/join dev");
  mod.ask("/pause");
  eva.take();
  for (const peer of [ana, eva]) {
    assertEquals(
      peer.ask("/name i_can_still_talk").at(-1),
      "! #general is paused: only moderators may write there",
    );
  }
  assertEquals(mod.ask("/name boss").at(-1), "* you are now boss");
  assertEquals(eva.take(), ["* mod is now boss"]);
  assertEquals(ana.ask("/leave general", "/name free").at(-1), "* you are now free");
});

Deno.test("in slow mode a new nick and a topic count as messages: they wait, and make wait", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  mod.ask("/slow 30");
  for (const peer of [ana, eva]) peer.take();
  const refusal = "! #general is in slow mode: you may write again in 30 seconds";
  assertEquals(
    ana.ask("/name ana", "/name eva", "/name like", "/name that_way", "/topic x", "hola"),
    [
      "* you are now ana",
      '! the nick "eva" is in use: eva2 is free',
      "* you are now like",
      ...Array(3).fill(refusal),
    ],
  );
  assertEquals(eva.ask("/topic x", "/name y", "/topic z"), [
    "* ana is now like",
    "* topic: x",
    refusal,
    refusal,
  ]);
  test.elapsed += 30_000;
  assertEquals(ana.ask("/name that_way").at(-1), "* you are now that_way");
});
