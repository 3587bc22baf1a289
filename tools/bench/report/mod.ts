/** The tables of a run, in Markdown. */

import { compare, type Compared, type Results } from "../results.ts";
import { headlineTable, type Labels, machineLine } from "./section.ts";
import { shortCell, table } from "./table.ts";

/** Columns are in this order; a contestant without a value in a table has no column. */
const ORDER = ["forwarder", "text", "frames", "mixed", "disk", "ngircd", "ncat", "python"];

/** Metrics for whoever works on the hub or the bench: in the data, but not on the page. */
const DATA_ONLY = [
  "processor time of the bench",
  "joins and leaves",
  "the same for each member present",
  "bytes of a join and leave to each member",
  "p99.9",
  "max",
];

/** What `docs/bench.md` says of a run, between its marks. */
export function makeTables(results: Results, labels: Labels): string {
  const rows = compare(results.series).filter(({ metric }) => !DATA_ONLY.includes(metric.name));
  const cases = [...new Set(rows.map((row) => row.case))];
  return [
    `chat ${results.version}, measured on ${results.date} on ${machineLine(results.machine)}.`,
    headlineTable(rows, labels),
    ...cases.flatMap((name) => [
      `### ${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      ...caseTables(rows.filter((row) => row.case === name), labels),
    ]),
    ...leftOut(results, labels),
  ].join("\n\n");
}

/** A table for each metric: works down, contestants across. */
function caseTables(rows: readonly Compared[], labels: Labels): string[] {
  const metrics = [...new Map(rows.map(({ metric }) => [metric.name, metric])).values()];
  return metrics.map((metric) => {
    const measured = rows.filter((row) => row.metric.name === metric.name);
    const contestants = [...new Set(measured.map(({ contestant }) => contestant))]
      .sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
    const works = [...new Set(measured.map(({ work }) => work))];
    return table([
      [
        `${metric.name}, ${metric.better} is better`,
        ...contestants.map((name) => labels[name] ?? name),
      ],
      ...works.map((work) => [
        work,
        ...contestants.map((contestant) =>
          shortCell(measured.find((row) => row.work === work && row.contestant === contestant))
        ),
      ]),
    ]);
  });
}

function leftOut({ leftOut }: Results, labels: Labels): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.map((each) =>
    `- ${each.case}, ${labels[each.contestant] ?? each.contestant}: ${each.why}`
  );
  return ["### Left out", lines.join("\n")];
}
