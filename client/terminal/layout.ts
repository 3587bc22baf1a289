/** Lays out the prompt and the input that is being typed in rows of the terminal. */

import { sanitize } from "../../common/protocol/sanitize.ts";
import { graphemes, textWidth } from "../../common/cli/width.ts";

export interface InputLine {
  prompt: string;
  /** May have several lines, separated by LF. */
  line: string;
  /** The cursor's position in the line, in UTF-16 units. */
  cursor: number;
}

export interface Layout {
  /** The text of each row, at most as wide as the terminal. */
  rows: string[];
  /** The cursor's place, from 0. */
  cursorRow: number;
  cursorColumn: number;
}

/** Lays out at most `maxRows` rows around the cursor. Broken here, not by the terminal, they have known places. */
export function layOut(
  { prompt, line, cursor }: InputLine,
  columns: number,
  maxRows: number,
): Layout {
  const rows = [""];
  let width = 0; // of the last row
  const beginRow = () => {
    rows.push("");
    width = 0;
  };
  const add = (text: string) => {
    const shown = sanitize(text);
    const shownWidth = textWidth(shown);
    if (width > 0 && width + shownWidth > columns) beginRow();
    rows[rows.length - 1] += shown;
    width += shownWidth;
    return shownWidth;
  };
  const placeAtEnd = () => {
    if (width >= columns) beginRow(); // a full row has no column left for the cursor
    return { cursorRow: rows.length - 1, cursorColumn: width };
  };
  for (const { grapheme } of graphemes(prompt)) add(grapheme);

  let place: Omit<Layout, "rows"> | undefined;
  let end = 0;
  for (const { grapheme } of graphemes(line)) {
    if (grapheme === "\n") {
      if (end++ === cursor) place = placeAtEnd();
      beginRow();
      continue;
    }
    const shownWidth = add(grapheme);
    end += grapheme.length;
    // A cursor inside a grapheme is shown before it.
    if (end > cursor) place ??= { cursorRow: rows.length - 1, cursorColumn: width - shownWidth };
  }
  const { cursorRow, cursorColumn } = place ?? placeAtEnd();
  const from = Math.max(0, Math.min(cursorRow - Math.floor(maxRows / 2), rows.length - maxRows));
  return { rows: rows.slice(from, from + maxRows), cursorRow: cursorRow - from, cursorColumn };
}

/** What is known of rows on the screen after the size of the terminal has changed. */
export interface Resized {
  /** The width now, and the narrowest since the rows were painted. */
  columns: number;
  narrowest: number;
  /** The place of the cursor now, from 0, as the terminal reports it. */
  cursor?: { row: number; column: number } | undefined;
  /** The first and the last row that the cursor can be in where rows are not reflowed; NaN if unknown. */
  firstRow: number;
  lastRow: number;
}

/**
 * How many rows above the cursor the input begins, after the size of the terminal has changed; undefined if it does
 * not show that the terminal reflows rows. `isReflowing` if it has done so before.
 *
 * Some terminals reflow rows that have become too wide, some all of them but the row of the cursor (xterm.js), and
 * some cut them (xterm, mosh). The cursor shows which: a row or column that it could not have without a reflow.
 * Otherwise the rows should count as they were: better to leave a piece of the input behind than to erase a message.
 */
export function rowsAboveCursor(
  { rows, cursorRow, cursorColumn }: Layout,
  { columns, narrowest, cursor, firstRow, lastRow }: Resized,
  isReflowing = false,
): number | undefined {
  const own = reflowRow(rows[cursorRow]!, columns, cursorColumn);
  const isRowReflowed = own.cursorRow > 0 && cursor?.column === own.cursorColumn &&
    cursor.column !== narrowest - 1;
  const isMoved = cursor !== undefined && (cursor.row < firstRow || cursor.row > lastRow);
  if (!isRowReflowed && !isMoved && !isReflowing) return undefined;
  const before = rows.slice(0, cursorRow).map((row) => reflowRow(row, columns).rows);
  return before.reduce((sum, count) => sum + count, isRowReflowed ? own.cursorRow : 0);
}

/** How many rows a row becomes when the terminal reflows it to `columns`, and where the cursor goes. */
function reflowRow(row: string, columns: number, cursorColumn = 0) {
  let [at, column, last] = [0, 0, 0];
  let cursor: Omit<Layout, "rows"> | undefined;
  for (const { width } of graphemes(row)) {
    if (column > 0 && column + width > columns) [column, last] = [0, last + 1];
    if (at + width > cursorColumn) cursor ??= { cursorRow: last, cursorColumn: column };
    column += width;
    at += width;
  }
  const end = column + cursorColumn - at; // a cursor after the text has blanks before it
  cursor ??= end < columns
    ? { cursorRow: last, cursorColumn: end }
    : { cursorRow: last + 1, cursorColumn: 0 };
  return { rows: last + 1, ...cursor };
}
