/** What a README says about speed, in its language; and the table of headlines. */

import type { Lang } from "../../../common/i18n/mod.ts";
import * as client from "../cases/client.ts";
import * as fanOut from "../cases/fan_out.ts";
import * as idle from "../cases/idle.ts";
import * as latency from "../cases/latency.ts";
import * as presence from "../cases/presence.ts";
import * as startUp from "../cases/start_up.ts";
import { formatValue } from "../format.ts";
import { compare, type Compared, type Machine, type Metric, type Results } from "../results.ts";
import { shortCell, table } from "./table.ts";

/** The READMEs, from the root of the project. */
export const READMES: Readonly<Record<Lang, string>> = { en: "README.md", es: "docs/README.es.md" };

/** The section stands between these. */
export const SECTION = { begin: "<!-- made by deno task bench -->", end: "<!-- so far -->" };

/** The names of contestants as people read them. */
export type Labels = Readonly<Record<string, string>>;

interface Headline {
  readonly words: string;
  readonly case: string;
  readonly work: string;
  readonly metric: Metric;
}

const HUNDRED: fanOut.FanOut = { members: 100, outstanding: 1, from: "one" };
const FLOOD: fanOut.FanOut = { ...HUNDRED, outstanding: 1000 };
const CROWD = idle.describe(10_000);

const HEADLINES: readonly Headline[] = [
  {
    words: "one message at a time to 100 members",
    case: fanOut.CASE,
    work: fanOut.describe(HUNDRED),
    metric: fanOut.SPEED,
  },
  {
    words: "1000 at a time to 100 members",
    case: fanOut.CASE,
    work: fanOut.describe(FLOOD),
    metric: fanOut.SPEED,
  },
  {
    words: "1000 at a time, from all of them",
    case: fanOut.CASE,
    work: fanOut.describe({ ...FLOOD, from: "all" }),
    metric: fanOut.SPEED,
  },
  {
    words: "p99 until heard, at 2000 messages/s to 100",
    case: latency.CASE,
    work: latency.describe(2000),
    metric: latency.P99,
  },
  {
    words: "processor time when one comes and goes, 1000 present",
    case: presence.CASE,
    work: presence.describe(1000, "one by one"),
    metric: presence.EFFORT,
  },
  {
    words: "the same, where somebody speaks after each of them",
    case: presence.CASE,
    work: presence.describe(1000, "one by one amid talk"),
    metric: presence.EFFORT,
  },
  { words: "until 10,000 are in", case: idle.CASE, work: CROWD, metric: idle.TIME },
  { words: "memory of each of them, idle", case: idle.CASE, work: CROWD, metric: idle.MEMORY },
];
const HEADLINERS = ["forwarder", "text", "frames", "ngircd", "ncat", "python"];

/** The figures that a README names, each with its unit. */
interface Figures {
  readonly flood: string;
  readonly joined: string;
  readonly memory: string;
  readonly version: string;
  readonly key: string;
}

const SENTENCES: Readonly<Record<Lang, (figures: Figures) => string>> = {
  en: ({ flood, joined, memory, version, key }) =>
    `In a flood to 100 members the hub delivers ${flood} of what a bare byte forwarder on the same ` +
    `machine does; 10,000 members join in ${joined}, and each takes ${memory} while idle. ` +
    `\`chat --version\` takes ${version}, and a keystroke shows up within ${key} (p99) while 500 ` +
    "messages a second arrive.",
  es: ({ flood, joined, memory, version, key }) =>
    `Con 100 miembros y una avalancha de mensajes, el servidor entrega el ${flood} de lo que logra un ` +
    `simple reenviador de bytes en la misma máquina; 10 000 miembros entran en ${joined} y cada uno ` +
    `ocupa ${memory} en reposo. \`chat --version\` tarda ${version}, y una tecla se ve en menos de ` +
    `${key} (p99) mientras llegan 500 mensajes por segundo.`,
};

/** What the README in a language says of a run; undefined if the run did not measure all of it. */
export function makeSection(results: Results, lang: Lang): string | undefined {
  const figures = figuresOf(compare(results.series));
  return figures && SENTENCES[lang](figures);
}

/** A text with the section between its marks replaced. */
export function replaceSection(text: string, section: string): string {
  const begin = text.indexOf(SECTION.begin);
  const end = text.indexOf(SECTION.end);
  if (begin === -1 || end < begin) throw new Error("The README has no place for the bench");
  return `${text.slice(0, begin)}${SECTION.begin}\n\n${section}\n\n${text.slice(end)}`;
}

/** What most people ask first, in one table. */
export function headlineTable(rows: readonly Compared[], labels: Labels): string {
  const head = ["", ...HEADLINERS.map((name) => labels[name] ?? name)];
  return table([
    head,
    ...HEADLINES.map(({ words, ...headline }) => [
      words,
      ...HEADLINERS.map((contestant) => shortCell(find(rows, { ...headline, contestant }))),
    ]),
  ]);
}

type Place = Pick<Compared, "case" | "work" | "contestant" | "metric">;

function find(rows: readonly Compared[], place: Place): Compared | undefined {
  return rows.find((row) =>
    row.case === place.case && row.work === place.work && row.contestant === place.contestant &&
    row.metric.name === place.metric.name
  );
}

function figuresOf(rows: readonly Compared[]): Figures | undefined {
  const median = (place: Place) => {
    const row = find(rows, place);
    return row && formatValue(row.summary.median, row.metric);
  };
  const flood = find(rows, {
    case: fanOut.CASE,
    work: fanOut.describe(FLOOD),
    contestant: "text",
    metric: fanOut.SPEED,
  })?.ratio;
  const crowd = { case: idle.CASE, work: CROWD, contestant: "text" };
  const joined = median({ ...crowd, metric: idle.TIME });
  const memory = median({ ...crowd, metric: idle.MEMORY });
  // People have the executable; where none was made, the source stands for it.
  const startUpOf = (contestant: string) =>
    median({ case: startUp.CASE, work: startUp.TO_VERSION, contestant, metric: startUp.TIME });
  const version = startUpOf(startUp.EXECUTABLE) ?? startUpOf(startUp.CONTESTANT);
  const key = median({
    case: client.CASE,
    work: client.TYPING_UNDER_LOAD,
    contestant: client.CONTESTANT,
    metric: client.KEY_P99,
  });
  if (!flood || !joined || !memory || !version || !key) return undefined;
  return { flood: `${Math.round(100 * flood.median)} %`, joined, memory, version, key };
}

/** The machine of a run, in one line. */
export function machineLine(
  { processor, processors, memory, system, deno, apart, load }: Machine,
): string {
  const where = apart
    ? "one processor for what is measured and another for the bench"
    : "what is measured and the bench on the same processors";
  return `${processors} × ${processor}, ${memory}, ${system}, Deno ${deno}, ${where}, ` +
    `load average ${load.toFixed(1)}`;
}
