/** What it costs that people come and go, while others are there who are told of it. */

import { type CaseOptions, Notebook, type Standing, takeTurns } from "../arena.ts";
import type { ContestantName } from "../contestants/mod.ts";
import type { Found, Metric } from "../results.ts";

export const CASE = "presence";

const SPEED: Metric = { name: "joins and leaves", unit: "/s", better: "more" };
export const EFFORT: Metric = {
  name: "processor time of a join and leave",
  unit: "s",
  better: "less",
};
const EFFORT_EACH: Metric = { ...EFFORT, name: "the same for each member present" };
export const BYTES: Metric = {
  name: "bytes of a join and leave to each member",
  unit: "B",
  better: "less",
};

const SIZES = [10, 100, 1000];
/** People who come together and go together. */
const NEWCOMERS = 50;
const CONTESTANTS: ContestantName[] = ["forwarder", "text", "frames", "ngircd", "python"];
/** It takes long until a thousand are in it, and the fan-out has that already. */
const SMALL_ONLY: readonly ContestantName[] = ["ngircd"];

export function describe(members: number): string {
  return `${members} members present`;
}

export async function measurePresence(
  options: CaseOptions,
  { sizes = SIZES, contestants = CONTESTANTS, rounds = options.quick ? 2 : 5 } = {},
): Promise<Found> {
  const notebook = new Notebook(CASE);
  for (const members of sizes) {
    options.say(`joins and leaves with ${members} present`);
    const work = {
      contestants: contestants.filter((name) => members <= 100 || !SMALL_ONLY.includes(name)),
      members,
      guests: NEWCOMERS,
      rounds,
      budget: options.quick ? 1 : 6,
      wires: ({ wires, presenceWires = wires }: Standing["contestant"]) => presenceWires,
    };
    await takeTurns(work, notebook, options, (standing) => comeAndGo(standing, notebook));
  }
  return notebook;
}

function comeAndGo({ name, service, crowd, members, contestant }: Standing, notebook: Notebook) {
  crowd.settle(members);
  const effortBefore = service.cpu();
  const bytesBefore = crowd.bytes;
  const start = performance.now();
  const newcomers = crowd.enter(
    NEWCOMERS,
    contestant.atOnce === undefined ? {} : { atOnce: contestant.atOnce },
  );
  crowd.leave(newcomers);
  crowd.settle(members);
  const took = (performance.now() - start) / 1000;
  const work = describe(members.length);
  const effort = (service.cpu() - effortBefore) / NEWCOMERS;
  notebook.note(name, work, SPEED, NEWCOMERS / took);
  notebook.note(name, work, EFFORT, effort);
  notebook.note(name, work, EFFORT_EACH, effort / members.length);
  notebook.note(name, work, BYTES, (crowd.bytes - bytesBefore) / NEWCOMERS / members.length);
}
