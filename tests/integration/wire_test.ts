/** How the hub handles lines, in both dialects. Invalid and unusual lines are in tests/abuse/framing_test.ts. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { HubFrame } from "../../common/protocol/frame.ts";
import { decodeHubFrame } from "../../common/protocol/frame_codec.ts";
import { unfold } from "../../common/protocol/runs.ts";
import { LiveHub } from "../support/live_hub.ts";
import { tempDirectory } from "../support/temp.ts";

Deno.test("a silent peer with nc is greeted, and its join is announced", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 1 } });
  await using ana = await hub.textMember("ana");
  await using silent = await hub.connect();
  assertMatch(await silent.line(), /^\* welcome, guest\d \(2 here: ana, guest\d\)$/);
  assertMatch(await ana.until("joined"), /^\* guest\d joined \(2 here\)$/);
});

Deno.test("the first line of a peer with nc is a message, and follows the greeting", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.framesMember("ana");
  await using peer = await hub.connect();
  await peer.send("hola\n");
  await peer.until("welcome");
  assertEquals((await ana.untilFrame("joined")).nick, "guest1");
  const message = await ana.untilFrame("message");
  assertEquals([message.nick, message.text, message.kind, message.id], [
    "guest1",
    "hola",
    "say",
    1,
  ]);
});

Deno.test("a peer that closes its side at once still gets all its replies, then the end", async () => {
  await using hub = new LiveHub();
  await using peer = await hub.connect();
  await peer.send("/name ana\n/quien\n/ayuda\n");
  peer.end();
  await peer.until("* 1 here: ana");
  await peer.until("sends /TEXT as a message");
  assertEquals(await peer.closed(), "end");
});

Deno.test("a user with telnet in character mode types the password, mistypes, and is heard", async () => {
  await using hub = new LiveHub({ password: "tiza y borrador" });
  await using telnet = await hub.connect();
  await telnet.until("password");
  const typed = "tiza i\x7fy borrador\r\0/namr\b\x7fme bea\r\0chr mde\x7f\x7fode ñ\r\0";
  for (const byte of new TextEncoder().encode(typed)) await telnet.send(Uint8Array.of(byte));
  await telnet.until("* you are now bea");
  await using ana = await hub.connect();
  ana.sendFrame({ type: "hello", protocol: 1, password: "tiza y borrador", history: 1 });
  const { nick, text } = await ana.untilFrame("message");
  assertEquals([nick, text], ["bea", "chr mode ñ"]);
});

Deno.test("options that telnet asks for are refused, and neither a hello nor frames are read as telnet", async () => {
  await using hub = new LiveHub();
  await using telnet = await hub.connect();
  await telnet.send(Uint8Array.of(255, 253, 1)); // DO ECHO
  await telnet.until("welcome");
  assertEquals([...telnet.received().subarray(0, 3)], [255, 252, 1]); // WONT ECHO
  await using bot = await hub.connect();
  const text = "a\x7f\r\0";
  bot.send(
    `{"type":"hello","protocol":1,"nick":"bot","x":"\x7f"}\n{"type":"say","ref":"1","text":"b\x7f"}\n`,
  );
  bot.send(Uint8Array.of(255, 253, 1, 10));
  bot.sendFrame({ type: "say", ref: "2", text });
  assertEquals((await bot.untilFrame("error")).code, "not_utf8");
  await telnet.until("bot: b\ufffd");
  await telnet.until("bot: a\ufffd");
});

Deno.test("an unfinished password is not tried, and an unfinished hello is", async () => {
  await using hub = new LiveHub({ password: "tiza" });
  for (const last of ["tiza", "wrong"]) {
    await using peer = await hub.connect();
    peer.send(last);
    peer.end();
    await peer.until("! this hub needs a password");
    await peer.until("! your last line was not sent");
    assertEquals([await peer.closed(), peer.pending()], ["end", []]);
  }
  await using bot = await hub.connect();
  bot.send('{"type":"hello","protocol":1,"password":"tiza"}');
  bot.end();
  await bot.untilFrame("welcome");
});

Deno.test("a bot sends a hello, gets an answer to each frame, and leaves with a bye", async () => {
  await using hub = new LiveHub();
  await using bot = await hub.framesMember("bot");
  await bot.sendFrame({ type: "ping" });
  await bot.untilFrame("pong");
  await bot.sendFrame({ type: "command", ref: "w", line: "/quien" });
  const reply = await bot.untilFrame("reply");
  assertEquals([reply.ref, reply.code, reply.text], ["w", "who", "1 here: bot"]);
  assertEquals(reply.data, { room: "general", members: ["bot"], count: 1 });
  await bot.sendFrame({ type: "command", ref: "x", line: "/exit" });
  assertEquals((await bot.untilFrame("bye")).code, "quit");
  assertEquals(await bot.closed(), "end");
});

Deno.test("a moderators' password, right or wrong, is in no reply and not in the log", async () => {
  const [right, wrong] = ["tiza y borrador", "fallo77"];
  await using directory = await tempDirectory();
  const modPasswordFile = `${directory.path}/mod`;
  await Deno.writeTextFile(modPasswordFile, `${right}\n`, { mode: 0o600 });
  await using hub = new LiveHub({ modPasswordFile });
  await using ana = await hub.textMember("ana");
  await using bot = await hub.framesMember("bot");
  await ana.send(`/mod ${wrong}\n/mdo ${right}\n/mod ${right}\n/lock\n`);
  await ana.until("#general is locked");
  for (const [ref, line] of [`/moderar ${right}`, `/mod ${wrong}`, "/exit"].entries()) {
    await bot.sendFrame({ type: "command", ref: String(ref), line });
  }
  await bot.untilFrame("bye");
  await hub.untilLogged(/msg=moderation action=mod by=ana by_address=/m);
  const received = [ana, bot].map((peer) => new TextDecoder().decode(peer.received()));
  for (const text of [...hub.log, ...hub.printed, ...received]) {
    assertEquals([text.includes(right), text.includes(wrong)], [false, false]);
  }
});

Deno.test("a peer that asked for runs gets a burst of messages in fewer frames", async () => {
  await using hub = new LiveHub();
  await using plain = await hub.framesMember("plain");
  await using bot = await hub.connect();
  bot.sendFrame({ type: "hello", protocol: 1, nick: "bot", runs: true });
  await bot.untilFrame("welcome");
  await using ana = await hub.textMember("ana");
  const texts = Array.from({ length: 500 }, (_, number) => `line ${number} ñ`);
  ana.send(texts.join("\n") + "\n");

  const wanted = [];
  while (wanted.length < texts.length) wanted.push(await plain.untilFrame("message"));
  assertEquals(wanted.map(({ text }) => text), texts);
  const received: HubFrame[] = [];
  let frames = 0;
  while (received.length < texts.length) {
    const decoded = decodeHubFrame(await bot.until('"message'));
    assert(decoded.kind === "frame");
    received.push(...unfold(decoded.frame));
    frames++;
  }
  assertEquals(received, wanted);
  assert(frames < texts.length / 2, `${frames} frames`);
});
