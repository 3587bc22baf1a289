/**
 * How late people hear a message, in an open loop: one member speaks at a fixed rate, whether the hub keeps up or not, and
 * each hearing counts from when its message was due.
 */

import { type CaseOptions, Notebook, type Standing, takeTurns } from "../arena.ts";
import type { ContestantName } from "../contestants/mod.ts";
import { Batch } from "../message.ts";
import type { Found, Metric } from "../results.ts";
import { Schedule } from "../schedule.ts";
import { percentile } from "../statistics.ts";
import { warmUp } from "./fan_out.ts";

export const CASE = "latency";

const PERCENTILES: readonly [name: string, part: number][] = [
  ["p50", 0.5],
  ["p99", 0.99],
  ["p99.9", 0.999],
  ["max", 1],
];
export const METRICS: readonly Metric[] = PERCENTILES.map(([name]) => ({
  name,
  unit: "s",
  better: "less",
}));
export const P50: Metric = METRICS[0]!;
export const P99: Metric = METRICS[1]!;

const RATES = [200, 2000];
const MEMBERS = 100;
const CONTESTANTS: ContestantName[] = ["forwarder", "text", "frames", "ngircd", "ncat", "python"];
/** Whoever has not heard everything so many seconds after the last was due does not keep up. */
const PATIENCE = 3;

export function describe(rate: number): string {
  return `${rate} messages/s to ${MEMBERS} members`;
}

export async function measureLatency(
  options: CaseOptions,
  { rates = RATES, contestants = CONTESTANTS, rounds = options.quick ? 2 : 11 } = {},
): Promise<Found> {
  const notebook = new Notebook(CASE);
  for (const rate of rates) {
    options.say(`latency at ${rate} messages a second`);
    const work = {
      contestants,
      members: MEMBERS,
      rounds,
      budget: 20,
      warmUp: (standing: Standing) => warmUp(standing, options.quick ? 0.05 : 1),
    };
    await takeTurns(work, notebook, options, (standing) => {
      measureRate(standing, new Schedule(rate, options.quick ? 0.5 : 1.5), (metric, value) => {
        notebook.note(standing.name, describe(rate), metric, value);
      });
    });
  }
  return notebook;
}

function measureRate(
  { crowd, members }: Standing,
  schedule: Schedule,
  note: (metric: Metric, seconds: number) => void,
): void {
  const [speaker] = members;
  const batch = new Batch(speaker!.wire.say, 1);
  const before = new Map(members.map((member) => [member, member.heard]));
  const late = new Float64Array(schedule.total * (members.length - 1));
  let count = 0;
  const start = performance.now();
  crowd.onHeard = (member, heard) => {
    const now = performance.now() - start;
    const last = member.heard - before.get(member)!;
    for (let message = last - heard; message < last; message++) {
      late[count++] = now - schedule.dueAt(message);
    }
  };
  const deadline = schedule.dueAt(schedule.total) + 1000 * PATIENCE;
  let said = 0;
  while (count < late.length) {
    const now = performance.now() - start;
    if (now > deadline) throw new Error(`it does not keep up: ${count} of ${late.length} heard`);
    for (const due = schedule.dueBy(now); said < due; said++) crowd.say(speaker!, batch);
    crowd.pump(0); // without a pause: to sleep would be to speak late
  }
  crowd.onHeard = undefined;
  late.sort();
  PERCENTILES.forEach(([, part], index) => note(METRICS[index]!, percentile(late, part) / 1000));
}
