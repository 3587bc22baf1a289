/** Starts contestants with their members, runs a workload on them in turns, and stops them. */

import { type Contestant, type ContestantName, CONTESTANTS, whyNot } from "./contestants/mod.ts";
import type { Wire } from "./contestants/wire.ts";
import { LoadGenerator, type Member } from "./load_generator.ts";
import { PortableSockets } from "./portable_sockets.ts";
import { freePort, pinned, Service } from "./process.ts";
import type { Recorder } from "./results.ts";
import { EpollSockets, type Sockets } from "./sockets.ts";

export interface CaseOptions {
  /** The processor for what is measured, if it has one of its own. */
  readonly processor: string | undefined;
  /** A short run, to see whether it works. */
  readonly quick: boolean;
  /** Use the sockets that every system has. */
  readonly portable: boolean;
  /** Prints a line of progress. */
  readonly log: (line: string) => void;
  /** A folder for the files of contestants. */
  readonly folder: string;
}

/** A running contestant whose members have joined. */
export interface Running {
  readonly name: ContestantName;
  readonly service: Service;
  readonly load: LoadGenerator;
  readonly members: readonly Member[];
}

/** Starts a contestant. `env` is a command that sets its environment. */
export async function startContestant(
  name: ContestantName,
  { processor, folder }: CaseOptions,
  env: readonly string[] = [],
): Promise<Service> {
  const port = freePort();
  const own = await Deno.makeTempDir({ dir: folder });
  const command = [...env, ...CONTESTANTS[name].command(port, own)];
  return await Service.start(pinned(processor, command), port);
}

export function openSockets({ portable }: CaseOptions): Sockets {
  return portable ? new PortableSockets() : new EpollSockets();
}

export interface Workload {
  readonly contestants: readonly ContestantName[];
  readonly members: number;
  /** Members that join and leave besides. */
  readonly guests?: number;
  readonly rounds: number;
  /** Seconds for all rounds of a contestant; a slow contestant has fewer rounds. */
  readonly budget: number;
  readonly wires?: (contestant: Contestant) => readonly Wire[];
  /** Runs once before the first round, so that the compiler has optimised the measured code. */
  readonly warmUp?: (running: Running) => Promise<void>;
}

/** Runs `act` once in each round for each contestant in turn, so that noise affects all alike. */
export async function runRounds(
  { contestants, members, guests = 0, rounds, budget, wires = ({ wires }) => wires, warmUp }:
    Workload,
  recorder: Recorder,
  options: CaseOptions,
  act: (running: Running) => Promise<void>,
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const running = new Map<Running, number>();
  const leaveOut = (name: ContestantName, why: string) => {
    options.log(`  ${CONTESTANTS[name].label} is left out: ${why}`);
    recorder.leaveOut(name, `${members} members: ${why}`);
  };
  for (const name of contestants) {
    const contestant = CONTESTANTS[name];
    const why = await whyNot(contestant, members + guests);
    if (why !== undefined) {
      leaveOut(name, why);
      continue;
    }
    try {
      const service = stack.use(await startContestant(name, options));
      const sockets = openSockets(options);
      const load = stack.use(new LoadGenerator(sockets, service.port, wires(contestant)));
      const { concurrent } = contestant;
      const joined = await load.join(members, concurrent === undefined ? {} : { concurrent });
      await load.sync(joined);
      running.set({ name, service, load, members: joined }, 0);
    } catch (error) {
      leaveOut(name, messageOf(error));
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [each, spent] of running) {
      if (spent > budget) continue;
      try {
        if (round === 0) await warmUp?.(each);
        const start = performance.now();
        await act(each);
        running.set(each, spent + (performance.now() - start) / 1000);
      } catch (error) {
        running.delete(each);
        leaveOut(each.name, messageOf(error));
      }
    }
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
