/**
 * Our screen on a headless terminal, for tests: it collects what would call back later, and lets it happen when the test
 * says so. There is no clock in it; timers go off when nothing else is left to happen.
 */

import { extractCursorReport } from "../../../../client/terminal/keyboard.ts";
import { type InputLine, layOut } from "../../../../client/terminal/layout.ts";
import { Screen } from "../../../../client/terminal/screen.ts";
import { wrap } from "../../../../client/terminal/wrap.ts";
import { EmulatedScreen as Terminal } from "../../../support/screen.ts";
import { ReflowingTerminal } from "./reflowing_terminal.ts";

/**
 * What the terminal does with the cursor's line when its width changes: `cuts` it as VS Code does, `moves` it as xterm.js
 * can do, where the cursor goes down with whatever is broken, or `keeps` the cursor at its place, as VTE does.
 */
export type Kind = "cuts" | "moves" | "keeps";

/** How a rig is made. */
export interface RigOptions {
  columns: number;
  rows: number;
  /** What becomes of the cursor's line when the width changes; see `Kind`. */
  kind?: Kind;
  /** Whether the terminal says where its cursor is when it is asked. */
  answers?: boolean;
}

interface Timer {
  milliseconds: number;
  call: () => void;
}

const utf8 = new TextEncoder();

export class Rig {
  readonly screen: Screen;
  readonly terminal: Terminal | ReflowingTerminal;
  /** Each write, as it was written. */
  readonly writes: string[] = [];
  /** Every line that was printed, in its order. */
  readonly printed: string[] = [];
  input: InputLine | undefined;
  /** What is to stand above the input, as far as there is room. */
  above: readonly string[] = [];
  /** Whether the cursor was in the last column when asked for: it may be there for two reasons. */
  wasUndecidable = false;
  /** How many of them were printed before the last clear. */
  printedAtClear = 0;
  readonly #timers: Timer[] = [];
  readonly #flushes: (() => void)[] = [];
  readonly #replies: string[] = [];
  #rows: number;

  constructor({ columns, rows, kind = "moves", answers = true }: RigOptions) {
    this.#rows = rows;
    const reply = (data: string) => void (answers && this.#replies.push(data));
    this.terminal = kind === "keeps"
      ? new ReflowingTerminal({ cols: columns, rows, reply })
      : new Terminal({
        cols: columns,
        rows,
        scrollback: 10_000,
        reflowCursorLine: kind === "moves",
        reply,
        changed: () => {},
      });
    this.screen = new Screen({
      columns,
      rows,
      write: (text) => {
        this.writes.push(text);
        this.terminal.feed(utf8.encode(text));
        return this.terminal.settled();
      },
      schedule: (flush) => void this.#flushes.push(flush),
      after: (milliseconds, call) => {
        const timer = { milliseconds, call };
        this.#timers.push(timer);
        return () => this.#remove(timer);
      },
    });
  }

  print(...lines: string[]): void {
    this.printed.push(...lines);
    this.screen.print(lines);
  }

  show(input: InputLine | undefined, above: readonly string[] = []): void {
    this.input = input;
    this.above = above;
    this.screen.setInput(input, { statusRows: (columns) => this.#rowsAbove(columns) });
  }

  #rowsAbove(columns: number): string[] {
    return this.above.flatMap((text) => wrap(text, columns));
  }

  clear(): void {
    this.printedAtClear = this.printed.length;
    this.screen.clear();
  }

  /** The window changes its size, and we are told. */
  resize(columns: number, rows: number): void {
    this.#rows = rows;
    this.terminal.resize(columns, rows);
    this.screen.resize(columns, rows);
  }

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Lets what is due happen, but no timer. */
  async now(): Promise<void> {
    do {
      for (const flush of this.#flushes.splice(0)) flush();
      await this.#written();
      for (const reply of this.#replies.splice(0)) {
        const report = extractCursorReport(utf8.encode(reply));
        if (!report) continue;
        this.wasUndecidable ||= report.column === this.screen.columns - 1;
        this.screen.onCursorReport(report.column);
      }
      await this.#written();
    } while (this.#flushes.length > 0 || this.#replies.length > 0);
  }

  /** Lets everything happen, timers too, until nothing is left. */
  async idle(): Promise<void> {
    for (;;) {
      await this.now();
      const timer = this.#timers[0];
      if (!timer) return;
      this.#remove(timer);
      timer.call();
    }
  }

  async #written(): Promise<void> {
    await this.terminal.settled();
    for (let turn = 0; turn < 5; turn++) await null; // for those who have awaited it as well
  }

  #remove(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index !== -1) this.#timers.splice(index, 1);
  }

  /** The rows of the input, and above it, as they ought to be, and where the cursor ought to be in them. */
  expectedInput(): { rows: string[]; x: number; y: number } {
    if (!this.input) return { rows: [""], x: 0, y: 0 };
    const layout = layOut(this.input, this.screen.columns, Math.max(1, this.#rows - 1));
    const free = Math.max(0, this.#rows - 1 - layout.rows.length);
    const above = this.#rowsAbove(this.screen.columns).slice(0, free);
    return {
      rows: [...above, ...layout.rows].map((row) => row.trimEnd()),
      x: layout.cursorColumn,
      y: above.length + layout.cursorRow,
    };
  }

  /** The input's rows as they are: as many as there ought to be, the cursor where it ought to be in them. */
  shownInput(): { rows: string[]; x: number; y: number } {
    const expected = this.expectedInput();
    const { x, absoluteY } = this.terminal.cursor();
    const first = absoluteY - expected.y;
    const all = this.#allRows();
    // What stands below them, if anything, belongs to it as well.
    const rows = all.slice(Math.max(0, first));
    while (rows.length > expected.rows.length && rows.at(-1) === "") rows.pop();
    while (rows.length < expected.rows.length) rows.push("");
    return { rows, x, y: absoluteY - Math.max(0, first) };
  }

  /** What stands above the input, rows that the terminal has broken as one line. */
  linesAbove(): string[] {
    const lines = this.terminal.text({ joinWrapped: true }).split("\n");
    const shown = this.expectedInput().rows;
    while (shown.at(-1) === "") shown.pop();
    return lines.slice(0, Math.max(0, lines.length - shown.length)).filter((line, index, all) =>
      // An empty screen has one empty line.
      !(all.length === 1 && line === "" && index === 0)
    );
  }

  #allRows(): string[] {
    return this.terminal.text().split("\n");
  }
}
