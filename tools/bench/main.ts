/** `deno task bench`: measures the hub, its peers and the client. The cases say what is measured and how. */

import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "node:path";
import configuration from "../../deno.json" with { type: "json" };
import { LANGS } from "../../common/i18n/mod.ts";
import { complain, print } from "../console.ts";
import { measureClient } from "./cases/client.ts";
import { measureFanOut } from "./cases/fan_out.ts";
import { measureGrowth } from "./cases/growth.ts";
import { measureIdle } from "./cases/idle.ts";
import { measureLatency } from "./cases/latency.ts";
import { measurePresence } from "./cases/presence.ts";
import { measureStartUp } from "./cases/start_up.ts";
import { BOUNDS, check, measureForCheck, PORTABLE_BOUNDS } from "./check.ts";
import { splitProcessors } from "./process.ts";
import { draw } from "./plot.ts";
import { caseTables, makeSection, makeTables, PAGE, READMES, replaceSection } from "./report.ts";
import { makePlots } from "./report.ts";
import { compare, type LeftOut, type Recorder, type Results, type Series } from "./results.ts";
import { type CaseOptions, messageOf } from "./rounds.ts";

const ROOT = resolve(import.meta.dirname!, "../..");
const OUTPUT = `${ROOT}/dist/bench`;

const CASES = new Map<string, (options: CaseOptions) => Promise<Recorder>>([
  ["fan-out", measureFanOut],
  ["growth", measureGrowth],
  ["latency", measureLatency],
  ["presence", measurePresence],
  ["idle", measureIdle],
  ["client", measureClient],
  ["start-up", measureStartUp],
]);

const USAGE = `Usage: deno task bench [--quick] [--only NAME]
       deno task bench --check [--anywhere]

  --quick      a short run of a minute, to see whether everything works
  --only NAME  one case: ${[...CASES.keys()].join(", ")}
  --check      fails if the hub is far slower than it should be
  --anywhere   with --check, measures only throughput, as on systems other than Linux

A full run takes three quarters of an hour. It updates docs/bench.md and the READMEs.`;

async function main(args: readonly string[]): Promise<number> {
  const unknown: string[] = [];
  const { quick, only, anywhere, ...flags } = parseArgs([...args], {
    boolean: ["quick", "check", "anywhere"],
    string: ["only"],
    unknown: (name) => void unknown.push(name),
  }) as unknown as { quick: boolean; check: boolean; anywhere: boolean; only?: string };
  const isWrong = unknown.length > 0 || (anywhere && !flags.check) ||
    (only !== undefined && !CASES.has(only));
  if (isWrong) return complain(USAGE, 2);
  const isLinux = Deno.build.os === "linux";
  if (!isLinux && !flags.check) return complain("the bench needs Linux; only --check does not", 1);
  const folder = await Deno.makeTempDir({ prefix: "chat-bench-" });
  try {
    const start = performance.now();
    const options: CaseOptions = {
      processor: await splitProcessors(),
      quick: quick || flags.check,
      portable: !isLinux || anywhere,
      log(line) {
        const seconds = Math.round((performance.now() - start) / 1000);
        print(`${String(seconds).padStart(4)} s  ${line}`);
      },
      folder,
    };
    if (flags.check) return await runCheck(options);
    const results = await measure(only === undefined ? [...CASES.keys()] : [only], options);
    print(caseTables(results).join("\n\n"));
    await Deno.mkdir(OUTPUT, { recursive: true });
    await Deno.writeTextFile(`${OUTPUT}/bench.json`, `${JSON.stringify(results, null, 2)}\n`);
    if (!quick && only === undefined) await publish(results);
    return 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runCheck(options: CaseOptions): Promise<number> {
  const rows = compare(await measureForCheck(options));
  const verdicts = check(rows, options.portable ? PORTABLE_BOUNDS : BOUNDS);
  for (const { line, holds } of verdicts) print(`${holds ? "ok    " : "FAILED"} ${line}`);
  return verdicts.every(({ holds }) => holds) ? 0 : 1;
}

async function measure(cases: readonly string[], options: CaseOptions): Promise<Results> {
  const series: Series[] = [];
  const leftOut: LeftOut[] = [];
  for (const name of cases) {
    try {
      const recorder = await CASES.get(name)!(options);
      series.push(...recorder.series);
      leftOut.push(...recorder.leftOut);
    } catch (error) {
      const why = messageOf(error);
      options.log(`  the case is left out: ${why}`);
      leftOut.push({ case: name, contestant: "all", why });
    }
  }
  return {
    version: configuration.version,
    date: new Date().toISOString().slice(0, "2026-01-01".length),
    machine: await describeMachine(options),
    series,
    leftOut,
  };
}

/** Without names and paths. */
async function describeMachine({ processor }: CaseOptions): Promise<string> {
  const information = await Deno.readTextFile("/proc/cpuinfo");
  const model = /^model name\s*:\s*(.+)$/m.exec(information)?.[1] ?? "unknown processor";
  const memory = Math.round(Deno.systemMemoryInfo().total / 1024 ** 3);
  const kernel = /^\d+\.\d+/.exec(Deno.osRelease())?.[0] ?? "";
  return `${navigator.hardwareConcurrency} × ${model}, ${memory} GiB, ` +
    `Linux ${kernel} ${Deno.build.arch}, Deno ${Deno.version.deno}, ` +
    (processor === undefined
      ? "the measured program and the bench on the same processors, "
      : "one processor for the measured program and another for the bench, ") +
    `load average ${Deno.loadavg()[0]!.toFixed(1)}`;
}

/** Updates the documents. A README stays as it is if the run did not measure all its figures. */
async function publish(results: Results): Promise<void> {
  const sections = new Map([[PAGE, makeTables(results)]]);
  for (const lang of LANGS) {
    const section = makeSection(results, lang);
    if (section !== undefined) sections.set(READMES[lang], section);
  }
  for (const [path, section] of sections) {
    const text = await Deno.readTextFile(`${ROOT}/${path}`);
    await Deno.writeTextFile(`${ROOT}/${path}`, replaceSection(text, section));
  }
  const args = ["fmt", "--quiet", ...sections.keys()];
  await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  print(`written: ${[...sections.keys()].join(", ")}`);
  for (const [path, plot] of makePlots(results)) {
    const isDrawn = await draw(`${ROOT}/${path}`, plot);
    print(isDrawn ? `drawn: ${path}` : `not drawn: ${path} (install gnuplot-nox)`);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
