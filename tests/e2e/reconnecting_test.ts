/** A connection that breaks: no message is lost or doubled, and the user sees the state. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { chat, Program, startHub } from "../support/program.ts";
import type { TestTerminal } from "../support/terminal.ts";
import {
  count,
  history,
  join,
  joinScripted,
  joinWithNc,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";
import { said, ScriptedHub } from "./scripted_hub.ts";
import { idlePort } from "../support/ports.ts";

/** Breaks the connection, makes the client reconnect at once, and returns its hello. */
async function breakAndReconnect(hub: ScriptedHub, ana: TestTerminal) {
  const lost = () => count(ana.text(), "connection lost");
  const before = lost();
  hub.hangUp();
  await ana.until(() => lost() > before, "that it was lost");
  ana.press("enter");
  await hub.accept();
  return await hub.frame();
}

const resumed = (fields = {}) => ({
  type: "notice",
  code: "resumed",
  params: { count: 0, missing: 0, ...fields },
  text: "",
});

testInPty("a line without an ack is sent again with its ref, and shown once", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("hello\r");
  const sent = await hub.frame();
  const hello = await breakAndReconnect(hub, ana);
  assertEquals(hello?.["resume"], { token: "2", after: 0 });
  assertEquals([hello?.["nick"], hello?.["room"]], ["ana", "general"]);
  await hub.welcome("ana");
  assertEquals(await hub.frame(), sent);
  await hub.ack(sent?.["ref"]);
  await hub.send(resumed());
  await untilInput(ana, placed("ana", [], 80), "* reconnected: you missed nothing");
  const rows = history(ana);
  assertEquals(rows.filter((row) => row === "ana: hello").length, 1);
  assertEquals(rows.filter((row) => row.startsWith("* welcome")).length, 1);
});

testInPty(
  "lines entered while the hub is down are shown, kept and sent, and the draft stays",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub);
    hub.hangUp();
    await ana.until("connection lost");
    // Nothing accepts the next attempt yet.
    ana.type("one\rtwo\rdraft");
    await ana.until(/^… {5}ana: one\n… {5}ana: two\n\(.*\) ana> draft$/m);
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana");
    await hub.send(
      resumed({ count: 2 }),
      said("missed", { id: 5, replay: true }),
      said("and ana", { id: 6, replay: true }),
    );
    assertEquals((await hub.frame())?.["text"], "one");
    assertEquals((await hub.frame())?.["text"], "two");
    await untilInput(ana, placed("ana", narrow("draft"), 80), "bob: and ana");
    await hub.ack("1", "2");
    await ana.until(/^\d\d:\d\d ana: two\nana> draft$/m);
    assertEquals(history(ana).slice(-5), [
      "* reconnected: 2 messages meanwhile (one mentions you)",
      "bob: missed",
      "bob: and ana",
      "ana: one",
      "ana: two",
    ]);
    assert(!ana.raw().includes("\x07"), "missed messages ring no bell");
  },
);

testInPty("in a new session nothing is doubled, and uncertain lines are reported", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("perhaps\r");
  await hub.frame();
  hub.hangUp();
  await ana.until("connection lost");
  ana.type("certainly\r");
  await ana.until("ana: certainly");
  await hub.accept();
  await hub.frame();
  await hub.welcome("ana", { token: "3", epoch: "2" });
  assertEquals((await hub.frame())?.["text"], "certainly");
  await untilInput(ana, placed("ana", [], 80), "* welcome, ana");
  const rows = history(ana).join(" ").replace(/ +/g, " ");
  assertMatch(rows, /\* reconnected in a new session .*: messages may be missing ! may not have/);
  assertMatch(rows, /! may not have been sent: perhaps \* welcome, ana/);
  assertEquals(count(rows, "may not have"), 1);
  ana.press("ctrl-c");
  assertEquals((await hub.frame())?.["line"], "/exit");
  await ana.exit();
});

testInPty(
  "a wrapped draft stays intact during the countdown",
  async () => {
    using hub = new ScriptedHub();
    const joining = join(hub, "ana", { cols: 30 });
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana");
    await using ana = await joining;
    const draft = "words that take more than one row of the window";
    ana.type(draft);
    await untilInput(ana, placed("ana", narrow(draft), 30));
    hub.stop();
    await ana.until((it) => it.raw().includes("(again in 2 s)"), "the second wait");
    await ana.until((it) => it.raw().split("(again in 2 s)").at(-1)!.includes("(again in 1 s)"));
    ana.type("!");
    const prompt = /\((again in \d+ s|connecting)\) ana> /;
    await ana.until((it) => {
      const rows = it.screen();
      const top = rows.findLastIndex((row) => prompt.test(row));
      // A row wrapped at a blank has lost it, so blanks are not compared.
      return top !== -1 && rows.slice(top).join("").replaceAll(" ", "")
        .endsWith(`ana>${draft}!`.replaceAll(" ", ""));
    }, "the draft");
    assertEquals(count(ana.text().replaceAll("\n", ""), "ana>"), 1);
  },
);

testInPty(
  "everyone rejoins a hub that is killed and restarted",
  async () => {
    const port = idlePort();
    await using first = await startHub([], { port });
    await using ana = await join(first, "ana");
    first.kill("SIGKILL");
    await ana.until("connection lost");
    ana.type("while it was away\r");
    await first.exit();
    await using second = new Program(chat("server", "127.0.0.1", String(port)));
    await second.untilStdout("join with:");
    await using bob = await joinWithNc(port, "bob");
    ana.press("enter");
    assertEquals(await bob.until("ana: "), "ana: while it was away");
    await ana.until((it) => count(it.text(), "* welcome, ana (") === 2, "the second welcome");
    // Either may be back first.
    bob.send("/who\n");
    await bob.until(/^\* 2 here: (ana, bob|bob, ana)$/);
  },
);

// Without a terminal.

/** A client in a pipe, welcomed by the hub. */
async function pipeScripted(hub: ScriptedHub, ...args: string[]): Promise<Program> {
  const bot = new Program(chat("client", "127.0.0.1", String(hub.port), "--name", "ana", ...args));
  await hub.accept();
  assertEquals((await hub.frame())?.["history"], 0);
  await hub.welcome("ana");
  return bot;
}

Deno.test("without a terminal a break loses nothing, and the client says goodbye at the end", async () => {
  using hub = new ScriptedHub();
  await using ana = await pipeScripted(hub);
  ana.write("one\ntwo\n");
  await hub.frame();
  await hub.frame();
  await hub.ack("1");
  hub.hangUp();
  await ana.untilStderr("* connection lost: trying again for 30 seconds\n");
  ana.write("three\n/clear\n");
  ana.endInput();
  await hub.accept();
  const hello = await hub.frame();
  assertEquals([hello?.["resume"], hello?.["history"]], [{ token: "2", after: 1 }, 0]);
  await hub.welcome("ana");
  await hub.send(
    resumed({ count: 1 }),
    said("missed", { id: 5, replay: true }),
  );
  assertEquals(await hub.frame(), { type: "say", ref: "2", text: "two" });
  assertEquals(await hub.frame(), { type: "say", ref: "3", text: "three" });
  await hub.ack("2", "3");
  assertEquals((await hub.frame())?.["line"], "/exit");
  await hub.send({ type: "bye", code: "quit", params: {}, text: "" });
  hub.hangUp();
  assertEquals(await ana.exit(), { code: 0, signal: null });
  assertEquals(
    ana.stderr(),
    "* connection lost: trying again for 30 seconds\n" +
      "* reconnected: one message meanwhile\n",
  );
  assertEquals(ana.stdout().split("\n").slice(2), ["bob: missed", ""]);
});

Deno.test("after a reconnect a script posts to its own room only", async () => {
  using hub = new ScriptedHub();
  await using bot = new Program(
    chat("client", "127.0.0.1", String(hub.port), "--name", "bot", "--room", "dev"),
  );
  await hub.accept();
  await hub.frame();
  await hub.welcome("bot", { room: "dev" });
  bot.write("one\n");
  await hub.frame();
  await hub.ack("1");
  hub.hangUp();
  await bot.untilStderr("trying again");
  bot.write("for dev\n");
  await hub.accept();
  assertEquals((await hub.frame())?.["room"], "dev");
  await hub.welcome("bot", { token: "other", epoch: "2" });
  await bot.untilStderr("! not sent: for dev\n");
  bot.write("for dev too\n");
  await bot.untilStderr("! not sent: for dev too\n");
  assertEquals((await hub.frame())?.["line"], "/exit");
  hub.hangUp();
  assertEquals(await bot.exit(), { code: 3, signal: null });
  assertMatch(
    bot.stderr(),
    /put you into general instead of the room that you asked for, and nothing was sent there/,
  );
});

Deno.test("without a terminal the client gives up after --retry, and names uncertain lines", async () => {
  using hub = new ScriptedHub();
  await using ana = await pipeScripted(hub, "--retry", "1");
  ana.write("lost words\n");
  await hub.frame();
  hub.stop();
  assertEquals(await ana.exit(), { code: 1, signal: null });
  assertMatch(
    ana.stderr(),
    /^\* connection lost: trying again for 1 second\n! may not have been sent: lost words\nchat: the connection to \S+ was lost\n$/,
  );
});
