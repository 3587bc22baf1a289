/** How long it takes after a fault until all is well again, for each of the members. What the fault was, it does not know. */

import { Durations } from "../load/figures.ts";
import type { Awaited, Person } from "./person.ts";

/** How often it is looked whether something is so, in milliseconds. */
const LOOK_EVERY = 100;

/** How long it took after a fault. */
export interface Healing {
  /** Until something that each said after it was accepted; of those to whom that happened. */
  readonly accepted: Durations;
  /** Until each of those who were at a hub that was killed was in again. */
  readonly back: Durations;
  /** How often it has not happened in time. */
  readonly missing: number;
}

export interface Wanted {
  /** When the fault was, by the clock of this process. */
  since: number;
  /** The hub whose members have to come back, by name. */
  hub?: string | undefined;
  /** So many milliseconds it may take. */
  limit: number;
  signal: AbortSignal;
}

/** Everybody says something, and it is waited until that is accepted and those who lost their hub are back. */
export async function untilHealed(
  people: readonly Person[],
  { since, hub, limit, signal }: Wanted,
  say: (person: Person) => void,
): Promise<Healing> {
  const [accepted, back] = [new Durations(), new Durations()];
  let missing = 0;
  const awaited = (durations: Durations): Awaited => {
    missing++;
    return {
      since,
      done: (took) => {
        durations.add(took);
        missing--;
      },
    };
  };
  for (const person of people) {
    if (person.peer?.hub === hub) person.awaitedBack = awaited(back);
    person.awaited = awaited(accepted);
    say(person);
  }
  await until(() => missing === 0, AbortSignal.any([signal, AbortSignal.timeout(limit)]));
  for (const person of people) person.awaited = person.awaitedBack = undefined;
  return { accepted, back, missing };
}

/** Looks now and then until it is so, or `signal` aborts. */
export async function until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !isSo()) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}
