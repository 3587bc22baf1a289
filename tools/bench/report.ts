/** What the documents say about a run: the tables and plots of docs/bench.md, and a sentence in each README. */

import type { Lang } from "../../common/i18n/mod.ts";
import { KEY_P99, TYPING_UNDER_LOAD } from "./cases/client.ts";
import * as fanOut from "./cases/fan_out.ts";
import * as growth from "./cases/growth.ts";
import * as idle from "./cases/idle.ts";
import * as latency from "./cases/latency.ts";
import * as presence from "./cases/presence.ts";
import { CONTESTANTS } from "./contestants/mod.ts";
import type { Line, Plot } from "./plot.ts";
import {
  compare,
  type Compared,
  findRow,
  formatRatio,
  formatValue,
  type Metric,
  type Results,
} from "./results.ts";

/** From the root of the project. */
export const PAGE = "docs/bench.md";
export const READMES: Readonly<Record<Lang, string>> = { en: "README.md", es: "docs/README.es.md" };

/** The marks around what a run writes. */
export const SECTION = { begin: "<!-- made by deno task bench -->", end: "<!-- so far -->" };

/** The names in the tables, in the order of the columns. */
const LABELS = new Map<string, string>([
  ...Object.entries(CONTESTANTS).map(([name, { label }]) => [name, label] as const),
  ["client", "chat client"],
  ["empty", "an empty program"],
  ["program", "chat"],
]);

const HEADLINERS = ["floor", "text", "frames", "pages", "irc", "ngircd", "ncat", "python"];
const BUSY = fanOut.describe({ members: 900, messages: 100, shape: "outstanding" });
const IDLE = idle.describe(10_000);

const HEADLINES: readonly (readonly [words: string, work: string, metric: Metric])[] = [
  [
    "one message at a time to 100 members",
    fanOut.describe({ members: 100, messages: 1, shape: "at a time" }),
    fanOut.DELIVERED,
  ],
  ["a busy room of 900, 100 messages outstanding", BUSY, fanOut.DELIVERED],
  [
    "1000 at a time, from 100 members",
    fanOut.describe({ members: 100, messages: 1000, shape: "at a time from all" }),
    fanOut.DELIVERED,
  ],
  ["p99 latency at 2000 messages/s to 100 members", latency.describe(2000), latency.P99],
  [
    "CPU time of a join and leave, 1000 present",
    presence.describe(1000, "one by one"),
    presence.CPU_TIME,
  ],
  [
    "the same, with a message after each",
    presence.describe(1000, "one by one amid messages"),
    presence.CPU_TIME,
  ],
  ["time until 10,000 have joined", IDLE, idle.JOIN_TIME],
  ["memory of each of them, 10 s later", IDLE, idle.MEMORY_SOON],
  ["the same, settled", IDLE, idle.MEMORY],
];

type Figures = Readonly<Record<"busy" | "joined" | "memory" | "key", string>>;

const SENTENCES: Readonly<Record<Lang, (figures: Figures) => string>> = {
  en: ({ busy, joined, memory, key }) =>
    `In a busy room of 900 the hub delivers ${busy} of what a program in C that only forwards bytes ` +
    `does on the same machine; 10,000 members join in ${joined}, and each takes ${memory} while idle. ` +
    `A keystroke shows up within ${key} (p99) while 500 messages a second arrive.`,
  es: ({ busy, joined, memory, key }) =>
    `En una sala animada de 900, el servidor entrega el ${busy} de lo que logra en la misma máquina ` +
    `un programa en C que solo reenvía bytes; 10 000 miembros entran en ${joined} y cada uno ` +
    `ocupa ${memory} en reposo. Una tecla se ve en menos de ${key} (p99) mientras llegan 500 mensajes por segundo.`,
};

/** The part of docs/bench.md between the marks. */
export function makeTables(results: Results): string {
  const rows = compare(results.series);
  return [
    `chat ${results.version}, measured on ${results.date} on ${results.machine}.`,
    table([
      ["", ...HEADLINERS.map(labelOf)],
      ...HEADLINES.map(([words, work, metric]) => [
        words,
        ...HEADLINERS.map((contestant) => cell(findRow(rows, contestant, work, metric))),
      ]),
    ]),
    ...caseTables(results),
  ].join("\n\n");
}

/** The tables of each case, one for each metric, and the list of what was left out. */
export function caseTables(results: Results): string[] {
  const rows = compare(results.series);
  const parts = unique(rows.map((row) => row.case)).flatMap((name) => {
    const ofCase = rows.filter((row) => row.case === name);
    const metrics = new Map(ofCase.map(({ metric }) => [metric.name, metric]));
    const heading = `### ${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return [heading, ...Array.from(metrics.values(), (metric) => metricTable(ofCase, metric))];
  });
  if (results.leftOut.length === 0) return parts;
  const lines = results.leftOut.map((each) =>
    `- ${each.case}, ${labelOf(each.contestant)}: ${each.why}`
  );
  return [...parts, "### Left out", lines.join("\n")];
}

/** A row for each workload, a column for each contestant. */
function metricTable(ofCase: readonly Compared[], metric: Metric): string {
  const rows = ofCase.filter((row) => row.metric.name === metric.name);
  const measured = new Set(rows.map(({ contestant }) => contestant));
  const contestants = [...LABELS.keys()].filter((name) => measured.has(name));
  return table([
    [`${metric.name}, ${metric.better} is better`, ...contestants.map(labelOf)],
    ...unique(rows.map(({ work }) => work)).map((work) => [
      work,
      ...contestants.map((contestant) => cell(findRow(rows, contestant, work, metric))),
    ]),
  ]);
}

/** A README's sentence, or undefined if the run did not measure all of it. */
export function makeSection(results: Results, lang: Lang): string | undefined {
  const rows = compare(results.series);
  const value = (contestant: string, work: string, metric: Metric) => {
    const row = findRow(rows, contestant, work, metric);
    return row && formatValue(row.median, metric);
  };
  const floor = findRow(rows, "floor", BUSY, fanOut.DELIVERED);
  const busy = floor && findRow(rows, "text", BUSY, fanOut.DELIVERED)?.ratio;
  const joined = value("text", IDLE, idle.JOIN_TIME);
  const memory = value("text", IDLE, idle.MEMORY);
  const key = value("client", TYPING_UNDER_LOAD, KEY_P99);
  if (!busy || !joined || !memory || !key) return undefined;
  const share = `${Math.round(100 * busy)} %`;
  return SENTENCES[lang]({ busy: share, joined, memory, key });
}

/** The plots of docs/bench.md by their files, from the root of the project. */
export function makePlots(results: Results): Map<string, Plot> {
  const lines = (
    name: string,
    contestants: readonly string[],
    sizes: readonly number[],
    workOf: (size: number) => fanOut.FanOut,
    [metric, factor]: readonly [Metric, number],
  ): Line[] => {
    const rows = compare(results.series.filter((series) => series.case === name));
    return contestants.map((contestant) => ({
      name: labelOf(contestant),
      points: sizes.flatMap((size) => {
        const row = findRow(rows, contestant, fanOut.describe(workOf(size)), metric);
        return row ? [[size, factor * row.median] as const] : [];
      }),
    })).filter(({ points }) => points.length > 0);
  };
  const to900 = (messages: number): fanOut.FanOut => ({
    ...{ members: 900, messages },
    shape: messages === 1 ? "at a time" : "outstanding",
  });
  const all = ["forwarder", ...HEADLINERS];
  return new Map([
    ["docs/bench-busy.svg", {
      title: "A room of 900 members",
      x: "messages that not all have received",
      y: "deliveries a second",
      lines: lines("fan-out", all, [1, 10, 100, 1000], to900, [fanOut.DELIVERED, 1]),
    }],
    ["docs/bench-growth.svg", {
      title: "The same deliveries in smaller and larger rooms, 100 messages outstanding",
      x: "members",
      y: "CPU time per delivery (ns)",
      lines: lines("growth", all, growth.SIZES, growth.busy, [fanOut.CPU_TIME, 1e9]),
    }],
  ]);
}

/** The text with another section between the marks. */
export function replaceSection(text: string, section: string): string {
  const begin = text.indexOf(SECTION.begin);
  const end = text.indexOf(SECTION.end);
  if (begin === -1 || end < begin) throw new Error("the marks of the bench are missing");
  return `${text.slice(0, begin)}${SECTION.begin}\n\n${section}\n\n${text.slice(end)}`;
}

/** The median and its ratio to the baseline, or a dash. */
function cell(row: Compared | undefined): string {
  if (!row) return "–";
  const median = formatValue(row.median, row.metric);
  return row.ratio === undefined ? median : `${median} (${formatRatio(row.ratio)})`;
}

/** A table in Markdown; the first row is its head. */
function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function labelOf(name: string): string {
  return LABELS.get(name) ?? name;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
