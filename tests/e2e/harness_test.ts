/** That the end-to-end tests would notice a failure: on small programs of sh, and on logs. */

import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { assertCleanLog } from "../support/besieged.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";

function testInPty(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `terminal: ${name}`, ignore: NO_PTY, fn });
}

function sh(script: string): string[] {
  return ["sh", "-c", script];
}

testInPty("exit gives the code, or the signal that ended the program", async () => {
  await using failing = TestTerminal.open(sh("echo last words; exit 7"));
  assertEquals(await failing.exit(), { code: 7, signal: null });
  assertEquals(failing.text(), "last words");

  await using killed = TestTerminal.open(["cat"]);
  killed.signal("SIGTERM");
  assertEquals(await killed.exit(), { code: 143, signal: "SIGTERM" });
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

testInPty("a wait fails with the screen when the program ends or the deadline passes", async () => {
  await using ending = TestTerminal.open(sh("echo 'something else'; exit 3"));
  const ended = await assertRejects(() => ending.until("never"), Error);
  assertMatch(ended.message, /"never": the program ended with code 3\n/);
  assertMatch(ended.message, /\n\|something else\n/);

  await using hanging = TestTerminal.open(["cat"], { deadlineMs: 50 });
  const late = await assertRejects(() => hanging.until(() => false, "Godot"), Error);
  assertMatch(late.message, /Godot.*nothing came of it in 50 ms/);
});

async function cksum(text: string): Promise<string> {
  const child = new Deno.Command("cksum", { stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout).split(" ")[0] ?? "";
}

Deno.test("what beats a hub tells a log that is clean from one that is not", () => {
  const line = 'time=2026-11-22T19:45:19Z level=info logger=chat msg="a b" nick=ana peer=""\n';
  assertCleanLog(line + line.replace("ana", '"a=\\"b\\""'));
  for (
    const wrong of [
      "    at run (file:///chat/main.ts:1:2)\n",
      "chat: unexpected error: a fault\n",
      line.replace("ana", '"a\x1b[2Jb"'),
      line.replace("ana", '"a\u202eb"'),
      line.replace("ana", "a b"),
      line.replace("ana", '"Error: x at file:///chat/main.ts:1:2"'),
    ]
  ) assertThrows(() => assertCleanLog(line + wrong), Error, undefined, wrong);
});
