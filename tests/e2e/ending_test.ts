/** How a chat ends: by the hub, a signal or a closed window. The terminal is restored each time. */

import { assertEquals, assertMatch } from "@std/assert";
import { resolve } from "node:path";
import { chat, startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { recordStty, type SttyRecorder, TestTerminal } from "../support/terminal.ts";
import {
  count,
  join,
  type JoinOptions,
  joinWithNc,
  MIXED,
  narrow,
  placed,
  readInput,
  stall,
  testInPty,
  textOf,
  untilInput,
} from "./people.ts";

const DRAFT = [...MIXED, ...MIXED, ...MIXED];

/** A client, with the terminal's settings recorded before and after it. */
async function joinRecorded(hub: { port: number }, nick: string, options: JoinOptions = {}) {
  const directory = await tempDirectory();
  let recorder: SttyRecorder | undefined;
  const wrap = (command: string[]) => {
    recorder = recordStty(command, directory.path);
    return recorder.command;
  };
  const terminal = await join(hub, nick, { ...options, wrap });
  return {
    terminal,
    /** Call it after the exit. */
    async assertRestored() {
      const { before, after } = await recorder!.settings();
      assertMatch(before, /(?<!-)icanon/);
      assertEquals(after, before);
    },
    async [Symbol.asyncDispose]() {
      await terminal[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

/** The prompt while the connection is lost. */
const COUNTDOWN = /^\((again in \d+ s|connecting)\) ana> /;

testInPty(
  "after the hub is killed the draft stays, and leaving reports it as not sent",
  async () => {
    await using hub = await startHub();
    await using ana = await joinRecorded(hub, "ana", { cols: 60 });
    const { terminal } = ana;
    terminal.type(textOf(DRAFT));
    terminal.press("home");
    await untilInput(terminal, placed("ana", DRAFT, 60, 0));
    assertMatch(await terminal.stty(), / -icanon\b/);
    hub.kill("SIGKILL");
    await terminal.until(() => COUNTDOWN.test(readInput(terminal)?.rows[0] ?? ""), "a countdown");
    assertMatch(
      terminal.text().replace(/\n */g, " "),
      /\* connection lost: trying again \(press Enter on an empty line to try now\)/,
    );
    // The draft can still be edited.
    terminal.type("!");
    await terminal.until((it) => readInput(it)?.rows[0]?.includes(`ana> !${DRAFT[0]![0]}`));
    terminal.press("end");
    terminal.signal("SIGTERM");
    assertEquals(await terminal.exit(), { code: 0, signal: null });
    await ana.assertRestored();
    const text = terminal.text();
    // Wrapped, with a hanging indent.
    const unsent = text.slice(text.indexOf("! not sent: ")).replace(/\n */g, "");
    assertEquals(unsent, `! not sent: !${textOf(DRAFT)}`);
    assertEquals(count(text, "ana>"), 0);
    assertEquals(terminal.cursor().x, 0);
  },
);

testInPty("a stopping hub says so, and the client retries until the user leaves", async () => {
  await using hub = await startHub();
  await using ana = await joinRecorded(hub, "ana", { args: ["--lang", "es"] });
  const { terminal } = ana;
  terminal.type("a medio decir");
  await untilInput(terminal, placed("ana", narrow("a medio decir"), 80));
  hub.kill("SIGTERM");
  await terminal.until(/^\((de nuevo en \d+ s|conectando)\) ana> a medio decir$/m);
  assertMatch(
    terminal.text({ joinWrapped: true }),
    /\* desconectado: el servidor se detiene\n\d\d:\d\d \* se ha perdido la conexión: /,
  );
  assertEquals(await hub.exit(), { code: 0, signal: null });
  terminal.press("enter");
  await terminal.until("ana: a medio decir");
  terminal.press("ctrl-d");
  assertEquals(await terminal.exit(), { code: 0, signal: null });
  await ana.assertRestored();
  assertMatch(terminal.text(), /! no enviado: a medio decir$/);
});

testInPty(
  "with --retry 0 a lost hub ends the client, and its address is named",
  async () => {
    await using hub = await startHub();
    await using ana = await joinRecorded(hub, "ana", { args: ["--retry", "0"] });
    const { terminal } = ana;
    terminal.type("draft");
    await untilInput(terminal, placed("ana", narrow("draft"), 80));
    hub.kill("SIGKILL");
    assertEquals(await terminal.exit(), { code: 1, signal: null });
    await ana.assertRestored();
    const lost = `! the connection to 127\\.0\\.0\\.1:${hub.port} was lost`;
    assertMatch(terminal.text(), new RegExp(`${lost}\n\\d\\d:\\d\\d ! not sent: draft$`));
  },
);

for (const signal of ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const) {
  testInPty(`${signal} ends the client as leaving does`, async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await joinRecorded(hub, "ana");
    ana.terminal.type("draft");
    await untilInput(ana.terminal, placed("ana", narrow("draft"), 80));
    ana.terminal.signal(signal);
    assertEquals(await ana.terminal.exit(), { code: 0, signal: null });
    assertMatch(ana.terminal.text(), /! not sent: draft$/);
    await ana.assertRestored();
    await bob.until("* ana left (1 here)");
  });
}

testInPty("Ctrl-Z gives the terminal back until the shell continues the client", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  const script = 'set -m; "$@"; echo stopped; read -r _; fg';
  const wrap = (command: string[]) => ["sh", "-c", script, "sh", ...command];
  await using ana = await join(hub, "ana", { wrap });
  const line = [...DRAFT, ...DRAFT, ...DRAFT];
  ana.type(textOf(line));
  await untilInput(ana, placed("ana", line, 80));
  ana.press("ctrl-z");
  await ana.until("stopped");
  assertMatch(await ana.stty(), / icanon\b/);
  assertEquals(ana.modes.bracketedPasteMode, false);
  assertEquals(count(ana.text(), "ana>"), 0);
  bob.send("meanwhile\n");
  ana.type("\n");
  await untilInput(ana, placed("ana", line, 80), "bob: meanwhile");
  assertMatch(await ana.stty(), / -icanon\b/);
  assertEquals(count(ana.text(), "ana>"), 1);
});

testInPty(
  "--title shows the room and unread mentions, and the title comes back at the end",
  async () => {
    await using hub = await startHub();
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await join(hub, "ana", { args: ["--title"] });
    bob.send("hola, ana\n@ana?\nnada\n");
    await ana.until((it) => it.raw().includes("\x1b]2;(2) chat #general\x1b\\"), "two mentions");
    ana.type("x");
    // deno-lint-ignore no-control-regex
    const isSeen = /\(2\) chat #general[^]*\x1b\]2;chat #general\x1b/;
    await ana.until((it) => isSeen.test(it.raw()), "the title without them");
    ana.signal("SIGTERM");
    await ana.exit();
    // deno-lint-ignore no-control-regex
    const titles = ana.raw().match(/\x1b\[2[23];2t/g);
    assertEquals(titles, ["\x1b[22;2t", "\x1b[23;2t"]);
  },
);

testInPty("a client that crashes restores the terminal", async () => {
  await using directory = await tempDirectory();
  const script = resolve(import.meta.dirname!, "../support/crashing_client.ts");
  const recorder = recordStty(
    [Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-env", script],
    directory.path,
  );
  await using terminal = TestTerminal.open(recorder.command);
  await terminal.until((it) => it.modes.bracketedPasteMode, "the terminal to be taken over");
  assertMatch(await terminal.stty(), / -icanon\b/);
  terminal.type("x");
  assertEquals((await terminal.exit()).code, 1);
  const { before, after } = await recorder.settings();
  assertEquals(after, before);
  assertEquals(terminal.modes.bracketedPasteMode, false);
});

testInPty("closing the window ends the client, and the others are notified", async () => {
  await using hub = await startHub();
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  ana.hangUp();
  await ana.exit();
  await bob.until("* ana left (1 here)");
});

testInPty("a killed client leaves the room after the grace period", async () => {
  await using hub = await startHub(["--grace", "0"]);
  await using bob = await join(hub, "bob");
  await using ana = await join(hub, "ana");
  await bob.until("* ana joined (2 here)");
  ana.signal("SIGKILL");
  await ana.exit();
  await untilInput(bob, placed("bob", [], 80), "* ana left (1 here)");
});

testInPty("closing a hub's window tells everyone", async () => {
  await using terminal = TestTerminal.open(chat("server", "127.0.0.1", "0"));
  const [, port] = await terminal.until(/ nc 127\.0\.0\.1 (\d+)/);
  await using ana = await joinWithNc(Number(port), "ana");
  terminal.hangUp();
  assertEquals(await ana.line(), "* disconnected: the hub is stopping");
  assertEquals(await ana.closed(), "end");
});

Deno.test({
  name: "a hub that was started with nohup outlives its terminal",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub([], { wrap: (command) => ["nohup", ...command] });
    hub.kill("SIGHUP");
    await using ana = await joinWithNc(hub.port, "ana");
    hub.kill("SIGTERM");
    await ana.until("* disconnected: the hub is stopping");
    assertEquals(await hub.exit(), { code: 0, signal: null });
    assertMatch(hub.stdout(), /^stopping: saying goodbye to everyone/m);
  },
});

Deno.test({
  name: "a hub whose log is not read goes on, and stops on SIGTERM",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using directory = await tempDirectory();
    const script = 'mkfifo "$0" && exec 3<>"$0" && exec "$@" 2>&3';
    const wrap = (command: string[]) => ["sh", "-c", script, `${directory.path}/log`, ...command];
    await using hub = await startHub(["--log", "debug"], { wrap });
    // More than a pipe holds.
    for (let i = 0; i < 400; i++) {
      await using _ = await joinWithNc(hub.port, `guest-with-a-name-${i}`);
    }
    hub.kill("SIGTERM");
    assertEquals(await hub.exit(), { code: 0, signal: null });
  },
});

Deno.test({
  name: "a second Ctrl-C ends a hub that waits for a slow consumer",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using hub = await startHub(["--rate", "0"]);
    const { stuck, bot } = await stall(hub);
    await using _stuck = stuck;
    await using _bot = bot;
    hub.kill("SIGINT");
    await hub.untilStdout("stopping");
    hub.kill("SIGINT");
    assertEquals(await hub.exit(), { code: 130, signal: null });
  },
});
