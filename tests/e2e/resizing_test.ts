/** Resizing the window while typing erases no printed line, and leaves the input right. */

import { assert, assertEquals } from "@std/assert";
import type { Peer } from "../support/peer.ts";
import { startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import type { TestTerminal } from "../support/terminal.ts";
import {
  join,
  joinWithNc,
  MIXED,
  narrow,
  type Piece,
  placed,
  readInput,
  testInPty,
  textOf,
  untilInput,
} from "./people.ts";

const LINE = [...MIXED, ...MIXED, ...MIXED, ...MIXED];
const WIDTHS = [40, 20, 300, 40, 80, 20, 80] as const;

/** Numbered messages, each short enough for a narrow window. */
function messages(from: number, count: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `nº ${String(from + index).padStart(3, "0")}`,
  );
}

function send(peer: Peer, texts: string[]): void {
  peer.send(texts.map((text) => text + "\n").join(""));
}

/** Asserts that every message is shown once, in order. */
function assertAllThere(terminal: TestTerminal, wanted: string[]): void {
  // In a narrow window the nick has a row of its own.
  assertEquals(terminal.text({ joinWrapped: true }).match(/nº \d+$/gm), wanted);
}

for (const reflowCursorLine of [true, false]) {
  const where = reflowCursorLine ? "reflows the cursor's line" : "leaves the cursor's line";

  testInPty(`a draft survives every width if the terminal ${where}`, async () => {
    await using hub = await startHub(["--rate", "0"]);
    await using bob = await joinWithNc(hub.port, "bob");
    await using ana = await join(hub, "ana", { reflowCursorLine });
    const line = [...LINE];
    let cursor = line.length;
    let sent: string[] = [];
    ana.type(textOf(line));
    await untilInput(ana, placed("ana", line, 80));
    for (const [step, columns] of WIDTHS.entries()) {
      await ana.resize(columns, 24);
      await untilInput(ana, placed("ana", line, columns, cursor));
      const more = messages(sent.length, 3);
      send(bob, more);
      sent = [...sent, ...more];
      await untilInput(ana, placed("ana", line, columns, cursor), more.at(-1));
      ana.type("日");
      line.splice(cursor++, 0, ["日", 2]);
      await untilInput(ana, placed("ana", line, columns, cursor));
      if (step === 2) {
        ana.press("home", "right");
        cursor = 1;
        await untilInput(ana, placed("ana", line, columns, cursor));
      }
    }
    assertAllThere(ana, sent);
    assert(ana.text().includes("* welcome, ana (2 here: bob, ana)"));
    ana.press("enter");
    await bob.until(`ana: ${textOf(line)}`);
  });

  testInPty(
    `a window dragged through many widths ends right if the terminal ${where}`,
    async () => {
      await using hub = await startHub(["--rate", "0"]);
      await using bob = await joinWithNc(hub.port, "bob");
      await using ana = await join(hub, "ana", { reflowCursorLine });
      send(bob, messages(0, 30));
      ana.type(textOf(LINE));
      await untilInput(ana, placed("ana", LINE, 80), "nº 029");
      for (const to of [20, 120, 33]) {
        for (let columns = 60; columns !== to; columns += Math.sign(to - columns)) {
          await ana.resize(columns, 24);
        }
        await ana.resize(to, 24);
        await untilInput(ana, placed("ana", LINE, to));
      }
      send(bob, messages(30, 1));
      await untilInput(ana, placed("ana", LINE, 33), "nº 030");
      assertAllThere(ana, messages(0, 31));
    },
  );
}

testInPty("a change of the window's height keeps the input", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana");
  const texts = messages(0, 40);
  send(bob, texts);
  ana.type(textOf(LINE));
  await untilInput(ana, placed("ana", LINE, 80), "nº 039");
  for (const [step, rows] of [10, 40, 5, 24].entries()) {
    await ana.resize(80, rows);
    const more = messages(40 + step, 1);
    send(bob, more);
    texts.push(...more);
    await untilInput(ana, placed("ana", LINE, 80), more[0]);
  }
  assertAllThere(ana, texts);
});

testInPty("an input longer than the screen can be typed, resized and sent", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { cols: 40, rows: 6 });
  send(bob, messages(0, 3));
  await ana.until("nº 002");
  const line: Piece[] = Array.from({ length: 60 }, () => MIXED).flat();
  ana.type(textOf(line));
  // Its end is visible, with the cursor after it.
  const end = (columns: number) => placed("ana", line, columns);
  const isEndShown = (columns: number) => {
    const { rows, x } = end(columns);
    return ana.screen().some((row) => row === rows.at(-1)) && ana.cursor().x === x &&
      ana.screen()[ana.cursor().y] === rows.at(-1);
  };
  await ana.until(() => isEndShown(40), "the end of the input");
  send(bob, messages(3, 3));
  await ana.until(() => ana.text().includes("nº 005") && isEndShown(40), "nº 5 and the end");
  await ana.resize(30, 8);
  await ana.until(() => isEndShown(30), "the end of the input in 30 columns");
  ana.press("home");
  await ana.until(() => readInput(ana)?.x === 5 && readInput(ana)?.row === 0, "its beginning");
  send(bob, messages(6, 3));
  await ana.until(
    () => ana.text().includes("nº 008") && readInput(ana)?.x === 5 && readInput(ana)?.row === 0,
    "nº 8 and the beginning of the input",
  );
  ana.type(">");
  ana.press("enter");
  await bob.until(`ana: >${textOf(line)}`);
  await untilInput(ana, placed("ana", [], 30));
  assertAllThere(ana, messages(0, 9));
});

testInPty("a window of a few columns and rows works", async () => {
  await using hub = await startHub(["--rate", "0"]);
  await using bob = await joinWithNc(hub.port, "bob");
  await using ana = await join(hub, "ana", { cols: 10, rows: 3 });
  const line = narrow("one two three");
  ana.type(textOf(line));
  await ana.resize(2, 1);
  send(bob, messages(0, 1));
  ana.press("enter");
  await bob.until("ana: one two three");
  await ana.resize(80, 24);
  await untilInput(ana, placed("ana", [], 80));
  ana.type("four");
  await untilInput(ana, placed("ana", narrow("four"), 80));
});

testInPty("a window resized while the client was stopped shows the input correctly", async () => {
  await using hub = await startHub();
  await using directory = await tempDirectory();
  const pidFile = `${directory.path}/pid`;
  // With job control, the shell owns the terminal while the client is stopped, and gets the SIGWINCH.
  const script = `set -m; sh -c 'echo $$ >"$0"; exec "$@"' "$@"; echo stopped; read -r _; echo; fg`;
  const wrap = (command: string[]) => ["sh", "-c", script, "sh", pidFile, ...command];
  await using ana = await join(hub, "ana", { wrap });
  const line = narrow("0123456789".repeat(12));
  ana.type(textOf(line));
  await untilInput(ana, placed("ana", line, 80));
  Deno.kill(Number(await Deno.readTextFile(pidFile)), "SIGSTOP");
  await ana.until("stopped");
  await ana.resize(30, 24);
  ana.type("\n");
  await untilInput(ana, placed("ana", line, 30));
});
