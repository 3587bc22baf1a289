/** Proves on small programs of sh that the terminal of the end-to-end tests can be believed. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { tempDirectory } from "../support/temp.ts";
import { type Key, NO_PTY, recordStty, TestTerminal } from "../support/terminal.ts";

function testInPty(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `terminal: ${name}`, ignore: NO_PTY, fn });
}

function sh(script: string): string[] {
  return ["sh", "-c", script];
}

testInPty("what is typed reaches the program and its output the screen", async () => {
  await using terminal = TestTerminal.open(sh('printf "name? "; read x; echo "hello, $x"'));
  await terminal.until("name?");
  assertEquals(terminal.cursor(), { x: 6, y: 0, absoluteY: 0 });
  terminal.type("José");
  terminal.press("enter");
  await terminal.until(/^hello, José$/m);
  assertEquals(terminal.screen().slice(0, 3), ["name? José", "hello, José", ""]);
  assertEquals(terminal.screen().length, 24);
  assertEquals(await terminal.exit(), { code: 0, signal: null });
});

testInPty("exit gives the code, or the signal that ended the program", async () => {
  await using failing = TestTerminal.open(sh("echo last words; exit 7"));
  assertEquals(await failing.exit(), { code: 7, signal: null });
  assertEquals(failing.text(), "last words");

  await using killed = TestTerminal.open(["cat"]);
  killed.signal("SIGTERM");
  assertEquals(await killed.exit(), { code: 143, signal: "SIGTERM" });
});

testInPty("hanging up sends SIGHUP", async () => {
  await using terminal = TestTerminal.open(sh("echo ready; exec cat"));
  await terminal.until("ready");
  terminal.hangUp();
  assertEquals(await terminal.exit(), { code: 129, signal: "SIGHUP" });
  terminal.type("into the void");
});

testInPty("ctrl-c interrupts and ctrl-d ends the input", async () => {
  await using interrupted = TestTerminal.open(["cat"]);
  interrupted.type("x\r");
  await interrupted.until("x\nx");
  interrupted.press("ctrl-c");
  assertEquals((await interrupted.exit()).signal, "SIGINT");

  await using ended = TestTerminal.open(sh("echo ready; exec cat"));
  await ended.until("ready");
  ended.press("ctrl-d");
  assertEquals(await ended.exit(), { code: 0, signal: null });
});

testInPty("the program gets a small environment and a terminal of the size asked for", async () => {
  const script = 'echo "$TERM|$LANG|$GREETING|${EDITOR-none}|$(stty size)|$PWD"';
  await using terminal = TestTerminal.open(sh(script), {
    cols: 100,
    rows: 30,
    env: { GREETING: "buenos días", LANG: "es_ES.UTF-8" },
    cwd: "/",
  });
  await terminal.exit();
  assertEquals(terminal.text(), "xterm-256color|es_ES.UTF-8|buenos días|none|30 100|/");
});

testInPty("a resize reflows the screen, then tells the program", async () => {
  const script =
    'trap "echo now \\$(stty size)" WINCH; echo 0123456789abcdef; while read x; do :; done';
  await using terminal = TestTerminal.open(sh(script), { cols: 20, rows: 5 });
  await terminal.until("abcdef");
  await terminal.resize(10, 6);
  assertEquals(terminal.screen().slice(0, 2), ["0123456789", "abcdef"]);
  assertEquals(terminal.text({ joinWrapped: true }), "0123456789abcdef");
  // The shell runs its trap when the read is over.
  terminal.press("enter");
  await terminal.until("now 6 10");
});

testInPty("a resize reflows the cursor's line in some terminals and not in others", async () => {
  for (const reflowCursorLine of [true, false]) {
    const script = "printf 'abcdefghijklmno'; read x";
    await using terminal = TestTerminal.open(sh(script), { cols: 20, rows: 5, reflowCursorLine });
    await terminal.until("klmno");
    await terminal.resize(10, 5);
    assertEquals(
      terminal.screen().slice(0, 2),
      reflowCursorLine ? ["abcdefghij", "klmno"] : ["abcdefghij", ""],
    );
  }
});

testInPty("wide characters take two columns, combining ones none", async () => {
  const widths: [string, number][] = [
    ["a", 1],
    ["é", 1],
    ["e\u0301", 1],
    ["日", 2],
    ["한", 2],
    ["😀", 2],
    ["👍🏽", 2],
    ["❤️", 2],
    ["🇪🇸", 2],
    ["👨‍👩‍👧", 2],
  ];
  await using terminal = TestTerminal.open(
    sh('stty -echo; echo ready; while read x; do printf "\\r$x"; done'),
  );
  await terminal.until("ready");
  for (const [text, width] of widths) {
    terminal.type(`${text}|\n`);
    const { x } = await terminal.until((it) => it.find(`${text}|`));
    assertEquals(terminal.cell(x, 1).width, width, `width of ${text}`);
    assertEquals(terminal.cell(x, 1).text, text);
    assertEquals(terminal.cell(x + width, 1).text, "|");
  }
});

testInPty("the terminal answers what the program asks of it", async () => {
  const script = `stty raw -echo; printf 'abc\\033[6n'; head -c 6 | od -An -c; printf '\\r\\n'
    printf '\\033[c'; head -c 3 | od -An -c`;
  await using terminal = TestTerminal.open(sh(script));
  await terminal.exit();
  const text = terminal.text().replace(/ +/g, " ");
  assertMatch(text, /033 \[ 1 ; 4 R/);
  assertMatch(text, /033 \[ \?/);
});

testInPty("styles and colours can be read", async () => {
  const script = String.raw`printf '日 \033[1;31mred\033[0m \033[2;38;5;208mdim\033[0m '
    printf '\033[3;4;7;38;2;1;2;255;44mall\033[0m plain'`;
  await using terminal = TestTerminal.open(sh(script));
  await terminal.exit();
  const { bold, dim, fg, bg, x, y } = terminal.cellOf("red");
  assertEquals({ bold, dim, fg, bg, x, y }, {
    bold: true,
    dim: false,
    fg: 1,
    bg: "default",
    x: 3,
    y: 0,
  });
  assertEquals(terminal.cellOf("dim").fg, 208);
  assert(terminal.cellOf("dim").dim);
  const all = terminal.cellOf("all");
  assert(all.italic && all.underline && all.inverse);
  assertEquals([all.fg, all.bg], ["#0102ff", 4]);
  assertEquals(terminal.cellOf("plain").fg, "default");
});

testInPty("keys and pastes follow the modes that the program has set", async () => {
  const keys: [Key, string][] = [
    ["left", "033 [ D"],
    ["home", "033 [ H"],
    ["delete", "033 [ 3 ~"],
    ["shift-tab", "033 [ Z"],
    ["ctrl-c", "003"],
    ["alt-f", "033 f"],
    ["backspace", "177"],
  ];
  const script = `stty raw -echo; echo ready; head -c 17 | od -An -c
    printf '\\033[?1h\\033[?2004hset'; head -c 3 | od -An -c; head -c 17 | od -An -c`;
  await using terminal = TestTerminal.open(sh(script), { cols: 120 });
  await terminal.until("ready");
  terminal.press(...keys.map(([key]) => key));
  const bytes = keys.map(([, bytes]) => bytes).join(" ");
  await terminal.until((it) => it.text().replace(/\s+/g, " ").includes(bytes), bytes);
  await terminal.until("set");
  assert(terminal.modes.bracketedPasteMode);
  terminal.press("left");
  terminal.paste("a\r\nb\nc");
  await terminal.exit();
  const text = terminal.text().replace(/\s+/g, " ");
  assert(text.includes("033 O D"), text);
  assert(text.includes("033 [ 2 0 0 ~ a \\r b \\r c 033 [ 2 0 1 ~"), text);
});

testInPty("a burst of megabytes arrives whole", async () => {
  const lines = 60_000;
  const script =
    `i=0; while [ $i -lt ${lines} ]; do echo "line $i of a long, long, long output"; i=$((i+1)); done`;
  await using terminal = TestTerminal.open(sh(script), { scrollback: 100 });
  assertEquals((await terminal.exit()).code, 0);
  const received = terminal.raw().trimEnd().split("\r\n");
  assertEquals(received.length, lines);
  assertEquals(received.findIndex((line, i) => !line.startsWith(`line ${i} `)), -1);
  assertEquals(terminal.screen()[22], received.at(-1));
});

testInPty("a large paste reaches a program that begins to read late", async () => {
  await using directory = await tempDirectory();
  const fifo = `${directory.path}/go`;
  const paste = "0123456789abcde\n".repeat(12_500);
  const script = `mkfifo '${fifo}'; stty raw -echo; echo ready
    read x < '${fifo}'; head -c ${paste.length} | cksum`;
  await using terminal = TestTerminal.open(sh(script));
  await terminal.until("ready");
  terminal.type(paste);
  await Deno.writeTextFile(fifo, "go\n");
  assertEquals(await terminal.exit(), { code: 0, signal: null });
  assertMatch(terminal.text(), new RegExp(`\\b${await cksum(paste)} ${paste.length}$`));
});

testInPty("what comes during a pause is read after it", async () => {
  await using terminal = TestTerminal.open(sh("read x; printf '%0300000d' 7; echo END"));
  terminal.pause();
  terminal.press("enter");
  terminal.resume();
  await terminal.exit();
  assertEquals(terminal.raw(), `\r\n${"7".padStart(300_000, "0")}END\r\n`);
});

testInPty("raw keeps what leaves no trace on the screen, and split characters whole", async () => {
  const script = String.raw`stty -echo; printf 'gone\033[2J\033[H\303'; read x; printf '\261'`;
  await using terminal = TestTerminal.open(sh(script));
  await terminal.until((it) => it.raw().includes("[H"));
  terminal.press("enter");
  await terminal.exit();
  assertEquals(terminal.text(), "ñ");
  assertEquals(terminal.raw(), "gone\x1b[2J\x1b[Hñ");
});

testInPty("settings of the terminal can be compared before and after a program", async () => {
  await using directory = await tempDirectory();
  for (const [script, same] of [["stty raw; exit 4", false], ["exit 5", true]] as const) {
    const { command, settings } = recordStty(sh(script), directory.path);
    await using terminal = TestTerminal.open(command);
    assertEquals((await terminal.exit()).code, same ? 5 : 4);
    const { before, after } = await settings();
    assertMatch(before, /(?<!-)icanon/);
    assertEquals(before === after, same);
  }
});

testInPty("settings of the terminal can be read while a program runs", async () => {
  await using terminal = TestTerminal.open(sh("stty -echo; echo ready; exec cat"));
  await terminal.until("ready");
  assertMatch(await terminal.stty(), / -echo\b/);
});

testInPty("a wait fails with the screen when the program ends or the deadline passes", async () => {
  await using ending = TestTerminal.open(sh("echo 'something else'; exit 3"));
  const ended = await assertRejects(() => ending.until("never"), Error);
  assertMatch(ended.message, /"never": the program ended with code 3\n/);
  assertMatch(ended.message, /\n\|something else\n/);

  await using hanging = TestTerminal.open(["cat"], { deadlineMs: 50 });
  const late = await assertRejects(() => hanging.until(() => false, "Godot"), Error);
  assertMatch(late.message, /Godot.*nothing came of it in 50 ms/);
});

testInPty("what a program leaves behind does not keep its terminal open for ever", async () => {
  await using terminal = TestTerminal.open(
    sh("trap '' HUP; sleep 60 & echo $!; exit 2"),
  );
  const [pid] = await terminal.until(/^\d+$/m);
  assertEquals(await terminal.exit(), { code: 2, signal: null });
  Deno.kill(Number(pid), "SIGKILL");
});

async function cksum(text: string): Promise<string> {
  const child = new Deno.Command("cksum", { stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split(" ")[0] ?? "";
}
