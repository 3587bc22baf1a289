/** Where the prompt and what is being typed stand in the terminal, row by row. Pure. */

import { sanitize } from "../../common/protocol/sanitize.ts";
import { graphemes, textWidth } from "./width.ts";

/** What is to be seen of the input line. */
export interface InputLine {
  prompt: string;
  line: string;
  /** Where the cursor stands in the line, in UTF-16 units. */
  cursor: number;
}

export interface Layout {
  /** Text of each row; each at most as wide as the terminal. */
  rows: string[];
  /** Where the cursor stands, from 0. */
  cursorRow: number;
  cursorColumn: number;
}

/**
 * Lays the input out in rows of `columns`, of which at most `maxRows` around the cursor are shown. Rows are broken here
 * and not by the terminal, so that it is known where each begins, also after the window has changed its width.
 */
export function layOut(
  { prompt, line, cursor }: InputLine,
  columns: number,
  maxRows: number,
): Layout {
  const rows: string[] = [];
  let row = "";
  let width = 0;
  const endRow = () => {
    rows.push(row);
    [row, width] = ["", 0];
  };
  const add = (text: string) => {
    const shown = sanitize(text);
    const shownWidth = textWidth(shown);
    if (width > 0 && width + shownWidth > columns) endRow();
    row += shown;
    width += shownWidth;
    return shownWidth;
  };
  for (const { grapheme } of graphemes(prompt)) add(grapheme);

  let cursorAt: { row: number; column: number } | undefined;
  let end = 0;
  for (const { grapheme } of graphemes(line)) {
    const shownWidth = add(grapheme);
    end += grapheme.length;
    // A cursor inside of a grapheme stands before it.
    if (cursorAt === undefined && end > cursor) {
      cursorAt = { row: rows.length, column: width - shownWidth };
    }
  }
  if (cursorAt === undefined) {
    if (width >= columns) endRow(); // behind a full row there is no place for the cursor
    cursorAt = { row: rows.length, column: width };
  }
  endRow();
  return crop({ rows, cursorRow: cursorAt.row, cursorColumn: cursorAt.column }, maxRows);
}

/**
 * How many rows above the cursor the input begins, after the terminal has changed its width to `columns`.
 *
 * Terminals break a row anew that has become too wide, but some (xterm.js) not the one with the cursor: which of both
 * happened shows where the cursor went. Where that is not known, or is the last column, in which it may stand after
 * both, the second is assumed: a piece of the input that is left is better than a message that is erased.
 */
export function rowsAboveCursor(
  { rows, cursorRow, cursorColumn }: Layout,
  columns: number,
  cursorWentTo?: number,
): number {
  const above = rows.slice(0, cursorRow).reduce(
    (sum, row) => sum + reflowRow(row, columns).rows,
    0,
  );
  const broken = reflowRow(rows[cursorRow]!, columns, cursorColumn);
  const isBroken = cursorWentTo === broken.cursorColumn && cursorWentTo < columns - 1;
  return above + (isBroken ? broken.cursorRow : 0);
}

/** Whether only the terminal can tell what a new width did to the cursor's row. */
export function needsCursorReport(
  { rows, cursorRow, cursorColumn }: Layout,
  columns: number,
): boolean {
  return reflowRow(rows[cursorRow]!, columns, cursorColumn).cursorRow > 0;
}

/** What becomes of a row and of a cursor in it when the terminal breaks it to fewer columns. */
function reflowRow(
  row: string,
  columns: number,
  cursorColumn = 0,
): { rows: number; cursorRow: number; cursorColumn: number } {
  let [at, column, count] = [0, 0, 1];
  let cursor: { row: number; column: number } | undefined;
  for (const { width } of graphemes(row)) {
    if (column > 0 && column + width > columns) [column, count] = [0, count + 1];
    if (cursor === undefined && at + width > cursorColumn) cursor = { row: count - 1, column };
    column += width;
    at += width;
  }
  // Behind the text there are blanks up to the cursor.
  cursor ??= column + cursorColumn - at < columns
    ? { row: count - 1, column: column + cursorColumn - at }
    : { row: count, column: 0 };
  return { rows: count, cursorRow: cursor.row, cursorColumn: cursor.column };
}

/** The rows around the cursor, where there are more than can be shown. */
function crop(layout: Layout, maxRows: number): Layout {
  const { rows, cursorRow } = layout;
  if (rows.length <= maxRows) return layout;
  const from = Math.max(0, Math.min(cursorRow - Math.floor(maxRows / 2), rows.length - maxRows));
  return {
    ...layout,
    rows: rows.slice(from, from + maxRows),
    cursorRow: cursorRow - from,
  };
}
