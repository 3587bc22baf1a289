/** What the documents say about a run: the tables of docs/bench.md, and a sentence in each README. */

import type { Lang } from "../../common/i18n/mod.ts";
import { KEY_P99, TYPING_UNDER_LOAD } from "./cases/client.ts";
import * as fanOut from "./cases/fan_out.ts";
import * as idle from "./cases/idle.ts";
import * as latency from "./cases/latency.ts";
import * as presence from "./cases/presence.ts";
import { CONTESTANTS } from "./contestants/mod.ts";
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
  ["program", "chat, source"],
  ["executable", "chat, executable"],
]);

const HEADLINERS = ["forwarder", "text", "frames", "ngircd", "ncat", "python"];
const FLOOD: fanOut.FanOut = { members: 100, outstanding: 1000 };
const IDLE = idle.describe(10_000);

const HEADLINES: readonly (readonly [words: string, work: string, metric: Metric])[] = [
  [
    "one message at a time to 100 members",
    fanOut.describe({ ...FLOOD, outstanding: 1 }),
    fanOut.DELIVERED,
  ],
  ["1000 at a time to 100 members", fanOut.describe(FLOOD), fanOut.DELIVERED],
  [
    "1000 at a time, from all of them",
    fanOut.describe({ ...FLOOD, fromAll: true }),
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
  ["memory of each of them, idle", IDLE, idle.MEMORY],
];

type Figures = Readonly<Record<"flood" | "joined" | "memory" | "key", string>>;

const SENTENCES: Readonly<Record<Lang, (figures: Figures) => string>> = {
  en: ({ flood, joined, memory, key }) =>
    `In a flood to 100 members the hub delivers ${flood} of what a bare byte forwarder on the same ` +
    `machine does; 10,000 members join in ${joined}, and each takes ${memory} while idle. ` +
    `A keystroke shows up within ${key} (p99) while 500 messages a second arrive.`,
  es: ({ flood, joined, memory, key }) =>
    `Con 100 miembros y una avalancha de mensajes, el servidor entrega el ${flood} de lo que logra un ` +
    `simple reenviador de bytes en la misma máquina; 10 000 miembros entran en ${joined} y cada uno ` +
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
  const flood = findRow(rows, "text", fanOut.describe(FLOOD), fanOut.DELIVERED)?.ratio;
  const joined = value("text", IDLE, idle.JOIN_TIME);
  const memory = value("text", IDLE, idle.MEMORY);
  const key = value("client", TYPING_UNDER_LOAD, KEY_P99);
  if (!flood || !joined || !memory || !key) return undefined;
  const share = `${Math.round(100 * flood)} %`;
  return SENTENCES[lang]({ flood: share, joined, memory, key });
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
