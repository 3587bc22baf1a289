/**
 * The screen: lines that scroll into the terminal's own scrollback, and below them the input line, which stays in place.
 * All changes between two writes go out in one write.
 */

import type { After } from "../../common/cli/timers.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import {
  type InputLine,
  type Layout,
  layOut,
  needsCursorReport,
  rowsAboveCursor,
} from "./layout.ts";

const CSI = "\x1b[";
/** Erases the row of the cursor, then the rest from its second column: erased at the corner, tmux keeps it in its scrollback. */
const ERASE_BELOW = `${CSI}K${CSI}C${CSI}J\r`;
const CLEAR_ALL = `${CSI}H${CSI}2J`;
const ASK_CURSOR = `${CSI}6n`;
/** Synchronized output (mode 2026): shows everything in between at once; terminals without it ignore it. */
const BEGIN_UPDATE = `${CSI}?2026h`;
const END_UPDATE = `${CSI}?2026l`;

/** How long the size must stay the same before the window counts as resized, in milliseconds. */
const RESIZE_PAUSE = 60;
/** How long to wait for the terminal's cursor report, in milliseconds. */
const CURSOR_TIMEOUT = 500;

/** Renders the rows between the lines and the input: at most `maxRows`, each unstyled and at most `columns` wide. */
export type RenderStatusRows = (columns: number, maxRows: number) => readonly string[];

export interface ScreenOptions {
  columns: number;
  rows: number;
  /** Without them, status rows and prompt are not styled. */
  styles?: Record<"statusRows" | "prompt", (text: string) => string>;
  /** Writes to the terminal; resolves when the text is written. */
  write: (text: string) => Promise<void>;
  /** Calls back once, soon; changes are collected until then. */
  schedule: (flush: () => void) => void;
  after: After;
}

export class Screen {
  readonly #options: ScreenOptions;
  #columns: number;
  #rows: number;
  #lines: string[] = [];
  #input: InputLine | undefined;
  #statusRows: RenderStatusRows = () => [];
  /** The status rows and input that are on the screen now. */
  #painted: Layout | undefined;
  #isClearPending = false;
  #isDirty = false;
  #isScheduled = false;
  #isWriting = false;
  /**
   * Why writes are paused: during a resize, text could reach the terminal at another width than it was laid out for; after
   * it, a cursor report may be needed.
   */
  #pauseReason: "none" | "resize" | "cursor_report" = "none";
  #stopTimer: () => void = () => {};
  /** The column of the last cursor report, from 0. */
  #reportedColumn: number | undefined;
  #flushed = Promise.withResolvers<void>();

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#columns = options.columns;
    this.#rows = options.rows;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** How many lines are not written yet. */
  get queuedLines(): number {
    return this.#lines.length;
  }

  /** Prints lines above the input, each at most as wide as the terminal. */
  print(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line); // too many for arguments of one call
    this.#markDirty();
  }

  /** Shows an input line, or none. `statusRows` is called at each paint that has room for rows above the input. */
  setInput(input: InputLine | undefined, statusRows: RenderStatusRows = () => []): void {
    this.#input = input;
    this.#statusRows = statusRows;
    this.#markDirty();
  }

  /** Clears the screen except for the input; the scrollback stays. */
  clear(): void {
    this.#isClearPending = true;
    this.#markDirty();
  }

  /** Must be called when the window has a new size. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#isDirty = true;
    this.#pauseFor("resize", RESIZE_PAUSE, () => this.#afterResize());
  }

  /** Takes the terminal's cursor report, a column from 0; ignores a report that was not awaited. */
  onCursorReport(column: number): void {
    if (this.#pauseReason !== "cursor_report") return;
    this.#reportedColumn = column;
    this.#resume();
  }

  /** The screen was overwritten: the input is painted again where the cursor is. */
  invalidate(): void {
    // The row of the cursor may hold foreign text: it counts as painted, so that it is erased.
    this.#painted &&= { rows: [""], cursorRow: 0, cursorColumn: 0 };
    this.#markDirty();
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    while (this.#isDirty || this.#isWriting) await this.#flushed.promise;
  }

  #markDirty(): void {
    this.#isDirty = true;
    this.#scheduleDrain();
  }

  #scheduleDrain(): void {
    if (this.#isScheduled || this.#isWriting || this.#pauseReason !== "none") return;
    this.#isScheduled = true;
    this.#options.schedule(() => {
      this.#isScheduled = false;
      this.#drain();
    });
  }

  async #drain(): Promise<void> {
    while (this.#isDirty && this.#pauseReason === "none") {
      this.#isDirty = false;
      const text = this.#buildOutput();
      this.#isWriting = true;
      await this.#options.write(text);
      this.#isWriting = false;
    }
    this.#flushed.resolve();
    this.#flushed = Promise.withResolvers();
  }

  #buildOutput(): string {
    const before = this.#isClearPending
      ? CLEAR_ALL
      : this.#painted
      ? this.#erase(this.#painted)
      : "";
    this.#isClearPending = false;
    this.#reportedColumn = undefined;
    this.#painted = undefined;
    const lines = this.#lines.map((line) => line + "\r\n").join("");
    this.#lines = [];
    const shown = this.#input ? this.#renderInput(this.#input) : "";
    return BEGIN_UPDATE + before + lines + shown + END_UPDATE;
  }

  #renderInput(input: InputLine): string {
    const maxRows = Math.max(1, this.#rows - 1);
    const layout = layOut(input, this.#columns, maxRows);
    const free = maxRows - layout.rows.length;
    const status = free > 0 ? this.#statusRows(this.#columns, free).slice(0, free) : [];
    const rows = [...status, ...layout.rows];
    this.#painted = { ...layout, rows, cursorRow: status.length + layout.cursorRow };
    const { styles } = this.#options;
    if (!styles) return paint(this.#painted);
    const prompt = sanitize(input.prompt);
    const [first = "", ...others] = layout.rows;
    return paint({
      ...this.#painted,
      rows: [
        ...status.map(styles.statusRows),
        // A prompt that is wrapped or cut off is not styled.
        first.startsWith(prompt) ? styles.prompt(prompt) + first.slice(prompt.length) : first,
        ...others,
      ],
    });
  }

  #erase(painted: Layout): string {
    const up = Math.min(
      rowsAboveCursor(painted, this.#columns, this.#reportedColumn),
      this.#rows - 1,
    );
    return "\r" + (up > 0 ? `${CSI}${up}A` : "") + ERASE_BELOW;
  }

  #afterResize(): void {
    if (!this.#painted || !needsCursorReport(this.#painted, this.#columns)) return this.#resume();
    this.#pauseFor("cursor_report", CURSOR_TIMEOUT, () => this.#resume());
    this.#options.write(ASK_CURSOR);
  }

  #pauseFor(why: "resize" | "cursor_report", milliseconds: number, then: () => void): void {
    this.#stopTimer();
    this.#pauseReason = why;
    this.#stopTimer = this.#options.after(milliseconds, then);
  }

  #resume(): void {
    this.#stopTimer();
    this.#pauseReason = "none";
    if (this.#isDirty) this.#scheduleDrain();
  }
}

function paint({ rows, cursorRow, cursorColumn }: Layout): string {
  const up = rows.length - 1 - cursorRow;
  return rows.join("\r\n") + "\r" + (up > 0 ? `${CSI}${up}A` : "") +
    (cursorColumn > 0 ? `${CSI}${cursorColumn}C` : "");
}
