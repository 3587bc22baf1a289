/**
 * What a person would see: a program's output, read by a headless xterm. Knows no processes and no
 * pty; bytes come in through `feed`, what xterm answers goes out through `reply`.
 */

import graphemes from "@xterm/addon-unicode-graphemes";
import xterm, { type IBufferCell, type IBufferLine, type Terminal } from "@xterm/headless";

/** How a screen is made. */
export interface EmulatedScreenOptions {
  cols: number;
  rows: number;
  /** How many rows are kept above the screen. */
  scrollback: number;
  /** Whether a resize reflows the cursor's line too: VTE and tmux do, VS Code does not. */
  reflowCursorLine: boolean;
  /** Takes what the terminal itself sends, such as the answer to ESC[6n. */
  reply: (data: string) => void;
  /** Called after output was parsed. */
  changed: () => void;
}

/** A palette index (0 to 7 and 8 to 15 are the named colours), a hex colour, or the default. */
export type Color = "default" | number | `#${string}`;

/** One cell of the screen. */
export interface Cell {
  /** The grapheme cluster in it; empty in the right half of a wide one and where nothing is. */
  text: string;
  /** Columns taken: 1 or 2, and 0 for the right half of a wide cluster. */
  width: number;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
  fg: Color;
  bg: Color;
}

/** Where the cursor is: 0-based, `y` on the screen, `absoluteY` from the top of the scrollback. */
export interface Cursor {
  x: number;
  y: number;
  absoluteY: number;
}

/** The screen and scrollback of one terminal. */
export class EmulatedScreen {
  readonly #terminal: Terminal;
  readonly #changed: () => void;
  readonly #decoder = new TextDecoder();
  #raw = "";
  #queue: Uint8Array[] = [];
  #parsing = false;
  #settled: (() => void)[] = [];

  constructor({ reply, changed, ...options }: EmulatedScreenOptions) {
    this.#changed = changed;
    this.#terminal = new xterm.Terminal({ ...options, allowProposedApi: true });
    // Without it, xterm counts code points by an old table: an emoji is 1 wide, a family 3.
    this.#terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
    this.#terminal.onData(reply);
  }

  /** Takes output. It is parsed soon, in order; `settled` waits for that. */
  feed(bytes: Uint8Array): void {
    this.#raw += this.#decoder.decode(bytes, { stream: true });
    this.#queue.push(bytes);
    if (!this.#parsing) this.#parse();
  }

  // One write at a time with all that has come meanwhile: xterm drops what it cannot queue, and
  // whoever waits for a text need not look again after each of a thousand small chunks.
  #parse(): void {
    this.#parsing = true;
    const bytes = join(this.#queue);
    this.#queue = [];
    this.#terminal.write(bytes, () => {
      this.#parsing = false;
      if (this.#queue.length > 0) this.#parse();
      else for (const resolve of this.#settled.splice(0)) resolve();
      this.#changed();
    });
  }

  /** Resolves when all that was fed has been parsed. */
  settled(): Promise<void> {
    if (!this.#parsing) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Resizes and reflows at once. */
  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
    this.#changed();
  }

  /** Everything fed so far, decoded as UTF-8. */
  get raw(): string {
    return this.#raw;
  }

  /** The modes that the program has set, such as `bracketedPasteMode`. */
  get modes(): Terminal["modes"] {
    return this.#terminal.modes;
  }

  /** The rows on the screen, top to bottom, without blanks at their ends. */
  rows(): string[] {
    const { baseY } = this.#terminal.buffer.active;
    return this.#text(baseY, false);
  }

  /**
   * Scrollback and screen, a row a line, without blanks at the ends of rows and rows at the end.
   * With `joinWrapped`, rows that the terminal wrapped are one line again.
   */
  text({ joinWrapped = false } = {}): string {
    return this.#text(0, joinWrapped).join("\n").trimEnd();
  }

  #text(from: number, joinWrapped: boolean): string[] {
    const lines: string[] = [];
    const buffer = this.#terminal.buffer.active;
    for (let y = from; y < buffer.length; y++) {
      const line = buffer.getLine(y);
      // Trims cells that nothing was written to, not spaces: a wrapped row may end with one.
      const text = line?.translateToString(true) ?? "";
      if (joinWrapped && line?.isWrapped && lines.length > 0) lines.push(lines.pop() + text);
      else lines.push(text);
    }
    return lines.map((line) => line.trimEnd());
  }

  /** Where the cursor is. */
  cursor(): Cursor {
    const { cursorX, cursorY, baseY } = this.#terminal.buffer.active;
    return { x: cursorX, y: cursorY, absoluteY: baseY + cursorY };
  }

  /** The cell in column `x` of row `y` of the screen. Throws a RangeError outside it. */
  cell(x: number, y: number): Cell {
    const cell = this.#line(y)?.getCell(x);
    if (!cell) throw new RangeError(`Cannot read cell ${x},${y}: it is outside the screen`);
    return {
      text: cell.getChars(),
      width: cell.getWidth(),
      bold: cell.isBold() !== 0,
      dim: cell.isDim() !== 0,
      italic: cell.isItalic() !== 0,
      underline: cell.isUnderline() !== 0,
      inverse: cell.isInverse() !== 0,
      fg: color(cell, "Fg"),
      bg: color(cell, "Bg"),
    };
  }

  /** The column and row of the screen where `text` begins for the first time; it must not wrap. */
  find(text: string): { x: number; y: number } | undefined {
    for (let y = 0; y < this.#terminal.rows; y++) {
      const line = this.#line(y);
      // A column is no index into the row's string: a cell may hold 0 or several code units.
      const columns: number[] = [];
      let row = "";
      for (let x = 0; line && x < this.#terminal.cols; x++) {
        const cell = line.getCell(x);
        if (!cell || cell.getWidth() === 0) continue;
        columns[row.length] = x;
        row += cell.getChars() || " ";
      }
      const at = row.indexOf(text);
      const x = columns[at];
      if (x !== undefined) return { x, y };
    }
    return undefined;
  }

  #line(y: number): IBufferLine | undefined {
    if (y < 0 || y >= this.#terminal.rows) return undefined;
    return this.#terminal.buffer.active.getLine(this.#terminal.buffer.active.baseY + y);
  }

  /** The screen framed, with its size and the cursor, for the text of an error. */
  dump(): string {
    const { cols, rows } = this.#terminal;
    const { x, y } = this.cursor();
    return [
      `screen of ${cols} x ${rows}, cursor in column ${x} of row ${y}:`,
      ...this.rows().map((row) => `|${row}`),
    ].join("\n");
  }

  /** Frees the terminal. */
  dispose(): void {
    this.#terminal.dispose();
  }
}

function color(cell: IBufferCell, side: "Fg" | "Bg"): Color {
  const value = cell[`get${side}Color`]();
  if (cell[`is${side}RGB`]()) return `#${value.toString(16).padStart(6, "0")}`;
  return cell[`is${side}Palette`]() ? value : "default";
}

function join(chunks: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
