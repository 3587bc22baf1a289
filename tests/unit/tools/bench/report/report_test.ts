import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fanOut from "../../../../../tools/bench/cases/fan_out.ts";
import * as latency from "../../../../../tools/bench/cases/latency.ts";
import { PAGE } from "../../../../../tools/bench/report/files.ts";
import { makeTables } from "../../../../../tools/bench/report/mod.ts";
import {
  makeSection,
  READMES,
  replaceSection,
  SECTION,
} from "../../../../../tools/bench/report/section.ts";
import { LANGS } from "../../../../../i18n/mod.ts";
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

Deno.test("a section has what was measured, and dashes for what was not", () => {
  const section = makeSection(results, LABELS, "en");
  assert(
    section.includes("| 1000 at a time to 100 members | 5.00M/s (×1.00) | 4.00M/s (×0.80) | – |"),
  );
  assert(section.includes("| until 10,000 are in | – | – |"), section);
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

Deno.test("both languages say the same figures", () => {
  const figures = LANGS.map((lang) => {
    const section = makeSection(results, LABELS, lang);
    const cells = section.split("\n").filter((row) => row.startsWith("| ")).slice(2);
    return cells.map((row) => row.split("|").slice(2));
  });
  assertEquals(figures[0], figures[1]);
});

Deno.test("what would end a cell of a table does not", () => {
  assertEquals(table([["a", "b"], ["1|2", "3"]]), "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |");
});
