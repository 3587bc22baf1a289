/** Counts lines of a hub's log: it writes few of a kind in a second, and tells how many it left out. */

/** The number of lines that match, and of those that the log left out for them. */
export function countLines(lines: readonly string[], wanted: RegExp): number {
  return lines.filter((line) => wanted.test(line))
    .reduce((sum, line) => sum + Number(/ left_out=(\d+)/.exec(line)?.[1] ?? 1), 0);
}
