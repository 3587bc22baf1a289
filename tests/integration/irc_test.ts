/** IRC clients over real sockets: how they are told apart, and what they and the others see of each other. */

import { assertEquals, assertMatch } from "@std/assert";
import { generateCertificate } from "../../server/setup/certificate.ts";
import { joinWithIrc } from "../support/irc.ts";
import { LiveHub } from "../support/live_hub.ts";
import type { Peer } from "../support/peer.ts";

const REGISTRATION = "NICK ana\r\nUSER ana 0 * :Ana\r\n";

/** Sends a line to the hub, and waits until it has been read and all that it caused here has come. */
async function settle(irc: Peer, ...lines: string[]): Promise<string[]> {
  const mark = crypto.randomUUID();
  irc.send([...lines, `PING ${mark}`].map((line) => `${line}\r\n`).join(""));
  const seen: string[] = [];
  for (let line; !(line = await irc.line()).includes(` PONG `) || !line.includes(mark);) {
    seen.push(line.replace(/\r$/, ""));
  }
  return seen;
}

Deno.test("the first line makes an IRC client, cut anywhere", async () => {
  await using hub = new LiveHub();
  for (const [at] of [..."NICK ana\r\nU"].entries()) {
    await using irc = await hub.connect();
    await irc.send(REGISTRATION.slice(0, at));
    await irc.send(REGISTRATION.slice(at));
    assertMatch(await irc.line(), /^:\S+ 001 ana :Welcome to the chat, ana\r$/, `cut at ${at}`);
    irc.send("QUIT\r\n");
    await irc.closed();
  }
});

Deno.test("NICK from nc is a message, and so is NICK from telnet after another line", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.framesMember("ana");
  await using nc = await hub.connect();
  nc.send("NICK bea\n");
  await nc.until("* welcome, guest1");
  assertEquals((await ana.untilFrame("message")).text, "NICK bea");
  await using telnet = await hub.connect();
  telnet.send("hola\r\nNICK bea\r\n");
  assertEquals((await ana.untilFrame("message")).text, "hola");
  assertEquals((await ana.untilFrame("message")).text, "NICK bea");
});

Deno.test("an IRC client that was slow, and so greeted as a guest, joins all the same", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 1 } });
  await using nc = await hub.textMember("nc");
  for (const begun of ["", "NI"]) {
    await using irc = await hub.connect();
    if (begun) irc.send(begun);
    await irc.until("* welcome, guest");
    irc.send(REGISTRATION.slice(begun.length));
    assertMatch(await irc.until(" 001 "), / 001 ana :/);
    const names = await settle(irc, "NAMES #general");
    assertMatch(names.find((line) => / 353 /.test(line)) ?? "", / #general :nc ana$/);
    irc.send("PRIVMSG #general :hola\r\nQUIT\r\n");
    await nc.until(/^\* guest\d is now ana$/);
    await nc.until("ana: hola");
    assertEquals(await nc.until("* ana left"), "* ana left (1 here)");
    await irc.closed();
  }
});

Deno.test("an IRC client, a frames client and nc see each other join, talk, rename, change topics and leave", async () => {
  await using hub = new LiveHub();
  await using nc = await hub.textMember("nc");
  await using bot = await hub.framesMember("bot");
  await using irc = await joinWithIrc(hub, "josé");
  await nc.until("* josé joined (3 here)");
  assertEquals((await bot.untilFrame("joined")).nick, "josé");

  await settle(irc, "PRIVMSG #general :¿qué tal? 👨‍👩‍👧", "PRIVMSG #general :\x01ACTION saluda\x01");
  await settle(irc, "TOPIC #general :los martes", "PRIVMSG nc :psst", "NICK pepe");
  for (
    const line of ["josé: ¿qué tal? 👨‍👩‍👧", "* josé saluda", "* josé changed the topic: los martes"]
  ) {
    assertEquals(await nc.until("josé"), line);
  }
  assertEquals(await nc.line(), "[private] josé: psst");
  assertEquals(await nc.line(), "* josé is now pepe");
  const said = await bot.untilFrame("message");
  assertEquals([said.nick, said.text, said.kind], ["josé", "¿qué tal? 👨‍👩‍👧", "say"]);
  assertEquals((await bot.untilFrame("message")).kind, "action");
  assertEquals((await bot.untilFrame("topic")).topic, "los martes");
  assertEquals((await bot.untilFrame("renamed")).nick, "pepe");

  bot.sendFrame({ type: "say", ref: "1", text: "uno\ndos" });
  await bot.untilFrame("ack");
  nc.send("hola, José\n/me baila\n/msg pepe psst\n/topic los lunes\n/name niña\n/exit\n");
  await nc.closed();
  bot.sendFrame({ type: "command", ref: "2", line: "/exit" });
  await bot.closed();
  const seen = [];
  while (seen.at(-1) !== ":bot!chat@chat QUIT") seen.push((await irc.line()).replace(/\r$/, ""));
  assertEquals(seen, [
    ":bot!chat@chat PRIVMSG #general uno",
    ":bot!chat@chat PRIVMSG #general dos",
    ":nc!chat@chat PRIVMSG #general :hola, José",
    ":nc!chat@chat PRIVMSG #general :\x01ACTION baila\x01",
    ":nc!chat@chat PRIVMSG pepe psst",
    ":nc!chat@chat TOPIC #general :los lunes",
    ":nc!chat@chat NICK niña",
    ":niña!chat@chat QUIT",
    ":bot!chat@chat QUIT",
  ]);
});

Deno.test("only the members of a room read what happens in it", async () => {
  await using hub = new LiveHub();
  await using ana = await joinWithIrc(hub, "ana");
  await using eva = await joinWithIrc(hub, "eva");
  await using nc = await hub.textMember("nc");
  await settle(ana, "JOIN #Dev");
  assertEquals(
    (await settle(ana, "PRIVMSG #dev :solo")).filter((line) => /PRIVMSG/.test(line)),
    [],
  );
  nc.send("/join dev\nhola dev\n");
  assertMatch(await ana.until("JOIN #dev"), /^:nc!chat@chat JOIN #dev\r$/);
  assertMatch(await ana.until("PRIVMSG"), /^:nc!chat@chat PRIVMSG #dev :hola dev\r$/);
  await settle(ana, "PART #dev");
  await nc.until("* ana left (1 here)");
  assertEquals((await settle(eva)).filter((line) => /dev/.test(line)), []);
});

Deno.test("a client over TLS, and one that must know the password", async () => {
  const tls = await generateCertificate(Date.now());
  await using hub = new LiveHub({ tls, password: "sésamo" });
  await using ana = await joinWithIrc(hub, "ana", { tls: tls.cert, password: "sésamo" });
  await using eva = await hub.connect();
  const password = new TextEncoder().encode("\0eva\0sésamo").toBase64();
  eva.send(`CAP REQ :sasl\r\nNICK eva\r\nUSER eva 0 * :Eva\r\nAUTHENTICATE PLAIN\r\n`);
  await eva.until("AUTHENTICATE +");
  eva.send(`AUTHENTICATE ${password}\r\nCAP END\r\n`);
  await eva.until(/ 903 /);
  await eva.until(/ 001 eva /);
  await ana.until(":eva!eva@chat JOIN #general");
  await using mal = await hub.connect();
  mal.send("PASS mal\r\nNICK mal\r\nUSER mal 0 * :Mal\r\nPASS peor\r\nPASS fatal\r\n");
  for (const left of ["2 tries", "one try"]) assertMatch(await mal.until(" 464 "), RegExp(left));
  await mal.until("ERROR :disconnected: too many wrong passwords");
  await mal.closed();
});
