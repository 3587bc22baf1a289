/** The screen: lines that scroll into the scrollback, and below them the input line; changes go out in one write. */

import type { After } from "../../common/cli/timers.ts";
import { textWidth } from "../../common/cli/width.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { type InputLine, type Layout, layOut, type Resized, rowsAboveCursor } from "./layout.ts";

const CSI = "\x1b[";
/** Erases the cursor's row, then the rest from its second column: tmux keeps what is erased from the corner. */
const ERASE_BELOW = `${CSI}K${CSI}C${CSI}J\r`;
const CLEAR_ALL = `${CSI}H${CSI}2J`;
const ASK_CURSOR = `${CSI}6n`;
/** Asks which terminal it is, for the place of its last row and column (its size), and for that of the cursor. */
const ASK_ALL = `${CSI}>c\x1b7${CSI}9999;9999H${ASK_CURSOR}\x1b8${ASK_CURSOR}`;
/** mosh's answer to the first. It drops the last rows of a window that becomes lower, where other terminals scroll. */
const MOSH = ">1;10;0";
/** How many of the lines printed last are kept, to print them again where they were dropped. */
const MAX_RECENT = 200;
/** A blank in the last column: where rows are reflowed, its row breaks in each narrower window and moves the cursor. */
const MARK_LAST_COLUMN = `${CSI}9999C `;
/** The sequences in a line: styles and links. */
// deno-lint-ignore no-control-regex
const SEQUENCES = /\x1b(?:\[[^m]*m|\][^\x1b]*\x1b\\)/g;
/** Synchronized output (mode 2026): shows everything in between at once; terminals without it ignore it. */
const BEGIN_UPDATE = `${CSI}?2026h`;
const END_UPDATE = `${CSI}?2026l`;

/** How long the size must stay the same before the window counts as resized, in milliseconds. */
const RESIZE_PAUSE = 60;
/** How long to wait for the terminal's cursor reports, in milliseconds. */
const CURSOR_TIMEOUT = 500;
/** How long the input stays hidden after a resize, in milliseconds: tmux tells the next size up to 250 ms later. */
const SETTLE_TIME = 300;

/** Renders the rows between the lines and the input: at most `maxRows`, each unstyled and at most `columns` wide. */
export type RenderStatusRows = (columns: number, maxRows: number) => readonly string[];

export interface ScreenOptions {
  columns: number;
  rows: number;
  styles: Record<"statusRows" | "prompt", (text: string) => string>;
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
  /** The row of the screen in which they begin, from 0; undefined while it is unknown. */
  #top: number | undefined;
  /** The layout whose place the terminal was asked for. */
  #askedFor: Layout | undefined;
  /** How many cursor reports are still to come. */
  #dueReports = 0;
  /** What has happened to the size since the last write. */
  #resized: Resized & { fewestRows: number } | undefined;
  #isReflowing = false;
  #dropsRows = false;
  /** The lines printed last, each with the width of the terminal then. */
  #recent: { line: string; columns: number }[] = [];
  /** Whether the terminal may have yet another size: the input is hidden then. */
  #isResizing = false;
  #isClearPending = false;
  #isDirty = false;
  #isScheduled = false;
  #isWriting = false;
  /** Why writes are paused: text could get another width than it was laid out for, or a cursor report is needed. */
  #pauseReason: "none" | "resize" | "cursor_report" = "none";
  #stopTimer: () => void = () => {};
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
    const row = (this.#top ?? NaN) + (this.#painted?.cursorRow ?? 0);
    const { narrowest = columns, fewestRows = rows, firstRow = row, lastRow = row } =
      this.#resized ?? {};
    this.#resized = {
      columns,
      fewestRows: Math.min(fewestRows, rows),
      narrowest: Math.min(narrowest, columns),
      firstRow: firstRow - Math.max(0, this.#rows - rows),
      lastRow: lastRow + Math.max(0, rows - this.#rows),
    };
    this.#columns = columns;
    this.#rows = rows;
    this.#isDirty = true;
    this.#isResizing = true;
    this.#pauseFor("resize", RESIZE_PAUSE, () => this.#afterResize());
  }

  /** Takes the terminal's report of its cursor's place, from 0; ignores a report that was not awaited. */
  onCursorReport(row: number, column: number): void {
    if (this.#dueReports === 0) return;
    this.#dueReports--;
    if (this.#pauseReason === "cursor_report" && this.#resized) {
      if (this.#dueReports === 1) this.#resized.columns = column + 1;
      if (this.#dueReports > 0) return;
      this.#resized.cursor = { row, column };
      this.#resume();
    } else if (this.#dueReports === 0 && this.#painted && this.#painted === this.#askedFor) {
      this.#top = row - this.#painted.cursorRow;
    }
  }

  /** Takes what the terminal says of itself. */
  onTerminalId(id: string): void {
    this.#dropsRows = id === MOSH;
  }

  /** The screen was overwritten: the input is painted again where the cursor is. */
  invalidate(): void {
    // The row of the cursor may hold foreign text: it counts as painted, so that it is erased.
    this.#painted &&= { rows: [""], cursorRow: 0, cursorColumn: 0 };
    this.#top = undefined;
    this.#markDirty();
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    while (this.#isDirty || this.#isWriting) await this.#flushed.promise;
  }

  #markDirty(): void {
    this.#isDirty = true;
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
    const before = this.#eraseAll();
    const lines = this.#lines;
    this.#lines = [];
    const recent = lines.slice(-MAX_RECENT).map((line) => ({ line, columns: this.#columns }));
    this.#recent = [...this.#recent, ...recent].slice(-MAX_RECENT);
    const shown = this.#input && !this.#isResizing ? this.#renderInput(this.#input) : "";
    this.#moveTop(lines);
    const isAsking = this.#top === undefined && this.#dueReports === 0 && this.#painted;
    if (isAsking) [this.#askedFor, this.#dueReports] = [this.#painted, 1];
    return BEGIN_UPDATE + before + lines.map((line) => line + "\r\n").join("") + shown +
      END_UPDATE + (isAsking ? ASK_CURSOR : "");
  }

  /** Erases the screen if that is wanted, otherwise the status rows and the input. */
  #eraseAll(): string {
    const [painted, resized] = [this.#painted, this.#resized];
    [this.#painted, this.#resized] = [undefined, undefined];
    if (this.#isClearPending) {
      [this.#isClearPending, this.#top] = [false, 0];
      return CLEAR_ALL;
    }
    let up = painted?.cursorRow ?? 0;
    if (resized && this.#dropsRows) {
      const { fewestRows, cursor } = resized;
      const last = fewestRows - 1;
      // A cursor in the last row may be that of a dropped row; where its place was unknown, nothing is erased.
      const top = cursor && cursor.row < last ? cursor.row - up : this.#top ?? fewestRows;
      this.#top = this.#restoreDropped(top, fewestRows);
      return this.#top === fewestRows ? "\r\n" : erase(Math.min(top + up, last) - this.#top);
    }
    if (resized) {
      const above = painted && rowsAboveCursor(painted, resized, this.#isReflowing);
      this.#isReflowing ||= above !== undefined;
      up = Math.min(above ?? up, this.#rows - 1);
      this.#top = resized.cursor && Math.max(0, resized.cursor.row - up);
    }
    return painted ? erase(up) : "";
  }

  /** The top moves down by what is printed, at most until its rows are the last of the screen. */
  #moveTop(lines: readonly string[]): void {
    const last = Math.max(0, this.#rows - (this.#painted?.rows.length ?? 1));
    for (const line of lines) {
      if (this.#top === undefined || this.#top >= last) break;
      this.#top += countRows(line, this.#columns);
    }
    if ((this.#top ?? lines.length) >= last) this.#top = last;
  }

  /** Prints again the lines above the input, in row `top`, that lost rows; returns where they or the input begin. */
  #restoreDropped(top: number, fewestRows: number): number {
    let first = this.#recent.length;
    while (top > fewestRows && first > 0) {
      const { line, columns } = this.#recent[--first]!;
      top -= countRows(line, columns);
    }
    this.#lines.unshift(...this.#recent.splice(first).map(({ line }) => line));
    return Math.max(0, Math.min(top, fewestRows));
  }

  #renderInput(input: InputLine): string {
    const maxRows = Math.max(1, this.#rows - 1);
    const layout = layOut(input, this.#columns, maxRows);
    const free = maxRows - layout.rows.length;
    const status = free > 0 ? this.#statusRows(this.#columns, free).slice(0, free) : [];
    const rows = [...status, ...layout.rows];
    this.#painted = { ...layout, rows, cursorRow: status.length + layout.cursorRow };
    const isMarked = !this.#isReflowing && rows.length > 1 &&
      textWidth(rows.at(-1)!) < this.#columns;
    const mark = isMarked ? MARK_LAST_COLUMN : "";
    const { styles } = this.#options;
    const prompt = sanitize(input.prompt);
    let [first = "", ...others] = layout.rows;
    // A prompt that is wrapped or cut off is not styled.
    if (first.startsWith(prompt)) first = styles.prompt(prompt) + first.slice(prompt.length);
    const styled = [...status.map(styles.statusRows), first, ...others];
    return paint({ ...this.#painted, rows: styled }, mark);
  }

  #afterResize(): void {
    this.#dueReports += 2;
    this.#pauseFor("cursor_report", CURSOR_TIMEOUT, () => this.#resume());
    this.#options.write(ASK_ALL);
  }

  #pauseFor(why: "resize" | "cursor_report", milliseconds: number, then: () => void): void {
    this.#stopTimer();
    this.#pauseReason = why;
    this.#stopTimer = this.#options.after(milliseconds, then);
  }

  /** Writes at once, since the size may change again; the input follows when the size is settled. */
  #resume(): void {
    this.#pauseReason = "none";
    this.#stopTimer();
    this.#stopTimer = this.#options.after(SETTLE_TIME - RESIZE_PAUSE, () => {
      this.#isResizing = false;
      this.#markDirty();
    });
    if (!this.#isWriting) this.#drain();
  }
}

/** Erases everything from the row that is `up` rows above the cursor. */
function erase(up: number): string {
  return "\r" + (up > 0 ? `${CSI}${up}A` : "") + ERASE_BELOW;
}

/** How many rows a line takes. */
function countRows(line: string, columns: number): number {
  return Math.ceil(textWidth(line.replace(SEQUENCES, "")) / columns) || 1;
}

function paint({ rows, cursorRow, cursorColumn }: Layout, mark: string): string {
  const up = rows.length - 1 - cursorRow;
  return rows.join("\r\n") + mark + "\r" + (up > 0 ? `${CSI}${up}A` : "") +
    (cursorColumn > 0 ? `${CSI}${cursorColumn}C` : "");
}
