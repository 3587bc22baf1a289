/** How long it takes until very many are in, and what memory each of them takes while nobody says anything. */

import { type CaseOptions, Notebook } from "../arena.ts";
import { type ContestantName, CONTESTANTS } from "../contestants/mod.ts";
import { Crowd } from "../crowd.ts";
import { freePort } from "../ports.ts";
import { inPlace, run, Service } from "../process.ts";
import type { Found, Metric } from "../results.ts";

export const CASE = "idle";

export const MEMORY: Metric = { name: "memory of an idle member", unit: "B", better: "less" };
export const TIME: Metric = { name: "until all are in", unit: "s", better: "less" };

const SIZES = [1000, 10_000];
const QUICK_SIZES = [1000];
/** Descriptors of a process that are for other things. */
const RESERVED = 100;
const ROUNDS = 3;
const CONTESTANTS_HERE: ContestantName[] = ["forwarder", "text", "frames"];
/** Members that come at the same time; each hub has room for so many that wait to be accepted. */
const AT_ONCE = 256;
/** Memory is settled when it has not grown or shrunk by more than this part between two looks, in milliseconds. */
const STILL = 0.005;
const LOOK_EVERY = 500;
const LOOKS = 10;

export function describe(members: number): string {
  return `${members} members`;
}

export async function measureIdle(
  options: CaseOptions,
  { contestants = CONTESTANTS_HERE, rounds = options.quick ? 1 : ROUNDS } = {},
): Promise<Found> {
  const notebook = new Notebook(CASE);
  const most = await descriptorLimit() - RESERVED;
  for (const members of options.quick ? QUICK_SIZES : SIZES) {
    options.say(`${members} idle members`);
    if (members > most) {
      notebook.leaveOut("all", `${members} members: ulimit -n allows ${most}`);
      continue;
    }
    const waiting = new Set(contestants);
    for (let round = 0; round < rounds; round++) {
      for (const name of waiting) {
        try {
          await measureOne(name, members, notebook, options);
        } catch (error) {
          waiting.delete(name);
          const why = error instanceof Error ? error.message : String(error);
          options.say(`  ${CONTESTANTS[name].label} is left out: ${why}`);
          notebook.leaveOut(name, `${members} members: ${why}`);
        }
      }
    }
  }
  return notebook;
}

async function measureOne(
  name: ContestantName,
  members: number,
  notebook: Notebook,
  { places, folder }: CaseOptions,
): Promise<void> {
  const { command, wires } = CONTESTANTS[name];
  const port = freePort();
  const own = await Deno.makeTempDir({ dir: folder });
  await using service = await Service.start(inPlace(places, command(port, own)), port);
  const before = await settledMemory(service);
  using crowd = new Crowd(port, wires);
  const start = performance.now();
  const people = crowd.enter(members, { atOnce: AT_ONCE });
  crowd.settle(people);
  const work = describe(members);
  notebook.note(name, work, TIME, (performance.now() - start) / 1000);
  notebook.note(name, work, MEMORY, (await settledMemory(service) - before) / members);
}

async function settledMemory(service: Service): Promise<number> {
  let memory = service.memory();
  for (let look = 0; look < LOOKS; look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    const before = memory;
    memory = service.memory();
    if (Math.abs(memory - before) <= STILL * before) break;
  }
  return memory;
}

/** Descriptors that a process may have; what a shell allows is what the hubs get too. */
async function descriptorLimit(): Promise<number> {
  const limit = await run(["sh", "-c", "ulimit -Hn"]);
  return limit === "unlimited" ? Infinity : Number(limit);
}
