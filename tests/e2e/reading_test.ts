/** How the conversation is shown: mentions, the user's own pending lines, and the display options. */

import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { chat, startHub } from "../support/program.ts";
import { TestTerminal } from "../support/terminal.ts";
import {
  count,
  history,
  join,
  type JoinOptions,
  joinScripted,
  joinWithNc,
  narrow,
  placed,
  testInPty,
  untilInput,
} from "./people.ts";
import { said, ScriptedHub } from "./scripted_hub.ts";

const BELL = "\x07";

testInPty(
  "a mention is highlighted, and rings once for messages that arrive together",
  async () => {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub);
    await hub.send(
      said("ana before", { replay: true }),
      said("banana"),
      said("ana myself", { nick: "ana" }),
    );
    await ana.until("ana myself");
    assertEquals(count(ana.raw(), BELL), 0);
    await hub.send(said("hola @ANA, ¿vienes?"));
    await ana.until("¿vienes?");
    assertEquals(count(ana.raw(), BELL), 1);
    const { x, y, ...mention } = ana.cellOf("ANA");
    assertEquals([mention.bold, mention.inverse], [true, true]);
    for (const beside of [ana.cell(x - 1, y), ana.cell(x + 3, y), ana.cellOf("banana")]) {
      assertEquals([beside.bold, beside.inverse], [false, false]);
    }
    await hub.send(said("ana"), said("ana"), said("x"), said("ana at last"));
    await ana.until("ana at last");
    assertEquals(count(ana.raw(), BELL), 2);
  },
);

/** Runs the client with these environment variables added. */
function withVariables(...variables: string[]): JoinOptions["wrap"] & object {
  return (command) => ["env", ...variables, ...command];
}

testInPty("--no-bell is silent, and --notify does what the terminal can", async () => {
  const shown = "\x1b]99;o=unfocused;chat: bob: hola ana\x1b\\";
  const passedOn = `\x1bPtmux;${shown.replaceAll("\x1b", "\x1b\x1b")}\x1b\\`;
  const inTmux = withVariables("TERM=tmux-256color", "TMUX=/tmp/x,1,0", "KITTY_WINDOW_ID=1");
  const cases: [JoinOptions, string[]][] = [
    [{ args: ["--no-bell"] }, []],
    [{ args: ["--notify"] }, [BELL]],
    [{ args: ["--notify"], wrap: withVariables("TERM=xterm-kitty") }, [shown]],
    [{ args: ["--notify"], wrap: inTmux }, [passedOn, BELL]],
  ];
  for (const [options, wanted] of cases) {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub, options);
    await hub.send(said("hola ana"));
    await ana.until("bob: hola ana");
    // deno-lint-ignore no-control-regex
    const calls = /\x1bP.*?[^\x1b]\x1b\\|\x1b\].*?\x1b\\|\x07/g;
    assertEquals(ana.raw().match(calls) ?? [], wanted);
  }
});

testInPty("the user's own line stays above the input until the hub accepts it", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("hello\r/who\rdraft");
  await ana.until(/^… {5}ana: hello\n… {5}› \/who\nana> draft$/m);
  await untilInput(ana, placed("ana", narrow("draft"), 80));
  const waiting = ana.cellOf("ana: hello");
  assertNotEquals(waiting.fg, "default");
  await hub.send(said("first"));
  await ana.until(/bob: first\n… {5}ana: hello\n… {5}› \/who\nana> draft$/m);
  await hub.ack("1");
  await ana.until(/bob: first\n\d\d:\d\d ana: hello\n… {5}› \/who\nana> draft$/m);
  const accepted = ana.cellOf("ana: hello");
  assert(accepted.fg !== waiting.fg && accepted.bold, "its own look");
  await hub.send({
    type: "reply",
    ref: "2",
    code: "who",
    data: { members: ["ana"], count: 1, room: "general" },
    text: "",
  });
  await ana.until(/ana: hello\n\d\d:\d\d › \/who\n\d\d:\d\d \* 1 here: ana\nana> draft$/m);
  assertEquals(count(ana.text(), "hello"), 1);
});

testInPty("a refused message is shown as not sent, and the arrow key recalls it", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub);
  ana.type("hello\r");
  const { ref } = (await hub.frame())!;
  await hub.send({ type: "error", ref, code: "paused", params: { room: "general" }, text: "" });
  await untilInput(ana, placed("ana", [], 80), "! not sent: hello");
  assertEquals(history(ana).slice(-2), [
    "! #general is paused: only moderators may write there",
    "! not sent: hello",
  ]);
  ana.press("up");
  await untilInput(ana, placed("ana", narrow("hello"), 80));
});

testInPty("--joins decides which joins and leaves are shown", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using all = await join(hub, "ana");
  await using smart = await join(hub, "eva", { args: ["--joins", "smart"] });
  await using none = await join(hub, "luis", { args: ["--joins", "none"] });
  await using bob = await joinWithNc(hub.port, "bob");
  bob.send("hello\n/name rob\nbye\n");
  for (const terminal of [all, smart, none]) await terminal.until("rob: bye");
  const events = (terminal: TestTerminal) =>
    history(terminal).filter((row) => /joined|is now/.test(row)).length;
  assertEquals([events(all), events(smart), events(none)], [5, 1, 0]);
});

testInPty("--time decides about the time beside the lines", async () => {
  const cases = [["HH:MM", /^\d\d:\d\d bob: x$/m], ["relative", /^\+0s {3}bob: x$/m], [
    "none",
    /^bob: x$/m,
  ]] as const;
  for (const [time, wanted] of cases) {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub, { args: ["--time", time] });
    // Independent of clocks and midnight: it was sent when the line above was shown.
    await hub.send(said("first", { ts: Date.UTC(2100, 0, 1) }));
    await hub.send(said("x", { ts: Date.UTC(2100, 0, 1) }));
    await ana.until(wanted);
    await ana.until(/^--- Friday,? 1 January 2100 ---$/m);
  }
});

testInPty("the mono theme has no colours, and NO_COLOR overrides any theme", async () => {
  const cases: [JoinOptions, { colors: boolean; bold: boolean }][] = [
    [{}, { colors: true, bold: true }],
    [{ args: ["--theme", "mono"] }, { colors: false, bold: true }],
    [{ args: ["--theme", "high-contrast"] }, { colors: false, bold: true }],
    [{ args: ["--theme", "high-contrast"], env: { NO_COLOR: "1" } }, {
      colors: false,
      bold: false,
    }],
  ];
  for (const [options, wanted] of cases) {
    using hub = new ScriptedHub();
    await using ana = await joinScripted(hub, options);
    await hub.send(said("hola ana"));
    await ana.until(/bob: hola ana\nana>$/m); // the prompt too, which is drawn after it
    // deno-lint-ignore no-control-regex
    assertEquals(/\x1b\[[34][0-9;]+m/.test(ana.raw()), wanted.colors);
    assertEquals(ana.cellOf("bob: hola").bold, wanted.bold);
    assertEquals(ana.cellOf("ana> ").bold, wanted.bold);
  }
});

testInPty("with --ascii the client draws only ASCII beside the messages", async () => {
  using hub = new ScriptedHub();
  await using ana = await joinScripted(hub, { args: ["--ascii"] });
  ana.type("/who\rwaiting\r");
  await ana.until(/^\.\.\. {3}> \/who\n\.\.\. {3}ana: waiting\nana>$/m);
  const reply = { type: "reply", ref: "1", code: "who", data: { members: ["ana"], count: 1 } };
  await hub.send({ ...reply, text: "" }, said("x", { ts: Date.now() + 86_400_000 }));
  await ana.until("bob: x");
  // deno-lint-ignore no-control-regex
  assertEquals(ana.raw().match(/[^\x00-\x7f]/g), null);
});

testInPty("--no-history joins without the history", async () => {
  using hub = new ScriptedHub();
  await using _ana = TestTerminal.open(
    chat("client", "127.0.0.1", String(hub.port), "--no-history"),
  );
  await hub.accept();
  assertEquals((await hub.frame())?.["history"], 0);
});

// --plain.

testInPty("--plain only adds lines, and rings for a mention", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = TestTerminal.open(
    chat("client", "127.0.0.1", String(hub.port), "--name", "ana", "--plain"),
  );
  await ana.until("* welcome, ana");
  ana.type("hola\r/nonsense\r");
  assertEquals(await bob.until("ana: "), "ana: hola");
  await ana.until("! unknown command /nonsense");
  bob.send("¿qué tal, ana?\n");
  await ana.until("bob: ¿qué tal, ana?");
  assertEquals(count(ana.text(), "hola"), 1); // echoed by the terminal
  await ana.until((it) => it.raw().includes(BELL), "the bell");
  ana.press("ctrl-c");
  // The wrong command was reported already, and does not change the exit code.
  assertEquals(await ana.exit(), { code: 0, signal: null });
  await bob.until("* ana left");
  // deno-lint-ignore no-control-regex
  assertEquals(ana.raw().replace(/[\r\n]|\x07/g, "").match(/[\x00-\x1f\x7f]/), null);
});

testInPty("--plain asks for passwords without showing them", async () => {
  using hub = new ScriptedHub();
  await using ana = TestTerminal.open(
    chat("client", "127.0.0.1", String(hub.port), "--name", "ana", "--plain"),
  );
  await hub.accept();
  await hub.frame();
  await hub.send({ type: "error", code: "password_wanted", params: {}, text: "" });
  await ana.until(/^password:$/m);
  const before = await ana.stty();
  assertMatch(before, / -echo\b/);
  ana.type("hunter2\r");
  assertEquals((await hub.frame())?.["password"], "hunter2");
  await hub.welcome("ana");
  await ana.until("* welcome, ana");
  assertMatch(await ana.stty(), /(^| )echo\b/m);
  ana.type("/mod\r");
  await ana.until(/^\/mod\npassword:$/m);
  ana.type("swordfish\rhola\r"); // what follows at once is a line of its own
  assertEquals((await hub.frame())?.["line"], "/mod swordfish");
  await hub.send({ type: "reply", ref: "1", code: "mod", data: {}, text: "" });
  await ana.until("* you are a moderator");
  const said = await hub.frame();
  assertEquals(said?.["text"], "hola");
  await hub.send({ type: "ack", ref: said!["ref"] as string, id: 1, ts: 0 });
  ana.press("ctrl-d");
  assertEquals((await hub.frame())?.["line"], "/exit");
  await hub.send({ type: "bye", code: "quit", params: {}, text: "" });
  assertEquals((await ana.exit()).code, 0);
  for (const secret of ["hunter2", "swordfish"]) assert(!ana.raw().includes(secret), ana.raw());
});

testInPty("--plain reconnects too, at once after Enter on an empty line", async () => {
  using hub = new ScriptedHub();
  await using ana = TestTerminal.open(
    chat("client", "127.0.0.1", String(hub.port), "--name", "ana", "--plain"),
  );
  for (let time = 1; time <= 3; time++) {
    await hub.accept();
    await hub.frame();
    await hub.welcome("ana");
    await ana.until("* welcome, ana");
    hub.hangUp();
    await ana.until(
      (it) => count(it.text(), "connection lost") === time,
      "that it is lost",
    );
    ana.type("\r");
  }
});
