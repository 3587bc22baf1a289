/** The text of `--help`, made from the tables of the command line. */

import { type Key, type Lang, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import {
  ADDRESS_POSITIONALS,
  type CommandLine,
  type Option,
  type ProgramLine,
} from "./command_line.ts";

/** The sentence of an option that is wider than this, in columns, stands on its own line. */
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

/** The synopsis of a subcommand, in one line. */
function synopsis({ name, positionals }: CommandLine, lang: Lang): string {
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

/** An option as it is typed, with the name of its value. */
export function formatOption({ flag, short, value, optional }: Option): string {
  const shown = value === undefined ? "" : optional ? ` [${value}]` : ` ${value}`;
  return `${short ? `-${short}, ` : ""}--${flag}${shown}`;
}

/** The width of the left column, ignoring entries wider than `widest`, which stand on their own line. */
function widthOf(left: readonly string[], widest: number): number {
  return Math.max(...left.map(({ length }) => length).filter((length) => length <= widest));
}

/** Indented rows of two columns. If the left entry is wider than `width`, the right one goes below it. */
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
