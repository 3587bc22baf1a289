/** The report of a run: a page in Markdown, and its plots. Pure. */

import * as fanOut from "../cases/fan_out.ts";
import * as latency from "../cases/latency.ts";
import { formatRatio, formatValue } from "../format.ts";
import { compare, type Compared, type Results } from "../results.ts";
import { DATA, PAGE, PLOTS } from "./files.ts";
import { barPlot, linePlot, type PlotSeries } from "./plot.ts";
import { headlineTable, type Labels, machineLine } from "./section.ts";
import { fullCell, table } from "./table.ts";

/** Columns are in this order; who has nothing to show in a table is not in it. */
const ORDER = ["forwarder", "text", "frames", "mixed", "disk", "ngircd", "ncat", "python"];

/** The works that the plots are about. */
const HUNDRED: fanOut.FanOut = { members: 100, outstanding: 1, from: "one" };
const FLOOD: fanOut.FanOut = { ...HUNDRED, outstanding: 1000 };

/** The files of a report by their names. */
export function makeReport(results: Results, labels: Labels): Record<string, string> {
  const rows = compare(results.series);
  return {
    [PAGE]: page(results, rows, labels),
    [DATA]: JSON.stringify(results, null, 2) + "\n",
    ...plots(rows, labels),
  };
}

function page(results: Results, rows: readonly Compared[], labels: Labels): string {
  const cases = [...new Set(rows.map((row) => row.case))];
  return [
    "# How fast it is",
    "",
    `Made by \`deno task bench\` of chat ${results.version} on ${results.date}` +
    `${results.quick ? ", in a quick run that says little" : ""}, on ` +
    `${machineLine(results.machine, "en")}. The same as data: [${DATA}](${DATA}).`,
    "",
    HOW_TO_READ,
    "",
    headlineTable(rows, labels, "en"),
    "",
    ...Object.values(PLOTS).flatMap((file) => [`![${file}](${file})`, ""]),
    ...cases.flatMap((name) => [
      `## ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      "",
      ...caseTables(rows.filter((row) => row.case === name), labels),
    ]),
    ...leftOut(results, labels),
  ].join("\n");
}

const HOW_TO_READ =
  `**How to read it.** Each cell has the median of the runs, and behind it ×, how \
many times the bare forwarder's that is: for a speed, more is better; for a time or memory, less. The \
bare forwarder is the floor: it runs on Deno too, reads bytes and writes them to all others, and \
knows no lines and no names. Ratios are made run by run, and are what matters: what else the \
machine does moves all figures, but those of one run together. Processor time is that of the contestant \
for one message that reached one member, and is moved the least.

**How it is made.** Every contestant is a process of its own on loopback and has one processor, the \
load generator another one. The members are sockets of the system, looked after by one loop that \
counts a mark in the bytes and decodes nothing; what that takes for a message is in a table too: \
where it is less than what a contestant takes, the generator waits for the contestant and not the \
other way round. All contestants of a case are up at the same time and take turns, round by round; \
what each of them does first is not counted, since V8 compiles what runs often only then. In \
a closed loop (fan-out) a member says so many messages of 60 bytes, and when all others have heard \
them, the next ones; in an open loop (latency) one speaks at a fixed rate, and how late something is \
heard counts from when it was due. Our hub tells a large room of those who come and go a few times a \
second, and not of those who are gone again by then (presence); where somebody speaks after each of \
them (amid talk) all of it is told, and what is said counts too. \`ncat --chat\` puts a name before each piece that it reads, not \
before each line, and has no nicks or rooms.

**Memory** of an idle member is by how much the resident memory of the process grew, divided by the \
members, before and after it had time to settle: V8 gives back what it keeps for new objects when \
little has happened for about 40 seconds, and is told to do so after four here, the forwarder too, \
where it does not come to it as there is too little garbage. How long it takes until all are in is \
measured without that. What the system itself keeps for a connection is in no process.`;

/** A table for each metric: works down, contestants across. */
function caseTables(rows: readonly Compared[], labels: Labels): string[] {
  const metrics = [...new Map(rows.map(({ metric }) => [metric.name, metric])).values()];
  return metrics.flatMap((metric) => {
    const those = rows.filter((row) => row.metric.name === metric.name);
    const contestants = [...new Set(those.map(({ contestant }) => contestant))].sort(byOrder);
    const works = [...new Set(those.map(({ work }) => work))];
    return [
      table([
        [
          `${metric.name}, ${metric.better} is better`,
          ...contestants.map((name) => labels[name] ?? name),
        ],
        ...works.map((work) => [
          work,
          ...contestants.map((contestant) =>
            fullCell(those.find((row) => row.work === work && row.contestant === contestant))
          ),
        ]),
      ]),
      "",
    ];
  });
}

function byOrder(one: string, other: string): number {
  return ORDER.indexOf(one) - ORDER.indexOf(other);
}

function leftOut({ leftOut }: Results, labels: Labels): string[] {
  if (leftOut.length === 0) return [];
  return [
    "## Left out",
    "",
    ...leftOut.map((each) =>
      `- ${each.case}, ${labels[each.contestant] ?? each.contestant}: ${each.why}`
    ),
    "",
  ];
}

function plots(rows: readonly Compared[], labels: Labels): Record<string, string> {
  const speeds = rows.filter((row) =>
    row.case === fanOut.CASE && row.metric.name === fanOut.SPEED.name
  );
  const sizes = [2, 10, 100, 1000];
  const over = (outstanding: number) => ({
    axis: "members; messages heard a second, by all of them together",
    places: sizes.map(String),
    series: seriesOf(
      speeds,
      sizes.map((members) => fanOut.describe({ members, outstanding, from: "one" })),
      "summary",
      labels,
    ),
    format: (value: number) => formatValue(value, fanOut.SPEED),
  });
  const late = rows.filter((row) =>
    row.case === latency.CASE && row.work === latency.describe(2000)
  );
  const loops: fanOut.FanOut[] = [HUNDRED, { ...HUNDRED, outstanding: 10 }, FLOOD];
  return {
    [PLOTS.toAHundred]: barPlot({
      title: "Messages heard a second by 100 members, against the bare forwarder",
      axis: "times the bare forwarder",
      places: ["one at a time", "10 at a time", "1000 at a time"],
      series: seriesOf(speeds, loops.map(fanOut.describe), "ratio", labels)
        .filter(({ label }) => label !== labels["forwarder"]),
      format: formatRatio,
    }),
    [PLOTS.oneAtATime]: linePlot({ title: "One message at a time", ...over(1) }),
    [PLOTS.flood]: linePlot({ title: "1000 messages at a time", ...over(1000) }),
    [PLOTS.latency]: linePlot({
      title: "Until a message is heard, at 2000 a second to 100 members",
      axis: "part of all hearings that were quicker",
      places: latency.METRICS.map(({ name }) => name),
      series: contestantsOf(late).map((contestant) => ({
        ...named(contestant, labels),
        points: latency.METRICS.map(({ name }) =>
          late.find((row) => row.contestant === contestant && row.metric.name === name)?.summary
        ),
      })),
      format: (value) => formatValue(value, latency.P99),
    }),
  };
}

function seriesOf(
  rows: readonly Compared[],
  works: readonly string[],
  what: "summary" | "ratio",
  labels: Labels,
): PlotSeries[] {
  return contestantsOf(rows).map((contestant) => ({
    ...named(contestant, labels),
    points: works.map((work) =>
      rows.find((row) => row.contestant === contestant && row.work === work)?.[what]
    ),
  }));
}

function named(contestant: string, labels: Labels): { label: string; tint: number } {
  return { label: labels[contestant] ?? contestant, tint: ORDER.indexOf(contestant) };
}

function contestantsOf(rows: readonly Compared[]): string[] {
  return [...new Set(rows.map(({ contestant }) => contestant))].sort(byOrder);
}
