/**
 * Runs the tests: `deno task test [OPTIONS OF deno test] [PATHS]`.
 *
 * Test files run in parallel, since they mostly wait for programs. They then share one process, so those that change its
 * state, or measure time, follow on their own. A summary at the end counts both runs.
 */

import { resolve } from "node:path";
import { writeAll } from "../tests/support/write_all.ts";
import { denoArguments, useStandIns } from "./deno.ts";
import { runInForeground } from "./foreground.ts";
import { print } from "./console.ts";

/** Test files that cannot run beside others, and why. */
export const ALONE: Readonly<Record<string, string>> = {
  "tests/unit/tools/release/archive_test.ts": "changes TZ",
};

const OPTIONS = ["-A", "--sanitize-ops", "--sanitize-resources"];

/** Options of `deno test` whose value is an argument of its own. */
const VALUED = [
  "--filter",
  "--reporter",
  "--junit-path",
  "--seed",
  "--shard",
  "--retry",
  "--repeats",
];

/** What one run counted. */
export interface Counts {
  readonly passed: number;
  readonly steps: number;
  readonly failed: number;
  readonly ignored: number;
  readonly filtered: number;
}

/** The arguments of the runs, in order: of the parallel one, then of the files that run alone. */
export function planRuns(args: readonly string[], alone = Object.keys(ALONE)): string[][] {
  const isPath = (arg: string, index: number) =>
    !arg.startsWith("-") && !VALUED.includes(args[index - 1] ?? "");
  const paths = args.filter(isPath).map((path) => resolve(path));
  const options = args.filter((arg, index) => !isPath(arg, index));
  if (options.some((option) => /^--(watch|inspect)/.test(option))) return [[...args]];
  const chosen = alone.filter((file) => {
    const path = resolve(file);
    return paths.length === 0 || paths.some((each) => path === each || path.startsWith(`${each}/`));
  });
  if (chosen.length === 0) return [["--parallel", ...args]];
  const last = [...options, ...chosen];
  if (paths.length > 0 && paths.every((path) => chosen.some((file) => resolve(file) === path))) {
    return [last];
  }
  return [["--parallel", `--ignore=${chosen.join(",")}`, ...args], last];
}

/** The counts in what `deno test` wrote; undefined if it did not get as far as its summary. */
export function readCounts(output: string): Counts | undefined {
  // ok | 12 passed (3 steps) | 0 failed | 1 ignored | 2 filtered out (2s)
  const summary = plain(output).match(/^(?:ok|FAILED) \| .*$/gm)?.at(-1);
  if (summary === undefined) return undefined;
  const count = (pattern: RegExp) => Number(pattern.exec(summary)?.[1] ?? 0);
  return {
    passed: count(/(\d+) passed/),
    steps: count(/passed \((\d+) steps?\)/),
    failed: count(/(\d+) failed/),
    ignored: count(/(\d+) ignored/),
    filtered: count(/(\d+) filtered out/),
  };
}

/** The names of failed tests, as `deno test` lists them before its summary. */
export function readFailures(output: string): string[] {
  const [, list = ""] = plain(output).split(/^ ?FAILURES ?$/m);
  return list.split("\n").filter((line) => line.includes(" => "));
}

/** One line as `deno test` has it. */
export function formatSummary(all: readonly Counts[], isOk: boolean, seconds: number): string {
  const sum = (name: keyof Counts) => all.reduce((total, counts) => total + counts[name], 0);
  const [minutes, rest] = [Math.floor(seconds / 60), Math.round(seconds % 60)];
  const parts = [
    isOk ? "ok" : "FAILED",
    `${sum("passed")} passed${sum("steps") > 0 ? ` (${sum("steps")} steps)` : ""}`,
    `${sum("failed")} failed`,
    ...(["ignored", "filtered"] as const).filter((name) => sum(name) > 0)
      .map((name) => `${sum(name)} ${name === "filtered" ? "filtered out" : name}`),
  ];
  return `${parts.join(" | ")} (${minutes > 0 ? `${minutes}m` : ""}${rest}s)`;
}

function plain(output: string): string {
  // deno-lint-ignore no-control-regex
  return output.replaceAll(/\x1b\[[0-9;]*m/g, "");
}

/** Runs `deno test`, shows what it writes, and gives it as well. */
async function runTests(args: readonly string[], env: Record<string, string>) {
  const child = new Deno.Command(Deno.execPath(), {
    args: denoArguments("test", [...OPTIONS, ...args], await useStandIns()),
    env: { ...env, ...(Deno.stdout.isTerminal() ? { FORCE_COLOR: "1" } : {}) },
    stdout: "piped",
  }).spawn();
  const end = () => child.kill("SIGTERM");
  Deno.addSignalListener("SIGTERM", end);
  let output = "";
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    output += decoder.decode(bytes, { stream: true });
    await writeAll(Deno.stdout, bytes);
  }
  const { code } = await child.status;
  Deno.removeSignalListener("SIGTERM", end);
  return { code, output };
}

/** Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const start = performance.now();
  // Twice as many files as processors, as most wait.
  const DENO_JOBS = Deno.env.get("DENO_JOBS") ?? String(2 * navigator.hardwareConcurrency);
  const planned = planRuns(args);
  if (planned.length === 1) {
    const command = denoArguments("test", [...OPTIONS, ...planned[0]!], await useStandIns());
    return await runInForeground(Deno.execPath(), command, { DENO_JOBS });
  }
  const runs: { code: number; output: string }[] = [];
  for (const each of planned) {
    const isOver = args.some((arg) => arg.startsWith("--fail-fast"));
    if (isOver && runs.some(({ code }) => code !== 0)) break;
    runs.push(await runTests(each, { DENO_JOBS }));
  }
  const code = runs.find(({ code }) => code !== 0)?.code ?? 0;
  const failures = runs.flatMap(({ output }) => readFailures(output));
  if (failures.length > 0) print(["failed, of all runs:", "", ...failures, ""].join("\n"));
  const counts = runs.flatMap(({ output }) => readCounts(output) ?? []);
  print(formatSummary(counts, code === 0, (performance.now() - start) / 1000));
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
