/**
 * Runs Deno for a task: `deno run --quiet -A tools/deno.ts SUBCOMMAND ARGUMENTS...`
 *
 * Where JSR cannot be reached and its packages are not cached either, the stand-ins take the place of @std. So this file
 * imports nothing from @std, and neither does what it imports. It does not know what the tasks do.
 */

import { runInForeground } from "./foreground.ts";

const DIRECTORY = import.meta.dirname!;

/** Tells the processes within a task what was decided ("1": the stand-ins), and lets people decide themselves. */
const VARIABLE = "CHAT_STAND_INS";
/** How many test files run at once. Deno takes the number of processors, but most tests wait for other programs. */
const JOBS = "DENO_JOBS";
const JSR = "https://jsr.io";
const PROBE_TIMEOUT = 3_000;

/** The subcommands that load modules; the others take no import map and need none. */
const LOADING = new Set(
  "bench bundle cache check compile doc eval info repl run serve test".split(" "),
);

/** Whether the stand-ins are used: as decided for the task that this runs in, else found out anew. */
export async function useStandIns(): Promise<boolean> {
  const told = decided();
  if (told !== undefined) return told;
  if (await loadStd("--cached-only")) return false;
  if (!(await isJsrReachable())) return true;
  await loadStd(); // All of it, so that the next time there need be no network.
  return false;
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

/** Whether Deno can load all of @std that is in use, as locked. From its cache that takes about 30 ms. */
async function loadStd(...flags: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--frozen", ...flags, `${DIRECTORY}/std_in_use.ts`],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

async function isJsrReachable(): Promise<boolean> {
  try {
    const response = await fetch(`${jsrUrl()}/@std/cli/meta.json`, {
      signal: AbortSignal.timeout(PROBE_TIMEOUT),
    });
    await response.bytes();
    return response.ok;
  } catch {
    return false;
  }
}

/** Deno itself heeds this variable too. */
function jsrUrl(): string {
  return (Deno.env.get("JSR_URL") || JSR).replace(/\/$/, "");
}

async function main([subcommand, ...rest]: readonly string[]): Promise<number> {
  if (subcommand === undefined) {
    complain("usage: tools/deno.ts SUBCOMMAND [ARGUMENTS...]");
    return 2;
  }
  const env: Record<string, string> = {};
  if (subcommand === "test" && !Deno.env.has(JOBS)) {
    env[JOBS] = String(2 * navigator.hardwareConcurrency);
  }
  let standIns = false;
  if (LOADING.has(subcommand)) {
    standIns = await useStandIns();
    env[VARIABLE] = standIns ? "1" : "0";
    if (standIns && decided() === undefined) {
      complain(
        `${
          new URL(jsrUrl()).host
        } cannot be reached: running on the stand-ins in tools/stand_ins (same behaviour)`,
      );
    }
  }
  return await runInForeground(Deno.execPath(), denoArguments(subcommand, rest, standIns), env);
}

function complain(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
