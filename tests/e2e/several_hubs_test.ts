/** A client with several hubs: it joins the first reachable one, and fails over to the next. */

import { idlePort } from "../support/ports.ts";
import { assert, assertEquals } from "@std/assert";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import { joinWithNc, placed, readInput, testInPty, untilInput } from "./people.ts";

const addressOf = (port: number) => `127.0.0.1:${port}`;

testInPty(
  "a draft survives the failover to another hub",
  async () => {
    await using first = await startHub();
    await using second = await startHub();
    await using bob = await joinWithNc(second.port, "bob");
    await using ana = TestTerminal.open(
      chat("client", addressOf(first.port), addressOf(second.port), "--name", "ana"),
    );
    await ana.until((it) => readInput(it)?.rows[0] === "ana>", "the prompt");
    ana.type("hola a");
    first.kill("SIGKILL");
    await ana.until("connection lost");
    await bob.until("* ana joined (2 here)");
    // The hubs are not one chat.
    const moved = `* now connected to ${addressOf(second.port)}, which is another chat`;
    await untilInput(ana, placed("ana", [["hola a", 6]], 80), moved);
    assert(!ana.text().includes("reconnected"), ana.text());
    ana.type(" bob\r");
    await bob.until("ana: hola a bob");
  },
);

Deno.test("a script sends to the first reachable hub", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const outcome = await runChat([
    "client",
    addressOf(idlePort()),
    addressOf(hub.port),
    "--name",
    "bot",
  ], {
    stdin: "hola\n",
  });
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  await bob.until("bot: hola");
});

Deno.test("a script gets a frame about the move to another hub", async () => {
  await using first = await startHub(["--drain", "1"]);
  await using second = await startHub();
  await using bot = new Program(
    chat("client", addressOf(first.port), addressOf(second.port), "--name", "bot", "--json"),
  );
  await bot.untilStdout('"type":"welcome"');
  first.kill("SIGTERM");
  await bot.untilStdout(
    `{"type":"moved","address":"${addressOf(second.port)}","otherChat":true}\n{"type":"restarted"`,
  );
  await using bob = await joinWithNc(second.port, "bob");
  bob.send("hola bot\n");
  await bot.untilStdout('"text":"hola bot"');
  bot.endInput();
  assertEquals(await bot.exit(), { code: 0, signal: null });
});

Deno.test("a full hub is skipped for another one", async () => {
  await using full = await startHub(["--max-connections", "1"]);
  await using hub = await startHub();
  await using _ana = await joinWithNc(full.port, "ana");
  await using bob = await joinWithNc(hub.port, "bob");
  const { code } = await runChat([
    "client",
    addressOf(full.port),
    addressOf(hub.port),
    "--send",
    "hola",
  ]);
  assertEquals(code, 0);
  await bob.until(/: hola$/);
});
