import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fanOut from "../../../../bench/cases/fan_out.ts";
import * as client from "../../../../bench/cases/client.ts";
import * as idle from "../../../../bench/cases/idle.ts";
import * as startUp from "../../../../bench/cases/start_up.ts";
import * as latency from "../../../../bench/cases/latency.ts";
import { DATA, PAGE } from "../../../../bench/report/files.ts";
import { makeReport } from "../../../../bench/report/mod.ts";
import { makeSection, READMES, replaceSection, SECTION } from "../../../../bench/report/section.ts";
import { LANGS } from "../../../../common/i18n/mod.ts";
import { table } from "../../../../bench/report/table.ts";
import type { Results, Series } from "../../../../bench/results.ts";

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

Deno.test("the table of headlines has what was measured, and dashes for what was not", () => {
  const page = makeReport(results, LABELS)[PAGE]!;
  assert(
    page.includes("| 1000 at a time to 100 members | 5.00M/s (×1.00) | 4.00M/s (×0.80) | – |"),
    page,
  );
  assert(page.includes("| until 10,000 are in | – | – |"), page);
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
    const url = new URL(`../../../../${READMES[lang]}`, import.meta.url);
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
