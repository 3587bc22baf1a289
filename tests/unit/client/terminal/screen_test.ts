import { assert, assertEquals } from "@std/assert";
import type { InputLine } from "../../../../client/terminal/layout.ts";
import { Screen } from "../../../../client/terminal/screen.ts";
import { Rig, type RigOptions } from "./rig.ts";

const INPUT: InputLine = { prompt: "> ", line: "hola", cursor: 4 };

async function withRig(options: RigOptions, run: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = new Rig(options);
  try {
    await run(rig);
  } finally {
    rig.terminal.dispose();
  }
}

const SMALL: RigOptions = { columns: 20, rows: 5 };

Deno.test("lines are printed above the input, and the input stays below them", () =>
  withRig(SMALL, async (rig) => {
    rig.show(INPUT);
    await rig.idle();
    assertEquals(rig.terminal.rows(), ["> hola", "", "", "", ""]);
    rig.print("uno", "dos");
    await rig.idle();
    assertEquals(rig.terminal.rows(), ["uno", "dos", "> hola", "", ""]);
    assertEquals(rig.terminal.cursor(), { x: 6, y: 2, absoluteY: 2 });
  }));

Deno.test("with little room, the input replaces status rows", () =>
  withRig({ columns: 20, rows: 4 }, async (rig) => {
    rig.show({ prompt: "> ", line: "x".repeat(30), cursor: 30 }, ["one", "two"]);
    await rig.idle();
    assertEquals(rig.terminal.rows(), ["one", `> ${"x".repeat(18)}`, "x".repeat(12), ""]);
    rig.show({ prompt: "> ", line: "x".repeat(50), cursor: 50 }, ["one", "two"]);
    await rig.idle();
    assertEquals(rig.shownInput(), rig.expectedInput());
    assertEquals(rig.expectedInput().rows.length, 3);
  }));

Deno.test("prompt and status rows are styled, and styles take no column", async () => {
  const writes: string[] = [];
  const screen = new Screen({
    columns: 10,
    rows: 5,
    styles: { statusRows: (text) => `<${text}>`, prompt: (text) => `[${text}]` },
    write: (text) => Promise.resolve(void writes.push(text)),
    schedule: (flush) => flush(),
    after: () => () => {},
  });
  screen.setInput({ prompt: "> ", line: "> hola y adiós", cursor: 0 }, () => ["waits"]);
  await screen.flush();
  const shown = writes.join("");
  assert(shown.includes("<waits>\r\n[> ]> hola y\r\n adiós"), shown);
  screen.setInput({ prompt: "a long prompt> ", line: "", cursor: 0 });
  await screen.flush();
  assert(writes.at(-1)!.includes("a long pro\r\nmpt> "), writes.at(-1));
});

Deno.test("nothing is erased from the corner of the screen, which tmux would keep in its scrollback", () =>
  withRig(SMALL, async (rig) => {
    rig.show(INPUT);
    await rig.idle();
    rig.show({ ...INPUT, cursor: 0 });
    await rig.idle();
    assert(rig.writes[1]!.includes("\x1b[C\x1b[J"), rig.writes[1]);
    assertEquals(rig.terminal.rows(), ["> hola", "", "", "", ""]);
  }));

Deno.test("an input taller than the screen shows the rows around the cursor", () =>
  withRig(SMALL, async (rig) => {
    rig.print("uno");
    const line = Array.from({ length: 200 }, (_, i) => String.fromCharCode(97 + i % 26)).join("");
    for (const cursor of [200, 100, 0, 57, 200]) {
      rig.show({ prompt: "> ", line, cursor });
      await rig.idle();
      assertEquals(rig.shownInput(), rig.expectedInput());
      assertEquals(rig.linesAbove(), ["uno"]);
    }
  }));

Deno.test("all changes of a burst are one write, shown at once", () =>
  withRig(SMALL, async (rig) => {
    for (let n = 1; n <= 100; n++) {
      rig.print(`line ${n}`);
      rig.show({ ...INPUT, cursor: n % 4 });
    }
    rig.screen.clear();
    await rig.idle();
    assertEquals(rig.writes.length, 1);
    const [write] = rig.writes;
    assert(write!.startsWith("\x1b[?2026h") && write!.endsWith("\x1b[?2026l"));
    assertEquals(rig.linesAbove(), rig.printed);
  }));

Deno.test("changes during a write go out in the next one", () =>
  withRig(SMALL, async (rig) => {
    rig.print("uno");
    const first = rig.now();
    rig.print("dos");
    rig.print("tres");
    rig.show(INPUT);
    await first;
    await rig.idle();
    assertEquals(rig.writes.length, 2);
    assertEquals(rig.terminal.rows(), ["uno", "dos", "tres", "> hola", ""]);
  }));

Deno.test("nothing is written when nothing has changed", () =>
  withRig(SMALL, async (rig) => {
    await rig.idle();
    assertEquals(rig.writes, []);
    rig.print("uno");
    await rig.idle();
    await rig.idle();
    assertEquals(rig.writes.length, 1);
  }));

Deno.test("clear erases the screen except the input, and loses no queued line", () =>
  withRig(SMALL, async (rig) => {
    for (let n = 1; n <= 9; n++) rig.print(`line ${n}`);
    rig.show(INPUT);
    await rig.idle();
    rig.print("new");
    rig.screen.clear();
    rig.print("newer");
    await rig.idle();
    assertEquals(rig.terminal.rows(), ["new", "newer", "> hola", "", ""]);
    const inScrollback = rig.terminal.text().split("\n").slice(0, -3);
    assertEquals(inScrollback, ["line 1", "line 2", "line 3", "line 4", "line 5"]);
  }));

Deno.test("invalidate paints the input again where the cursor is", () =>
  withRig({ columns: 20, rows: 8 }, async (rig) => {
    rig.show(INPUT);
    await rig.idle();
    rig.terminal.feed(new TextEncoder().encode("\r\nshell$ fg\r\n"));
    rig.screen.invalidate();
    await rig.idle();
    assertEquals(rig.terminal.rows().slice(0, 4), ["> hola", "shell$ fg", "> hola", ""]);
    rig.print("uno");
    await rig.idle();
    assertEquals(rig.terminal.rows().slice(0, 4), ["> hola", "shell$ fg", "uno", "> hola"]);
  }));

Deno.test("while the size changes again and again, nothing is written, and then the lines before the input", () =>
  withRig({ columns: 40, rows: 6 }, async (rig) => {
    rig.show(INPUT);
    rig.print("uno");
    await rig.idle();
    for (const columns of [39, 35, 30, 25, 30]) {
      rig.resize(columns, 6);
      rig.print(`at ${columns}`);
      await rig.now();
      assertEquals(rig.writes.length, 1);
      assertEquals(rig.timers, 1);
    }
    await rig.idle();
    assertEquals(rig.writes.length, 4);
    assertEquals(rig.writes[1], "\x1b[>c\x1b7\x1b[9999;9999H\x1b[6n\x1b8\x1b[6n");
    assertEquals(rig.writes.map((text) => text.includes("hola")), [true, false, false, true]);
    assertEquals(rig.linesAbove(), rig.printed);
  }));

Deno.test("the input waits for the program to be told the size that the terminal has already", () =>
  withRig({ columns: 40, rows: 6, kind: "keeps" }, async (rig) => {
    rig.show({ prompt: "> ", line: "x".repeat(60), cursor: 60 });
    await rig.idle();
    rig.resize(35, 6);
    rig.terminal.resize(30, 6);
    rig.print("uno");
    await rig.nextTimer();
    assertEquals(rig.terminal.rows().filter((row) => row !== ""), ["uno"]);
    rig.print("dos");
    await rig.now();
    assertEquals(rig.terminal.rows().filter((row) => row !== ""), ["uno", "dos"]);
    rig.resize(30, 6);
    await rig.idle();
    assertEquals(rig.shownInput(), rig.expectedInput());
    assertEquals(rig.linesAbove(), ["uno", "dos"]);
  }));

Deno.test("an unexpected cursor report changes nothing", () =>
  withRig(SMALL, async (rig) => {
    rig.show(INPUT);
    await rig.idle();
    rig.screen.onCursorReport(0, 3);
    await rig.idle();
    assertEquals(rig.writes.length, 1);
  }));

Deno.test("flush waits until everything is written, even after a resize", () =>
  withRig(SMALL, async (rig) => {
    await rig.screen.flush();
    let settled = false;
    rig.print("uno");
    rig.resize(30, 5);
    const settling = rig.screen.flush().then(() => settled = true);
    await rig.now();
    assertEquals(settled, false);
    assertEquals(rig.screen.queuedLines, 1);
    await rig.idle();
    await settling;
    assertEquals(rig.screen.queuedLines, 0);
    assertEquals(rig.linesAbove(), ["uno"]);
  }));
