/** What a README says of how fast it is, in its language. Pure. */

import type { Lang } from "../../../i18n/mod.ts";
import * as client from "../cases/client.ts";
import * as fanOut from "../cases/fan_out.ts";
import * as idle from "../cases/idle.ts";
import * as latency from "../cases/latency.ts";
import * as presence from "../cases/presence.ts";
import * as startUp from "../cases/start_up.ts";
import { formatValue } from "../format.ts";
import { compare, type Compared, type Machine, type Metric, type Results } from "../results.ts";
import { PAGE } from "./files.ts";
import { shortCell, table } from "./table.ts";

/** The READMEs, from the root of the project. */
export const READMES: Readonly<Record<Lang, string>> = { en: "README.md", es: "README.es.md" };

/** The section stands between these. */
export const SECTION = { begin: "<!-- made by deno task bench -->", end: "<!-- so far -->" };

/** The names of contestants as people read them. */
export type Labels = Readonly<Record<string, string>>;

interface Headline {
  readonly words: Readonly<Record<Lang, string>>;
  readonly case: string;
  readonly work: string;
  readonly metric: Metric;
}

const HUNDRED: fanOut.FanOut = { members: 100, outstanding: 1, from: "one" };
const FLOOD: fanOut.FanOut = { ...HUNDRED, outstanding: 1000 };

const HEADLINES: readonly Headline[] = [
  {
    words: {
      en: "one message at a time to 100 members",
      es: "mensajes de uno en uno a 100 miembros",
    },
    case: fanOut.CASE,
    work: fanOut.describe(HUNDRED),
    metric: fanOut.SPEED,
  },
  {
    words: { en: "1000 at a time to 100 members", es: "de 1000 en 1000 a 100 miembros" },
    case: fanOut.CASE,
    work: fanOut.describe(FLOOD),
    metric: fanOut.SPEED,
  },
  {
    words: { en: "1000 at a time, from all of them", es: "de 1000 en 1000, de todos ellos" },
    case: fanOut.CASE,
    work: fanOut.describe({ ...FLOOD, from: "all" }),
    metric: fanOut.SPEED,
  },
  {
    words: {
      en: "p99 until heard, at 2000 messages/s to 100",
      es: "p99 hasta oírse, con 2000 mensajes/s a 100",
    },
    case: latency.CASE,
    work: latency.describe(2000),
    metric: latency.P99,
  },
  {
    words: {
      en: "processor time when one comes and goes, 1000 present",
      es: "tiempo de procesador cuando uno entra y sale, con 1000 presentes",
    },
    case: presence.CASE,
    work: presence.describe(1000, "one by one"),
    metric: presence.EFFORT,
  },
  {
    words: {
      en: "the same, where somebody speaks after each of them",
      es: "lo mismo, si alguien habla después de cada uno",
    },
    case: presence.CASE,
    work: presence.describe(1000, "one by one amid talk"),
    metric: presence.EFFORT,
  },
  {
    words: { en: "until 10,000 are in", es: "hasta que han entrado 10 000" },
    case: idle.CASE,
    work: idle.describe(10_000),
    metric: idle.TIME,
  },
  {
    words: { en: "memory of each of them, idle", es: "memoria de cada uno, en reposo" },
    case: idle.CASE,
    work: idle.describe(10_000),
    metric: idle.MEMORY,
  },
];
const HEADLINERS = ["forwarder", "text", "frames", "ngircd", "ncat", "python"];

/** What labels are called in another language than English; the others are names. */
const TRANSLATED: Readonly<Record<Lang, Labels>> = {
  en: {},
  es: { forwarder: "reenviador simple", text: "chat, texto", frames: "chat, tramas" },
};

interface Sentences {
  own(speeds: { shown: string; key: string; version: string; prompt: string }): string;
  measured(machine: string): string;
  apart: string;
  together: string;
  load: string;
}

const SENTENCES: Readonly<Record<Lang, Sentences>> = {
  en: {
    own: ({ shown, key, version, prompt }) =>
      `Our client shows messages in a terminal at ${shown}; a key is to be seen after ${key} (p99) ` +
      `while 500 messages a second come. The program is at its version after ${version}, and at the ` +
      `prompt, in the hub, after ${prompt}.`,
    measured: (machine) =>
      `Measured on ${machine}. All of it, with the spread of the runs and how it was measured: ` +
      `[${PAGE}](${PAGE}). \`deno task bench\` measures it anew, and makes the ` +
      "table.",
    apart: "one processor for what is measured and another for the bench",
    together: "what is measured and the bench on the same processors",
    load: "load average",
  },
  es: {
    own: ({ shown, key, version, prompt }) =>
      `Nuestro cliente muestra mensajes en un terminal a ${shown}; una tecla se ve a los ${key} ` +
      `(p99) mientras llegan 500 mensajes por segundo. El programa da su versión a los ${version}, y ` +
      `está en la línea de entrada, dentro del servidor, a los ${prompt}.`,
    measured: (machine) =>
      `Medido en ${machine}. Todo, con la dispersión de las mediciones y cómo se hicieron: ` +
      `[${PAGE}](${PAGE}) (en inglés). \`deno task bench\` lo mide de nuevo, y ` +
      "hace la tabla.",
    apart: "un procesador para lo que se mide y otro para quien mide",
    together: "lo que se mide y quien mide en los mismos procesadores",
    load: "carga media",
  },
};

/** The section of the README in a language. */
export function makeSection(results: Results, labels: Labels, lang: Lang): string {
  const rows = compare(results.series);
  const { own, measured } = SENTENCES[lang];
  const speeds = ownSpeeds(rows);
  return [
    headlineTable(rows, labels, lang),
    "",
    ...(speeds ? [own(speeds), ""] : []),
    measured(machineLine(results.machine, lang)),
  ].join("\n");
}

/** A text with the section between its marks replaced. */
export function replaceSection(text: string, section: string): string {
  const begin = text.indexOf(SECTION.begin);
  const end = text.indexOf(SECTION.end);
  if (begin === -1 || end < begin) throw new Error("The README has no place for the bench");
  return `${text.slice(0, begin)}${SECTION.begin}\n\n${section}\n\n${text.slice(end)}`;
}

/** What most people ask first, in one table. */
export function headlineTable(rows: readonly Compared[], labels: Labels, lang: Lang): string {
  const head = ["", ...HEADLINERS.map((name) => TRANSLATED[lang][name] ?? labels[name] ?? name)];
  return table([
    head,
    ...HEADLINES.map(({ words, work, metric, ...headline }) => [
      words[lang],
      ...HEADLINERS.map((contestant) =>
        shortCell(
          rows.find((row) =>
            row.case === headline.case && row.work === work && row.contestant === contestant &&
            row.metric.name === metric.name
          ),
        )
      ),
    ]),
  ]);
}

/** How fast the program alone is, where all of it was measured. */
function ownSpeeds(rows: readonly Compared[]): Parameters<Sentences["own"]>[0] | undefined {
  const median = (contestant: string, work: string, metric: Metric) => {
    const row = rows.find((each) =>
      each.contestant === contestant && each.work === work && each.metric.name === metric.name
    );
    return row && formatValue(row.summary.median, metric);
  };
  const shown = median(client.CONTESTANT, client.describe("a terminal"), client.SHOWN);
  const key = median(client.CONTESTANT, client.TYPING_UNDER_LOAD, client.KEY_P99);
  // People have the executable; where none was made, the source stands for it.
  const startsIn = (work: string) =>
    median(startUp.EXECUTABLE, work, startUp.TIME) ??
      median(startUp.CONTESTANT, work, startUp.TIME);
  const version = startsIn(startUp.TO_VERSION);
  const prompt = startsIn(startUp.TO_PROMPT);
  return shown && key && version && prompt ? { shown, key, version, prompt } : undefined;
}

/** What it was measured on, in one line. */
export function machineLine(
  { processor, processors, memory, system, deno, apart, load }: Machine,
  lang: Lang,
): string {
  const words = SENTENCES[lang];
  return `${processors} × ${processor}, ${memory}, ${system}, Deno ${deno}, ` +
    `${apart ? words.apart : words.together}, ${words.load} ${load.toFixed(1)}`;
}
