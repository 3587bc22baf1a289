/** A client that knows several hubs: it joins the first that is there, and goes on at another one when that is gone. */

import { assertEquals, assertMatch } from "@std/assert";
import { chat, Program, runChat, startHub } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import { history, joinBare, placed, readInput, testInPty, untilInput } from "./people.ts";

/** Where nothing listens. */
function deadPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

const at = (port: number) => `127.0.0.1:${port}`;

testInPty(
  "who is typing when a hub dies goes on at the next one, and loses nothing of it",
  async () => {
    await using first = await startHub();
    await using second = await startHub();
    await using bob = await joinBare(second.port, "bob");
    await using ana = TestTerminal.open(
      chat("client", at(first.port), at(second.port), "--name", "ana"),
    );
    await ana.until((it) => readInput(it)?.rows[0] === "ana>", "the prompt");
    ana.type("hola a");
    first.kill("SIGKILL");
    await ana.until("connection lost");
    await bob.until("* ana joined (2 here)");
    await untilInput(
      ana,
      placed("ana", [["hola a", 6]], 80),
      `* now connected to ${at(second.port)}`,
    );
    const rows = history(ana);
    const moved = rows.indexOf(`* now connected to ${at(second.port)}`);
    assertMatch(rows[moved + 1]!, /^\* reconnected in a new session/);
    ana.type(" bob\r");
    await bob.until("ana: hola a bob");
  },
);

Deno.test("a script sends to the first hub that is there", async () => {
  await using hub = await startHub();
  await using bob = await joinBare(hub.port, "bob");
  const outcome = await runChat(["client", at(deadPort()), at(hub.port), "--name", "bot"], {
    stdin: "hola\n",
  });
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  await bob.until("bot: hola");
});

Deno.test("a script is told as a frame that it is at another hub", async () => {
  await using first = await startHub(["--drain", "1"]);
  await using second = await startHub();
  await using bot = new Program(
    chat("client", at(first.port), at(second.port), "--name", "bot", "--json"),
  );
  await bot.untilStdout('"type":"welcome"');
  first.kill("SIGTERM");
  await bot.untilStdout(`{"type":"moved","address":"${at(second.port)}"}\n{"type":"restarted"`);
  await using bob = await joinBare(second.port, "bob");
  bob.send("hola bot\n");
  await bot.untilStdout('"text":"hola bot"');
  bot.endInput();
  assertEquals(await bot.exit(), { code: 0, signal: null });
});

Deno.test("where none of several hubs is there, each is named", async () => {
  const [one, other] = [deadPort(), deadPort()];
  const { code, stderr } = await runChat(["client", at(one), at(other), "--send", "hola"]);
  assertEquals(code, 1);
  for (const port of [one, other]) assertEquals(stderr.includes(at(port)), true, stderr);
  assertEquals(stderr.split("\n").length, 2, stderr);
});

Deno.test("a hub that is full sends nobody away who knows another one", async () => {
  await using full = await startHub(["--max-connections", "1"]);
  await using hub = await startHub();
  await using _ana = await joinBare(full.port, "ana");
  await using bob = await joinBare(hub.port, "bob");
  const { code } = await runChat(["client", at(full.port), at(hub.port), "--send", "hola"]);
  assertEquals(code, 0);
  await bob.until(/: hola$/);
});

Deno.test("one of several addresses that is none is named", async () => {
  const { code, stderr } = await runChat(["client", "a:1", "b"]);
  assertEquals(code, 2);
  assertMatch(stderr, /"b" is not HOST:PORT/);
});
