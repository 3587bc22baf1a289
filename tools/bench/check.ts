/**
 * What must hold wherever the bench runs: the hub is not far off the bare forwarder. The bounds are wide, as a busy machine is
 * no fault of the hub's; what is slower by accident is not found by this, what is broken is. Pure.
 */

import * as fanOut from "./cases/fan_out.ts";
import * as latency from "./cases/latency.ts";
import { formatRatio } from "./format.ts";
import type { Compared, Metric } from "./results.ts";

interface Bound {
  readonly case: string;
  readonly work: string;
  readonly metric: Metric;
  /** The ratio to the forwarder's must not be below or above it, as more or less is better. */
  readonly ratio: number;
}

export interface Verdict {
  readonly line: string;
  readonly holds: boolean;
}

export const ONE: fanOut.FanOut = { members: 100, outstanding: 1, from: "one" };
export const FLOOD: fanOut.FanOut = { ...ONE, outstanding: 1000 };

const BOUNDS: readonly Bound[] = [
  { case: fanOut.CASE, work: fanOut.describe(ONE), metric: fanOut.SPEED, ratio: 0.25 },
  { case: fanOut.CASE, work: fanOut.describe(ONE), metric: fanOut.EFFORT, ratio: 4 },
  { case: fanOut.CASE, work: fanOut.describe(FLOOD), metric: fanOut.SPEED, ratio: 0.1 },
  { case: fanOut.CASE, work: fanOut.describe(FLOOD), metric: fanOut.EFFORT, ratio: 8 },
  { case: latency.CASE, work: latency.describe(2000), metric: latency.P50, ratio: 10 },
];

/** Those that can be measured on any system. */
export const SPEED_BOUNDS: readonly Bound[] = BOUNDS.filter(({ metric }) =>
  metric === fanOut.SPEED
);

/** How each contestant stands to each bound that was to be measured. */
export function check(
  rows: readonly Compared[],
  contestants: readonly string[],
  bounds = BOUNDS,
): Verdict[] {
  return bounds.flatMap((bound) => {
    const { case: name, work, metric, ratio: limit } = bound;
    return contestants.map((contestant) => {
      const row = rows.find((each) =>
        each.case === name && each.work === work && each.contestant === contestant &&
        each.metric.name === metric.name
      );
      const what = `${contestant}, ${name}, ${work}, ${metric.name}`;
      const ratio = row?.ratio?.median;
      if (ratio === undefined) return { line: `${what}: not measured`, holds: false };
      const holds = metric.better === "more" ? ratio >= limit : ratio <= limit;
      const word = metric.better === "more" ? "at least" : "at most";
      return {
        line: `${what}: ${formatRatio(ratio)}, ${word} ${formatRatio(limit)}`,
        holds,
      };
    });
  });
}
