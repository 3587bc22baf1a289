/** Moderators can lock a room, pause it or put it in slow mode, until the room ends. */

import { assert, assertEquals } from "@std/assert";
import { moderatedHub } from "../../../support/hub.ts";

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
