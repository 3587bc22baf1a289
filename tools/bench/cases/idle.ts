/** The time until thousands of members have joined, and the memory of each while all are idle. */

import { type ContestantName, CONTESTANTS } from "../contestants/mod.ts";
import { LoadGenerator } from "../load_generator.ts";
import { run } from "../process.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, messageOf, openSockets, startContestant } from "../rounds.ts";

export const JOIN_TIME: Metric = { name: "time until all have joined", unit: "s", better: "less" };
const memory = (when: string): Metric => ({
  name: `memory per idle member, ${when}`,
  unit: "B",
  better: "less",
});
export const MEMORY_SOON: Metric = memory("10 s after joining");
export const MEMORY: Metric = memory("settled");

const COMPARED: readonly ContestantName[] = ["forwarder", "text", "frames", "pages", "irc"];
/** Rounds for memory, and for times, which vary more and take less time. */
const MEMORY_ROUNDS = 3;
const TIME_ROUNDS = 5;
/** The number of members with which memory is measured. */
const MANY = 10_000;
/** Descriptors that a process needs for other things. */
const RESERVED = 100;
/** Members that join at the same time; the hubs' backlogs are longer. */
const CONCURRENT = 256;
/**
 * After a burst of new objects, V8 keeps their memory for half a minute and eight seconds more. To see it settled, that is
 * three seconds and half a second, for the forwarder too; what remains is the same.
 */
const V8_FLAGS = "--gc-memory-reducer-start-delay-ms=3000,--memory-reducer-delay-ms=500";
/** Milliseconds for memory to settle with these flags: after the start, and after all were told who joined, which takes ten seconds. */
const SETTLING = { before: 8000, after: 24_000 };
/** And after joining without the flags. */
const SOON = { before: 10_000, after: 10_000 };

export function describe(members: number): string {
  return `${members} members`;
}

export async function measureIdle(options: CaseOptions): Promise<Recorder> {
  const { quick } = options;
  const recorder = new Recorder("idle");
  const limit = await descriptorLimit() - RESERVED;
  for (const members of quick ? [1000] : [1000, MANY]) {
    options.log(`${members} idle members`);
    if (members > limit) {
      recorder.leaveOut("all", `${members} members: ulimit -n allows ${limit}`);
      continue;
    }
    const contestants = new Set(COMPARED);
    const measures: [Metric, number, typeof joinTime][] = [[JOIN_TIME, TIME_ROUNDS, joinTime]];
    if (quick || members === MANY) {
      measures.push([MEMORY_SOON, MEMORY_ROUNDS, memorySoon]);
      measures.push([MEMORY, MEMORY_ROUNDS, memorySettled]);
    }
    for (const [metric, rounds, measure] of measures) {
      for (let round = 0; round < (quick ? 1 : rounds); round++) {
        for (const name of contestants) {
          try {
            recorder.add(name, describe(members), metric, await measure(name, members, options));
          } catch (error) {
            contestants.delete(name);
            const why = `${members} members: ${messageOf(error)}`;
            options.log(`  ${CONTESTANTS[name].label} is left out: ${why}`);
            recorder.leaveOut(name, why);
          }
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

/** In bytes, as the next. */
function memorySettled(name: ContestantName, members: number, options: CaseOptions) {
  const env = ["env", `DENO_V8_FLAGS=${V8_FLAGS}`];
  return memoryPerMember(name, members, options, { env, wait: SETTLING });
}

/** With V8's own settings. */
function memorySoon(name: ContestantName, members: number, options: CaseOptions) {
  return memoryPerMember(name, members, options, { env: [], wait: SOON });
}

async function memoryPerMember(
  name: ContestantName,
  members: number,
  options: CaseOptions,
  { env, wait }: { env: string[]; wait: { before: number; after: number } },
): Promise<number> {
  await using service = await startContestant(name, options, env);
  const pause = (time: number) =>
    new Promise((resolve) => setTimeout(resolve, options.quick ? 0 : time));
  await pause(wait.before); // or garbage of the start would hide what members take
  const before = service.memory();
  using load = new LoadGenerator(openSockets(options), service.port, CONTESTANTS[name].wires);
  await load.sync(await load.join(members, { concurrent: CONCURRENT }));
  await pause(wait.after);
  return (service.memory() - before) / members;
}

/** The hard limit, which applies to the hubs too: Deno raises its own soft limit to it. */
async function descriptorLimit(): Promise<number> {
  const limit = await run(["sh", "-c", "ulimit -Hn"]);
  return limit === "unlimited" ? Infinity : Number(limit);
}
