/** /away: how users who are away, or have lost their connection, are shown to others. */

import { assertEquals } from "@std/assert";
import { framesMember, member, resume, say, twoHubs } from "../../../support/cluster_hubs.ts";
import { moderatedHub, TestHub } from "../../../support/hub.ts";

Deno.test("/away is shown by /who until the user is back, and the room is not told", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  assertEquals(luis.ask("/away lunch\u001b[31m"), [
    "* you are shown as away until you write, or type /away again: lunch\ufffd[31m",
  ]);
  luis.send("/away  lunch", "/name lu", "/join dev");
  assertEquals(ana.ask("/who"), ["* luis is now lu", "* 2 here: ana, lu (away: lunch)"]);
  luis.take();
  assertEquals(luis.ask("/away"), ["* you are no longer shown as away"]);
  assertEquals(luis.ask("/lang es", "/ausente"), [
    "* el servidor te habla ahora en español",
    "* estás como ausente hasta que escribas, o repitas /ausente",
  ]);
  assertEquals(ana.ask("/who"), ["* 2 here: ana, lu (away)"]);
  assertEquals(luis.ask("hola"), ["* has escrito algo y ya no apareces como ausente"]);
  assertEquals(ana.ask("/who"), ["* 2 here: ana, lu"]);
});

Deno.test("a member whose connection is lost is shown so, and stays away after coming back", () => {
  const test = new TestHub();
  const ana = test.textMember("ana");
  const bot = test.connect();
  bot.hello({ nick: "bot" });
  test.tick();
  const [welcome] = bot.takeFrames();
  bot.command("1", "/away");
  bot.drop();
  test.tick();
  ana.take();
  assertEquals(ana.ask("/who"), ["* 2 here: ana, bot (connection lost)"]);
  const again = test.connect();
  again.hello({ resume: { token: welcome?.type === "welcome" && welcome.token, after: 0 } });
  test.tick();
  assertEquals(ana.ask("/who"), ["* 2 here: ana, bot (away)"]);
  again.take();
  again.command("2", "/who");
  const [reply] = again.takeFrames();
  const data = { room: "general", members: ["ana", "bot"], count: 2, away: [{ nick: "bot" }] };
  assertEquals(reply?.type === "reply" && reply.data, data);
});

Deno.test("whoever writes to a user who is away is told once, and again when that changes", () => {
  const test = new TestHub();
  const [ana, luis] = test.textMembers("ana", "luis");
  luis.send("/away lunch");
  const told = ana.ask("/msg luis one", "/msg luis two").filter((line) => line.includes("away"));
  assertEquals(told, ["* luis is away: lunch"]);
  luis.send("/away until nine");
  assertEquals(ana.ask("/msg luis three").slice(1), ["* luis is away: until nine"]);
  luis.send("/away");
  assertEquals(ana.ask("/msg luis four").slice(1), []);
  luis.send("/away until nine");
  assertEquals(ana.ask("/msg luis five").slice(1), ["* luis is away: until nine"]);
});

Deno.test("what a muted user says about being away is not shown, and long texts are cut", () => {
  const { mod, others: [ana, luis] } = moderatedHub("ana", "luis");
  luis!.send(`/away ${"🎉".repeat(100)}`);
  assertEquals(ana!.ask("/who"), [`* 3 here: mod, ana, luis (away: ${"🎉".repeat(39)}\ufffd…)`]);
  mod.send("/mute luis");
  assertEquals(ana!.ask("/who"), ["* 3 here: mod, ana, luis (away)"]);
  luis!.send("/away contraband");
  assertEquals(ana!.ask("/msg luis hola").slice(1), ["* luis is away"]);
});

Deno.test("a user who is away is shown so at other hubs, and after moving to one", () => {
  const { test, a, b } = twoHubs();
  const eva = member(test, b, "eva");
  const { peer: ana, token } = framesMember(test, a, "ana");
  const { peer: bot } = framesMember(test, b, "bot");
  test.ask(eva);
  ana.command("1", "/away lunch");
  test.run();
  const told = () =>
    bot.takeFrames().flatMap((it) => it.type === "away" ? [`${it.isAway} ${it.text}`] : []);
  assertEquals(told(), ["true lunch"]);
  assertEquals(test.ask(eva, "/who").at(-1), "* 3 here: eva, bot, ana (away: lunch)");
  assertEquals(test.ask(eva, "/msg ana hi").at(-1), "* ana is away: lunch");
  const again = resume(test, b, token, 0);
  assertEquals(test.ask(eva, "/who").at(-1), "* 3 here: eva, bot, ana (away: lunch)");
  assertEquals(told(), []);
  again.send(say("2", "hola"));
  test.run();
  assertEquals(test.ask(eva, "/who"), ["ana: hola", "* 3 here: eva, bot, ana"]);
  assertEquals(told(), ["false undefined"]);
});

Deno.test("members learn at once that a user is away or back, once each, and text members are shown nothing", () => {
  const test = new TestHub();
  const [luis, eva] = test.textMembers("luis", "eva");
  const bot = test.framesMember("bot");
  for (const line of ["/join dev", "/join general"]) {
    luis.send(line);
    bot.command(line, line);
  }
  luis.take();
  eva.take();
  bot.take();
  const told = (line: string) => {
    luis.send(line);
    test.tick();
    return bot.takeFrames().filter(({ type }) => type === "away");
  };
  const away = { type: "away", room: "general", nick: "luis", isAway: true } as const;
  assertEquals(told("/away lunch"), [{ ...away, text: "lunch" }]);
  assertEquals(told("/away"), [{ ...away, isAway: false }]);
  assertEquals(told("/away"), [away]);
  assertEquals(told("hola"), [{ ...away, isAway: false }]);
  assertEquals(eva.take(), ["luis: hola"]);
});
