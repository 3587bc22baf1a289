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
/** Times differ more than memory does, and take less to measure. */
const MORE_OFTEN = 3;
const CONTESTANTS_HERE: ContestantName[] = ["forwarder", "text", "frames"];
/** Members that come at the same time; each hub has room for so many that wait to be accepted. */
const AT_ONCE = 256;
/**
 * V8 keeps memory for new objects after a storm of them, and gives it back when little has happened for half a minute,
 * and then for eight seconds more. Here that is three seconds and half of one, for the forwarder too: what is left is the same.
 */
const V8_FLAGS = "--gc-memory-reducer-start-delay-ms=3000,--memory-reducer-delay-ms=500";
/** So long memory has to settle, in milliseconds; in a quick run it has not. */
const SETTLING = 8000;

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
    const turns = [
      ...Array.from({ length: rounds * MORE_OFTEN }, () => measureTime),
      ...Array.from({ length: rounds }, () => measureMemory),
    ];
    for (const measure of turns) {
      for (const name of waiting) {
        try {
          await measure(name, members, notebook, options);
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

/** As people run it. */
async function measureTime(
  name: ContestantName,
  members: number,
  notebook: Notebook,
  { places, folder }: CaseOptions,
): Promise<void> {
  const { command, wires } = CONTESTANTS[name];
  const port = freePort();
  const own = await Deno.makeTempDir({ dir: folder });
  await using _service = await Service.start(inPlace(places, command(port, own)), port);
  using crowd = new Crowd(port, wires);
  const start = performance.now();
  crowd.settle(crowd.enter(members, { atOnce: AT_ONCE }));
  notebook.note(name, describe(members), TIME, (performance.now() - start) / 1000);
}

async function measureMemory(
  name: ContestantName,
  members: number,
  notebook: Notebook,
  { places, folder, quick }: CaseOptions,
): Promise<void> {
  const { command, wires } = CONTESTANTS[name];
  const port = freePort();
  const own = await Deno.makeTempDir({ dir: folder });
  const soon = ["env", `DENO_V8_FLAGS=${V8_FLAGS}`, ...command(port, own)];
  await using service = await Service.start(inPlace(places, soon), port);
  const settle = () => new Promise((resolve) => setTimeout(resolve, quick ? 0 : SETTLING));
  await settle(); // what the start of a program leaves must not make up for what members take
  const before = service.memory();
  using crowd = new Crowd(port, wires);
  crowd.settle(crowd.enter(members, { atOnce: AT_ONCE }));
  await settle();
  notebook.note(name, describe(members), MEMORY, (service.memory() - before) / members);
}

/** Descriptors that a process may have; what a shell allows is what the hubs get too. */
async function descriptorLimit(): Promise<number> {
  const limit = await run(["sh", "-c", "ulimit -Hn"]);
  return limit === "unlimited" ? Infinity : Number(limit);
}
