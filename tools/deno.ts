/**
 * Runs Deno for a task: `deno run --quiet -A tools/deno.ts SUBCOMMAND ARGUMENTS...`
 *
 * Where @std can be loaded neither from Deno's cache nor from JSR, the stand-ins take its place. So this file imports
 * nothing from @std, and neither does what it imports.
 */

import { complain } from "./console.ts";
import { runInForeground } from "./foreground.ts";

const DIRECTORY = import.meta.dirname!;

/**
 * How the program runs, from source and as an executable: with at most 4 MiB, instead of 32, for V8's new objects. What
 * thousands of members that join at once leave behind would make V8 take all of it for minutes, and a flood is as fast
 * within the processor's cache.
 */
export const PROGRAM_FLAGS: readonly string[] = ["-P=chat", "--v8-flags=--max-semi-space-size=4"];

/** "1" uses the stand-ins, "0" fails where they would be needed. Set for the program, so that its children agree. */
const VARIABLE = "CHAT_STAND_INS";
/** Test files that run at the same time, per processor: most tests wait for other programs. */
const JOBS = "DENO_JOBS";
const JOBS_PER_PROCESSOR = 2;
const JSR = "https://jsr.io";

/** How long JSR may take to answer, in ms: every start from source waits for it. */
const PATIENCE = 1_000;
const PATIENCE_IF_REQUIRED = 10_000;
/** How long loading @std may take, in ms: a network can fail meanwhile. */
const LOADING_TIME = 60_000;

/** Holds the URL of a JSR that could not be reached; it is not asked again for four hours (in ms). */
const UNREACHABLE = `${DIRECTORY}/../dist/jsr-unreachable`;
const MEMORY = 4 * 3_600_000;

/** The subcommands that load modules; the others take no import map. */
const LOADING = new Set(
  "bench bundle cache check compile doc eval info repl run serve test".split(" "),
);

/** Whether to use the stand-ins: as decided for the task, or else depending on JSR. */
export async function useStandIns(): Promise<boolean> {
  return decided() ?? await findObstacle() !== undefined;
}

/** The arguments for Deno. */
export function denoArguments(
  subcommand: string,
  rest: readonly string[],
  standIns: boolean,
): string[] {
  const flags = standIns && LOADING.has(subcommand)
    ? ["--no-lock", `--import-map=${DIRECTORY}/stand_ins/import_map.json`]
    : [];
  return [subcommand, ...flags, ...rest];
}

function decided(): boolean | undefined {
  const value = Deno.env.get(VARIABLE);
  return value === "1" ? true : value === "0" ? false : undefined;
}

/** Why @std cannot be loaded; undefined if it can. What it loads stays in Deno's cache. */
async function findObstacle({ isRequired = false } = {}): Promise<string | undefined> {
  if (await loadStd("--cached-only")) return undefined;
  const { host } = new URL(jsrUrl());
  const unreachable = `JSR cannot be reached (${host})`;
  if (!isRequired && await wasUnreachable()) return unreachable;
  if (!(await isJsrReachable(isRequired ? PATIENCE_IF_REQUIRED : PATIENCE))) {
    await rememberUnreachable();
    return unreachable;
  }
  return await loadStd() ? undefined : `@std cannot be loaded from JSR (${host})`;
}

/** Whether Deno can load every module of @std in use, as locked. From its cache that takes about 30 ms. */
async function loadStd(...flags: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--frozen", ...flags, `${DIRECTORY}/std_in_use.ts`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(LOADING_TIME),
  }).output();
  return success;
}

/** Whether JSR itself answers, and not the login page of a network. */
async function isJsrReachable(patience: number): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(patience);
    const response = await fetch(`${jsrUrl()}/@std/cli/meta.json`, { signal });
    const meta = await response.json();
    return response.ok && typeof meta?.versions === "object";
  } catch {
    return false;
  }
}

async function wasUnreachable(): Promise<boolean> {
  try {
    const { mtime } = await Deno.stat(UNREACHABLE);
    const age = Date.now() - mtime!.getTime();
    return age < MEMORY && await Deno.readTextFile(UNREACHABLE) === jsrUrl();
  } catch {
    return false;
  }
}

/** If it cannot be written, every start asks again. */
async function rememberUnreachable(): Promise<void> {
  try {
    await Deno.mkdir(`${DIRECTORY}/../dist`, { recursive: true });
    await Deno.writeTextFile(UNREACHABLE, jsrUrl());
  } catch {
    // The source may belong to another user.
  }
}

/** Deno reads this variable too. */
function jsrUrl(): string {
  return (Deno.env.get("JSR_URL") || JSR).replace(/\/$/, "");
}

async function main([subcommand, ...rest]: readonly string[]): Promise<number> {
  if (subcommand === undefined) {
    return complain("Usage: tools/deno.ts SUBCOMMAND [ARGUMENTS...]", 2);
  }
  if (!LOADING.has(subcommand)) return await run(denoArguments(subcommand, rest, false));
  let standIns = decided();
  if (standIns !== true) {
    const isRequired = standIns === false;
    const obstacle = await findObstacle({ isRequired });
    if (obstacle && isRequired) return complain(`${obstacle}, and CHAT_STAND_INS is 0`, 1);
    standIns = obstacle !== undefined;
    if (obstacle) {
      complain(`${obstacle}: using the stand-ins for @std (CHAT_STAND_INS=0 asks again)`, 0);
    }
  }
  return await run(denoArguments(subcommand, rest, standIns), {
    [VARIABLE]: standIns ? "1" : "0",
    ...(Deno.env.has(JOBS)
      ? {}
      : { [JOBS]: String(JOBS_PER_PROCESSOR * navigator.hardwareConcurrency) }),
  });
}

function run(args: string[], env: Record<string, string> = {}): Promise<number> {
  return runInForeground(Deno.execPath(), args, env);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
