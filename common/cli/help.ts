/** The text of `--help`, made from the tables of the command line. */

import { type Key, type Lang, NO_BREAK, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import type { CommandLine, Option, Positionals, ProgramLine } from "./command_line.ts";
import { ADDRESS_POSITIONALS } from "./command_line.ts";
import { USUAL_COLUMNS, wrapText } from "./wrap.ts";

/** The sentence of an option that is wider than this, in columns, stands on its own line. */
const WIDEST_OPTION = 24;

/** The help of a subcommand in lines of at most `width` columns: examples first, then the options of everyday use. */
export function commandHelp(command: CommandLine, lang: Lang, width = USUAL_COLUMNS): string {
  const { name, positionals, options, examples, more } = command;
  const say = sayIn(lang);
  const [about, ...details] = say(`usage.${name}.details`).split("\n");
  return page(width, [
    synopsis(name, positionals, say),
    "",
    about!,
    ...(more ? [] : details),
    ...(positionals?.help ? [say(positionals.help)] : []),
    "",
    say("usage.heading.examples"),
    ...columns(examples.map(({ line, help }) => [line, say(help)]), width),
    "",
    say("usage.heading.options"),
    ...optionRows(options.filter(({ section }) => section === undefined), say, width),
    ...(more ? [say("usage.more_options", { topic: more })] : []),
  ]);
}

/** The help of the other options of a subcommand, which has `more` options. */
export function moreHelp(command: CommandLine, lang: Lang, width = USUAL_COLUMNS): string {
  const say = sayIn(lang);
  const sections = Map.groupBy(command.options, ({ section }) => section);
  sections.delete(undefined);
  return page(width, [
    synopsis(command.name, command.positionals, say),
    "",
    say(`usage.${command.name}.details`),
    ...sections.entries().flatMap(([section, options]) => [
      "",
      say(`usage.heading.${section!}`),
      ...optionRows(options, say, width),
    ]),
  ]);
}

type Say = (key: Key, params?: Params) => string;
/** An entry and its sentence. */
type Row = readonly [string, string];

const sayIn = (lang: Lang): Say => (key, params) => translate(lang, key, params, NO_BREAK);

/** Paragraphs and rows as a text. */
function page(width: number, lines: readonly string[]): string {
  return lines.map((line) => line.startsWith(" ") ? line : wrapText(line, width, 0)).join("\n");
}

function optionRows(options: readonly Option[], say: Say, width: number): string[] {
  const rows = options.map((each): Row => [formatOption(each), say(each.help, each.params)]);
  return columns(rows, width, WIDEST_OPTION);
}

/** How a subcommand is called, in one line. */
function synopsis(name: string, positionals: Positionals | undefined, say: Say): string {
  const shown = positionals ? ` ${say(positionals.shown)}` : "";
  return `${say("usage.heading.usage")} chat ${name}${shown} ${say("usage.options")}`;
}

/** The help of the program. */
export function programHelp({ options, commands }: ProgramLine, lang: Lang, width = USUAL_COLUMNS) {
  const say = sayIn(lang);
  const joining = commands.filter(({ positionals }) => positionals === ADDRESS_POSITIONALS)
    .map(({ name }) => name);
  return page(width, [
    say("usage.about"),
    "",
    synopsis(joining.join("|"), ADDRESS_POSITIONALS, say),
    "",
    say("usage.heading.commands"),
    ...columns([
      ...commands.map(({ name }): Row => [name, say(`usage.${name}.summary`)]),
      ["help", say("usage.help.summary")],
    ], width),
    "",
    say("usage.heading.options"),
    ...optionRows(options, say, width),
    "",
    say("usage.more"),
  ]);
}

/** An option as it is typed, with the name of its value. */
export function formatOption({ flag, short, value, optional }: Option): string {
  const shown = value === undefined ? "" : optional ? ` [${value}]` : ` ${value}`;
  return `${short ? `-${short}, ` : ""}--${flag}${shown}`;
}

/** Indented rows of two columns. An entry wider than `widest` stands on its own line, above its sentence. */
function columns(rows: readonly Row[], width: number, widest = Infinity): string[] {
  const left = Math.max(...rows.map(([{ length }]) => length).filter((length) => length <= widest));
  return rows.map(([entry, sentence]) => {
    const typed = entry.replaceAll(" ", NO_BREAK);
    const head = entry.length <= left ? typed.padEnd(left) : `${typed}\n  ${" ".repeat(left)}`;
    return wrapText(`  ${head}  ${sentence}`, width, left + 4);
  });
}
