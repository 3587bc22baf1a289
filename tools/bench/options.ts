/** The arguments of `deno task bench`. Pure. */

export const CASES = [
  "fan-out",
  "latency",
  "presence",
  "idle",
  "client",
  "start-up",
] as const;
export type CaseName = (typeof CASES)[number];

export interface BenchOptions {
  /** The cases to run, in order. */
  readonly cases: readonly CaseName[];
  /** Less of everything, within a minute; nothing is written. */
  readonly quick: boolean;
  /** A few cases, to fail where something is far off; nothing is written. */
  readonly check: boolean;
  /** The check as far as any system can have it. */
  readonly anywhere: boolean;
}

export const USAGE = `usage: deno task bench [--quick] [--only NAME] [--check [--anywhere]]

  --quick      less of everything, within a minute; writes nothing
  --only NAME  one case: ${CASES.join(", ")}; writes nothing
  --check      a few cases; fails where the hub is far slower than it should be
  --anywhere   with --check, what can be measured on any system, which is less

Without any of them it takes a quarter of an hour and writes docs/bench.json, docs/bench.md, the plots
in docs/ and the section of the README.
`;

/** The options, or undefined for arguments that there are not. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  let quick = false;
  let check = false;
  let anywhere = false;
  let cases: readonly CaseName[] = CASES;
  const rest = [...args];
  for (let arg; (arg = rest.shift()) !== undefined;) {
    if (arg === "--quick") quick = true;
    else if (arg === "--check") check = true;
    else if (arg === "--anywhere") anywhere = true;
    else if (arg === "--only" || arg.startsWith("--only=")) {
      const name = arg === "--only" ? rest.shift() : arg.slice("--only=".length);
      const found = CASES.find((each) => each === name);
      if (!found) return undefined;
      cases = [found];
    } else {
      return undefined;
    }
  }
  return anywhere && !check ? undefined : { cases, quick, check, anywhere };
}
