import { assertEquals } from "@std/assert";
import { TestHub } from "../../../../support/hub.ts";
import { askIrc, bareLine, ircMember } from "../../../../support/irc.ts";

function room(...capabilities: string[]) {
  const test = new TestHub({ modPassword: "tiza" });
  const [nc] = test.textMembers("nc");
  const ana = ircMember(test, "ana", ...capabilities);
  nc.take();
  return { test, nc, ana };
}

Deno.test("messages and actions reach rooms and users, and have no echo unless it is wanted", () => {
  const { nc, ana } = room();
  assertEquals(
    askIrc(
      ana,
      "PRIVMSG #general :¡hola! 😀",
      "PRIVMSG #GENERAL :\x01ACTION salta\x01",
      "PRIVMSG NC hola",
    ),
    [],
  );
  assertEquals(nc.ask(), ["ana: ¡hola! 😀", "* ana salta", "[private] ana: hola"]);
  const eva = room("echo-message");
  assertEquals(askIrc(eva.ana, "PRIVMSG #general :\x01ACTION salta\x01", "PRIVMSG nc :hola"), [
    ":ana!ana@chat PRIVMSG #general :\x01ACTION salta\x01",
    ":ana!ana@chat PRIVMSG nc hola",
  ]);
});

Deno.test("a text that looks like a command of the chat is a text", () => {
  const { nc, ana } = room();
  assertEquals(
    askIrc(ana, "PRIVMSG #general :/exit", "PRIVMSG #general ://x", "PRIVMSG nc :/who"),
    [],
  );
  assertEquals(nc.ask(), ["ana: /exit", "ana: //x", "[private] ana: /who"]);
});

Deno.test("private notices and actions are shown as such everywhere, and come back as such", () => {
  const { test, nc, ana } = room();
  const bot = test.framesMember("bot");
  const sent = (nick: string) => [
    `NOTICE ${nick} :listo`,
    `PRIVMSG ${nick} :\x01ACTION salta\x01`,
    `PRIVMSG ${nick} :hola`,
  ];
  askIrc(ana, ...sent("nc"), ...sent("bot"));
  assertEquals(nc.take(), [
    "* bot joined (3 here)",
    "[private] ana (notice): listo",
    "[private] * ana salta",
    "[private] ana: hola",
  ]);
  const told = bot.takeFrames().filter((frame) => frame.type === "message")
    .map(({ kind, as, text }) => [kind, as, text]);
  assertEquals(told, [
    ["private", "notice", "listo"],
    ["private", "action", "salta"],
    ["private", undefined, "hola"],
  ]);
  const eva = ircMember(test, "eva");
  bot.sendFrame({ type: "say", ref: "1", text: "listo", as: "notice", to: "eva" });
  assertEquals(askIrc(eva, "NOTICE eva :a mí", "PRIVMSG eva :\x01ACTION salta\x01"), [
    ":bot!chat@chat NOTICE eva listo",
    ":eva!eva@chat NOTICE eva :a mí",
    ":eva!eva@chat PRIVMSG eva :\x01ACTION salta\x01",
  ]);
});

Deno.test("other CTCP and TAGMSG without tags reach nobody, and are not answered", () => {
  const { nc, ana } = room();
  assertEquals(
    askIrc(ana, "PRIVMSG nc :\x01VERSION\x01", "NOTICE #general :\x01PING 1", "TAGMSG nc"),
    [],
  );
  assertEquals(nc.ask(), []);
});

Deno.test("a message that cannot be delivered has the numeric for it, and a notice has no answer", () => {
  const { test, nc, ana } = room();
  nc.ask("/join dev", "/mod tiza", "/pause general");
  assertEquals(
    askIrc(
      ana,
      "PRIVMSG",
      "PRIVMSG nc",
      "PRIVMSG nadie :x",
      "PRIVMSG #nada :x",
      "PRIVMSG #dev :x",
      "PRIVMSG #general :x",
      "PRIVMSG :a b :x",
    ).map(bareLine).filter((line) => /^4/.test(line)),
    [
      "411 :No recipient given (PRIVMSG)",
      "412 :No text to send",
      "401 nadie :No such nick/channel",
      "403 #nada :No such channel",
      "404 #dev :Cannot send to channel",
      "404 #general :#general is paused: only moderators may write there",
      "412 :No text to send",
    ],
  );
  assertEquals(askIrc(ana, "NOTICE nadie :x", "NOTICE #dev :x", "NOTICE", "NOTICE nc"), []);
  assertEquals(askIrc(ana, "NOTICE #general :x"), []);
  assertEquals(test.log.filter(({ event }) => event === "fault"), []);
});

Deno.test("controls and the codes of bold and colours do not reach others", () => {
  const { nc, ana } = room("echo-message");
  assertEquals(
    askIrc(
      ana,
      "PRIVMSG #general :\x02negrita\x02 \x0304,01rojo\x03\x0f\x1d\x1f",
      "PRIVMSG #general :\x1b[31m\u202e",
    ),
    [
      ":ana!ana@chat PRIVMSG #general :negrita rojo",
      ":ana!ana@chat PRIVMSG #general \ufffd[31m\ufffd",
    ],
  );
  assertEquals(nc.ask(), ["ana: negrita rojo", "ana: \ufffd[31m\ufffd"]);
});

Deno.test("a lone CR and a NUL of a line break no line of others", () => {
  const { nc, ana } = room("echo-message");
  assertEquals(askIrc(ana, "PRIVMSG #general :uno\r:eva PRIVMSG #general :dos\0"), [
    ":ana!ana@chat PRIVMSG #general :uno:eva PRIVMSG #general :dos",
  ]);
  assertEquals(nc.ask(), ["ana: uno:eva PRIVMSG #general :dos"]);
});

Deno.test("a user who writes to one who is away is told so, once", () => {
  const { test, nc, ana } = room();
  const eva = ircMember(test, "eva");
  askIrc(ana);
  assertEquals(askIrc(eva, "AWAY :comiendo"), [
    ":hub.test 306 eva :You have been marked as being away",
  ]);
  assertEquals(askIrc(ana, "PRIVMSG eva :hola", "PRIVMSG eva :¿hola?"), [
    ":hub.test 301 ana eva comiendo",
  ]);
  nc.ask("/msg eva hola");
  assertEquals(
    askIrc(eva, "AWAY").at(-1),
    ":hub.test 305 eva :You are no longer marked as being away",
  );
});

Deno.test("a line that is too long is refused whole", () => {
  const { nc, ana } = room();
  assertEquals(askIrc(ana, `PRIVMSG #general :${"x".repeat(500)}`), [
    ":hub.test 417 ana :Input line was too long",
  ]);
  assertEquals(nc.ask(), []);
});
