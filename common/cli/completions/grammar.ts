/** What can be typed after `chat`, as data for any shell: words and sentences from the tables of the command line. */

import { type Key, type Lang, translate } from "../../i18n/mod.ts";
import type { CommandLine, Option, ProgramLine } from "../command_line.ts";

export type ShellOption = ReturnType<typeof shellOption>;
export type ShellValue = NonNullable<ShellOption["value"]>;

/** A word to offer, and its description, which may be empty. */
export interface ShellWord {
  readonly name: string;
  readonly sentence: string;
}

export interface ShellCommand extends ShellWord {
  readonly options: readonly ShellOption[];
  /** The name of its arguments in the help; empty if it takes none. */
  readonly label: string;
  /** The words that its first argument may be. */
  readonly words: readonly ShellWord[];
}

/** The whole command line: first a subcommand, or the options of the program. */
export interface Grammar {
  readonly options: readonly ShellOption[];
  readonly commands: readonly ShellCommand[];
}

/** Makes the grammar from the tables of the command line, with sentences in a language. */
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
        words: commands.flatMap(({ name, more }) => more ? [name, more] : [name])
          .map((name) => ({ name, sentence: say(`usage.${name}.summary`) })),
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
    words: (positionals?.choices ?? []).map((name) => ({ name, sentence: "" })),
  };
}

function shellOption({ flag, short, value, optional, choices, help, params }: Option, lang: Lang) {
  /** What a shell can offer as the value: files, or some words, if any. */
  const takes: "file" | readonly string[] = choices ?? (value === "FILE" ? "file" : []);
  return {
    names: [`--${flag}`, ...(short === undefined ? [] : [`-${short}`])],
    sentence: translate(lang, help, params),
    // An optional value is offered only after `=`, since otherwise the next word may be something else.
    value: value === undefined
      ? undefined
      : { label: value, takes, isOptional: optional !== undefined },
  };
}
