/**
 * The client's screen on a headless terminal, for tests. Callbacks are collected, and run when the test says so. Timers
 * need no clock: they fire when all other callbacks have run.
 */

import { type InputLine, layOut } from "../../../../client/terminal/layout.ts";
import { Screen } from "../../../../client/terminal/screen.ts";
import { wrap } from "../../../../client/terminal/wrap.ts";
import { EmulatedScreen as Terminal } from "../../../support/screen.ts";
import { ReflowingTerminal } from "./reflowing_terminal.ts";

/** The answer to `ESC[6n`: the row and the column of the cursor, from 1. */
// deno-lint-ignore no-control-regex
const CURSOR_REPORT = /\x1b\[(\d+);(\d+)R/g;

/**
 * What the terminal does with the cursor's line when its width changes: `cuts` it, as VS Code does; `moves` the cursor
 * down with the reflowed rows, as xterm.js can do; or `keeps` the cursor at its text, as VTE does. One that `cuts_all`
 * reflows no line, as xterm and mosh; one that `drops` the last rows, instead of scrolling, is mosh.
 */
export type ReflowKind = "cuts" | "moves" | "keeps" | "cuts_all" | "drops";

export interface RigOptions {
  columns: number;
  rows: number;
  kind?: ReflowKind;
  /** Whether the terminal answers requests for a cursor report. */
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
  /** The text of each write. */
  readonly writes: string[] = [];
  /** All printed lines, in their order. */
  readonly printed: string[] = [];
  input: InputLine | undefined;
  /** The status rows, before they are wrapped. */
  above: readonly string[] = [];
  /** Whether a new width left the cursor where it could be without a reflow too. */
  wasUndecidable = false;
  /** How many lines were printed before the last clear. */
  printedAtClear = 0;
  readonly #timers: Timer[] = [];
  readonly #flushes: (() => void)[] = [];
  readonly #replies: string[] = [];
  #rows: number;
  /** Whether the cursor was below the first row of the input at the last write. */
  #isSeveral = false;
  /** The width and the row of the cursor at the last write, and the narrowest width since then. */
  #atWrite: { columns: number; y: number; narrowest: number } | undefined;

  constructor({ columns, rows, kind = "moves", answers = true }: RigOptions) {
    this.#rows = rows;
    const reply = (data: string) => void (answers && this.#replies.push(data));
    this.terminal = kind !== "moves" && kind !== "cuts"
      ? new ReflowingTerminal({ cols: columns, rows, kind, reply })
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
      styles: { statusRows: (text) => text, prompt: (text) => text },
      write: (text) => {
        this.writes.push(text);
        this.#atWrite = undefined;
        this.#isSeveral = this.expectedInput().y > 0;
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
    this.screen.setInput(input, (columns) => this.#rowsAbove(columns));
  }

  #rowsAbove(columns: number): string[] {
    return this.above.flatMap((text) => wrap(text, columns));
  }

  clear(): void {
    this.printedAtClear = this.printed.length;
    this.screen.clear();
  }

  /** Resizes the terminal and reports it to the screen. */
  resize(columns: number, rows: number): void {
    this.#rows = rows;
    const { y } = this.terminal.cursor();
    const before = this.#atWrite ??= { columns: this.screen.columns, y, narrowest: columns };
    before.narrowest = Math.min(before.narrowest, columns);
    this.terminal.resize(columns, rows);
    const now = this.terminal.cursor();
    const isEither = (this.#isSeveral && now.y === before.y) || now.x === before.narrowest - 1;
    this.wasUndecidable ||= columns < before.columns && isEither;
    this.screen.resize(columns, rows);
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Runs everything that is due, but no timer. */
  async now(): Promise<void> {
    do {
      for (const flush of this.#flushes.splice(0)) flush();
      await this.#written();
      for (const reply of this.#replies.splice(0)) {
        for (const [, row, column] of reply.matchAll(CURSOR_REPORT)) {
          this.screen.onCursorReport(Number(row) - 1, Number(column) - 1);
        }
        if (reply.endsWith("c")) this.screen.onTerminalId(reply.slice(2, -1));
      }
      await this.#written();
    } while (this.#flushes.length > 0 || this.#replies.length > 0);
  }

  /** Runs everything, timers too, until nothing is left. */
  async idle(): Promise<void> {
    while (await this.nextTimer());
  }

  /** Runs what is due, then the first timer and what is due after it; returns whether there was a timer. */
  async nextTimer(): Promise<boolean> {
    await this.now();
    const timer = this.#timers[0];
    if (!timer) return false;
    this.#remove(timer);
    timer.call();
    await this.now();
    return true;
  }

  async #written(): Promise<void> {
    await this.terminal.settled();
    for (let turn = 0; turn < 5; turn++) await null; // for code that awaits the write
  }

  #remove(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index !== -1) this.#timers.splice(index, 1);
  }

  /** The expected status rows and input rows, and the cursor's place in them. */
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

  /** The visible rows around the cursor, as many as expected, and the cursor's place in them. */
  shownInput(): { rows: string[]; x: number; y: number } {
    const expected = this.expectedInput();
    const { x, absoluteY } = this.terminal.cursor();
    const first = absoluteY - expected.y;
    const all = this.#allRows();
    // Rows below them, if any, count too.
    const rows = all.slice(Math.max(0, first));
    while (rows.length > expected.rows.length && rows.at(-1) === "") rows.pop();
    while (rows.length < expected.rows.length) rows.push("");
    return { rows, x, y: absoluteY - Math.max(0, first) };
  }

  /** The lines above the input, with wrapped rows joined. */
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
