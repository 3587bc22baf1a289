/**
 * Deliveries a second in closed loops. A batch is posted when all others have received the one before: one message at a
 * time shows what it costs, a thousand what a flood does. In a window, a message is posted for each that all others have
 * received: a busy room.
 */

import type { ContestantName } from "../contestants/mod.ts";
import { Batch } from "../message.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, type Running, runRounds } from "../rounds.ts";

export const DELIVERED: Metric = { name: "delivered", unit: "/s", better: "more" };
export const CPU_TIME: Metric = { name: "CPU time per delivery", unit: "s", better: "less" };

export interface FanOut {
  readonly members: number;
  /** Messages that are posted before all have been received. */
  readonly outstanding: number;
  readonly shape: "batch" | "batch from all" | "window";
}

export function describe({ members, outstanding, shape }: FanOut): string {
  return `${members} members, ${outstanding} outstanding, ${shape}`;
}

const BATCHES = [1, 10, 1000];
const WINDOWS = [10, 100, 1000];
/** The sizes of rooms with a window, and of the one with a history on disk and with a batch from all. */
const BUSY = [100, 900];
const CLASS = 100;

export async function measureFanOut(
  options: CaseOptions,
  {
    sizes = options.quick ? [2, 10, 100] : [2, 10, 100, 1000],
    contestants = [
      "forwarder",
      "text",
      "frames",
      "pages",
      "mixed",
      "ngircd",
      "ncat",
      "python",
      "disk",
    ] as ContestantName[],
    rounds = options.quick ? 2 : 7,
    seconds = options.quick ? 0.05 : 0.2,
  } = {},
): Promise<Recorder> {
  const recorder = new Recorder("fan-out");
  for (const members of sizes) {
    options.log(`fan-out to ${members}`);
    const loops: FanOut[] = BATCHES.map((outstanding) => ({ members, outstanding }));
    if (members === 100) loops.push({ members, outstanding: 1000, fromAll: true });
    const runAll = async (running: Running, recorder: Recorder) => {
      for (const loop of loops) await runLoop(running, loop, recorder, seconds);
    };
    const workload = {
      contestants: contestants.filter((name) => name !== "disk" || members === SIZE_WITH_DISK),
      members,
      rounds,
      budget: 30 * seconds,
      warmUp: (running: Running) => runAll(running, new Recorder("warm-up")),
    };
    await runRounds(workload, recorder, options, (running) => runAll(running, recorder));
  }
  return recorder;
}

/**
 * Runs each batch size for this long, until V8 has compiled the code that a message runs: at 2000 messages a second that would
 * take a quarter of a minute.
 */
export async function warmUp(running: Running, seconds: number): Promise<void> {
  for (const outstanding of BATCHES) {
    const loop = { members: running.members.length, outstanding };
    await runLoop(running, loop, new Recorder("warm-up"), seconds);
  }
}

/** Posts and receives for this long, and at least once. */
async function runLoop(
  { name, service, load, members }: Running,
  loop: FanOut,
  recorder: Recorder,
  seconds: number,
): Promise<void> {
  const senders = loop.fromAll ? members : members.slice(0, 1);
  const each = Math.max(1, Math.round(loop.outstanding / senders.length));
  const batches = new Map(
    members.slice(0, 2).map(({ wire }) => [wire, new Batch(wire.post, each)]),
  );
  const deliveries = each * senders.length * (members.length - 1);
  const cpuBefore = service.cpu();
  const start = performance.now();
  let delivered = 0;
  do {
    for (const sender of senders) load.send(sender, batches.get(sender.wire)!);
    await load.receive(load.received + deliveries);
    delivered += deliveries;
  } while (performance.now() < start + 1000 * seconds);
  const took = (performance.now() - start) / 1000;
  recorder.add(name, describe(loop), DELIVERED, delivered / took);
  recorder.add(name, describe(loop), CPU_TIME, (service.cpu() - cpuBefore) / delivered);
}
