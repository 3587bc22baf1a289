/**
 * Latency in an open loop: a member posts at a fixed rate, whether the hub keeps up or not. A delivery counts from when its
 * message was due, not from when it was sent; otherwise a hub that slows down the sender would look fast (coordinated
 * omission).
 */

import type { ContestantName } from "../contestants/mod.ts";
import { Batch } from "../message.ts";
import { type Metric, percentile, Recorder } from "../results.ts";
import { type CaseOptions, type Running, runRounds } from "../rounds.ts";
import { warmUp } from "./fan_out.ts";

export const P50: Metric = { name: "p50", unit: "s", better: "less" };
export const P99: Metric = { name: "p99", unit: "s", better: "less" };

const MEMBERS = 100;
/**
 * How many messages a second for how many seconds before the first round: V8 goes on to compile what a message runs for
 * ten thousand of them and more, and on the one processor that each contestant has, that stops it for milliseconds.
 */
const [WARM_UP_RATE, WARM_UP] = [2000, 12];
/** A hub that has not delivered everything this many seconds after the last message was due does not keep up. */
const PATIENCE = 3;

export function describe(rate: number): string {
  return `${rate} messages/s to ${MEMBERS} members`;
}

export async function measureLatency(
  options: CaseOptions,
  {
    rates = [200, 2000],
    contestants = [
      "floor",
      "forwarder",
      "text",
      "frames",
      "pages",
      "irc",
      "ngircd",
      "ncat",
      "python",
    ] as ContestantName[],
    rounds = options.quick ? 2 : 11,
  } = {},
): Promise<Recorder> {
  const recorder = new Recorder("latency");
  for (const rate of rates) {
    options.log(`latency at ${rate} messages/s`);
    const workload = {
      contestants,
      members: MEMBERS,
      rounds,
      budget: 20,
      async warmUp(running: Running) {
        await warmUp(running, options.quick);
        await postAtRate(running, WARM_UP_RATE, options.quick ? 0.1 : WARM_UP);
      },
    };
    await runRounds(workload, recorder, options, async (running) => {
      const latencies = await postAtRate(running, rate, options.quick ? 0.5 : 1.5);
      for (const [metric, part] of [[P50, 0.5], [P99, 0.99]] as const) {
        recorder.add(running.name, describe(rate), metric, percentile(latencies, part) / 1000);
      }
    });
  }
  return recorder;
}

/** Returns the sorted latencies in milliseconds. */
async function postAtRate(
  { load, members }: Running,
  rate: number,
  seconds: number,
): Promise<Float64Array> {
  const [sender] = members;
  const batch = new Batch(sender!.wire.post, 1);
  const before = new Map(members.map((member) => [member, member.received]));
  const total = Math.round(rate * seconds);
  const latencies = new Float64Array(total * (members.length - 1));
  let count = 0;
  const start = performance.now();
  load.onReceived = (member, received) => {
    const now = performance.now() - start;
    const last = member.received - before.get(member)!;
    for (let message = last - received; message < last; message++) {
      latencies[count++] = now - 1000 * message / rate;
    }
  };
  const deadline = 1000 * (seconds + PATIENCE);
  let sent = 0;
  while (count < latencies.length) {
    const now = performance.now() - start;
    if (now > deadline) {
      throw new Error(`it does not keep up: ${count} of ${latencies.length} delivered`);
    }
    const due = Math.min(total, Math.floor(now * rate / 1000) + 1);
    for (; sent < due; sent++) load.send(sender!, batch);
    await load.poll(0); // without a wait, which would make the next message late
  }
  load.onReceived = undefined;
  return latencies.sort();
}
