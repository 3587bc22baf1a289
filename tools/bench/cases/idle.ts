/** The time until thousands of members have joined, and the memory of each while all are idle. */

import { type ContestantName, CONTESTANTS } from "../contestants/mod.ts";
import { LoadGenerator } from "../load_generator.ts";
import { run } from "../process.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, messageOf, openSockets, startContestant } from "../rounds.ts";

export const JOIN_TIME: Metric = { name: "time until all have joined", unit: "s", better: "less" };
export const MEMORY: Metric = { name: "memory per idle member", unit: "B", better: "less" };

const COMPARED: readonly ContestantName[] = ["forwarder", "text", "frames", "pages", "irc"];
/** Rounds for memory, and for times, which vary more and take less time. */
const MEMORY_ROUNDS = 3;
const TIME_ROUNDS = 9;
/** Descriptors that a process needs for other things. */
const RESERVED = 100;
/** Members that join at the same time; the hubs' backlogs are longer. */
const CONCURRENT = 256;
/**
 * After a burst of new objects, V8 keeps their memory for half a minute and eight seconds more. Here it is three seconds and
 * half a second, for the forwarder too; what remains is the same.
 */
const V8_FLAGS = "--gc-memory-reducer-start-delay-ms=3000,--memory-reducer-delay-ms=500";
/** Milliseconds for memory to settle. */
const SETTLING = 8000;

export function describe(members: number): string {
  return `${members} members`;
}

export async function measureIdle(options: CaseOptions): Promise<Recorder> {
  const { quick } = options;
  const recorder = new Recorder("idle");
  const limit = await descriptorLimit() - RESERVED;
  for (const members of quick ? [1000] : [1000, 10_000]) {
    options.log(`${members} idle members`);
    if (members > limit) {
      recorder.leaveOut("all", `${members} members: ulimit -n allows ${limit}`);
      continue;
    }
    const contestants = new Set(COMPARED);
    for (let round = 0; round < (quick ? 2 : TIME_ROUNDS + MEMORY_ROUNDS); round++) {
      const isTimed = round < (quick ? 1 : TIME_ROUNDS);
      for (const name of contestants) {
        try {
          const [metric, value] = isTimed
            ? [JOIN_TIME, await joinTime(name, members, options)]
            : [MEMORY, await memoryPerMember(name, members, options)];
          recorder.add(name, describe(members), metric, value);
        } catch (error) {
          contestants.delete(name);
          const why = `${members} members: ${messageOf(error)}`;
          options.log(`  ${CONTESTANTS[name].label} is left out: ${why}`);
          recorder.leaveOut(name, why);
        }
      }
    }
  }
  return recorder;
}

/** In seconds, with V8's own settings. */
async function joinTime(
  name: ContestantName,
  members: number,
  options: CaseOptions,
): Promise<number> {
  await using service = await startContestant(name, options);
  using load = new LoadGenerator(openSockets(options), service.port, CONTESTANTS[name].wires);
  const start = performance.now();
  await load.sync(await load.join(members, { concurrent: CONCURRENT }));
  return (performance.now() - start) / 1000;
}

/** In bytes. */
async function memoryPerMember(
  name: ContestantName,
  members: number,
  options: CaseOptions,
): Promise<number> {
  await using service = await startContestant(name, options, ["env", `DENO_V8_FLAGS=${V8_FLAGS}`]);
  const settle = () => new Promise((resolve) => setTimeout(resolve, options.quick ? 0 : SETTLING));
  await settle(); // or garbage of the start would hide what members take
  const before = service.memory();
  using load = new LoadGenerator(openSockets(options), service.port, CONTESTANTS[name].wires);
  await load.sync(await load.join(members, { concurrent: CONCURRENT }));
  await settle();
  return (service.memory() - before) / members;
}

/** The hard limit, which applies to the hubs too: Deno raises its own soft limit to it. */
async function descriptorLimit(): Promise<number> {
  const limit = await run(["sh", "-c", "ulimit -Hn"]);
  return limit === "unlimited" ? Infinity : Number(limit);
}
