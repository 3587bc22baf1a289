/** Property tests: each is an ordinary test with random inputs, which `deno task fuzz` runs with many more of them. */

import fc from "fast-check";

/** How often a property is tried, with a new random seed each time. */
export interface Tries {
  /** 100 by default. */
  numRuns?: number;
}

/** A reproducible run: the number of cases and the seed; with a path, the counterexample at its end. */
export interface Run {
  numRuns: number;
  seed: number;
  path?: string;
}

/** Tries a property and returns the number of cases in which it held. Throws the smallest counterexample, with its seed and path. */
export interface Check {
  <Ts>(property: fc.IAsyncProperty<Ts>, tries?: Tries): Promise<number>;
  <Ts>(property: fc.IProperty<Ts>, tries?: Tries): number;
}

/** Runs the check once, and may assert what it returns. */
export type Body = (check: Check) => unknown;

export interface Property {
  readonly name: string;
  /** Its share of the cases of a long run, relative to the other properties. */
  readonly weight: number;
  readonly body: Body;
}

const known: Property[] = [];

/** The properties of the modules that were loaded. Outside of `deno test`, loading them runs nothing. */
export const properties: readonly Property[] = known;

/**
 * Registers a test of a property. In a long run it gets `weight` cases for each case of a property of weight 1: the cheaper a
 * case and the more there is to find, the higher.
 */
export function testProperty(name: string, { weight }: { weight: number }, body: Body): void {
  known.push({ name, weight, body });
  Deno.test(name, async () => void (await body(makeCheck())));
}

/** A check that tries a property as often as it says, or as `run` says. */
export function makeCheck(run?: Run): Check {
  function check<Ts>(property: fc.IAsyncProperty<Ts> | fc.IProperty<Ts>, tries: Tries = {}) {
    const parameters: fc.Parameters<Ts> = { numRuns: 100, ...tries, ...run };
    const cases = parameters.numRuns!;
    const done = fc.assert(property as fc.IAsyncProperty<Ts>, parameters) as void | Promise<void>;
    return done ? done.then(() => cases) : cases;
  }
  return check as Check;
}
