/**
 * Property tests: what must hold of any input, tried with random ones. Each is a test like any other, and known to
 * `deno task fuzz`, which tries it with many more. What the properties are, it does not know.
 */

import fc from "fast-check";

/** How often a property is tried, with a seed that is drawn anew each time. */
export interface Tries {
  /** 100 unless given. */
  numRuns?: number;
}

/** A run that is laid down: how many cases, from which seed; or with a path, the counterexample that it leads to. */
export interface Run {
  numRuns: number;
  seed: number;
  path?: string;
}

/** Tries a property and gives in how many cases it held. Throws the smallest counterexample, with its seed and path. */
export interface Check {
  <Ts>(property: fc.IAsyncProperty<Ts>, tries?: Tries): Promise<number>;
  <Ts>(property: fc.IProperty<Ts>, tries?: Tries): number;
}

/** Tries its property, once, and looks at what came of it. */
export type Body = (check: Check) => unknown;

export interface Property {
  readonly name: string;
  /** Its share of the cases of a long run, against those of the others. */
  readonly weight: number;
  readonly body: Body;
}

const known: Property[] = [];

/** The properties of the modules that were loaded. Outside of `deno test` loading them runs nothing. */
export const properties: readonly Property[] = known;

/**
 * A test of a property. `weight`: of a long run it gets so many cases where another one gets one: the more, the cheaper a
 * case and the more there is to find.
 */
export function testProperty(name: string, { weight }: { weight: number }, body: Body): void {
  known.push({ name, weight, body });
  Deno.test(name, async () => void (await body(makeCheck())));
}

/** A check that tries as often as the property says, unless a run is laid down. */
export function makeCheck(run?: Run): Check {
  function check<Ts>(property: fc.IAsyncProperty<Ts> | fc.IProperty<Ts>, tries: Tries = {}) {
    const parameters: fc.Parameters<Ts> = { numRuns: 100, ...tries, ...run };
    const cases = parameters.numRuns!;
    const done = fc.assert(property as fc.IAsyncProperty<Ts>, parameters) as void | Promise<void>;
    return done ? done.then(() => cases) : cases;
  }
  return check as Check;
}
