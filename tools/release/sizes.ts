/** The table of sizes that a release prints. */

import type { Target } from "./targets.ts";

export interface Sizes {
  readonly target: Target;
  /** All in bytes. */
  readonly executable: number;
  readonly runtime: number | undefined;
  readonly archive: number;
}

const HEAD = ["target", "executable", "runtime", "our own", "archive"];

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

/** A line for each target: the size of the executable, Deno's share and ours, and the size of the archive. */
export function sizeTable(rows: readonly Sizes[]): string {
  const cells = rows.map(({ target, executable, runtime, archive }) => [
    target.triple,
    mebibytes(executable),
    runtime === undefined ? "?" : mebibytes(runtime),
    runtime === undefined ? "?" : mebibytes(executable - runtime),
    mebibytes(archive),
  ]);
  const table = [HEAD, ...cells];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]! + 2)
    ).join("")
  ).join("\n");
}
