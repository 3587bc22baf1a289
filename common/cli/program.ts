/** `chat` without a subcommand: its help and its version. */

import { defined } from "../defined.ts";
import { nearest } from "../protocol/nearest.ts";
import { type CommandLine, HELP_OPTION, parseArguments, type ProgramLine } from "./command_line.ts";
import { EXIT } from "./failure.ts";
import { commandHelp, programHelp } from "./help.ts";
import { complain, print } from "./output.ts";
import { type Context, reportErrors } from "./subcommand.ts";
import { UsageError } from "./usage_error.ts";

/** The program with these subcommands. */
export function programOf(commands: readonly CommandLine[]): ProgramLine {
  const version = { flag: "version", short: "V", help: "option.version" } as const;
  return { options: [HELP_OPTION, version], commands };
}

/** Runs `chat`, `chat OPTION` or `chat help [SUBCOMMAND]`, and gives the exit code. Never rejects. */
export async function runProgram(
  program: ProgramLine,
  [first, ...rest]: readonly string[],
  { name, lang }: Context,
): Promise<number> {
  return await reportErrors(lang, undefined, () => {
    if (first === undefined) {
      complain(programHelp(program, lang));
      return EXIT.usage;
    }
    if (first === "help") print(help(program, rest[0]));
    else if (!first.startsWith("-")) throw unknownSubcommand(program, first);
    else {
      const given = parseArguments(program, [first, ...rest]);
      print(given.isOn("version") ? name : programHelp(program, lang));
    }
    return EXIT.done;
  });

  function help(program: ProgramLine, topic: string | undefined): string {
    if (topic === undefined) return programHelp(program, lang);
    const command = program.commands.find(({ name }) => name === topic);
    if (!command) throw unknownSubcommand(program, topic);
    return commandHelp(command, lang);
  }
}

function unknownSubcommand({ commands }: ProgramLine, name: string): UsageError {
  const suggestion = nearest(name, [...commands.map((each) => each.name), "help"]);
  return new UsageError("usage.unknown_subcommand", { name, ...defined({ suggestion }) });
}
