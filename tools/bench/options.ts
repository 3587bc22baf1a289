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
  /** Less of everything, within a minute. */
  readonly quick: boolean;
  /** A few cases, to fail where something is far off; nothing is written. */
  readonly check: boolean;
  /** The check as far as any system can have it. */
  readonly anywhere: boolean;
  /** The folder for the data. */
  readonly out: string;
}

export const USAGE = `Usage: deno task bench [--quick] [--only NAME] [--out FOLDER]
       deno task bench --check [--anywhere]

  --quick       less of everything, within a minute
  --only NAME   one case: ${CASES.join(", ")}
  --out FOLDER  where bench.json goes; unless given, dist/bench
  --check       a few cases; fails where the hub is far slower than it should be
  --anywhere    with --check, only what can be measured on any system

A whole run takes a quarter of an hour. It also writes the tables in docs/bench.md and the sections of
the READMEs.`;

/** The options, or undefined for arguments that there are not. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  let quick = false;
  let check = false;
  let anywhere = false;
  let out = "dist/bench";
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
    } else if (arg === "--out" || arg.startsWith("--out=")) {
      const folder = arg === "--out" ? rest.shift() : arg.slice("--out=".length);
      if (!folder) return undefined;
      out = folder;
    } else {
      return undefined;
    }
  }
  return anywhere && !check ? undefined : { cases, quick, check, anywhere, out };
}
