/** Measured values, how they compare with the baseline, and how they are printed. */

/** The contestants that the others are compared with: of hubs the first that was measured, of programs the last. */
const BASELINES: readonly string[] = ["floor", "forwarder", "empty"];

/** What is measured, and whether more of it is better. */
export interface Metric {
  readonly name: string;
  readonly unit: "/s" | "s" | "B";
  readonly better: "more" | "less";
}

/** The values of one contestant under one workload, one for each round. */
export interface Series {
  readonly case: string;
  /** The workload, such as `100 members, 10 outstanding`. Each case has its own. */
  readonly work: string;
  readonly contestant: string;
  readonly metric: Metric;
  readonly values: readonly number[];
}

/** What was not measured, and why. */
export interface LeftOut {
  readonly case: string;
  readonly contestant: string;
  readonly why: string;
}

export interface Results {
  readonly version: string;
  readonly date: string;
  /** The machine, in one line. */
  readonly machine: string;
  readonly series: readonly Series[];
  readonly leftOut: readonly LeftOut[];
}

/** Collects the values of one case. */
export class Recorder {
  readonly case: string;
  readonly leftOut: LeftOut[] = [];
  readonly #series = new Map<string, Series & { values: number[] }>();

  constructor(name: string) {
    this.case = name;
  }

  get series(): Series[] {
    return [...this.#series.values()];
  }

  /** Adds a value, unless it is NaN: the system cannot measure it. */
  add(contestant: string, work: string, metric: Metric, value: number): void {
    if (Number.isNaN(value)) return;
    const key = `${contestant}\n${work}\n${metric.name}`;
    const series = this.#series.get(key);
    if (series) series.values.push(value);
    else this.#series.set(key, { case: this.case, work, contestant, metric, values: [value] });
  }

  leaveOut(contestant: string, why: string): void {
    this.leftOut.push({ case: this.case, contestant, why });
  }
}

export interface Compared extends Series {
  readonly median: number;
  /** The median of the ratios to the baseline; undefined if the baseline was not measured. */
  readonly ratio: number | undefined;
}

/**
 * Compares each series with the baseline's, round by round: the runs of a round follow one another, so anything that
 * slows the machine down slows both.
 */
export function compare(series: readonly Series[]): Compared[] {
  return series.map((row) => {
    const baseline = BASELINES.map((name) =>
      series.find((each) =>
        each.contestant === name && each.case === row.case && each.work === row.work &&
        each.metric.name === row.metric.name
      )
    ).find((found) => found);
    const ratios = row.values.slice(0, baseline?.values.length ?? 0)
      .map((value, round) => value / baseline!.values[round]!).filter(Number.isFinite);
    return {
      ...row,
      median: median(row.values),
      ratio: ratios.length > 0 ? median(ratios) : undefined,
    };
  });
}

export function findRow(
  rows: readonly Compared[],
  contestant: string,
  work: string,
  metric: Metric,
): Compared | undefined {
  return rows.find((row) =>
    row.contestant === contestant && row.work === work && row.metric.name === metric.name
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** The nearest-rank percentile of sorted values; `part` is from 0 to 1. */
export function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
}

const UNITS: Readonly<
  Record<Metric["unit"], readonly (readonly [unit: string, factor: number])[]>
> = {
  "/s": [["M/s", 1e6], ["k/s", 1e3], ["/s", 1]],
  s: [[" s", 1], [" ms", 1e-3], [" µs", 1e-6], [" ns", 1e-9]],
  B: [[" MiB", 1024 * 1024], [" KiB", 1024], [" B", 1]],
};

/** A value with three digits and its unit, such as `1.25M/s`. */
export function formatValue(value: number, { unit }: Pick<Metric, "unit">): string {
  const units = UNITS[unit];
  const [name, factor] = units.find(([, factor]) => value >= factor) ?? units.at(-1)!;
  return threeDigits(value / factor) + name;
}

/** A ratio, such as `×0.83`. */
export function formatRatio(ratio: number): string {
  return `×${ratio < 10 ? ratio.toFixed(2) : threeDigits(ratio)}`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
