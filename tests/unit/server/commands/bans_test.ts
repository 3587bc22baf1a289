/** A ban keeps a nick, and on request an address, out of the hub until it is lifted. */

import { assert, assertEquals } from "@std/assert";
import { MAX_BANS } from "../../../../server/chat/bans.ts";
import { moderatedHub, TestHub } from "../../../support/hub.ts";

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
    "! usage: /unban NAME",
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
    "! near has the same address as you, so you would ban yourself: /ban near bans only the nick",
  );
  mod.ask("/ban troll address");
  assertEquals(test.log.at(-1)?.["address"], "2001:db8:2:0::/64");
  assertEquals(test.connect("2001:db8:2:0:ffff::2").ask("hola"), [
    "* you are banned from this hub",
  ]);
  assertEquals(test.connect("2001:db8:2:1::1").ask("hola")[0]?.startsWith("* welcome"), true);
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
