/** Brings contestants and their crowds up for a case, lets them run in turns, and takes them down again. */

import { type Contestant, type ContestantName, CONTESTANTS, missing } from "./contestants/mod.ts";
import type { Wire } from "./contestants/wire.ts";
import { Crowd, type Member } from "./crowd.ts";
import { freePort } from "./ports.ts";
import { inPlace, type Places, Service } from "./process.ts";
import type { LeftOut, Metric, Series } from "./results.ts";

/** How a case is run. */
export interface CaseOptions {
  readonly places: Places;
  /** Less of everything, to see whether it works. */
  readonly quick: boolean;
  /** Says what is being done. */
  readonly say: (line: string) => void;
  /** A folder for what contestants keep. */
  readonly folder: string;
}

/** A contestant that is up, with its members in. */
export interface Standing {
  readonly name: ContestantName;
  readonly contestant: Contestant;
  readonly service: Service;
  readonly crowd: Crowd;
  readonly members: readonly Member[];
}

/** The values of a case as they come in. */
export class Notebook {
  readonly case: string;
  readonly leftOut: LeftOut[] = [];
  readonly #series = new Map<string, Series & { values: number[] }>();

  constructor(name: string) {
    this.case = name;
  }

  get series(): Series[] {
    return [...this.#series.values()];
  }

  note(contestant: string, work: string, metric: Metric, value: number): void {
    const key = `${contestant}\n${work}\n${metric.name}`;
    const series = this.#series.get(key);
    if (series) series.values.push(value);
    else this.#series.set(key, { case: this.case, work, contestant, metric, values: [value] });
  }

  leaveOut(contestant: string, why: string): void {
    this.leftOut.push({ case: this.case, contestant, why });
  }
}

export interface Work {
  readonly contestants: readonly ContestantName[];
  readonly members: number;
  /** Those who come and go besides. */
  readonly guests?: number;
  readonly rounds: number;
  /** Seconds for all rounds of one contestant, its coming in not counted: a slow one has fewer rounds. */
  readonly budget: number;
  /** Which wires, where not the usual ones. */
  readonly wires?: (contestant: Contestant) => readonly Wire[];
  /** Done once before the first round, which is not what is measured: what runs often is compiled meanwhile. */
  readonly warmUp?: (standing: Standing) => void;
}

/** Runs `act` once in each round for each contestant, one after the other, so that noise hits all alike. */
export async function takeTurns(
  { contestants, members, guests = 0, rounds, budget, wires = ({ wires }) => wires, warmUp }: Work,
  notebook: Notebook,
  { places, folder, say }: CaseOptions,
  act: (standing: Standing) => void | Promise<void>,
): Promise<void> {
  await using up = new AsyncDisposableStack();
  const standing: Standing[] = [];
  const fail = (name: ContestantName, why: string) => {
    say(`  ${CONTESTANTS[name].label} is left out: ${why}`);
    notebook.leaveOut(name, `${members} members: ${why}`);
  };
  for (const name of contestants) {
    const contestant = CONTESTANTS[name];
    const { most, atOnce } = contestant;
    const why = await missing(contestant) ??
      (most && members + guests > most.members ? most.why : undefined);
    if (why !== undefined) {
      fail(name, why);
      continue;
    }
    try {
      const port = freePort();
      const own = await Deno.makeTempDir({ dir: folder });
      const service = up.use(
        await Service.start(inPlace(places, contestant.command(port, own)), port),
      );
      const crowd = up.use(new Crowd(port, wires(contestant)));
      const people = crowd.enter(members, atOnce === undefined ? {} : { atOnce });
      crowd.settle(people);
      standing.push({ name, contestant, service, crowd, members: people });
    } catch (error) {
      fail(name, messageOf(error));
    }
  }
  const spent = new Map<Standing, number>();
  for (let round = 0; round < rounds; round++) {
    for (const each of [...standing]) {
      const before = spent.get(each) ?? 0;
      if (before > budget) continue;
      const start = performance.now();
      try {
        if (round === 0) warmUp?.(each);
        await act(each);
      } catch (error) {
        standing.splice(standing.indexOf(each), 1);
        fail(each.name, messageOf(error));
      }
      spent.set(each, before + (performance.now() - start) / 1000);
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
