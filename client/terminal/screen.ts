/**
 * The terminal as two things: ordinary scrollback, to which lines are added, and below it the input, which stays as it is
 * while they are. All that changes between two writes goes out in one write. It knows escape sequences, but neither the
 * terminal's device nor what the lines mean.
 */

import { sanitize } from "../../common/protocol/sanitize.ts";
import {
  type InputLine,
  type Layout,
  layOut,
  needsCursorReport,
  rowsAboveCursor,
} from "./layout.ts";

const CSI = "\x1b[";
/** From the first column on. Erasing from the second one on: tmux keeps in its scrollback what is erased from the corner. */
const ERASE_BELOW = `${CSI}K${CSI}C${CSI}J\r`;
const CLEAR_ALL = `${CSI}H${CSI}2J`;
const ASK_CURSOR = `${CSI}6n`;
/** Synchronized output (mode 2026): terminals that know it show what is between in one step, others ignore it. */
const BEGIN = `${CSI}?2026h`;
const END = `${CSI}?2026l`;

/** A window is being resized until its size has stayed for so long, in milliseconds. */
const RESIZE_PAUSE = 60;
/** How long the terminal may take to say where its cursor is, in milliseconds. */
const CURSOR_TIMEOUT = 500;

/** What stands between the lines and the input for a while, and can change: rows of its own, for so many columns. */
export type StatusRows = (columns: number, maxRows: number) => readonly string[];

/** How the rows above the input, and the prompt, look. */
export interface ScreenStyles {
  statusRows: (text: string) => string;
  prompt: (text: string) => string;
}

export interface ScreenOptions {
  columns: number;
  rows: number;
  /** Unless given, they look as everything else does. */
  styles?: ScreenStyles;
  /** Resolves when the text is written. */
  write: (text: string) => Promise<void>;
  /** Calls back once, soon: until then, changes are collected. */
  schedule: (flush: () => void) => void;
  /** Calls back after so many milliseconds, unless the function that it gives is called. */
  after: (milliseconds: number, call: () => void) => () => void;
}

export class Screen {
  readonly #options: ScreenOptions;
  #columns: number;
  #rows: number;
  #lines: string[] = [];
  #input: InputLine | undefined;
  #statusRows: StatusRows = () => [];
  /** What of the input, and above it, is on the screen now, and for how many columns it was laid out. */
  #painted: Layout | undefined;
  #isClearPending = false;
  #isDirty = false;
  #isScheduled = false;
  #isWriting = false;
  /**
   * Why nothing is written for the moment: while the window is being resized, what is written may find another width
   * than it was laid out for; after that, the terminal may have to say where its cursor went.
   */
  #pauseReason: "none" | "resizing" | "asking" = "none";
  #stopTimer: () => void = () => {};
  /** The terminal's answer, the column from 0. */
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

  /** Lines that wait to be written. */
  get queuedLines(): number {
    return this.#lines.length;
  }

  /** Adds lines above the input; each at most as wide as the terminal. */
  print(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line); // there may be too many to be arguments
    this.#markDirty();
  }

  /**
   * Shows the input, or with undefined no input. `above` is asked for the rows above it whenever they are painted: at most
   * as many as it is told, each unstyled and at most as wide as the terminal. The input goes before where there is little
   * room.
   */
  setInput(input: InputLine | undefined, { above = () => [] }: { above?: StatusRows } = {}): void {
    this.#input = input;
    this.#statusRows = above;
    this.#markDirty();
  }

  /** Empties the screen, not the scrollback, but for the input. */
  clear(): void {
    this.#isClearPending = true;
    this.#markDirty();
  }

  /** The window has another size now. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#isDirty = true;
    this.#pauseFor("resizing", RESIZE_PAUSE, () => this.#afterResize());
  }

  /** The terminal said in which column its cursor is, from 0; of no interest where it was not asked. */
  onCursorReport(column: number): void {
    if (this.#pauseReason !== "asking") return;
    this.#reportedColumn = column;
    this.#resume();
  }

  /** What was on the screen is not there any more: the input is painted anew where the cursor is. */
  invalidate(): void {
    // In the row of the cursor there may be a rest of it, behind which nothing is to be written.
    this.#painted &&= { rows: [""], cursorRow: 0, cursorColumn: 0 };
    this.#markDirty();
  }

  /** Resolves when all is written. */
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
    return BEGIN + before + lines + shown + END;
  }

  /** Gives what is to be written. */
  #renderInput(input: InputLine): string {
    const room = Math.max(1, this.#rows - 1);
    const layout = layOut(input, this.#columns, room);
    const free = room - layout.rows.length;
    const above = free > 0 ? this.#statusRows(this.#columns, free).slice(0, free) : [];
    const rows = [...above, ...layout.rows];
    this.#painted = { ...layout, rows, cursorRow: above.length + layout.cursorRow };
    const { styles } = this.#options;
    if (!styles) return paint(this.#painted);
    const prompt = sanitize(input.prompt);
    const [first = "", ...others] = layout.rows;
    return paint({
      ...this.#painted,
      rows: [
        ...above.map(styles.statusRows),
        // A prompt that is broken into rows, or cut off, is not told from what stands behind it.
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
    this.#pauseFor("asking", CURSOR_TIMEOUT, () => this.#resume());
    this.#options.write(ASK_CURSOR);
  }

  #pauseFor(why: "resizing" | "asking", milliseconds: number, then: () => void): void {
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
