/**
 * The command line of a subcommand, as data: from one table come the parsing, the checks and the help. What the options
 * do is the subcommand's business.
 */

import { parseArgs } from "@std/cli/parse-args";
import { type Key, type Lang, translate } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import { nearest } from "../protocol/nearest.ts";
import { UsageError } from "./usage_error.ts";

export interface Option {
  /** Without its dashes. */
  readonly flag: string;
  readonly short?: string;
  /** What its value is called in the help; an option without one is on or off. */
  readonly value?: string;
  /** Its value may be left out: what follows the option is its value only where it looks like this. */
  readonly optional?: RegExp;
  /** The sentence of the help, and what it is filled with. */
  readonly help: Key;
  readonly params?: Params;
  /** The part of the help that it stands in, where that has a heading of its own. */
  readonly section?: Section;
}

export type Section = "limits";

export interface CommandLine {
  readonly name: "server" | "client";
  readonly options: readonly Option[];
  /** What is typed behind `chat`, or a whole shell line, each with the sentence that says what it is for. */
  readonly examples: readonly { readonly line: string; readonly help: Key }[];
}

/** Options that take more columns in a help have their sentences on lines of their own. */
const WIDEST_OPTION = 14;

/** What begins with a dash and is meant as an option, known or not, or ends the options. */
const OPTION_LIKE = /^(--|--?[a-z][\w-]*(=.*)?)$/is;

export const HELP_OPTION: Option = { flag: "help", short: "h", help: "option.help" };

export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of an option, undefined where none was given. Of several, the last one counts. */
  value(flag: string): string | undefined;
  /** Whether an option was given. */
  isOn(flag: string): boolean;
}

/**
 * Takes arguments apart.
 *
 * @throws {UsageError} for an option that the table does not have, and for one without its value.
 */
export function parseArguments(
  { options }: Pick<CommandLine, "options">,
  args: readonly string[],
): Arguments {
  const valued = options.filter((option) => option.value !== undefined).map((option) =>
    option.flag
  );
  const switches = options.filter((option) => option.value === undefined).map((option) =>
    option.flag
  );
  const alias = Object.fromEntries(
    options.flatMap(({ flag, short }) => short === undefined ? [] : [[flag, short]]),
  );
  const unknown: string[] = [];
  const flags: Record<string, unknown> & { _: unknown[] } = parseArgs(joinValues(args, options), {
    string: ["_", ...valued],
    boolean: switches,
    alias,
    unknown: (arg: string) => {
      if (!arg.startsWith("-")) return true;
      unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) throw unknownOption(unknown[0]!, options);
  for (const { flag, optional } of options) {
    if (flags[flag] === "" && !optional) {
      throw new UsageError("usage.missing_value", { option: `--${flag}` });
    }
  }
  return {
    positionals: flags._.map(String),
    value: (flag) => typeof flags[flag] === "string" && flags[flag] ? flags[flag] : undefined,
    isOn: (flag) => flags[flag] === true || typeof flags[flag] === "string",
  };
}

/**
 * Joins the values that begin with a dash to their options, as `--send=- one`: alone they would be taken for options. A value
 * that was left out becomes an empty one.
 */
function joinValues(args: readonly string[], options: readonly Option[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") return [...joined, ...args.slice(i)];
    const value = args[i + 1];
    const option = options.find(({ flag, short, value }) =>
      value !== undefined && (arg === `--${flag}` || (short !== undefined && arg === `-${short}`))
    );
    const isJoined = option?.optional
      ? option.optional.test(value ?? "")
      : value?.startsWith("-") && !OPTION_LIKE.test(value);
    if (option && isJoined) joined.push(`--${option.flag}=${args[++i]}`);
    else joined.push(option?.optional ? `--${option.flag}=` : arg);
  }
  return joined;
}

/**
 * A whole number.
 *
 * @throws {UsageError} for anything else, and for one under `min` or over `max`.
 */
export function parseNumber(option: string, value: string, max: number, { min = 0 } = {}): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError("usage.bad_number", { option: `--${option}`, value, min, max });
  }
  return number;
}

/** What a letter behind a number of bytes multiplies it by, the largest first. */
const BYTE_UNITS: readonly (readonly [letter: string, bytes: number])[] = [
  ["G", 1024 ** 3],
  ["M", 1024 ** 2],
  ["K", 1024],
];

/**
 * A number of bytes, with K, M or G behind it in units of 1024, 1024² or 1024³ bytes.
 *
 * @throws {UsageError} for anything else, and for one under `min` or over `max`.
 */
export function parseBytes(option: string, value: string, max: number, { min = 0 } = {}): number {
  const [, digits, letter = ""] = /^(\d+)([KMG]?)$/i.exec(value) ?? [];
  const [, unit] = BYTE_UNITS.find(([each]) => each === letter.toUpperCase()) ?? ["", 1];
  const bytes = Number(digits) * unit;
  if (!(bytes >= min && bytes <= max)) {
    throw new UsageError("usage.bad_bytes", {
      option: `--${option}`,
      value,
      min: formatBytes(min),
      max: formatBytes(max),
    });
  }
  return bytes;
}

/** A number of bytes as {@linkcode parseBytes} reads it, in the largest unit that it is a multiple of. */
export function formatBytes(bytes: number): string {
  const [letter, unit] = BYTE_UNITS.find(([, each]) => bytes >= each && bytes % each === 0) ??
    ["", 1];
  return `${bytes / unit}${letter}`;
}

/**
 * One of some words.
 *
 * @throws {UsageError} for any other.
 */
export function parseChoice<T extends string>(
  option: string,
  value: string,
  choices: readonly T[],
): T {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) {
    throw new UsageError("usage.bad_choice", {
      option: `--${option}`,
      value,
      choices: choices.join(", "),
    });
  }
  return choice;
}

/** The help of a subcommand. */
export function commandHelp({ name, options, examples }: CommandLine, lang: Lang): string {
  const say = (key: Key, params?: Params) => translate(lang, key, params);
  const width = widthOf(options.map(formatOption), WIDEST_OPTION);
  const rows = (section?: Section) =>
    columns(
      options.filter((option) => option.section === section)
        .map((option) => [formatOption(option), say(option.help, option.params)]),
      width,
    );
  const limits = rows("limits");
  return [
    `${say("usage.heading.usage")} chat ${name} ${say("usage.positionals")} ${
      say("usage.options")
    }`,
    "",
    say(`usage.${name}.details`),
    say("usage.arguments"),
    "",
    say("usage.heading.options"),
    ...rows(),
    ...(limits.length === 0 ? [] : ["", say("usage.heading.limits"), ...limits]),
    "",
    say("usage.heading.examples"),
    ...columns(examples.map(({ line, help }) => [line, say(help)])),
  ].join("\n");
}

/** The help of the program. */
export function programHelp(lang: Lang): string {
  const say = (key: Key) => translate(lang, key);
  return [
    say("usage.about"),
    "",
    `${say("usage.heading.usage")} chat server|client ${say("usage.positionals")} ${
      say("usage.options")
    }`,
    "",
    say("usage.heading.commands"),
    ...columns([
      ["server", say("usage.server.summary")],
      ["client", say("usage.client.summary")],
      ["help", say("usage.help.summary")],
    ]),
    "",
    say("usage.heading.options"),
    ...columns([["-h, --help", say("option.help")], ["-V, --version", say("option.version")]]),
    "",
    say("usage.more"),
  ].join("\n");
}

function formatOption({ flag, short, value, optional }: Option): string {
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

function unknownOption(arg: string, options: readonly Option[]): UsageError {
  const option = arg.replace(/=.*/s, "");
  const suggestion = nearest(option, options.map(({ flag }) => `--${flag}`));
  return new UsageError("usage.unknown_option", { option, ...(suggestion ? { suggestion } : {}) });
}
