/**
 * `deno task fuzz [--cases=N] [--seed=S] [PATH or NAME...]`: runs the properties of the tests with many cases, by default a
 * million in all, and prints which held. The same seed and number give the same cases. Exits with 1 if one failed.
 *
 * With the seed, `--path=P` runs only the counterexample that fast-check reported with that path.
 */

import { parseArgs } from "@std/cli/parse-args";
import { properties, type Run } from "../tests/support/property.ts";
import { complain, print } from "./console.ts";
import { denoArguments, useStandIns } from "./deno.ts";
import type { Outcome } from "./fuzz/attempt.ts";
import { choose, type Planned, share } from "./fuzz/plan.ts";

const ROOT = new URL("../", import.meta.url);
const CASES = 1_000_000;
/** The time limit of a run in milliseconds: many times what it needs. */
const TIME_LIMIT = 40 * 60_000;
/** Lines shown of a failure. */
const MAX_SHOWN = 40;

const USAGE = "Usage: deno task fuzz [--cases=N] [--seed=S] [--path=P] [PATH or NAME...]";

/** A property with its cases and result; `took` is in milliseconds. */
interface Row extends Planned {
  cases: number;
  took: number;
  failure?: string;
}

interface Flags {
  cases?: string;
  seed?: string;
  path?: string;
  _: (string | number)[];
}

async function main(args: readonly string[]): Promise<number> {
  const settings = readArguments(args);
  if (!settings) return complain(USAGE, 2);
  const { cases, seed, path, words } = settings;
  const chosen = choose(await findProperties(), words);
  if (chosen.length === 0) return complain(`no property matches: ${words.join(" ")}`, 2);
  const shares = path.path === undefined ? share(chosen, cases) : chosen.map(() => 1);
  const rows = chosen.map((property, index): Row => ({
    ...property,
    cases: shares[index]!,
    took: 0,
  }));

  print(`seed ${seed}, ${count(sum(shares))} cases, ${rows.length} properties`);
  print(`${"cases".padStart(9)} ${"seconds".padStart(9)}  outcome`);
  const start = performance.now();
  const queue = [...rows];
  const standIns = await useStandIns();
  const run = async () => {
    for (let row; (row = queue.shift());) {
      const left = TIME_LIMIT - (performance.now() - start);
      const outcome = await attempt(row, { numRuns: row.cases, seed, ...path }, standIns, left);
      Object.assign(row, outcome);
      print(describe(row));
      if (row.failure !== undefined) print(explain(row.failure, row.name, seed));
    }
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, run));

  const failed = rows.filter(({ failure }) => failure !== undefined);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  print(
    `\nseed ${seed}: ${count(sum(rows.map((row) => row.cases)))} cases in ${seconds} s, ` +
      `${rows.length - failed.length} properties held, ${failed.length} failed`,
  );
  return failed.length === 0 ? 0 : 1;
}

function readArguments(args: readonly string[]) {
  let isKnown = true;
  const flags = parseArgs([...args], {
    string: ["cases", "seed", "path"],
    unknown: (name) => {
      if (name.startsWith("-")) isKnown = false;
      return !name.startsWith("-");
    },
  });
  const { cases: wanted, seed: given, path, _: words } = flags as Flags;
  // A negative number needs the `=`: without it, it would be an option.
  if ([wanted, given, path].includes("")) return undefined;
  const cases = Number(wanted ?? CASES);
  const seed = Number(given ?? crypto.getRandomValues(new Int32Array(1))[0]);
  if (!isKnown || !Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed)) {
    return undefined;
  }
  return { cases, seed, path: path ? { path } : {}, words: words.map(String) };
}

/** Every property of the tests. Importing a test module outside of `deno test` does not run its tests. */
async function findProperties(): Promise<Planned[]> {
  const found: Planned[] = [];
  const files: string[] = [];
  for await (const file of testFiles("tests")) files.push(file);
  for (const file of files.sort()) {
    const before = properties.length;
    await import(new URL(file, ROOT).href);
    for (const { name, weight } of properties.slice(before)) found.push({ file, name, weight });
  }
  return found;
}

/** The test modules that have properties, as paths from the root of the project. */
async function* testFiles(directory: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(directory, ROOT))) {
    const path = `${directory}/${name}`;
    if (isDirectory) yield* testFiles(path);
    else if (name.endsWith("_test.ts") && (await read(path)).includes('/property.ts"')) yield path;
  }
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** Runs a property in a process of its own; `limit` is in milliseconds. */
async function attempt(
  { file, name }: Planned,
  run: Run,
  standIns: boolean,
  limit: number,
): Promise<Outcome> {
  const script = ["tools/fuzz/attempt.ts", file, name, JSON.stringify(run)];
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArguments("run", ["--quiet", "-A", "--no-check", ...script], standIns),
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(Math.max(1, limit)),
  });
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  const last = text.decode(stdout).trimEnd().split("\n").at(-1) ?? "";
  if (success && last.startsWith("{")) return JSON.parse(last) as Outcome;
  return { took: limit, failure: `it did not end, or ended its process\n${text.decode(stderr)}` };
}

function describe({ name, file, cases, took, failure }: Row): string {
  const verdict = failure === undefined ? "held  " : "FAILED";
  const seconds = (took / 1000).toFixed(1).padStart(9);
  return `${count(cases).padStart(9)} ${seconds}  ${verdict}  ${name} (${file})`;
}

function explain(failure: string, name: string, seed: number): string {
  const lines = failure.split("\n").slice(0, MAX_SHOWN).map((line) => `    ${line}`);
  const path = /path: "([^"]*)"/.exec(failure)?.[1];
  if (path !== undefined) {
    lines.push(`    again: deno task fuzz --seed=${seed} --path=${path} ${JSON.stringify(name)}`);
  }
  return lines.join("\n");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function count(number: number): string {
  return number.toLocaleString("en");
}

if (import.meta.main) Deno.exit(await main(Deno.args));
