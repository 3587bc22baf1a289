/**
 * What a join and leave cost while others are in the room. With a message after each of them, all are announced; without,
 * the hub may skip users who have left again.
 */

import type { ContestantName } from "../contestants/mod.ts";
import { type Metric, Recorder } from "../results.ts";
import { type CaseOptions, type Running, runRounds } from "../rounds.ts";

export const CPU_TIME: Metric = { name: "CPU time of a join and leave", unit: "s", better: "less" };

const GUESTS = 50;
const ORDERS = ["one by one", "one by one amid messages", "together"] as const;
type Order = (typeof ORDERS)[number];
const CONTESTANTS: ContestantName[] = ["floor", "forwarder", "text", "frames", "ngircd", "python"];
/** It takes long to join a thousand, and the fan-out measures that size already. */
const SMALL_ONLY: ContestantName = "ngircd";

export function describe(members: number, order: Order): string {
  return `${members} present, ${GUESTS} join and leave ${order}`;
}

export async function measurePresence(options: CaseOptions): Promise<Recorder> {
  const recorder = new Recorder("presence");
  for (const members of options.quick ? [10, 100] : [10, 100, 1000]) {
    options.log(`joins and leaves with ${members} present`);
    const workload = {
      contestants: CONTESTANTS.filter((name) => members <= 100 || name !== SMALL_ONLY),
      members,
      guests: GUESTS,
      rounds: options.quick ? 2 : 5,
      budget: options.quick ? 1 : 6,
      wires: ({ wires, presenceWires = wires }) => presenceWires,
    } satisfies Parameters<typeof runRounds>[0];
    await runRounds(workload, recorder, options, async (running) => {
      for (const order of ORDERS) {
        const seconds = await joinAndLeave(running, order);
        recorder.add(running.name, describe(members, order), CPU_TIME, seconds);
      }
    });
  }
  return recorder;
}

/** Returns the CPU time per guest, in seconds. */
async function joinAndLeave({ service, load, members }: Running, order: Order): Promise<number> {
  await load.sync(members);
  const before = service.cpu();
  const groups = order === "together" ? 1 : GUESTS;
  for (let group = 0; group < groups; group++) {
    const guests = await load.join(GUESTS / groups);
    if (order === "one by one amid messages") await load.sync([...members, ...guests]);
    await load.leave(guests);
    if (order === "one by one amid messages") await load.sync(members);
  }
  await load.sync(members);
  return (service.cpu() - before) / GUESTS;
}
