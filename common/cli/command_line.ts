/** The command line as data: a table for each subcommand, from which parsing, help, manual and completions are made. */

import { parseArgs } from "@std/cli/parse-args";
import type { Key } from "../i18n/mod.ts";
import type { Params } from "../protocol/codes.ts";
import type { Environment } from "./environment.ts";
import { unknownOption } from "./habits.ts";
import { UsageError } from "./usage_error.ts";

export interface Option {
  /** Without dashes. */
  readonly flag: string;
  readonly short?: string;
  /** The name of its value in the help; an option without one is a switch. */
  readonly value?: string;
  /** Set if the value may be left out: the next argument is the value only if it matches. */
  readonly optional?: RegExp;
  /** The words that it accepts, if they are few. */
  readonly choices?: readonly string[];
  /** The sentence of the help, and its params. */
  readonly help: Key;
  readonly params?: Params;
  /** It requires one of these. In the environment it is ignored without them. */
  readonly needs?: readonly string[];
  /** The section of the help of the other options; none for an option of everyday use. */
  readonly section?: Section;
}

export type Section = "users" | "hubs" | "log" | "limits" | "display" | "scripts";

export type CommandName =
  | ("server" | "client" | "doctor" | "completions" | "man")
  | ("backup" | "export" | "forget");

/** A subcommand. Its sentences are `usage.<name>.summary` and `usage.<name>.details`. */
export interface CommandLine {
  readonly name: CommandName;
  /** Its arguments besides options. */
  readonly positionals?: Positionals;
  readonly options: readonly Option[];
  /** The topic of the help that shows the options with a section, if any has one. */
  readonly more?: "limits" | "display";
  /** Whole shell lines, each with a sentence that explains it. */
  readonly examples: readonly { readonly line: string; readonly help: Key }[];
}

export interface Positionals {
  /** Their names in the help. */
  readonly shown: Key;
  /** The sentence about their defaults and other forms. */
  readonly help?: Key;
  /** The words that a single argument may be. */
  readonly choices?: readonly string[];
}

/** The program: its own options, and its subcommands. */
export interface ProgramLine {
  readonly options: readonly Option[];
  readonly commands: readonly CommandLine[];
}

/** An argument that is meant as an option, known or not, or that ends the options. */
const OPTION_LIKE = /^(--|--?[a-z][\w-]*(=.*)?)$/is;

export const HELP_OPTION: Option = { flag: "help", short: "h", help: "option.help" };

/** Puts options in a section of the help. */
export function inSection(section: Section, options: readonly Option[]): Option[] {
  return options.map((option) => ({ ...option, section }));
}

/** The address of a hub, parsed by address.ts. */
export const ADDRESS_POSITIONALS = { shown: "usage.positionals", help: "usage.arguments" } as const;

export type Arguments = ReturnType<typeof parseArguments>;

/** The arguments, and options from the environment (CHAT_<OPTION>). @throws {UsageError} for a wrong option. */
export function parseArguments(
  { name, options }: { name?: CommandName; options: readonly Option[] },
  args: readonly string[],
  environment: Environment = () => undefined,
) {
  const flagsWith = (isValued: boolean) =>
    options.filter(({ value }) => (value !== undefined) === isValued).map(({ flag }) => flag);
  const flags: Record<string, unknown> & { _: unknown[] } = parseArgs(joinValues(args, options), {
    string: ["_", ...flagsWith(true)],
    boolean: flagsWith(false),
    alias: Object.fromEntries(options.map(({ flag, short }) => [flag, short ?? []])),
    unknown: (arg: string) => {
      if (!arg.startsWith("-")) return true;
      const flags = options.map(({ flag }) => flag);
      throw unknownOption(arg.replace(/=.*/s, ""), args, { command: name, flags });
    },
  });
  const bare = options.find(({ flag, optional }) => flags[flag] === "" && !optional);
  if (bare) throw new UsageError("usage.missing_value", { option: `--${bare.flag}` });
  /** Whether an option was given. */
  const isOn = (flag: string) => flags[flag] === true || typeof flags[flag] === "string";
  /** The options from the environment, by `--flag`. */
  const variables = new Map<string, string>();
  for (const { flag, value, optional } of options) {
    const variable = `CHAT_${flag.toUpperCase().replaceAll("-", "_")}`;
    const text = environment(variable);
    if (!text || isOn(flag) || flag === HELP_OPTION.flag) continue;
    const isValue = value !== undefined && (!optional || optional.test(text));
    flags[flag] = isValue ? text : parseSwitch(variable, text);
    variables.set(`--${flag}`, variable);
  }
  for (const { flag, needs } of options) {
    if (!isOn(flag) || isOn(HELP_OPTION.flag) || needs?.some(isOn) !== false) continue;
    const [option, needed] = [`--${flag}`, needs.map((each) => `--${each}`).join(" / ")];
    if (!variables.has(option)) throw new UsageError("usage.needs", { option, needed });
    delete flags[flag];
  }
  return {
    positionals: flags._.map(String),
    /** The value of an option, if it was given; the last value if there are several. */
    value(flag: string): string | undefined {
      const value = flags[flag];
      return typeof value === "string" && value ? value : undefined;
    },
    isOn,
    /** An error in which options from the environment have the names of their variables. */
    nameVariables(error: unknown) {
      if (!(error instanceof UsageError)) return error;
      const params = Object.entries(error.params)
        .map(([name, value]) => [name, variables.get(String(value)) ?? value]);
      return new UsageError(error.key, Object.fromEntries(params));
    },
  };
}

const ON = ["1", "true", "yes", "on"];
const OFF = ["0", "false", "no", "off"];

/** Whether a switch in the environment is on. @throws {UsageError} for anything else than on or off. */
function parseSwitch(option: string, value: string): boolean {
  if (ON.includes(value) || OFF.includes(value)) return ON.includes(value);
  const choices = [...ON, ...OFF].join(", ");
  throw new UsageError("usage.bad_choice", { option, value, choices });
}

/** Joins values to their options where the parser would not: optional ones, and after a dash, as in `--send=- one`. */
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

/** @throws {UsageError} for anything but a whole number from `min` to `max`. */
export function parseNumber(option: string, value: string, max: number, { min = 0 } = {}): number {
  const number = /^\d+$/.test(value) ? Number(value) : NaN;
  if (!(number >= min && number <= max)) {
    throw new UsageError("usage.bad_number", { option: `--${option}`, value, min, max });
  }
  return number;
}

/** Units of byte counts, each 1024 times the unit before. */
const BYTE_UNITS = ["", "K", "M", "G"];

/** Parses a number of bytes, or of KiB, MiB or GiB with K, M or G behind. @throws {UsageError} for anything else. */
export function parseBytes(option: string, value: string, max: number, { min = 0 } = {}): number {
  const [, digits, letter = ""] = /^(\d+)([KMG]?)$/i.exec(value) ?? [];
  const bytes = Number(digits) * 1024 ** BYTE_UNITS.indexOf(letter.toUpperCase());
  if (bytes >= min && bytes <= max) return bytes;
  const limits = { min: formatBytes(min), max: formatBytes(max) };
  throw new UsageError("usage.bad_bytes", { option: `--${option}`, value, ...limits });
}

/** A number of bytes as {@linkcode parseBytes} reads it, in the largest unit that divides it. */
export function formatBytes(bytes: number): string {
  if (bytes === 0) return "0";
  const power = BYTE_UNITS.findLastIndex((_, power) => bytes % 1024 ** power === 0);
  return `${bytes / 1024 ** power}${BYTE_UNITS[power]}`;
}

/** @throws {UsageError} for a word that is not one of the choices. */
export function parseChoice<T extends string>(
  option: string,
  value: string,
  choices: readonly T[],
): T {
  const choice = choices.find((each) => each === value);
  if (choice !== undefined) return choice;
  const params = { option: `--${option}`, value, choices: choices.join(", ") };
  throw new UsageError("usage.bad_choice", params);
}
