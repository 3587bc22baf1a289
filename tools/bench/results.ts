/** What the cases find out: rows of measured values, as they stand in the JSON. Pure. */

import { ratios, summarise, type Summary } from "./statistics.ts";

/** The contestants against which the others are held: of hubs, and of what starts. */
const FLOORS: readonly string[] = ["forwarder", "empty"];

/** What is measured, and whether more of it is better. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly better: "more" | "less";
}

/** One contestant at one work: a value for each run. */
export interface Series {
  readonly case: string;
  /** What it had to do, such as `100 members, 10 outstanding`. */
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

export interface Found {
  readonly series: readonly Series[];
  readonly leftOut: readonly LeftOut[];
}

/** The machine that all of it was measured on. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memory: string;
  readonly system: string;
  readonly deno: string;
  /** Whether the measured and the measuring had a processor each. */
  readonly apart: boolean;
  /** Processes that wanted to run, on the average of the minute before the end: more than two is a busy machine. */
  readonly load: number;
}

export interface Results extends Found {
  readonly version: string;
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
}

/** A row and how it compares with the floor's, where that was measured. */
export interface Compared extends Series {
  readonly summary: Summary;
  readonly ratio: Summary | undefined;
}

export function compare(series: readonly Series[]): Compared[] {
  return series.map((row) => {
    const floor = series.find((other) =>
      FLOORS.includes(other.contestant) && other.case === row.case && other.work === row.work &&
      other.metric.name === row.metric.name
    );
    const ratio = floor && ratios(row.values, floor.values).filter(Number.isFinite);
    return {
      ...row,
      summary: summarise(row.values),
      ratio: ratio && ratio.length > 0 ? summarise(ratio) : undefined,
    };
  });
}
