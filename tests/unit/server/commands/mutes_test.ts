/** A mute stops a user from writing, holds for its time, and is not ended by joining again. */

import { assertEquals } from "@std/assert";
import { MAX_RULES } from "../../../../server/chat/user_rules.ts";
import { moderatedHub, TestHub } from "../../../support/hub.ts";

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
    {
      ...{ event: "moderation", action: "mute", by: "mod", by_address: "192.0.2.1" },
      ...{ by_session: "id2", nick: "eva", session: "id4", minutes: 2 },
    },
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
  assertEquals(mod.ask("/mute eva", "/mute eva 5", "/mute eva 0", "/mute eva 0").slice(-4), [
    "* EVA is muted already, for 60 more minutes: /unmute EVA ends it",
    "* you muted EVA for 5 minutes",
    "* you unmuted EVA",
    "* EVA is not muted",
  ]);
  assertEquals(test.textMember("eva").ask("hola"), []);
  assertEquals(mod.take().at(-1), "eva: hola");
});

Deno.test("a mute is whole minutes up to a day, and the number of mutes is limited", () => {
  const { test, mod } = moderatedHub("eva");
  for (const wrong of ["-1", "1.5", "1441", "25h", "5x", "25h spam"]) {
    assertEquals(mod.ask(`/mute eva ${wrong}`), [
      `! "${wrong}" is not a time for that: write 10, 10m, 2h or 7d, up to one day`,
    ]);
  }
  const { moderation } = test.hub.chat;
  for (let number = 0; number < MAX_RULES; number++) {
    const [id, nick] = [`t${number}`, `k${number}`];
    assertEquals(moderation.mute({ id, key: nick, nick }, 1, "mod"), true);
  }
  assertEquals(mod.ask("/mute eva 1440"), [
    `! ${MAX_RULES} people are muted, which is the limit: /unmute NAME unmutes one`,
  ]);
  test.elapsed += MINUTE;
  assertEquals(mod.ask("/mute eva 1440"), ["* you muted eva for 1440 minutes"]);
});

Deno.test("the time of a mute may be written as people write it", () => {
  const { mod } = moderatedHub("eva");
  const times: [string, number][] = [
    ["5", 5],
    ["5m", 5],
    ["5 min", 5],
    ["5 minutes", 5],
    ["1 MINUTO", 1],
    ["1h", 60],
    ["2 horas", 120],
    ["30s", 1],
    ["90 segundos", 2],
    ["1d", 1440],
  ];
  for (const [typed, minutes] of times) {
    const shown = minutes === 1 ? "one minute" : `${minutes} minutes`;
    assertEquals(mod.ask(`/mute eva ${typed}`), [`* you muted eva for ${shown}`], typed);
  }
  for (const off of ["0", "off", "no", "0m"]) {
    assertEquals(mod.ask("/mute eva 5", `/mute eva ${off}`).at(-1), "* you unmuted eva", off);
  }
});

Deno.test("/unmute ends a mute once, and says so again without telling anybody", () => {
  const { test, mod, others: [eva] } = moderatedHub("eva");
  mod.ask("/mute eva", "/unmute eva");
  assertEquals(eva.take(), ["* mod has muted you for 10 minutes", "* mod has unmuted you"]);
  assertEquals(
    mod.ask("/unmute eva", "/lang es", "/desilenciar eva", "/silenciar eva", "/mute eva"),
    [
      "* eva is not muted",
      "* el servidor te habla ahora en español",
      "* nadie ha silenciado a eva",
      "* has silenciado a eva durante 10 minutos",
      "* eva ya tiene que callar 10 minutos más: con /desilenciar eva se acaba",
    ],
  );
  assertEquals(eva.take(), ["* mod has muted you for 10 minutes"]);
  assertEquals(test.log.map(({ action }) => action), ["mute", "unmute", "mute"]);
  assertEquals(mod.ask("/unmute eva now"), ['! sobra "now"; se usa así: /unmute APODO']);
});

Deno.test("users who have left can be muted, and are when they come back", () => {
  const { test, mod, others: [spam] } = moderatedHub("spam");
  spam.ask("BUY NOW");
  spam.drop();
  mod.ask();
  assertEquals(mod.ask("/mute Spam 1h"), ["* you muted spam for 60 minutes"]);
  assertEquals(test.textMember("spam").ask("BUY NOW"), [
    "! you are muted: you may write again in 60 minutes",
  ]);
});

Deno.test("/mutes lists the muted users, by whom, and what is left; of many the latest", () => {
  const { test, mod, others: [, luis] } = moderatedHub("eva", "luis");
  assertEquals(mod.ask("/mutes"), ["* nobody is muted"]);
  mod.ask("/mute eva 1", "/mute luis 2h");
  luis.drop();
  mod.ask();
  test.elapsed += 30_000;
  assertEquals(mod.ask("/mutes", "/idioma es", "/silenciados"), [
    "* muted:",
    "* luis, by mod: 120 minutes left",
    "* eva, by mod: one minute left",
    "* el servidor te habla ahora en español",
    "* silenciados:",
    "* luis, por mod: quedan 120 minutos",
    "* eva, por mod: queda un minuto",
  ]);
  test.elapsed += 30_000;
  const { moderation } = test.hub.chat;
  for (let number = 0; number < 50; number++) {
    const [id, nick] = [`t${number}`, `k${number}`];
    moderation.mute({ id, key: nick, nick }, 1, "mod");
  }
  const lines = mod.ask("/lang en", "/mutes").slice(1);
  assertEquals([lines.length, lines[1], lines.at(-1)], [
    42,
    "* k49, by mod: one minute left",
    "* and 11 more",
  ]);
});

Deno.test("a muted user opens no rooms, and nobody is told which rooms that user joins and leaves", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  ana.ask("/join dev");
  mod.ask("/mute eva");
  for (const peer of [ana, eva]) peer.take();
  assertEquals(eva.ask("/join spamroom_buy_now", "/join dev").map((line) => line.split(" (")[0]), [
    "! you are muted: you may write again in 10 minutes",
    "* you are in #dev",
  ]);
  assertEquals(ana.ask("/rooms").some((line) => line.includes("spam")), false);
  assertEquals(eva.ask("/leave general", "/join general", "/leave dev").length, 3);
  assertEquals([ana.take(), mod.ask().slice(1)], [[], []]);
  ana.send("/leave general");
  assertEquals(mod.ask(), ["* ana left (2 here)"]);

  eva.send("/exit"); // is told as usual
  assertEquals(mod.ask(), ["* eva left (1 here)"]);
  const again = test.connect();
  again.hello({ nick: "eva", room: "spamroom" });
  test.tick();
  assertEquals(again.takeCodes().slice(0, 2), ["welcome", "error muted"]);
  assertEquals(again.session.room?.name, "general");
});

Deno.test("an address or a network can be muted by itself: its users are told, also those who come later", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod", "192.0.2.1");
  mod.ask("/mod tiza");
  const [eva, luis] = [
    test.textMember("eva", "198.51.100.7"),
    test.textMember("luis", "203.0.113.9"),
  ];
  for (
    const [typed, shown] of [["198.51.100.7", "198.51.100.7"], [
      "198.51.100.9/24",
      "198.51.100.0/24",
    ]]
  ) {
    mod.take();
    eva.take();
    assertEquals(mod.ask(`/mute ${typed} 5`), [`* you muted ${shown} for 5 minutes`]);
    assertEquals(eva.take(), ["* mod has muted you for 5 minutes"]);
    const late = test.textMember("late", "198.51.100.7");
    for (const peer of [eva, late]) {
      assertEquals(peer.ask("x").slice(-1), ["! you are muted: you may write again in 5 minutes"]);
    }
    assertEquals(luis.ask("hola").filter((line) => line.startsWith("!")), []);
    mod.take();
    assertEquals(mod.ask("/mutes"), ["* muted:", `* ${shown}, by mod: 5 minutes left`]);
    assertEquals(mod.ask(`/mute ${typed}`), [
      `* ${shown} is muted already, for 5 more minutes: /unmute ${shown} ends it`,
    ]);
    assertEquals(mod.ask(`/unmute ${shown}`), [`* you unmuted ${shown}`]);
    assertEquals(mod.ask(`/unmute ${shown}`), [`* ${shown} is not muted`]);
    eva.take();
    assertEquals(eva.ask("y"), []);
    late.ask("/exit");
  }
  mod.take();
  assertEquals(mod.ask("/mute 192.0.2.0/24"), [
    "! that includes your own address, so it would hold for you, too: give only a nick",
  ]);
  assertEquals(mod.ask("hola"), []);
  assertEquals(mod.ask("/mute 10.0.0.0/8"), [
    "! 10.0.0.0/8 is too large: at most a /16 of IPv4, or a /48 of IPv6",
  ]);
});
