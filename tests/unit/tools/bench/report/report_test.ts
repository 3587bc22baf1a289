import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fanOut from "../../../../../tools/bench/cases/fan_out.ts";
import * as latency from "../../../../../tools/bench/cases/latency.ts";
import { DATA, PAGE } from "../../../../../tools/bench/report/files.ts";
import { makeReport } from "../../../../../tools/bench/report/mod.ts";
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

Deno.test("the page has the median, its spread and how many times the floor's it is", () => {
  const page = makeReport(results, LABELS)[PAGE]!;
  assert(page.includes(`| ${one} | **1.00k/s**, 900/s to 1.10k/s; ×1.00, ×1.00 to ×1.00 |`), page);
  assert(page.includes("| **900/s**, 450/s to 1.21k/s; ×0.90, ×0.50 to ×1.10 |"), page);
  assert(page.includes("- fan-out, chat, text: it is <broken>"), page);
  assert(page.includes("2 × Abacus <9>, 4 GiB, Linux 6.1 x86_64, Deno 2.9.6"), page);
});

Deno.test("the page shows each plot that is made, and the data are all that was measured", () => {
  const files = makeReport(results, LABELS);
  const plots = Object.keys(files).filter((name) => name.endsWith(".svg"));
  assertEquals(plots.length, 4);
  for (const plot of plots) assert(files[PAGE]!.includes(`](${plot})`), plot);
  assertEquals(JSON.parse(files[DATA]!), results);
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

Deno.test("each README has a place for the section", async () => {
  for (const lang of LANGS) {
    const url = new URL(`../../../../../${READMES[lang]}`, import.meta.url);
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
