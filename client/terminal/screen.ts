/**
 * The terminal as two things: ordinary scrollback, to which lines are added, and below it the input, which stays as it is
 * while they are. All that changes between two writes goes out in one write. It knows escape sequences, but neither the
 * terminal's device nor what the lines mean.
 */

import type { After } from "../../common/cli/timers.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import { type Input, isAmbiguous, type Layout, layOut, rowsAboveCursor } from "./layout.ts";

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
export type Above = (columns: number, maxRows: number) => readonly string[];

/** How the rows above the input, and the prompt, look. */
export interface ScreenStyles {
  above: (text: string) => string;
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
  after: After;
}

export class Screen {
  readonly #options: ScreenOptions;
  #columns: number;
  #rows: number;
  #lines: string[] = [];
  #input: Input | undefined;
  #above: Above = () => [];
  /** What of the input, and above it, is on the screen now, and for how many columns it was laid out. */
  #painted: Layout | undefined;
  #clear = false;
  #dirty = false;
  #scheduled = false;
  #writing = false;
  /**
   * Why nothing is written for the moment: while the window is being resized, what is written may find another width
   * than it was laid out for; after that, the terminal may have to say where its cursor went.
   */
  #pause: "none" | "resizing" | "asking" = "none";
  #stopTimer: () => void = () => {};
  /** The terminal's answer, the column from 0. */
  #cursorWentTo: number | undefined;
  #settled = Promise.withResolvers<void>();

  constructor(options: ScreenOptions) {
    this.#options = options;
    this.#columns = options.columns;
    this.#rows = options.rows;
  }

  get columns(): number {
    return this.#columns;
  }

  /** Lines that wait to be written. */
  get waiting(): number {
    return this.#lines.length;
  }

  /** Adds lines above the input; each at most as wide as the terminal. */
  print(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line); // there may be too many to be arguments
    this.#change();
  }

  /**
   * Shows the input, or with undefined no input. `above` is asked for the rows above it whenever they are painted: at most
   * as many as it is told, each unstyled and at most as wide as the terminal. The input goes before where there is little
   * room.
   */
  show(input: Input | undefined, { above = () => [] }: { above?: Above } = {}): void {
    this.#input = input;
    this.#above = above;
    this.#change();
  }

  /** Empties the screen, not the scrollback, but for the input. */
  clear(): void {
    this.#clear = true;
    this.#change();
  }

  /** The window has another size now. */
  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#dirty = true;
    this.#pauseFor("resizing", RESIZE_PAUSE, () => this.#afterResize());
  }

  /** The terminal said in which column its cursor is, from 0; of no interest where it was not asked. */
  cursorReported(column: number): void {
    if (this.#pause !== "asking") return;
    this.#cursorWentTo = column;
    this.#goOn();
  }

  /** What was on the screen is not there any more: the input is painted anew where the cursor is. */
  forget(): void {
    // In the row of the cursor there may be a rest of it, behind which nothing is to be written.
    this.#painted &&= { rows: [""], cursorRow: 0, cursorColumn: 0 };
    this.#change();
  }

  /** Resolves when all is written. */
  async settle(): Promise<void> {
    while (this.#dirty || this.#writing) await this.#settled.promise;
  }

  #change(): void {
    this.#dirty = true;
    this.#arrange();
  }

  #arrange(): void {
    if (this.#scheduled || this.#writing || this.#pause !== "none") return;
    this.#scheduled = true;
    this.#options.schedule(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  async #flush(): Promise<void> {
    while (this.#dirty && this.#pause === "none") {
      this.#dirty = false;
      const text = this.#compose();
      this.#writing = true;
      await this.#options.write(text);
      this.#writing = false;
    }
    this.#settled.resolve();
    this.#settled = Promise.withResolvers();
  }

  #compose(): string {
    const before = this.#clear ? CLEAR_ALL : this.#painted ? this.#erase(this.#painted) : "";
    this.#clear = false;
    this.#cursorWentTo = undefined;
    this.#painted = undefined;
    const lines = this.#lines.map((line) => line + "\r\n").join("");
    this.#lines = [];
    const shown = this.#input ? this.#paintInput(this.#input) : "";
    return BEGIN + before + lines + shown + END;
  }

  /** Gives what is to be written. */
  #paintInput(input: Input): string {
    const room = Math.max(1, this.#rows - 1);
    const layout = layOut(input, this.#columns, room);
    const free = room - layout.rows.length;
    const above = free > 0 ? this.#above(this.#columns, free).slice(0, free) : [];
    const rows = [...above, ...layout.rows];
    this.#painted = { ...layout, rows, cursorRow: above.length + layout.cursorRow };
    const { styles } = this.#options;
    if (!styles) return paint(this.#painted);
    const prompt = sanitize(input.prompt);
    const [first = "", ...others] = layout.rows;
    return paint({
      ...this.#painted,
      rows: [
        ...above.map(styles.above),
        // A prompt that is broken into rows, or cut off, is not told from what stands behind it.
        first.startsWith(prompt) ? styles.prompt(prompt) + first.slice(prompt.length) : first,
        ...others,
      ],
    });
  }

  #erase(painted: Layout): string {
    const up = Math.min(
      rowsAboveCursor(painted, this.#columns, this.#cursorWentTo),
      this.#rows - 1,
    );
    return "\r" + (up > 0 ? `${CSI}${up}A` : "") + ERASE_BELOW;
  }

  #afterResize(): void {
    if (!this.#painted || !isAmbiguous(this.#painted, this.#columns)) return this.#goOn();
    this.#pauseFor("asking", CURSOR_TIMEOUT, () => this.#goOn());
    this.#options.write(ASK_CURSOR);
  }

  #pauseFor(why: "resizing" | "asking", milliseconds: number, then: () => void): void {
    this.#stopTimer();
    this.#pause = why;
    this.#stopTimer = this.#options.after(milliseconds, then);
  }

  #goOn(): void {
    this.#stopTimer();
    this.#pause = "none";
    if (this.#dirty) this.#arrange();
  }
}

function paint({ rows, cursorRow, cursorColumn }: Layout): string {
  const up = rows.length - 1 - cursorRow;
  return rows.join("\r\n") + "\r" + (up > 0 ? `${CSI}${up}A` : "") +
    (cursorColumn > 0 ? `${CSI}${cursorColumn}C` : "");
}
