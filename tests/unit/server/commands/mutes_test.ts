/** A mute stops a user from writing, holds for its time, and is not ended by joining again. */

import { assertEquals } from "@std/assert";
import { MAX_MUTED } from "../../../../server/chat/moderation.ts";
import { moderatedHub } from "../../../support/hub.ts";

const MINUTE = 60_000;

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
