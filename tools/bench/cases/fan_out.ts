/**
 * Deliveries a second in closed loops. A batch is posted when all others have received the one before: one message at a
 * time shows what it costs, a thousand what a flood does. In a window a message is posted for each that all others have
 * received, as in a busy room.
 */

import type { ContestantName } from "../contestants/mod.ts";
import { Batch } from "../message.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, type Running, runRounds } from "../rounds.ts";

export const DELIVERED: Metric = { name: "delivered", unit: "/s", better: "more" };
export const CPU_TIME: Metric = { name: "CPU time per delivery", unit: "s", better: "less" };

export interface FanOut {
  readonly members: number;
  /** Messages of a batch, or those of a window that have not been received by all. */
  readonly messages: number;
  readonly shape: "at a time" | "at a time from all" | "outstanding";
}

export function describe({ members, messages, shape }: FanOut): string {
  return `${members} members, ${messages} ${shape}`;
}

const LOOPS: readonly Omit<FanOut, "members">[] = [
  { messages: 1, shape: "at a time" },
  { messages: 10, shape: "outstanding" },
  { messages: 100, shape: "outstanding" },
  { messages: 1000, shape: "outstanding" },
  { messages: 1000, shape: "at a time" },
];
const FROM_ALL = { messages: 1000, shape: "at a time from all" } as const;
/** The size of a room with a history on disk, and with a batch from all. */
const LARGE_CLASS = 100;
/** How long each loop runs before the first round, in seconds: V8 compiles what one message at a time runs only then. */
const WARM_UP = 0.5;

export async function measureFanOut(
  options: CaseOptions,
  {
    sizes = options.quick ? [10, 100] : [10, 100, 900],
    contestants = [
      "floor",
      "floorIrc",
      "forwarder",
      "text",
      "frames",
      "pages",
      "irc",
      "mixed",
      "ngircd",
      "ncat",
      "python",
      "disk",
    ] as ContestantName[],
    rounds = options.quick ? 2 : 5,
    seconds = options.quick ? 0.05 : 0.2,
  } = {},
): Promise<Recorder> {
  const recorder = new Recorder("fan-out");
  for (const members of sizes) {
    options.log(`fan-out to ${members}`);
    const loops = members === LARGE_CLASS ? [...LOOPS, FROM_ALL] : LOOPS;
    const workload = {
      contestants: contestants.filter((name) => name !== "disk" || members === LARGE_CLASS),
      members,
      rounds,
      budget: 80 * seconds,
      warmUp: (running: Running) => warmUp(running, options.quick),
    };
    await runRounds(workload, recorder, options, async (running) => {
      for (const loop of loops) {
        // Slow at first, as V8 has given up memory while the others had their turns.
        await runLoop(running, { ...loop, members }, new Recorder("warm-up"), { seconds });
        await runLoop(running, { ...loop, members }, recorder, { seconds });
      }
    });
  }
  return recorder;
}

/** Runs each loop for a while. */
export async function warmUp(running: Running, quick: boolean): Promise<void> {
  const { members: { length: members } } = running;
  const seconds = quick ? 0.05 : WARM_UP;
  for (const loop of LOOPS) {
    await runLoop(running, { ...loop, members }, new Recorder("warm-up"), { seconds });
  }
}

/** Posts and receives until the seconds or the messages are used up, and at least once. */
export async function runLoop(
  running: Running,
  loop: FanOut,
  recorder: Recorder,
  { seconds = Infinity, messages = Infinity },
): Promise<void> {
  const { name, service } = running;
  const cpuBefore = service.cpu();
  const start = performance.now();
  const run = loop.shape === "outstanding" ? runWindow : runBatches;
  const goesOn = (posted: number) =>
    posted < messages && performance.now() < start + 1000 * seconds;
  const delivered = await run(running, loop, goesOn);
  const took = (performance.now() - start) / 1000;
  recorder.add(name, describe(loop), DELIVERED, delivered / took);
  recorder.add(name, describe(loop), CPU_TIME, (service.cpu() - cpuBefore) / delivered);
}

/** Returns the number of deliveries, as the other. */
async function runBatches(
  { load, members }: Running,
  { messages, shape }: FanOut,
  goesOn: (posted: number) => boolean,
): Promise<number> {
  const senders = shape === "at a time" ? members.slice(0, 1) : members;
  const each = Math.max(1, Math.round(messages / senders.length));
  const batches = new Map(
    members.slice(0, 2).map(({ wire }) => [wire, new Batch(wire.post, each)]),
  );
  const others = members.length - 1;
  let posted = 0;
  do {
    for (const sender of senders) load.send(sender, batches.get(sender.wire)!);
    posted += each * senders.length;
    await load.receive(load.received + each * senders.length * others);
  } while (goesOn(posted));
  return posted * others;
}

async function runWindow(
  { load, members: [sender, ...others] }: Running,
  { messages }: FanOut,
  goesOn: (posted: number) => boolean,
): Promise<number> {
  const message = new Batch(sender!.wire.post, 1);
  const before = load.received;
  let posted = 0;
  const post = () => {
    const heard = Math.floor((load.received - before) / others.length);
    for (; posted < heard + messages; posted++) load.send(sender!, message);
  };
  load.onReceived = post;
  post();
  while (goesOn(posted)) await load.progress();
  load.onReceived = undefined;
  await load.receive(before + posted * others.length);
  return posted * others.length;
}
