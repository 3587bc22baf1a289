/** A ban keeps a nick, and on request an address, out of the hub until it is lifted. */

import { assert, assertEquals } from "@std/assert";
import { MAX_RULES } from "../../../../server/chat/user_rules.ts";
import { MAX_DEPARTED } from "../../../../server/model/departed_users.ts";
import { moderatedHub, TestHub, type TestPeer } from "../../../support/hub.ts";

Deno.test("/ban rejects a nick in a hello and in /name, until /unban lifts it", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  assertEquals(mod.ask("/ban"), ["* nobody is banned"]);
  assertEquals(mod.ask("/vetar eva"), [
    "* you banned eva: /unban eva lifts the ban",
    "* eva left: banned by mod (2 here)",
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
    {
      ...{ event: "moderation", action: "ban", by: "mod", by_address: "192.0.2.1" },
      ...{ by_session: "id2", nick: "eva", session: "id4" },
    },
    { event: "dropped", peer: "192.0.2.77:1", reason: "banned" },
  ]);

  mod.take();
  assertEquals(mod.ask("/ban", "/ban eva", "/readmitir EVA", "/unban eva", "/unban", "/bans"), [
    "* banned until /unban NAME lifts the ban:",
    "* eva, by mod: no reason given",
    "* eva is banned already: /unban eva lifts the ban",
    "* you lifted the ban of eva",
    '! "eva" is not in the list of bans: /bans shows it',
    "! usage: /unban NAME",
    "* nobody is banned",
  ]);
  assertEquals(test.log.map(({ action }) => action), ["ban", undefined, "unban"]);
  assertEquals(test.connect().ask("/name eva").at(-1), "* you are now eva");
});

Deno.test("a ban includes the address only on request, and never the moderator's own", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod", "192.0.2.1");
  mod.send("/mod tiza");
  const [eva, luis] = [test.textMember("eva", "192.0.2.2"), test.textMember("luis", "192.0.2.2")];
  const near = test.textMember("cerca", "192.0.2.1");
  mod.ask("/ban eva");
  assertEquals(test.connect("192.0.2.2").isClosed, false);
  assertEquals([eva.isClosed, luis.isClosed], [true, false]);
  assertEquals(
    mod.ask("/vetar cerca dirección").at(-1),
    "! that includes your own address, so it would hold for you, too: give only a nick",
  );
  assertEquals(near.isClosed, false);
  assertEquals(
    mod.ask("/ban luis Address")[0],
    "* you banned luis and their address: /unban luis lifts the ban",
  );
  assertEquals(test.log.at(-1), {
    event: "moderation",
    action: "ban",
    by: "mod",
    by_address: "192.0.2.1",
    by_session: "id2",
    nick: "luis",
    session: "id4",
    address: "192.0.2.2",
  });
  const newcomer = test.connect("192.0.2.2");
  test.hub.greet(newcomer.session);
  assertEquals(newcomer.take(), ["* you are banned from this hub"]);
  const talking = test.connect("192.0.2.2");
  talking.send("hola");
  assertEquals([talking.take(), talking.isClosed], [["* you are banned from this hub"], true]);
  mod.take();
  assertEquals(mod.ask("/unban luis"), ["* you lifted the ban of luis"]);
  assertEquals(test.connect("192.0.2.2").ask("/name luis").at(-1), "* you are now luis");
});

Deno.test("a ban of an IPv6 address keeps out its whole network, which its users change within", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.connect("2001:db8:1::1");
  mod.ask("/name mod", "/mod tiza");
  const troll = test.connect("2001:db8:2::1");
  troll.ask("/name troll");
  const near = test.connect("2001:db8:1::2");
  near.ask("/name near");
  assertEquals(
    mod.ask("/ban near address").at(-1),
    "! that includes your own address, so it would hold for you, too: give only a nick",
  );
  mod.ask("/ban troll address");
  assertEquals(test.log.at(-1)?.["address"], "2001:db8:2::/64");
  assertEquals(test.connect("2001:db8:2:0:ffff::2").ask("hola"), [
    "* you are banned from this hub",
  ]);
  assertEquals(test.connect("2001:db8:2:1::1").ask("hola")[0]?.startsWith("* welcome"), true);
});

Deno.test("the number of bans is limited, and none is dropped for another", () => {
  const { test, mod, others: [eva] } = moderatedHub("eva");
  const { bans } = test.hub.chat.moderation;
  for (let number = 0; number < MAX_RULES; number++) {
    bans.add({ id: `t${number}`, key: `k${number}`, nick: `k${number}` });
  }
  assertEquals(mod.ask("/ban eva"), [
    `! this hub has ${MAX_RULES} bans, which is the limit: /unban NAME lifts one`,
  ]);
  assertEquals([eva.isClosed, bans.find("k0")?.nick], [false, "k0"]);
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

Deno.test("a ban may have a reason, which the user and the room are told", () => {
  const { mod, others: [ana, eva, luis] } = moderatedHub("ana", "eva", "luis");
  assertEquals(mod.ask("/ban eva spamming all day"), [
    "* you banned eva: /unban eva lifts the ban",
    "* eva left: banned by mod: spamming all day (3 here)",
  ]);
  assertEquals(eva.take().at(-1), "* you are banned from this hub: spamming all day");
  ana.send("/lang es");
  luis.take();
  mod.ask("/vetar luis Dirección no\x1b[2J grites", `/ban ana ${"x".repeat(1000)}`);
  assertEquals(luis.take(), ["* you are banned from this hub: no\uFFFD[2J grites"]);
  assertEquals(ana.take().slice(-2), [
    "* luis ya no está: le ha vetado mod: no\uFFFD[2J grites (2 aquí)",
    `* tienes vetada la entrada a este servidor: ${"x".repeat(199)}…`,
  ]);
  assertEquals(mod.ask("/bans"), [
    "* banned until /unban NAME lifts the ban:",
    `* ana, by mod: ${"x".repeat(199)}…`,
    "* luis and 192.0.2.4, by mod: no\uFFFD[2J grites",
    "* eva, by mod: spamming all day",
  ]);
  assertEquals(mod.ask("/idioma es", "/vetos").slice(1, 3), [
    "* vetados hasta que /readmitir APODO levante el veto:",
    `* ana, por mod: ${"x".repeat(199)}…`,
  ]);
});

Deno.test('a word that nearly spells "address" bans nobody, and the right spelling is named', () => {
  const { mod, others: [eva] } = moderatedHub("eva");
  for (
    const word of ["addres", "Adress", "direcion", "ip", "IP now", "adresss spam"]
  ) {
    assertEquals(mod.ask(`/ban eva ${word}`), [
      `! "${word.split(" ")[0]}" is neither a reason nor the word "address": ` +
      "/ban eva address bans the address too",
    ]);
  }
  assertEquals(
    mod.ask("/idioma es", "/vetar eva adress").at(-1),
    '! "adress" no es un motivo ni la palabra "dirección": /vetar eva dirección veta también la dirección',
  );
  assertEquals([eva.isClosed, mod.ask("/bans")], [false, ["* no hay nadie vetado"]]);
});

Deno.test("users who have left can be banned, kicked ones and those who were away too", () => {
  const { test, mod, others: [ana] } = moderatedHub("ana");
  const leave: Record<string, (peer: TestPeer) => void> = {
    dropped: (peer) => peer.drop(),
    exited: (peer) => peer.send("/exit"),
    kicked: () => mod.send("/kick kicked"),
    away: (peer) => {
      peer.drop();
      test.expire();
    },
  };
  for (const [nick, go] of Object.entries(leave)) {
    const peer = nick === "away" ? test.framesMember(nick) : test.textMember(nick);
    const { host } = peer.session.peer;
    go(peer);
    mod.ask();
    const by = `, by mod: no reason given`;
    assertEquals(
      mod.ask(`/ban ${nick} address`, "/bans").slice(0, 3),
      [
        `* you banned ${nick} and their address: /unban ${nick} lifts the ban`,
        "* banned until /unban NAME lifts the ban:",
        `* ${nick} and ${host}${by}`,
      ],
      nick,
    );
    assertEquals(test.connect(host).ask("hola"), ["* you are banned from this hub"]);
  }
  ana.take();
  mod.ask("/unban exited", "/ban EXITED");
  const again = test.connect();
  again.hello({ nick: "exited" });
  test.tick();
  assertEquals(again.takeFrames().map(({ type }) => type), ["bye"]);
});

Deno.test("the last of those who had a nick is banned, and the longest gone are forgotten", () => {
  const { test, mod } = moderatedHub();
  const [first, last] = [test.textMember("spam"), test.textMember("other")];
  first.drop();
  last.ask("/name spam");
  last.drop();
  mod.ask("/ban spam address");
  assertEquals(test.log.at(-1)?.["address"], last.session.peer.host);
  for (let count = 0; count < MAX_DEPARTED; count++) test.textMember(`u${count}`).drop();
  mod.ask();
  assertEquals(mod.ask("/ban u0", "/ban other").length, 2);
  test.textMember("u200").drop();
  mod.ask();
  assertEquals(mod.ask("/ban u1", "/mute spam"), [
    "* you banned u1: /unban u1 lifts the ban",
    '! nobody here is called "spam", nor was any of the last 200 users who left',
  ]);
});

Deno.test("an address or a network can be banned by itself: its users are told and go", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod", "192.0.2.1");
  mod.ask("/mod tiza");
  const cases = [
    { typed: "198.51.100.7", shown: "198.51.100.7", in: ["198.51.100.7"], out: ["198.51.100.8"] },
    {
      typed: "203.0.113.9/24",
      shown: "203.0.113.0/24",
      in: ["203.0.113.1", "203.0.113.255"],
      out: ["203.0.112.255"],
    },
    {
      typed: "2001:DB8:0:0:1::2",
      shown: "2001:db8::/64",
      in: ["2001:db8::1", "2001:db8:0:0:ffff::"],
      out: ["2001:db8:0:1::1"],
    },
    {
      typed: "2001:db9::/48",
      shown: "2001:db9::/48",
      in: ["2001:db9:0:9::1"],
      out: ["2001:db9:1::"],
    },
  ];
  for (const { typed, shown, in: inside, out } of cases) {
    const here = inside.map((host, index) => test.textMember(`in${index}`, host));
    const others = out.map((host, index) => test.textMember(`out${index}`, host));
    mod.take();
    const told = mod.ask(`/ban ${typed} bots`);
    assertEquals(
      told.map((line) => line.split(" (")[0]),
      [
        `* you banned ${shown}: /unban ${shown} lifts the ban`,
        ...here.map((_, index) => `* in${index} left: banned`),
      ],
    );
    for (const peer of here) {
      assertEquals([peer.take().at(-1), peer.isClosed], [
        "* you are banned from this hub: bots",
        true,
      ]);
    }
    assertEquals(others.some(({ isClosed }) => isClosed), false, typed);
    for (const host of inside) {
      assertEquals(test.connect(host).ask("hola"), ["* you are banned from this hub"], host);
    }
    assertEquals(mod.ask("/bans")[1], `* ${shown}, by mod: bots`);
    assertEquals(mod.ask(`/ban ${typed}`), [
      `* ${shown} is banned already: /unban ${shown} lifts the ban`,
    ]);
    assertEquals(test.log.findLast(({ action }) => action === "ban")?.["address"], shown);
    assertEquals(mod.ask(`/unban ${shown}`), [`* you lifted the ban of ${shown}`]);
    for (const host of inside) assertEquals(test.connect(host).ask("hola").length, 2, host);
    for (const peer of others) peer.ask("/exit");
    mod.take();
  }
});

Deno.test("neither a network that is too wide can be banned nor one with one's own address", () => {
  const { mod, others: [ana] } = moderatedHub("ana"); // 192.0.2.1 and 192.0.2.2
  for (const own of ["192.0.2.1", "192.0.0.0/16", "192.0.2.9/24"]) {
    assertEquals(mod.ask(`/ban ${own}`), [
      "! that includes your own address, so it would hold for you, too: give only a nick",
    ]);
  }
  for (const wide of ["0.0.0.0/0", "198.0.0.0/15", "::/0", "2001:db8::/47"]) {
    assertEquals(mod.ask(`/ban ${wide}`), [
      `! ${wide} is too large: at most a /16 of IPv4, or a /48 of IPv6`,
    ]);
  }
  for (const wrong of ["198.51.100.0/33", "300.1.1.1", "::g", "1.2.3.4/", "2001:db8::/129"]) {
    assertEquals(mod.ask(`/ban ${wrong}`), [
      `! nobody here is called "${wrong}", nor was any of the last 200 users who left`,
    ]);
  }
  assertEquals([ana.isClosed, mod.ask("/bans")], [false, ["* nobody is banned"]]);
});

Deno.test("a user who is called like an address is meant by it; with its length it is the address", () => {
  const { test, mod, others: [joker] } = moderatedHub("198.51.100.7");
  mod.ask("/ban 198.51.100.7/32");
  assertEquals([joker.isClosed, mod.ask("/bans")[1]], [
    false,
    "* 198.51.100.7, by mod: no reason given",
  ]);
  mod.ask("/ban 198.51.100.7");
  assertEquals([joker.isClosed, mod.ask("/bans").length], [true, 3]);
  mod.ask("/unban 198.51.100.7", "/unban 198.51.100.7");
  assertEquals(mod.ask("/bans"), ["* nobody is banned"]);
  assertEquals(test.connect("198.51.100.7").ask("hola").length, 2);
});

Deno.test("of many bans the latest are listed, and the others counted", () => {
  const { test, mod } = moderatedHub();
  const { bans } = test.hub.chat.moderation;
  for (let number = 0; number < 50; number++) {
    bans.add({ id: `t${number}`, key: `k${number}`, nick: `k${number}`, by: "mod" });
  }
  const lines = mod.ask("/bans");
  assertEquals([lines.length, lines[1], lines.at(-1)], [
    42,
    "* k49, by mod: no reason given",
    "* and 10 more",
  ]);
});
