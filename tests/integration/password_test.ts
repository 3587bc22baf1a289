/** Passwords over real sockets, in both dialects: who is admitted, who is dropped, and what is logged. */

import { assertEquals, assertMatch } from "@std/assert";
import { LiveHub } from "../support/live_hub.ts";
import { Peer } from "../support/peer.ts";
import { tempDirectory } from "../support/temp.ts";

const PASSWORD = "sésamo ábrete";
const MODERATORS = "tiza y borrador";

/** Asserts that no output of the hub contains a password or a wrong try. */
function assertSilent(hub: LiveHub, ...secrets: string[]): void {
  const written = [...hub.log, ...hub.printed].join("");
  for (const secret of secrets) assertEquals(written.includes(secret), false, secret);
}

/** A file with the moderators' password. */
async function moderatorsFile(directory: { path: string }): Promise<string> {
  const path = `${directory.path}/mod`;
  await Deno.writeTextFile(path, `${MODERATORS}\n`, { mode: 0o600 });
  return path;
}

Deno.test("a peer with nc is asked for the password, and announced only after it", async () => {
  await using hub = new LiveHub({ password: PASSWORD, times: { greetAfter: 1 } });
  await using bot = await hub.connect();
  await bot.sendFrame({ type: "hello", protocol: 1, nick: "bot", password: PASSWORD });
  await bot.untilFrame("welcome");
  await using ana = await hub.connect();
  assertEquals(await ana.line(), "! this hub needs a password: type it and press Enter");
  await ana.send("/quien\r\n");
  assertEquals(await ana.line(), "! wrong password: 2 tries left");
  await ana.send(`${PASSWORD}\r\n`);
  assertEquals(await ana.line(), "* welcome, guest1 (2 here: bot, guest1)");
  assertEquals(await bot.frame(), { type: "joined", room: "general", nick: "guest1", count: 2 });
  await ana.send("hola\n");
  assertEquals((await bot.untilFrame("message")).text, "hola");
  assertSilent(hub, PASSWORD, "quien");
});

Deno.test("after three wrong passwords the connection ends, and the log says whose", async () => {
  await using hub = new LiveHub({ password: PASSWORD });
  await using ana = await hub.connect();
  await ana.send("una\ndos\ntres\n");
  assertEquals([await ana.line(), await ana.line(), await ana.line()], [
    "! wrong password: 2 tries left",
    "! wrong password: one try left",
    "* disconnected: too many wrong passwords",
  ]);
  assertEquals(await ana.closed(), "end");
  await using bot = await hub.connect();
  for (const password of ["una", "dos", "tres"]) {
    await bot.sendFrame({ type: "hello", protocol: 1, password });
  }
  assertEquals((await bot.untilFrame("bye")).code, "auth_failed");
  assertEquals(await bot.closed(), "end");
  await hub.untilLogged(/msg=dropped peer=127\.0\.0\.1:\d+ reason=auth_failed$/m, 2);
  assertSilent(hub, PASSWORD, "una", "dos", "tres");
});

Deno.test("a peer that does not give the password in time is dropped, and members stay", async () => {
  await using hub = new LiveHub({
    password: PASSWORD,
    limits: { handshake: 2000 },
    times: { greetAfter: 1 },
  });
  await using eva = await hub.connect();
  await eva.send(`${PASSWORD}\n/name eva\n`);
  await eva.until("* you are now eva");
  await using silent = await hub.connect();
  await using bot = await hub.connect();
  await bot.sendFrame({ type: "hello", protocol: 1, nick: "bot" });
  await silent.until("this hub needs a password");
  assertEquals(await silent.line(), "* disconnected: no password was received in time");
  assertEquals((await bot.untilFrame("bye")).code, "handshake_timeout");
  assertEquals([await silent.closed(), await bot.closed()], ["end", "end"]);
  await hub.untilLogged(/msg=dropped peer=127\.0\.0\.1:\d+ reason=handshake_timeout$/m, 2);
  await eva.send("/who\n");
  assertEquals(await eva.line(), "* 1 here: eva");
});

Deno.test("a peer that sends only an invalid hello is dropped in time, without a password too", async () => {
  await using hub = new LiveHub({ limits: { handshake: 100 } });
  await using bot = await hub.connect();
  await bot.send('{"type":"hello","protocol":"one"}\n');
  assertEquals((await bot.untilFrame("bye")).code, "handshake_timeout");
  await hub.untilLogged(/msg=dropped peer=127\.0\.0\.1:\d+ reason=handshake_timeout$/m);
});

Deno.test("a peer that keeps sending but is not admitted is dropped in time", async () => {
  await using hub = new LiveHub({ password: PASSWORD, limits: { handshake: 100 } });
  await using bot = await hub.connect();
  await bot.sendFrame({ type: "hello", protocol: 1 });
  let last = await bot.frame();
  for (let turn = 0; last.type !== "bye" && turn < 1_000_000; turn++) {
    bot.sendFrame({ type: "ping" });
    last = await bot.frame();
  }
  assertEquals(last.type === "bye" && last.code, "handshake_timeout");
});

Deno.test("moderators' passwords, right and wrong, are in no reply and not in the log", async () => {
  await using directory = await tempDirectory();
  await using hub = new LiveHub({ modPasswordFile: await moderatorsFile(directory) });
  await using ana = await hub.textMember("ana");
  await using bot = await hub.framesMember("bot");
  await ana.send(`/mod fallo77\n/mdo ${MODERATORS}\n/mod ${MODERATORS}\n/lock\n`);
  await ana.until("#general is locked");
  await bot.sendFrame({ type: "command", ref: "1", line: `/moderar ${MODERATORS}` });
  await bot.untilFrame("reply");
  for (let turn = 0; turn < 3; turn++) {
    await bot.sendFrame({ type: "command", ref: "2", line: "/mod fallo77" });
  }
  await bot.sendFrame({ type: "command", ref: "3", line: "/exit" });
  await bot.untilFrame("bye");
  await hub.untilLogged(/msg=moderation action=mod by=ana$/m);
  await hub.untilLogged(/msg=moderation action=lock by=ana room=general$/m);
  assertSilent(hub, MODERATORS, "fallo77");
  for (const peer of [ana, bot]) {
    const received = new TextDecoder().decode(peer.received());
    assertEquals([received.includes(MODERATORS), received.includes("fallo77")], [false, false]);
  }
});

Deno.test("a banned nick is refused at the handshake, and the log says so", async () => {
  await using directory = await tempDirectory();
  await using hub = new LiveHub({ modPasswordFile: await moderatorsFile(directory) });
  await using bot = await hub.framesMember("bot");
  await using ana = await hub.textMember("ana");
  await ana.send(`/mod ${MODERATORS}\n/ban bot address\n/ban bot\n`);
  // All peers have one address, the moderator's too.
  await ana.until("! bot has the same address as you");
  assertEquals((await bot.untilFrame("bye")).code, "banned");
  await hub.untilLogged(/msg=moderation action=ban by=ana nick=bot$/m);
  await using again = await hub.connect();
  await again.sendFrame({ type: "hello", protocol: 1, nick: "BOT" });
  assertEquals((await again.untilFrame("bye")).code, "banned");
  await hub.untilLogged(/msg=dropped peer=127\.0\.0\.1:\d+ reason=banned$/m);
});

Deno.test({
  name: "a banned address is refused at the handshake, and another is not",
  ignore: Deno.build.os !== "linux", // elsewhere there is only one loopback address
  fn: async () => {
    await using directory = await tempDirectory();
    await using hub = new LiveHub({ modPasswordFile: await moderatorsFile(directory) });
    await using bot = await hub.framesMember("bot");
    await using ana = await Peer.connect(hub.port, { localAddress: "127.0.0.2" });
    await ana.send(`/name ana\n/mod ${MODERATORS}\n/ban bot address\n`);
    assertEquals((await bot.untilFrame("bye")).code, "banned");
    await hub.untilLogged(/action=ban by=ana nick=bot address=127\.0\.0\.1$/m);
    await using near = await hub.connect();
    await near.send("hola\n");
    assertEquals(await near.line(), "* you are banned from this hub");
    await using far = await Peer.connect(hub.port, { localAddress: "127.0.0.3" });
    await far.send("hola\n");
    assertMatch(await far.line(), /^\* welcome, /);
  },
});
