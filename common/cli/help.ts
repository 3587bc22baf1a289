/** What `--help` says, made from the tables of the command line. Pure. */

import { type Key, type Lang, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import {
  ADDRESS_POSITIONALS,
  type CommandLine,
  type Option,
  type ProgramLine,
} from "./command_line.ts";

/** Options that take more columns in a help have their sentences on lines of their own. */
const WIDEST_OPTION = 14;

/** The help of a subcommand. */
export function commandHelp(command: CommandLine, lang: Lang): string {
  const { name, positionals, options, examples } = command;
  const say = (key: Key, params?: Params) => translate(lang, key, params);
  const width = widthOf(options.map(formatOption), WIDEST_OPTION);
  const rows = (section?: Option["section"]) =>
    columns(
      options.filter((option) => option.section === section)
        .map((option) => [formatOption(option), say(option.help, option.params)]),
      width,
    );
  const limits = rows("limits");
  return [
    `${say("usage.heading.usage")} ${synopsis(command, lang)}`,
    "",
    say(`usage.${name}.details`),
    ...(positionals?.help ? [say(positionals.help)] : []),
    "",
    say("usage.heading.options"),
    ...rows(),
    ...(limits.length === 0 ? [] : ["", say("usage.heading.limits"), ...limits]),
    "",
    say("usage.heading.examples"),
    ...columns(examples.map(({ line, help }) => [line, say(help)])),
  ].join("\n");
}

/** How a subcommand is called, in one line. */
export function synopsis({ name, positionals }: CommandLine, lang: Lang): string {
  const say = (key: Key) => translate(lang, key);
  const shown = positionals ? ` ${say(positionals.shown)}` : "";
  return `chat ${name}${shown} ${say("usage.options")}`;
}

/** The help of the program. */
export function programHelp({ options, commands }: ProgramLine, lang: Lang): string {
  const say = (key: Key) => translate(lang, key);
  const joining = commands.filter(({ positionals }) => positionals === ADDRESS_POSITIONALS)
    .map(({ name }) => name);
  return [
    say("usage.about"),
    "",
    `${say("usage.heading.usage")} chat ${joining.join("|")} ${say("usage.positionals")} ${
      say("usage.options")
    }`,
    "",
    say("usage.heading.commands"),
    ...columns([
      ...commands.map(({ name }) => [name, say(`usage.${name}.summary`)] as const),
      ["help", say("usage.help.summary")],
    ]),
    "",
    say("usage.heading.options"),
    ...columns(options.map((option) => [formatOption(option), say(option.help)])),
    "",
    say("usage.more"),
  ].join("\n");
}

/** An option as it is typed, with what its value is called. */
export function formatOption({ flag, short, value, optional }: Option): string {
  const shown = value === undefined ? "" : optional ? ` [${value}]` : ` ${value}`;
  return `${short ? `-${short}, ` : ""}--${flag}${shown}`;
}

/** How wide the left one of two columns is, in which what is wider than `widest` stands alone. */
function widthOf(left: readonly string[], widest: number): number {
  return Math.max(...left.map(({ length }) => length).filter((length) => length <= widest));
}

/** Rows of two columns, indented. What is wider than `width` on the left has the right one below it. */
function columns(
  rows: readonly (readonly [string, string])[],
  width: number = widthOf(rows.map(([left]) => left), Infinity),
): string[] {
  return rows.flatMap(([left, right]) =>
    left.length <= width
      ? [`  ${left.padEnd(width)}  ${right}`]
      : [`  ${left}`, `  ${" ".repeat(width)}  ${right}`]
  );
}
