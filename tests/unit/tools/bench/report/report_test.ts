import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fanOut from "../../../../../tools/bench/cases/fan_out.ts";
import * as client from "../../../../../tools/bench/cases/client.ts";
import * as idle from "../../../../../tools/bench/cases/idle.ts";
import * as startUp from "../../../../../tools/bench/cases/start_up.ts";
import * as latency from "../../../../../tools/bench/cases/latency.ts";
import { PAGE } from "../../../../../tools/bench/report/files.ts";
import { makeTables } from "../../../../../tools/bench/report/mod.ts";
import {
  makeSection,
  READMES,
  replaceSection,
  SECTION,
} from "../../../../../tools/bench/report/section.ts";
import { LANGS } from "../../../../../common/i18n/mod.ts";
import { table } from "../../../../../tools/bench/report/table.ts";
import type { Results, Series } from "../../../../../tools/bench/results.ts";

const LABELS = { forwarder: "bare forwarder", text: "chat, text" };

function row(contestant: string, work: string, values: number[]): Series {
  return { case: fanOut.CASE, work, contestant, metric: fanOut.SPEED, values };
}

const hundred = { members: 100, from: "one" } as const;
const one = fanOut.describe({ ...hundred, outstanding: 1 });
const flood = fanOut.describe({ ...hundred, outstanding: 1000 });

const results: Results = {
  version: "1.2.3",
  date: "2026-01-02",
  quick: false,
  machine: {
    processor: "Abacus <9>",
    processors: 2,
    memory: "4 GiB",
    system: "Linux 6.1 x86_64",
    deno: "2.9.6",
    apart: true,
    load: 1.25,
  },
  series: [
    row("forwarder", one, [1000, 1100, 900]),
    row("text", one, [900, 1210, 450]),
    row("forwarder", flood, [5_000_000]),
    row("text", flood, [4_000_000]),
    ...latency.METRICS.map((metric) => ({
      case: latency.CASE,
      work: latency.describe(2000),
      contestant: "forwarder",
      metric,
      values: [0.001],
    })),
  ],
  leftOut: [{ case: "fan-out", contestant: "text", why: "it is <broken>" }],
};

Deno.test("the tables have the median and its ratio to the forwarder's, and what was left out", () => {
  const tables = makeTables(results, LABELS);
  assert(tables.includes(`| ${one} | 1.00k/s (×1.00) | 900/s (×0.90) |`), tables);
  assert(tables.includes("- fan-out, chat, text: it is <broken>"), tables);
  assert(tables.includes("2 × Abacus <9>, 4 GiB, Linux 6.1 x86_64, Deno 2.9.6"), tables);
});

Deno.test("the table of headlines has what was measured, and dashes for what was not", () => {
  const tables = makeTables(results, LABELS);
  assert(
    tables.includes("| 1000 at a time to 100 members | 5.00M/s (×1.00) | 4.00M/s (×0.80) | – |"),
    tables,
  );
  assert(tables.includes("| until 10,000 are in | – | – |"), tables);
});

Deno.test("the section takes its place in the README, the next time too", () => {
  const text = `before\n${SECTION.begin}\nold\n${SECTION.end}\nafter\n`;
  const wanted = `before\n${SECTION.begin}\n\nnew\n\n${SECTION.end}\nafter\n`;
  assertEquals(replaceSection(text, "new"), wanted);
  assertEquals(replaceSection(replaceSection(text, "other"), "new"), wanted);
  assertThrows(() => replaceSection("nothing", "new"));
});

Deno.test("the page and each README have a place for the section", async () => {
  for (const path of [PAGE, ...LANGS.map((lang) => READMES[lang])]) {
    const url = new URL(`../../../../../${path}`, import.meta.url);
    const readme = await Deno.readTextFile(url);
    assert(replaceSection(readme, "new").includes(`${SECTION.begin}\n\nnew\n\n${SECTION.end}`));
  }
});

/** A run with all that a README names. */
const whole: Results = {
  ...results,
  series: [
    ...results.series,
    {
      case: idle.CASE,
      work: idle.describe(10_000),
      contestant: "text",
      metric: idle.TIME,
      values: [1.5],
    },
    {
      case: idle.CASE,
      work: idle.describe(10_000),
      contestant: "text",
      metric: idle.MEMORY,
      values: [8192],
    },
    {
      case: startUp.CASE,
      work: startUp.TO_VERSION,
      contestant: "program",
      metric: startUp.TIME,
      values: [0.2],
    },
    {
      case: startUp.CASE,
      work: startUp.TO_VERSION,
      contestant: "executable",
      metric: startUp.TIME,
      values: [0.1],
    },
    {
      case: client.CASE,
      work: client.TYPING_UNDER_LOAD,
      contestant: "client",
      metric: client.KEY_P99,
      values: [0.007],
    },
  ],
};

Deno.test("both READMEs name the same figures, those of the executable where there is one", () => {
  for (const lang of LANGS) {
    const section = makeSection(whole, lang)!;
    for (const figure of ["80 %", "1.50 s", "8.00 KiB", "100 ms", "7.00 ms"]) {
      assert(section.includes(figure), `${lang}: ${figure} is not in ${section}`);
    }
  }
});

Deno.test("a run that did not measure all that a README names leaves the README alone", () => {
  for (const lang of LANGS) assertEquals(makeSection(results, lang), undefined);
});

Deno.test("what would end a cell of a table does not", () => {
  assertEquals(table([["a", "b"], ["1|2", "3"]]), "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |");
});
