/** A program's output as a user would see it, interpreted by a headless xterm. */

import graphemes from "@xterm/addon-unicode-graphemes";
import xterm, { type IBufferCell, type IBufferLine, type Terminal } from "@xterm/headless";

export interface EmulatedScreenOptions {
  cols: number;
  rows: number;
  /** Rows of scrollback. */
  scrollback: number;
  /** Whether a resize reflows the cursor's line, as VTE and tmux do, or not, as VS Code. */
  reflowCursorLine: boolean;
  /** Receives what the terminal itself sends, such as the answer to ESC[6n. */
  reply: (data: string) => void;
  /** Called after output was interpreted. */
  changed: () => void;
}

/** A palette index (0 to 7 and 8 to 15 are the named colours), a hex colour, or the default. */
export type Color = "default" | number | `#${string}`;

/** One cell of the screen. */
export interface Cell {
  /** The grapheme cluster; empty in the right half of a wide one and in an unused cell. */
  text: string;
  /** In columns: 1 or 2, and 0 for the right half of a wide cluster. */
  width: number;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  inverse: boolean;
  fg: Color;
  bg: Color;
}

/** The cursor's place, from 0: `y` on the screen, `absoluteY` from the top of the scrollback. */
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
    // Without it, xterm measures code points by an old table: 1 column for an emoji, 3 for a family.
    this.#terminal.loadAddon(new graphemes.UnicodeGraphemesAddon());
    this.#terminal.onData(reply);
  }

  /** Takes output, which is interpreted soon, in order; `settled` waits for that. */
  feed(bytes: Uint8Array): void {
    this.#raw += this.#decoder.decode(bytes, { stream: true });
    this.#queue.push(bytes);
    if (!this.#parsing) this.#parse();
  }

  // One write at a time, with all output queued meanwhile: xterm drops what it cannot queue, and
  // tests need not check again after each of a thousand small chunks.
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

  /** Resolves when all output is interpreted. */
  settled(): Promise<void> {
    if (!this.#parsing) return Promise.resolve();
    return new Promise((resolve) => this.#settled.push(resolve));
  }

  /** Resizes and reflows at once. */
  resize(cols: number, rows: number): void {
    this.#terminal.resize(cols, rows);
    this.#changed();
  }

  /** All output so far, decoded as UTF-8. */
  get raw(): string {
    return this.#raw;
  }

  /** The modes that the program has set, such as `bracketedPasteMode`. */
  get modes(): Terminal["modes"] {
    return this.#terminal.modes;
  }

  /** The rows on the screen, top to bottom, without trailing spaces. */
  rows(): string[] {
    const { baseY } = this.#terminal.buffer.active;
    return this.#text(baseY, false);
  }

  /**
   * Scrollback and screen, one line per row, without trailing spaces and empty rows at the end.
   * With `joinWrapped`, wrapped rows are joined.
   */
  text({ joinWrapped = false } = {}): string {
    return this.#text(0, joinWrapped).join("\n").trimEnd();
  }

  #text(from: number, joinWrapped: boolean): string[] {
    const lines: string[] = [];
    const buffer = this.#terminal.buffer.active;
    for (let y = from; y < buffer.length; y++) {
      const line = buffer.getLine(y);
      // Trims unused cells, but no spaces: a wrapped row may end with one.
      // A cut row keeps its hidden cells.
      const text = line?.translateToString(true, 0, this.#terminal.cols) ?? "";
      if (joinWrapped && line?.isWrapped && lines.length > 0) lines.push(lines.pop() + text);
      else lines.push(text);
    }
    return lines.map((line) => line.trimEnd());
  }

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

  /** The column and row of the first occurrence of `text` on the screen; it must not wrap. */
  find(text: string): { x: number; y: number } | undefined {
    for (let y = 0; y < this.#terminal.rows; y++) {
      const line = this.#line(y);
      // A column is not an index into the row's string: a cell may hold 0 or several code units.
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

  /** The screen with its size and cursor, for error messages. */
  dump(): string {
    const { cols, rows } = this.#terminal;
    const { x, y } = this.cursor();
    return [
      `screen of ${cols} x ${rows}, cursor in column ${x} of row ${y}:`,
      ...this.rows().map((row) => `|${row}`),
    ].join("\n");
  }

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
