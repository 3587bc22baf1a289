/** What is made of measured values. Pure. */

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws {RangeError} for no values. */
export function summarise(values: readonly number[]): Summary {
  const sorted = Float64Array.from(values).sort();
  return { median: median(sorted), min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * The value below or at which the given part (0 to 1) of the sorted values is: the nearest rank, so always one of them.
 *
 * @throws {RangeError} for no values.
 */
export function percentile(sorted: Float64Array, part: number): number {
  if (sorted.length === 0) throw new RangeError("There is no percentile of no values");
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
}

/**
 * What is measured against what, run by run: the runs of one round were made one after the other, so what slowed the
 * machine down slowed both. Where one was run less often, the rounds that both have count.
 */
export function ratios(values: readonly number[], base: readonly number[]): number[] {
  return values.slice(0, base.length).map((value, run) => value / base[run]!);
}

function median(sorted: Float64Array): number {
  if (sorted.length === 0) throw new RangeError("There is no median of no values");
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? (sorted[middle - 1]! + sorted[middle]!) / 2
    : sorted[Math.floor(middle)]!;
}
