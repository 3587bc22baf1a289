/**
 * How many messages a second reach people, in a closed loop: somebody says so many, and when all others have heard them,
 * the next ones. Few outstanding show what one message costs, many what a flood of them does.
 */

import { type CaseOptions, Notebook, type Standing, takeTurns } from "../arena.ts";
import type { ContestantName } from "../contestants/mod.ts";
import { Batch } from "../message.ts";
import { processorTime } from "../process.ts";
import type { Found, Metric } from "../results.ts";

export const CASE = "fan-out";

export const SPEED: Metric = { name: "heard", unit: "/s", better: "more" };
export const EFFORT: Metric = { name: "processor time", unit: "s", better: "less" };
const OWN_EFFORT: Metric = { name: "processor time of the bench", unit: "s", better: "less" };

export interface FanOut {
  readonly members: number;
  readonly outstanding: number;
  readonly from: "one" | "all";
}

export function describe({ members, outstanding, from }: FanOut): string {
  const flood = `${outstanding} outstanding${from === "all" ? " from all" : ""}`;
  return `${members} members, ${flood}`;
}

const SIZES = [2, 10, 100, 1000];
const QUICK_SIZES = [2, 10, 100];
const OUTSTANDING = [1, 10, 1000];
const EVERYBODY: ContestantName[] = [
  "forwarder",
  "text",
  "frames",
  "mixed",
  "ngircd",
  "ncat",
  "python",
];

export async function measureFanOut(
  options: CaseOptions,
  {
    sizes = options.quick ? QUICK_SIZES : SIZES,
    contestants = EVERYBODY,
    rounds = options.quick ? 2 : 7,
  } = {},
): Promise<Found> {
  const notebook = new Notebook(CASE);
  for (const members of sizes) {
    options.say(`fan-out to ${members}`);
    const withDisk: ContestantName[] = members === 100 && contestants.includes("text")
      ? ["disk"]
      : [];
    const seconds = options.quick ? 0.05 : 0.2;
    const measure = (standing: Standing, notebook: Notebook) => {
      for (const loop of loopsFor(members)) measureLoop(standing, loop, notebook, seconds);
    };
    const work = {
      contestants: [...contestants, ...withDisk],
      members,
      rounds,
      budget: options.quick ? 1 : 6,
      warmUp: (standing: Standing) => measure(standing, new Notebook(CASE)),
    };
    await takeTurns(work, notebook, options, (standing) => measure(standing, notebook));
  }
  return notebook;
}

function loopsFor(members: number): FanOut[] {
  const loops: FanOut[] = OUTSTANDING.map((outstanding) => ({ members, outstanding, from: "one" }));
  if (members === 100) loops.push({ members, outstanding: 1000, from: "all" });
  return loops;
}

/**
 * One member says so much for so many seconds in each way that V8 compiles whatever a message needs: at 2000 a second that
 * goes on for a quarter of a minute, and it shares the processor with what is measured.
 */
export function warmUp(standing: Standing, seconds: number): void {
  for (const outstanding of OUTSTANDING) {
    const loop: FanOut = { members: standing.members.length, outstanding, from: "one" };
    measureLoop(standing, loop, new Notebook(CASE), seconds);
  }
}

/** Says and hears for so many seconds, and once at least. */
function measureLoop(
  { name, service, crowd, members }: Standing,
  loop: FanOut,
  notebook: Notebook,
  seconds: number,
): void {
  const speakers = loop.from === "all" ? members : members.slice(0, 1);
  const each = Math.max(1, Math.round(loop.outstanding / speakers.length));
  const batches = new Map(members.slice(0, 2).map(({ wire }) => [wire, new Batch(wire.say, each)]));
  const heardByAll = each * speakers.length * (members.length - 1);
  const effortBefore = service.cpu();
  const ownBefore = processorTime(Deno.pid);
  const start = performance.now();
  const end = start + 1000 * seconds;
  let heard = 0;
  do {
    for (const speaker of speakers) crowd.say(speaker, batches.get(speaker.wire)!);
    crowd.hear(crowd.heard + heardByAll);
    heard += heardByAll;
  } while (performance.now() < end);
  const took = (performance.now() - start) / 1000;
  const work = describe(loop);
  notebook.note(name, work, SPEED, heard / took);
  notebook.note(name, work, EFFORT, (service.cpu() - effortBefore) / heard);
  notebook.note(name, work, OWN_EFFORT, (processorTime(Deno.pid) - ownBefore) / heard);
}
