/**
 * Compares the hub with the forwarder, for CI. The bounds are wide, since a busy machine must not fail the check: it finds
 * what is broken, not what has become a little slower.
 */

import * as fanOut from "./cases/fan_out.ts";
import * as latency from "./cases/latency.ts";
import type { ContestantName } from "./contestants/mod.ts";
import { type Compared, findRow, formatRatio, type Metric } from "./results.ts";
import type { CaseOptions } from "./rounds.ts";

const CHECKED: readonly ContestantName[] = ["text", "frames"];

/** The ratio to the forwarder: at least this if more is better, else at most. */
type Bound = readonly [work: string, metric: Metric, ratio: number];

const ONE = fanOut.describe({ members: 100, messages: 1, shape: "at a time" });
const BUSY = fanOut.describe({ members: 100, messages: 100, shape: "outstanding" });
const FLOOD = fanOut.describe({ members: 100, messages: 1000, shape: "at a time" });

export const BOUNDS: readonly Bound[] = [
  [ONE, fanOut.DELIVERED, 0.25],
  [ONE, fanOut.CPU_TIME, 4],
  [BUSY, fanOut.DELIVERED, 0.1],
  [FLOOD, fanOut.DELIVERED, 0.1],
  [FLOOD, fanOut.CPU_TIME, 8],
  [latency.describe(2000), latency.P50, 10],
];

/** With portable sockets, only throughput says something about the hub. */
export const PORTABLE_BOUNDS: readonly Bound[] = BOUNDS.filter(([, metric]) =>
  metric === fanOut.DELIVERED
);

export interface Verdict {
  readonly line: string;
  readonly holds: boolean;
}

export async function measureForCheck(options: CaseOptions) {
  const contestants: ContestantName[] = ["forwarder", ...CHECKED];
  const { portable } = options;
  const seconds = portable ? 0.5 : 0.05;
  const found = [
    await fanOut.measureFanOut(options, { sizes: [100], contestants, rounds: 5, seconds }),
  ];
  if (!portable) {
    found.push(await latency.measureLatency(options, { rates: [2000], contestants, rounds: 3 }));
  }
  return found.flatMap(({ series }) => series);
}

/** Checks each contestant against each bound; what was not measured fails. */
export function check(
  rows: readonly Compared[],
  bounds: readonly Bound[],
  contestants: readonly string[] = CHECKED,
): Verdict[] {
  return bounds.flatMap(([work, metric, limit]) =>
    contestants.map((contestant) => {
      const ratio = findRow(rows, contestant, work, metric)?.ratio;
      const what = `${contestant}, ${work}, ${metric.name}`;
      if (ratio === undefined) return { line: `${what}: not measured`, holds: false };
      const isFloor = metric.better === "more";
      return {
        line: `${what}: ${formatRatio(ratio)}, ${isFloor ? "at least" : "at most"} ${
          formatRatio(limit)
        }`,
        holds: isFloor ? ratio >= limit : ratio <= limit,
      };
    })
  );
}
