/**
 * What can be typed behind `chat`, as a shell that completes it has to know it: words and sentences, out of the tables of the
 * command line. Pure; knows no shell.
 */

import { type Key, type Lang, translate } from "../../i18n/mod.ts";
import type { CommandLine, Option, ProgramLine } from "../command_line.ts";

/** What a shell may put in place of a value: a file, one of some words, or nothing that it could know. */
export type Takes = "file" | "anything" | readonly string[];

/** The value behind an option. */
export interface ShellValue {
  /** What it is called in the help. */
  readonly label: string;
  readonly takes: Takes;
  /** Where it may be left out, it stands behind `=` only, or cannot be told from what comes next. */
  readonly isOptional: boolean;
}

export interface ShellOption {
  /** As they are typed, the long one first. */
  readonly names: readonly string[];
  readonly sentence: string;
  readonly value?: ShellValue;
}

/** A word that is offered, and what it is for; the sentence may be empty. */
export interface ShellWord {
  readonly text: string;
  readonly sentence: string;
}

export interface ShellCommand {
  readonly name: string;
  readonly sentence: string;
  readonly options: readonly ShellOption[];
  /** What stands behind it besides options, as the help calls it; empty where there is nothing. */
  readonly label: string;
  /** The words that the first of that may be. */
  readonly words: readonly ShellWord[];
}

/** All of it. The first word is a subcommand, or there are the options of the program. */
export interface Grammar {
  readonly options: readonly ShellOption[];
  readonly commands: readonly ShellCommand[];
}

/** What the tables of the command line come to, with sentences in a language. */
export function makeGrammar({ options, commands }: ProgramLine, lang: Lang): Grammar {
  const say = (key: Key) => translate(lang, key);
  return {
    options: options.map((option) => shellOption(option, lang)),
    commands: [
      ...commands.map((command) => shellCommand(command, lang)),
      {
        name: "help",
        sentence: say("usage.help.summary"),
        options: [],
        label: say("usage.help.positionals"),
        words: commands.map(({ name }) => ({ text: name, sentence: say(`usage.${name}.summary`) })),
      },
    ],
  };
}

function shellCommand({ name, options, positionals }: CommandLine, lang: Lang): ShellCommand {
  return {
    name,
    sentence: translate(lang, `usage.${name}.summary`),
    options: options.map((option) => shellOption(option, lang)),
    label: positionals ? translate(lang, positionals.shown) : "",
    words: (positionals?.choices ?? []).map((text) => ({ text, sentence: "" })),
  };
}

function shellOption({ flag, short, value, optional, choices, help, params }: Option, lang: Lang) {
  return {
    names: [`--${flag}`, ...(short === undefined ? [] : [`-${short}`])],
    sentence: translate(lang, help, params),
    ...(value === undefined ? {} : {
      value: {
        label: value,
        takes: choices ?? (value === "FILE" ? "file" : "anything"),
        isOptional: optional !== undefined,
      },
    }),
  } satisfies ShellOption;
}
