import { assertEquals } from "@std/assert";
import { twoHubs } from "../../../../support/cluster_hubs.ts";
import { longNick } from "../../../../support/costly.ts";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, bareLine, ircMember, ircPeer, readLine } from "../../../../support/irc.ts";

const LONG = "日本語日本語日本語日本語日本語日本語日本語";

function room() {
  const test = new TestHub({ modPassword: "tiza" });
  const [nc] = test.textMembers("nc");
  nc.ask("/mod tiza", "/away comiendo");
  const bot = test.framesMember("bot");
  bot.command("1", "/join dev");
  const ana = ircMember(test, "ana");
  const ask = (...lines: string[]) => askIrc(ana, ...lines).map(bareLine);
  return { test, nc, bot, ana, ask };
}

Deno.test("questions about users are answered", () => {
  const { ask } = room();
  assertEquals(ask("WHOIS NC", "WHOIS nadie", "ISON nc nadie ana", "USERHOST nc ana nadie"), [
    "311 nc chat chat * nc",
    "312 nc hub.test :chat test",
    "313 nc :is a moderator",
    "301 nc comiendo",
    "318 nc :End of /WHOIS list",
    "401 nadie :No such nick/channel",
    "318 nadie :End of /WHOIS list",
    "303 :nc ana",
    "302 :nc*=-chat@chat ana=+ana@chat",
  ]);
  assertEquals(
    ask("WHO #general", "WHO ana %tcnf,42", "WHO nadie").filter((line) => !/^315/.test(line)),
    [
      "352 #general chat chat hub.test nc G*@ :0 nc",
      "352 #general chat chat hub.test bot H :0 bot",
      "352 #general ana chat hub.test ana H :0 ana",
      "354 42 * ana H",
    ],
  );
});

Deno.test("a mask finds the users of one's rooms, but for the first room, where everybody is", () => {
  const { bot, ask } = room();
  const find = (mask: string) =>
    ask(`WHO ${mask}`).filter((line) => line.startsWith("352")).map((line) => line.split(" ")[5]);
  assertEquals([find("*"), find("b?t"), find("bot")], [[], [], ["bot"]]);
  bot.command("2", "/topic #dev x");
  ask("JOIN #dev");
  for (const mask of ["b*t", "B?T", "*t", "b*", "*o*", "***bot", "*b*o*t*"]) {
    assertEquals(find(mask), ["bot"], mask);
  }
  for (const mask of ["b?", "*x*", "b.t*", "*t*b*", "[*", "\\*"]) {
    assertEquals(find(mask), [], mask);
  }
  assertEquals(find("*"), ["bot", "ana"]);
  assertEquals(ask("WHOIS bot").filter((line) => line.startsWith("319")), ["319 bot @#dev"]);
});

Deno.test("users who have left are known for a while, the last one first", () => {
  const { test, nc, ask } = room();
  nc.send("/exit");
  for (const real of ["uno", "dos"]) {
    const eva = ircPeer(test);
    eva.send("NICK eva", `USER ${real} 0 * :Eva ${real}`, "QUIT");
  }
  const asked = (line: string) => ask(line).filter((line) => /^(314|369|406)/.test(line));
  assertEquals([...asked("WHOWAS nc"), ...asked("WHOWAS nadie")], [
    "314 nc chat chat * nc",
    "369 nc :End of WHOWAS",
    "406 nadie :There was no such nickname",
    "369 nadie :End of WHOWAS",
  ]);
  const [two, one, end] = asked("WHOWAS eva");
  assertEquals([two, one], ["314 eva dos chat * :Eva dos", "314 eva uno chat * :Eva uno"]);
  assertEquals([asked("WHOWAS eva 1"), asked("WHOWAS eva 0")], [[two, end], [two, one, end]]);
});

Deno.test("users at other hubs are as well known as those of this one", () => {
  const { test, a, b } = twoHubs();
  const [eva, luis] = [ircPeer(a), ircPeer(b)];
  test.ask(eva, "NICK eva", "USER eva 0 * :Eva");
  test.ask(luis, "NICK luis", "USER luis 0 * :Luis", "JOIN #dev", "SETNAME :Luis Gómez");
  const ask = (...lines: string[]) =>
    test.ask(eva, ...lines).map((line) => bareLine(readLine(line)));
  test.ask(eva);
  const counts = /\d+ (?:users|:channels|clients).*|users: \d+/;
  assertEquals(ask("LUSERS").map((line) => counts.exec(line)?.[0]), [
    "2 users and 0 invisible on 2 servers",
    "1 :channels formed",
    "1 clients and 1 servers",
    "users: 1",
    "users: 2",
  ]);
  assertEquals(ask("WHO luis", "LIST #dev").filter((line) => /^3[25]2/.test(line)), [
    "352 * luis chat hub.test luis H :0 Luis Gómez",
    "322 #dev 1 :",
  ]);
  test.ask(luis, "QUIT");
  assertEquals(ask("WHOWAS luis"), [
    "luis!luis@chat QUIT",
    "314 luis luis chat * :Luis Gómez",
    "369 luis :End of WHOWAS",
  ]);
});

Deno.test("SETNAME is told once to others with the capability, and of no user who is muted", () => {
  const { test, nc, ana, ask } = room();
  const [eva, luis] = ["eva", "luis"].map((nick) => ircMember(test, nick, "setname"));
  for (const peer of [eva!, luis!]) askIrc(peer, "JOIN #patio");
  for (const peer of [ana, eva!]) askIrc(peer);
  assertEquals(askIrc(luis!, "SETNAME :Luis G"), [":luis!luis@chat SETNAME :Luis G"]);
  assertEquals([askIrc(eva!), ask()], [[":luis!luis@chat SETNAME :Luis G"], []]);
  nc.ask("/mute luis 5");
  askIrc(luis!, "SETNAME spam");
  assertEquals(askIrc(eva!).some((line) => line.includes("spam")), false);
});

Deno.test("KILL is for moderators, and others learn how to become one", () => {
  const { nc, bot, ana, ask } = room();
  assertEquals(ask("KILL bot"), [
    "481 :that is for moderators: /oper NAME PASSWORD makes you one",
  ]);
  ask("OPER x tiza");
  ask("KILL bot :ya vale");
  assertEquals([bot.session.stage, ana.session.stage], ["gone", "member"]);
  assertEquals(nc.ask().at(-1), "* bot left: kicked by ana: ya vale (2 here)");
});

Deno.test("questions about rooms are answered, and tell nobody what a locked room has", () => {
  const { ask } = room();
  assertEquals(ask("NAMES #GENERAL", "NAMES #nada"), [
    "353 = #GENERAL :@nc bot ana",
    "366 #GENERAL :End of /NAMES list",
    "366 #nada :End of /NAMES list",
  ]);
  assertEquals(ask("LIST", "LIST #dev,#nada", "LIST >1").filter((line) => /^322/.test(line)), [
    "322 #general 3 :",
    "322 #dev 1 :",
    "322 #dev 1 :",
    "322 #general 3 :",
  ]);
  assertEquals(ask("TOPIC #general", "TOPIC #nada", "MODE #general", "MODE ana"), [
    "331 #general :No topic is set",
    "403 #nada :No such channel",
    "324 #general +n",
    "221 +",
  ]);
  assertEquals(ask("MODE ana +i", "MODE ana +w"), ["501 :Unknown MODE flag"]);
});

Deno.test("nobody outside a locked room learns its members, topic and modes", () => {
  const { bot, ana, ask } = room();
  bot.command("2", "/topic #dev secretos");
  bot.command("3", "/lock dev");
  askIrc(ana);
  const asked = [
    "NAMES #dev",
    "WHO #dev",
    "TOPIC #dev",
    "MODE #dev",
    "PRIVMSG #dev :x",
    "WHOIS bot",
  ];
  assertEquals(ask(...asked, "JOIN #dev"), [
    "366 #dev :End of /NAMES list",
    "315 #dev :End of /WHO list",
    "403 #dev :No such channel",
    "403 #dev :No such channel",
    "403 #dev :No such channel",
    "311 bot chat chat * bot",
    "312 bot hub.test :chat test",
    "318 bot :End of /WHOIS list",
    "473 #dev :#dev is locked: only moderators, and users they invite, may join it",
  ]);
});

Deno.test("answers fit into lines whatever the nicks, topics and other texts are", () => {
  const test = new TestHub({ modPassword: "tiza", motd: "ñ".repeat(1000) });
  const nicks = Array.from({ length: 300 }, (_, index) => longNick(index));
  for (const nick of nicks) test.framesMember(nick);
  const [nc] = test.textMembers(LONG);
  nc.ask("/mod tiza", `/join ${LONG}`);
  for (const name of ["general", LONG]) nc.ask(`/topic #${name} ${"日".repeat(190)}`);
  const ana = ircMember(test, "ana", "userhost-in-names", "extended-join");
  const named = askIrc(ana, "NAMES #general").flatMap((line) =>
    / 353 ana = #general :?(.*)$/.exec(line)?.[1]?.split(" ") ?? []
  );
  assertEquals(named.map((name) => name.replace(/^@|!.*$/g, "")), [...nicks, LONG, "ana"]);
  nc.ask(`/announce ${"ñ".repeat(1000)}`, `/away ${"日".repeat(70)}`);
  const long = "日".repeat(150);
  for (
    const line of [
      ...["LIST", "WHO #general", `WHOIS ${LONG}`, "TOPIC #general", "MOTD", `JOIN #${LONG}`],
      ...[`JOIN #${long}`, `PRIVMSG ${long} :x`, `WHOIS ${long}`, `HELP ${long}`, `NICK ${long}`],
      ...[
        `PING ${long}`,
        `CAP ${long}`,
        `CHATHISTORY ${long} #general * 3`,
        `FOO${"X".repeat(480)}`,
      ],
      ...[`MODE ${long}`, `MODE #general +${"ik".repeat(100)}`, `PRIVMSG ${LONG} :${long}`],
    ]
  ) {
    assertEquals(askIrc(ana, line).length > 0, true, line);
  }
  // A notice is continued in a further line.
  assertEquals(askIrc(ana).join("").length, 0);
});
