/**
 * A terminal that reflows all lines when its width changes, even the cursor's, and keeps the cursor at its text, as
 * VTE, kitty and others do. The headless xterm cannot: it moves its cursor down with the reflowed rows. It can also
 * cut lines.
 *
 * It supports only the sequences that the client's screen writes, and throws on others.
 */

import { graphemes } from "../../../../common/cli/width.ts";

interface Cell {
  text: string;
  width: number;
}

interface Row {
  cells: Cell[];
  /** Whether the line continues in the next row. */
  isWrapped: boolean;
}

export interface ReflowingTerminalOptions {
  cols: number;
  rows: number;
  /** `cuts_all`: lines are cut. `drops`: the last rows too, instead of scrolling. */
  kind: "keeps" | "cuts_all" | "drops";
  reply: (data: string) => void;
}

// deno-lint-ignore no-control-regex
const TOKENS = /\x1b\[([?>\d;]*)([A-Za-z])|\x1b[78]|\r|\n|[^\x1b\r\n]+/g;

export class ReflowingTerminal {
  readonly #reply: (data: string) => void;
  readonly #kind: ReflowingTerminalOptions["kind"];
  #columns: number;
  #height: number;
  #rows: Row[] = [emptyRow()];
  /** The first row of the screen, after the scrollback. */
  #base = 0;
  #cursor = { x: 0, y: 0 };
  #saved = { x: 0, y: 0 };

  constructor({ cols, rows, kind, reply }: ReflowingTerminalOptions) {
    [this.#columns, this.#height, this.#kind, this.#reply] = [cols, rows, kind, reply];
  }

  feed(bytes: Uint8Array): void {
    const text = new TextDecoder().decode(bytes);
    for (const [token, argument = "", final] of text.matchAll(TOKENS)) {
      if (final) this.#control(argument, final);
      else if (token === "\x1b7") this.#saved = { ...this.#cursor };
      else if (token === "\x1b8") this.#cursor = { ...this.#saved };
      else if (token === "\r") this.#cursor.x = 0;
      else if (token === "\n") this.#down();
      else for (const { grapheme, width } of graphemes(token)) this.#put(grapheme, width);
    }
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  resize(columns: number, height: number): void {
    if (this.#kind === "keeps") this.#reflow(columns, height);
    else this.#cut(columns, height);
    [this.#columns, this.#height] = [columns, height];
  }

  #cut(columns: number, height: number): void {
    const isScrolling = this.#kind === "cuts_all" && this.#cursor.y >= this.#base + height;
    if (isScrolling) this.#base = this.#cursor.y + 1 - height;
    this.#rows.splice(this.#base + height);
    for (const { cells } of this.#rows) while (widthOf(cells) > columns) cells.pop();
    const { x, y } = this.#cursor;
    this.#cursor = { x: Math.min(x, columns - 1), y: Math.min(y, this.#base + height - 1) };
  }

  #reflow(columns: number, height: number): void {
    const { row: cursorRow, offset } = this.#cursorInLine();
    const rows: Row[] = [];
    for (let y = 0; y < this.#rows.length;) {
      const first = y;
      const cells: Cell[] = [];
      do cells.push(...this.#rows[y]!.cells); while (this.#rows[y++]!.isWrapped);
      const reflowed = reflow(cells, columns);
      if (cursorRow === first) {
        const at = locate(reflowed, offset, columns);
        if (at.row === reflowed.length) {
          reflowed.at(-1)!.isWrapped = true;
          reflowed.push(emptyRow());
        }
        this.#cursor = { x: at.column, y: rows.length + at.row };
      }
      rows.push(...reflowed);
    }
    while (rows.length > this.#cursor.y + 1 && rows.at(-1)!.cells.length === 0) rows.pop();
    this.#rows = rows;
    this.#base = Math.min(this.#cursor.y, Math.max(0, rows.length - height));
  }

  text({ joinWrapped = false } = {}): string {
    let text = "";
    for (const { cells, isWrapped } of this.#rows) {
      const row = cells.map((cell) => cell.text).join("");
      text += joinWrapped && isWrapped ? row : row.trimEnd() + "\n";
    }
    return text.trimEnd();
  }

  rows(): string[] {
    return this.text().split("\n").slice(this.#base);
  }

  cursor(): { x: number; y: number; absoluteY: number } {
    const { x, y } = this.#cursor;
    return { x: Math.min(x, this.#columns - 1), y: y - this.#base, absoluteY: y };
  }

  dump(): string {
    const { x, y } = this.#cursor;
    return [`${this.#columns} columns, cursor in column ${x} of row ${y}:`, this.text()].join("\n");
  }

  dispose(): void {}

  #control(argument: string, final: string): void {
    const count = Number(argument || 1);
    if (argument === "?2026") return;
    if (argument === ">" && final === "c") {
      if (this.#kind === "drops") this.#reply("\x1b[>1;10;0c");
      return;
    }
    if (final === "A") this.#cursor.y = Math.max(this.#base, this.#cursor.y - count);
    else if (final === "C") this.#cursor.x = Math.min(this.#columns - 1, this.#cursor.x + count);
    else if (final === "H" && argument === "9999;9999") {
      this.#cursor = { x: this.#columns - 1, y: this.#base + this.#height - 1 };
    } else if (final === "K" && argument === "") this.#eraseRow();
    else if (final === "J" && argument === "") this.#eraseBelow();
    else if (final === "n" && argument === "6") {
      const { x, y } = this.cursor();
      this.#reply(`\x1b[${y + 1};${x + 1}R`);
    } else throw new Error(`Unknown sequence: CSI ${argument}${final}`);
  }

  #eraseRow(): void {
    const { x, y } = this.#cursor;
    if (x !== 0) throw new Error("Erasing from the middle of a row is not supported");
    this.#rows[y] = emptyRow();
    const above = this.#rows[y - 1];
    if (above) above.isWrapped = false;
  }

  #eraseBelow(): void {
    const { x, y } = this.#cursor;
    if (this.#rows[y]!.cells.length > x) {
      throw new Error("Erasing from the middle of a row is not supported");
    }
    this.#rows.splice(y + 1);
  }

  #down(): void {
    if (++this.#cursor.y === this.#rows.length) this.#rows.push(emptyRow());
    this.#base = Math.max(this.#base, this.#cursor.y + 1 - this.#height);
  }

  #put(text: string, width: number): void {
    if (this.#cursor.x + width > this.#columns) {
      this.#rows[this.#cursor.y]!.isWrapped = true;
      this.#down();
      this.#cursor.x = 0;
    }
    const row = this.#rows[this.#cursor.y]!;
    while (widthOf(row.cells) < this.#cursor.x) row.cells.push({ text: " ", width: 1 });
    if (widthOf(row.cells) !== this.#cursor.x) {
      throw new Error("Writing over text is not supported");
    }
    row.cells.push({ text, width });
    this.#cursor.x += width;
  }

  /** The first row of the cursor's line, and the columns before the cursor in that line. */
  #cursorInLine(): { row: number; offset: number } {
    let { x: offset, y: row } = this.#cursor;
    while (row > 0 && this.#rows[row - 1]!.isWrapped) offset += widthOf(this.#rows[--row]!.cells);
    return { row, offset };
  }
}

function emptyRow(): Row {
  return { cells: [], isWrapped: false };
}

function widthOf(cells: Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

function reflow(cells: Cell[], columns: number): Row[] {
  const rows = [emptyRow()];
  for (const cell of cells) {
    if (widthOf(rows.at(-1)!.cells) + cell.width > columns) {
      rows.at(-1)!.isWrapped = true;
      rows.push(emptyRow());
    }
    rows.at(-1)!.cells.push(cell);
  }
  return rows;
}

/** The place after `offset` columns in the rows of a line; after a full row it is in the next row. */
function locate(rows: Row[], offset: number, columns: number): { row: number; column: number } {
  for (const [row, { cells, isWrapped }] of rows.entries()) {
    const width = widthOf(cells);
    if (offset < width || (!isWrapped && offset < columns)) return { row, column: offset };
    offset -= width;
  }
  return { row: rows.length, column: 0 };
}
