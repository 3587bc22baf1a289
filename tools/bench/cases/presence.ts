/**
 * What it costs that people come and go, while others are there who are told of it: all of it where somebody speaks after
 * each of them; else as a hub likes, who has come and gone again before the others were told perhaps not at all.
 */

import { type CaseOptions, Notebook, type Standing, takeTurns } from "../arena.ts";
import type { ContestantName } from "../contestants/mod.ts";
import type { Member } from "../crowd.ts";
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
const QUICK_SIZES = [10, 100];
const NEWCOMERS = 50;
const HOW = ["one by one", "one by one amid talk", "together"] as const;
type How = (typeof HOW)[number];
const CONTESTANTS: ContestantName[] = ["forwarder", "text", "frames", "ngircd", "python"];
/** It takes long until a thousand are in it, and the fan-out has that already. */
const SMALL_ONLY: readonly ContestantName[] = ["ngircd"];

export function describe(members: number, how: How): string {
  return `${members} present, ${NEWCOMERS} come and go ${how}`;
}

export async function measurePresence(
  options: CaseOptions,
  {
    sizes = options.quick ? QUICK_SIZES : SIZES,
    contestants = CONTESTANTS,
    rounds = options.quick ? 2 : 5,
  } = {},
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
    await takeTurns(work, notebook, options, (standing) => {
      for (const how of HOW) comeAndGo(standing, how, notebook);
    });
  }
  return notebook;
}

function comeAndGo(
  { name, service, crowd, members }: Standing,
  how: How,
  notebook: Notebook,
): void {
  crowd.settle(members);
  const effortBefore = service.cpu();
  const bytesBefore = bytesOf(members);
  const start = performance.now();
  const groups = how === "together" ? 1 : NEWCOMERS;
  for (let group = 0; group < groups; group++) {
    const newcomers = crowd.enter(NEWCOMERS / groups);
    if (how === "one by one amid talk") crowd.settle([...members, ...newcomers]);
    crowd.leave(newcomers);
    if (how === "one by one amid talk") crowd.settle(members);
  }
  crowd.settle(members);
  const took = (performance.now() - start) / 1000;
  const effort = (service.cpu() - effortBefore) / NEWCOMERS;
  const work = describe(members.length, how);
  notebook.note(name, work, SPEED, NEWCOMERS / took);
  notebook.note(name, work, EFFORT, effort);
  notebook.note(name, work, EFFORT_EACH, effort / members.length);
  const bytes = bytesOf(members) - bytesBefore;
  notebook.note(name, work, BYTES, bytes / NEWCOMERS / members.length);
}

function bytesOf(members: readonly Member[]): number {
  return members.reduce((sum, { bytes }) => sum + bytes, 0);
}
