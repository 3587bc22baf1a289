/** What the log and other moderators are told of what moderators do, bans that end, and announcements. */

import { assertEquals } from "@std/assert";
import { moderatedHub, TestHub } from "../../../support/hub.ts";

const HOUR = 3_600_000;

Deno.test("moderators are told what others do where they do not see it, with the reason", () => {
  const { test, mod, others: [bob] } = moderatedHub("bob");
  const [mia, ana] = test.textMembers("mia", "ana");
  mia.ask("/mod tiza", "/join dev", "/leave general", "/lang es");
  assertEquals(mod.take().at(-2), "* mia is a moderator now");
  const told = (line: string) => {
    mod.ask(line);
    return mia.take();
  };
  bob.take();
  const cases: [string, string][] = [
    ["/mute bob 2h spam and more", "mod ha silenciado a bob durante 2 horas: spam and more"],
    ["/unmute bob", "mod deja que bob escriba otra vez"],
    ["/mute 198.51.100.7 5", "mod ha silenciado a 198.51.100.7 durante 5 minutos"],
    ["/lock", "mod ha bloqueado #general"],
    ["/unlock", "mod ha desbloqueado #general"],
    ["/slow 5", "mod ha puesto #general en modo lento: un mensaje cada 5 segundos"],
    ["/pause", "mod ha puesto #general en pausa"],
    ["/unpause", "mod ha quitado la pausa de #general"],
    ["/ban bob address 7d flood", "mod ha vetado a bob (192.0.2.2) durante 7 días: flood"],
    ["/unban bob", "mod ha levantado el veto de bob"],
    ["/kick ana no", "mod ha expulsado a ana: no"],
  ];
  for (const [line, sentence] of cases) assertEquals(told(line), [`* ${sentence}`], line);
  assertEquals(bob.take().slice(0, 2), [
    "* mod has muted you for 120 minutes: spam and more",
    "* mod has unmuted you",
  ]);
  assertEquals(ana.take().some((line) => line.includes("mod muted")), false);
  test.textMember("eva").ask("/join dev");
  mia.take();
  for (const seen of ["/lock #dev", "/slow 5 #dev"]) assertEquals(told(seen).length, 1, seen);
  assertEquals(told("/kick eva bye").at(-1), "* eva ya no está: le ha expulsado mod: bye (1 aquí)");
});

Deno.test("a ban may end by itself, and lists say when", () => {
  const { test, mod } = moderatedHub("bob", "eva", "ana");
  assertEquals(
    mod.ask("/ban bob 2h address flood")[0],
    [
      "* you banned bob and their address for 2 hours: /unban bob lifts the ban",
    ][0],
  );
  mod.ask("/ban eva 1 day", "/ban ana no reason", "/ban 198.51.100.0/24 30");
  assertEquals(mod.ask("/bans"), [
    "* banned until /unban NAME lifts the ban:",
    "* 198.51.100.0/24, by mod, 30 minutes left: no reason given",
    "* ana, by mod: no reason",
    "* eva, by mod, one day left: no reason given",
    "* bob and 192.0.2.2, by mod, 2 hours left: flood",
  ]);
  for (const wrong of ["2x", "-1", "400d", "1.5h spam"]) {
    assertEquals(
      mod.ask(`/ban leo ${wrong}`).at(-1),
      '! nobody here is called "leo", nor was any of the last 200 users who left',
    );
    assertEquals(
      mod.ask(`/ban ana ${wrong}`).at(-1),
      [
        `! "${wrong}" is not a time for that: write 10, 10m, 2h or 7d, up to 365 days`,
      ][0],
    );
  }
  const isKeptOut = () => {
    const peer = test.connect("192.0.2.2");
    return peer.ask("/name zoe").includes("* you are banned from this hub");
  };
  test.now += 2 * HOUR - 1000;
  test.hub.sweep();
  assertEquals(isKeptOut(), true);
  test.now += 1000;
  test.hub.sweep();
  assertEquals(isKeptOut(), false);
  assertEquals(mod.ask("/bans").slice(-2), [
    "* ana, by mod: no reason",
    "* eva, by mod, 22 hours left: no reason given",
  ]);
});

Deno.test("this machine's own address is never banned or muted, only the nick is", () => {
  const test = new TestHub({ modPassword: "tiza" });
  const mod = test.textMember("mod");
  mod.ask("/mod tiza");
  const bob = test.textMember("bob", "127.0.0.1");
  const eva = test.textMember("eva", "::1");
  mod.take();
  const lines = ["/ban bob address", "/ban eva address", "/ban 127.0.0.1", "/mute 127.0.3.0/24"];
  const error =
    "! that is this machine's own address, which all users behind a proxy or a tunnel share: give only a nick";
  for (const line of [...lines, "/ban ::1", "/ban ::/64", "/ban ::ffff:127.0.0.1"]) {
    assertEquals(mod.ask(line), [error], line);
  }
  assertEquals(mod.ask("/ban bob")[0], "* you banned bob: /unban bob lifts the ban");
  assertEquals([bob.isClosed, eva.isClosed], [true, false]);
});

Deno.test("/announce tells every user in every room once, in each language and dialect", () => {
  const { test, mod, others: [ana, eva] } = moderatedHub("ana", "eva");
  const bot = test.framesMember("bot");
  bot.command("1", "/join dev");
  ana.ask("/join dev", "/join tea", "/lang es");
  eva.ask("/leave general", "/join tea", "/leave general");
  for (const peer of [mod, ana, eva, bot]) peer.ask();
  assertEquals(mod.ask("/anunciar  back  in 5 minutes "), [
    "* you announced to all: back in 5 minutes",
  ]);
  assertEquals(ana.take(), ["* aviso de mod: back in 5 minutes"]);
  assertEquals(eva.take(), ["* announcement by mod: back in 5 minutes"]);
  assertEquals(bot.takeFrames(), [{
    type: "notice",
    code: "announcement",
    params: { by: "mod", text: "back in 5 minutes" },
    text: "announcement by mod: back in 5 minutes",
  }]);
  assertEquals(JSON.stringify(test.log).includes("minutes"), false);
  assertEquals(test.log.at(-1)?.["action"], "announce");
  assertEquals(mod.ask("/announce \u200b"), ["! the message is empty: it was not sent"]);
});

Deno.test("the log says who joined, changed nick, came back and left, from where, once for all rooms", () => {
  const test = new TestHub();
  const ana = test.framesMember("ana");
  ana.command("1", "/join dev");
  ana.command("2", "/name Ana2");
  const { token } = ana.session;
  ana.drop();
  const back = test.connect("198.51.100.7");
  back.hello({ resume: { token, after: 0 } });
  back.command("3", "/exit");
  const bob = test.textMember("bob");
  bob.drop();
  const eva = test.framesMember("eva");
  eva.drop();
  test.expire();
  const seen = test.visits.map(({ event, nick, from, address, reason }) =>
    [event, nick, from, address, reason].filter((value) => value !== undefined).join(" ")
  );
  assertEquals(seen, [
    "joined ana 192.0.2.1",
    "renamed Ana2 ana 192.0.2.1",
    "resumed Ana2 198.51.100.7",
    "left Ana2 198.51.100.7 quit",
    "joined guest1 192.0.2.2",
    "renamed bob guest1 192.0.2.2",
    "left bob 192.0.2.2 closed",
    "joined eva 192.0.2.3",
    "left eva 192.0.2.3 lost",
  ]);
  assertEquals(new Set(test.visits.slice(0, 4).map(({ session }) => session)).size, 1);
});
