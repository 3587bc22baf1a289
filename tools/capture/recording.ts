/** What a terminal shows while a user types and messages arrive above the line. */

import type { Cell } from "../../tests/support/screen.ts";

/** A screen at one moment. */
export interface Frame {
  /** In milliseconds from the beginning. */
  readonly time: number;
  /** Rows of cells, all of the same length. The last one is the input. */
  readonly cells: readonly (readonly Cell[])[];
  /** The column of the cursor, in the last row. */
  readonly cursor: number;
}

/** Frames that differ by rows that arrived above the input and by characters appended to it. */
export interface Recording {
  /** Every row that was above the input, also those that have left the screen. */
  readonly log: readonly (readonly Cell[])[];
  readonly input: readonly Cell[];
  /** Rows on the screen, with that of the input. */
  readonly height: number;
  /** For each frame: how many rows of the log had arrived, and the column of the cursor. */
  readonly steps: readonly { time: number; rows: number; cursor: number }[];
}

/**
 * Joins frames into a recording.
 *
 * @throws {Error} if a frame differs from the one before it in any other way: then the program has disturbed the input.
 */
export function join(frames: readonly Frame[]): Recording {
  const [first] = frames;
  if (!first) throw new Error("Cannot join an empty list of frames");
  const height = first.cells.length;
  const log = first.cells.slice(0, -1);
  const input = frames.at(-1)!.cells.at(-1)!;
  const steps = frames.map(({ time, cells, cursor }) => {
    const above = cells.slice(0, -1);
    const arrived = above.findIndex((_, count) =>
      isSame(above.slice(0, above.length - count), log.slice(log.length - above.length + count))
    );
    log.push(...above.slice(above.length - arrived));
    const typed = cells.at(-1)!.slice(0, cursor);
    if (arrived < 0 || cells.length !== height || !isSame([typed], [input.slice(0, cursor)])) {
      throw new Error(`Cannot join frames: another screen at ${time} ms:\n${textOf(cells)}`);
    }
    return { time, rows: log.length, cursor };
  });
  return { log, input, height, steps };
}

function isSame(some: Recording["log"], others: Recording["log"]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

/** Rows of cells as text, without blanks at their ends. */
export function textOf(rows: Recording["log"]): string {
  return rows.map((row) =>
    row.map(({ text, width }) => width === 0 ? "" : text || " ").join("").trimEnd()
  ).join("\n");
}
