/**
 * The command line as data: from one table for each subcommand come the parsing, the checks and the help. What the
 * options do is the subcommand's business.
 */

import { parseArgs } from "@std/cli/parse-args";
import type { Key } from "../i18n/mod.ts";
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
  /** The words that it takes, where these are few. */
  readonly choices?: readonly string[];
  /** The sentence of the help, and what it is filled with. */
  readonly help: Key;
  readonly params?: Params;
  /** The part of the help that it stands in, where that has a heading of its own. */
  readonly section?: Section;
}

export type Section = "limits";

export type CommandName = "server" | "client" | "doctor" | "completions" | "man";

/** A subcommand. Its sentences are `usage.<name>.summary` and `usage.<name>.details`. */
export interface CommandLine {
  readonly name: CommandName;
  /** What stands behind its name besides options. */
  readonly positionals?: Positionals;
  readonly options: readonly Option[];
  /** Whole shell lines, each with the sentence that says what it is for. */
  readonly examples: readonly { readonly line: string; readonly help: Key }[];
}

export interface Positionals {
  /** What they are called in the help. */
  readonly shown: Key;
  /** The sentence that says what is taken where they are left out, and how else they may be written. */
  readonly help?: Key;
  /** The words that the only one of them may be. */
  readonly choices?: readonly string[];
}

/** The program: what it can be told without a subcommand, and its subcommands. */
export interface ProgramLine {
  readonly options: readonly Option[];
  readonly commands: readonly CommandLine[];
}

/** What begins with a dash and is meant as an option, known or not, or ends the options. */
const OPTION_LIKE = /^(--|--?[a-z][\w-]*(=.*)?)$/is;

export const HELP_OPTION: Option = { flag: "help", short: "h", help: "option.help" };

/** Where a hub is, or is to be: `cli/address.ts` reads it. */
export const ADDRESS_POSITIONALS: Positionals = {
  shown: "usage.positionals",
  help: "usage.arguments",
};

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

function unknownOption(arg: string, options: readonly Option[]): UsageError {
  const option = arg.replace(/=.*/s, "");
  const suggestion = nearest(option, options.map(({ flag }) => `--${flag}`));
  return new UsageError("usage.unknown_option", { option, ...(suggestion ? { suggestion } : {}) });
}
