/** What a delivery costs as a room grows: about as many deliveries, to fewer or more members. */

import type { ContestantName } from "../contestants/mod.ts";
import { Recorder } from "../results.ts";
import { type CaseOptions, runRounds } from "../rounds.ts";
import { type FanOut, runLoop } from "./fan_out.ts";

const CONTESTANTS: readonly ContestantName[] = ["floor", "text", "frames"];
export const SIZES = [100, 1000, 5000, 10_000];
const DELIVERIES = 5_000_000;

export const busy = (members: number): FanOut => ({ members, messages: 100, shape: "outstanding" });

export async function measureGrowth(options: CaseOptions): Promise<Recorder> {
  const recorder = new Recorder("growth");
  const { quick } = options;
  for (const members of quick ? SIZES.slice(0, 2) : SIZES) {
    options.log(`growth to ${members}`);
    const loop = busy(members);
    const messages = (quick ? 0.1 : 1) * DELIVERIES / members;
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      // One at a time: all contestants together would have more connections than a process may.
      for (const name of CONTESTANTS) {
        const workload = { contestants: [name], members, rounds: 1, budget: Infinity };
        await runRounds(workload, recorder, options, async (running) => {
          await runLoop(running, loop, new Recorder("warm-up"), { messages });
          await runLoop(running, loop, recorder, { messages });
        });
      }
    }
  }
  return recorder;
}
