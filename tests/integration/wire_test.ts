/** What the hub makes of bytes: both dialects, at any chunking, and whatever is no line at all. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_FRAME, MAX_TEXT_LINE } from "../../protocol/frame.ts";
import { LiveHub } from "../support/live_hub.ts";

const utf8 = new TextEncoder();

Deno.test("somebody with nc who says nothing is greeted, and told to the others", async () => {
  await using hub = new LiveHub({ times: { greetAfter: 1 } });
  await using ana = await hub.textMember("ana");
  await using silent = await hub.connect();
  assertMatch(await silent.line(), /^\* welcome, guest\d \(2 here: ana, guest\d\)$/);
  assertMatch(await ana.until("joined"), /^\* guest\d joined \(2 here\)$/);
});

Deno.test("the first line of somebody with nc is a message, and comes after the greeting", async () => {
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

Deno.test("a stream cut anywhere, byte by byte too, gives the same messages", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using peer = await hub.textMember("luis");
  await ana.until("luis");
  const text = "ñandú 日本 😀👨‍👩‍👧\r\nfin\n";
  for (const byte of utf8.encode(text)) await peer.send(Uint8Array.of(byte));
  assertEquals([await ana.line(), await ana.line()], ["luis: ñandú 日本 😀👨‍👩‍👧", "luis: fin"]);
});

Deno.test("a line of exactly the limit passes, one byte more is dropped whole and told", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using peer = await hub.textMember("luis");
  await ana.until("luis");
  const emoji = "😀"; // four bytes on the edge
  const longest = "x".repeat(MAX_TEXT_LINE - 4) + emoji;
  await peer.send(`${longest}\r\n${longest}y\n${emoji}\n`);
  assertEquals(
    await peer.line(),
    `! line too long (max ${MAX_TEXT_LINE} bytes): nothing of it was sent`,
  );
  assertEquals([await ana.line(), await ana.line()], [`luis: ${longest}`, `luis: ${emoji}`]);
});

Deno.test("a frame may be longer than a line of text, up to its own limit", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.framesMember("ana");
  await using bot = await hub.framesMember("bot");
  const frame = (length: number) => {
    const empty = JSON.stringify({ type: "say", ref: "1", text: "" }).length;
    return JSON.stringify({ type: "say", ref: "1", text: "x".repeat(length - empty) }) + "\n";
  };
  await bot.send(frame(MAX_FRAME));
  await bot.send(frame(MAX_FRAME + 1));
  assert((await ana.untilFrame("message")).text.length > MAX_TEXT_LINE);
  await bot.untilFrame("ack");
  const error = await bot.untilFrame("error");
  assertEquals([error.code, error.params], ["line_too_long", { max: MAX_FRAME }]);
});

Deno.test("a message of several lines reaches nc with marks that cannot be forged", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using bot = await hub.framesMember("bot");
  await ana.until("bot");
  await bot.sendFrame({ type: "say", ref: "1", text: "una\nluis: mentira\n\n! tres" });
  const lines = [await ana.line(), await ana.line(), await ana.line(), await ana.line()];
  assertEquals(lines, ["bot: una", "  | luis: mentira", "  | ", "  | ! tres"]);
});

Deno.test("what is not UTF-8 is told and dropped, and the lines around it pass", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using peer = await hub.textMember("luis");
  await ana.until("luis");
  for (
    const bytes of [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [
      0xe2,
      0x82,
    ]]
  ) {
    await peer.send(Uint8Array.from([...bytes, 0x0a]));
    assertEquals(await peer.line(), "! that line is not valid UTF-8: nothing of it was sent");
  }
  await peer.send("sigue\n");
  assertEquals(await ana.line(), "luis: sigue");
});

Deno.test("telnet's own commands are no part of what is said", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using peer = await hub.connect();
  await peer.send(
    Uint8Array.from([
      255,
      251,
      31,
      255,
      250,
      31,
      0,
      80,
      0,
      24,
      255,
      240,
      ...utf8.encode("hola\r\n"),
    ]),
  );
  assertMatch(await ana.until("hola"), /^guest\d: hola$/);
});

Deno.test("a control sequence reaches nobody, in any dialect", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using eva = await hub.framesMember("eva");
  await using peer = await hub.textMember("luis");
  await peer.send("\x1b[2J\x1b]0;x\x07\x9b1m\u0085\u202e fin\n");
  assertEquals(await ana.until("fin"), "luis: \uFFFD[2J\uFFFD]0;x\uFFFD\uFFFD1m\uFFFD\uFFFD fin");
  assertMatch((await eva.untilFrame("message")).text, /^\uFFFD\[2J/);
  for (const received of [ana.received(), eva.received()]) {
    assertEquals(received.includes(0x1b), false);
  }
});

Deno.test("a half line before the end of the stream is a line, one before a reset is none", async () => {
  await using hub = new LiveHub();
  await using ana = await hub.textMember("ana");
  await using first = await hub.textMember("luis");
  await first.send("hasta aquí");
  first.end();
  assertEquals(await ana.until("luis:"), "luis: hasta aquí");
  assertEquals(await ana.line(), "* luis left (1 here)");

  await using second = await hub.textMember("eva");
  await second.send("esto no");
  await second.reset();
  await ana.until("eva left");
  assertEquals(new TextDecoder().decode(ana.received()).includes("esto no"), false);
});

Deno.test("who ends its side at once still gets all its answers, then the end", async () => {
  await using hub = new LiveHub();
  await using peer = await hub.connect();
  await peer.send("/name ana\n/quien\n/ayuda\n");
  peer.end();
  await peer.until("* 1 here: ana");
  await peer.until("sends /TEXT as a message");
  assertEquals(await peer.closed(), "end");
});

Deno.test("a bot says hello, is answered frame by frame, and leaves with a bye", async () => {
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

Deno.test("a command of two languages works over nc in the language that was asked for", async () => {
  await using hub = new LiveHub({ lang: "es" });
  await using ana = await hub.connect();
  await ana.send("/nombre José\n/idioma en\n/who\n");
  await ana.until("* te damos la bienvenida, guest1");
  assertEquals(await ana.until("José"), "* ahora eres José");
  assertEquals([await ana.line(), await ana.line()], [
    "* from now on in English",
    "* 1 here: José",
  ]);
});
