/** Measures the hub, its peers and the client: `deno task bench`. What is measured and how, the cases know. */

import { resolve } from "node:path";
import configuration from "../../deno.json" with { type: "json" };
import { LANGS } from "../../common/i18n/mod.ts";
import type { CaseOptions } from "./arena.ts";
import { measureClient } from "./cases/client.ts";
import { measureFanOut } from "./cases/fan_out.ts";
import { measureIdle } from "./cases/idle.ts";
import { measureLatency } from "./cases/latency.ts";
import { measurePresence } from "./cases/presence.ts";
import { measureStartUp } from "./cases/start_up.ts";
import { measureAnywhere } from "./anywhere.ts";
import { check, FLOOD, ONE, SPEED_BOUNDS, type Verdict } from "./check.ts";
import { type ContestantName, CONTESTANTS } from "./contestants/mod.ts";
import { describeMachine } from "./machine.ts";
import { type CaseName, CASES, readOptions, USAGE } from "./options.ts";
import { takePlaces } from "./process.ts";
import { DATA, PAGE } from "./report/files.ts";
import { makeTables } from "./report/mod.ts";
import { type Labels, makeSection, READMES, replaceSection } from "./report/section.ts";
import { shortCell } from "./report/table.ts";
import { compare, type Found, type Results } from "./results.ts";
import { UNSUPPORTED } from "./sockets.ts";

const ROOT = resolve(import.meta.dirname!, "../..");

const RUN: Readonly<Record<CaseName, (options: CaseOptions) => Promise<Found>>> = {
  "fan-out": measureFanOut,
  latency: measureLatency,
  presence: measurePresence,
  idle: measureIdle,
  client: measureClient,
  "start-up": measureStartUp,
};

const LABELS: Labels = {
  ...Object.fromEntries(Object.entries(CONTESTANTS).map(([name, { label }]) => [name, label])),
  client: "chat client",
  empty: "an empty program",
  program: "chat, source",
  executable: "chat, executable",
};

/** Those that the check is about. */
const CHECKED: ContestantName[] = ["text", "frames"];

/** Gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (!options) {
    print(USAGE);
    return 2;
  }
  if (UNSUPPORTED && !options.check) {
    print(`${UNSUPPORTED}\n`);
    return 1;
  }
  const folder = await Deno.makeTempDir({ prefix: "chat-bench-" });
  try {
    if (UNSUPPORTED || options.anywhere) return await checkAnywhere(folder);
    const places = await takePlaces();
    const start = performance.now();
    const say = (line: string) => {
      const seconds = Math.round((performance.now() - start) / 1000);
      print(`${String(seconds).padStart(4)} s  ${line}\n`);
    };
    const { quick } = options;
    if (options.check) return await checkAll({ places, quick: true, folder, say });
    const results = await measure(options.cases, { places, quick, folder, say });
    show(results);
    await Deno.mkdir(options.out, { recursive: true });
    await Deno.writeTextFile(`${options.out}/${DATA}`, `${JSON.stringify(results, null, 2)}\n`);
    print(`written: ${options.out}/${DATA}\n`);
    if (!quick && options.cases.length === CASES.length) await publish(results);
    return 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(cases: readonly CaseName[], options: CaseOptions): Promise<Results> {
  const found: Found[] = [];
  for (const name of cases) {
    try {
      found.push(await RUN[name](options));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      options.say(`  the case is left out: ${why}`);
      found.push({ series: [], leftOut: [{ case: name, contestant: "all", why }] });
    }
  }
  return {
    version: configuration.version,
    date: new Date().toISOString().slice(0, "2026-01-01".length),
    quick: options.quick,
    machine: await describeMachine(options.places),
    series: found.flatMap(({ series }) => series),
    leftOut: found.flatMap(({ leftOut }) => leftOut),
  };
}

async function checkAll(options: CaseOptions): Promise<number> {
  const contestants: ContestantName[] = ["forwarder", ...CHECKED];
  const found = [
    await measureFanOut(options, { sizes: [100], contestants, rounds: 5 }),
    await measureLatency(options, { rates: [2000], contestants, rounds: 3 }),
  ];
  return tell(check(compare(found.flatMap(({ series }) => series)), CHECKED));
}

/** The same as far as any system can have it. */
async function checkAnywhere(folder: string): Promise<number> {
  print(UNSUPPORTED ? `${UNSUPPORTED}: only speeds are checked\n` : "only speeds are checked\n");
  const series = await measureAnywhere({
    contestants: ["forwarder", ...CHECKED],
    loops: [ONE, FLOOD],
    rounds: 5,
    seconds: 0.5,
    folder,
  });
  return tell(check(compare(series), CHECKED, SPEED_BOUNDS));
}

function tell(verdicts: readonly Verdict[]): number {
  for (const { line, holds } of verdicts) print(`${holds ? "ok    " : "FAILED"} ${line}\n`);
  return verdicts.every(({ holds }) => holds) ? 0 : 1;
}

function show({ series, leftOut }: Results): void {
  for (const row of compare(series)) {
    const cells = [
      row.case.padEnd(10),
      row.work.padEnd(36),
      (LABELS[row.contestant] ?? row.contestant).padEnd(18),
      row.metric.name.padEnd(42),
      shortCell(row),
    ];
    print(`${cells.join("  ")}\n`);
  }
  for (const each of leftOut) {
    print(`left out: ${each.case}, ${LABELS[each.contestant] ?? each.contestant}: ${each.why}\n`);
  }
}

/** Puts a whole run into the documents; a README whose figures were not all measured stays as it is. */
async function publish(results: Results): Promise<void> {
  const sections: Record<string, string> = { [PAGE]: makeTables(results, LABELS) };
  for (const lang of LANGS) {
    const section = makeSection(results, lang);
    if (section !== undefined) sections[READMES[lang]] = section;
  }
  for (const [path, section] of Object.entries(sections)) {
    const text = await Deno.readTextFile(`${ROOT}/${path}`);
    await Deno.writeTextFile(`${ROOT}/${path}`, replaceSection(text, section));
  }
  const args = ["fmt", "--quiet", ...Object.keys(sections)];
  await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  print(`written: ${Object.keys(sections).join(", ")}\n`);
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
