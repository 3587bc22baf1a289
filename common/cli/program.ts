/** `chat` without a subcommand: its help and its version. */

import { type CommandLine, HELP_OPTION, parseArguments, type ProgramLine } from "./command_line.ts";
import { EXIT } from "./failure.ts";
import { englishName, unknownSubcommand, unknownTopic } from "./habits.ts";
import { commandHelp, moreHelp, programHelp } from "./help.ts";
import { print } from "./output.ts";
import { columnsOf, warn } from "./tell.ts";
import { type Context, reportErrors } from "./subcommand.ts";

/** The program with these subcommands. */
export function programOf(commands: readonly CommandLine[]): ProgramLine {
  const version = { flag: "version", short: "V", help: "option.version" } as const;
  return { options: [HELP_OPTION, version], commands };
}

/** Runs `chat`, `chat OPTION` or `chat help [TOPIC]`, and gives the exit code. Never rejects. */
export async function runProgram(
  program: ProgramLine,
  args: readonly string[],
  { name, lang }: Context,
): Promise<number> {
  const known = [...program.commands.map(({ name }) => name), "help"];
  return await reportErrors(() => lang, undefined, () => {
    const [first, ...rest] = args;
    if (first === undefined) {
      warn(programHelp(program, lang, columnsOf("stderr")));
      return EXIT.usage;
    }
    if (englishName(first) === "help") print(help(rest));
    else if (!first.startsWith("-")) throw unknownSubcommand(first, rest, known);
    else {
      const given = parseArguments(program, args);
      print(given.isOn("version") ? name : help(given.positionals));
    }
    return EXIT.done;
  });

  function help([typed]: readonly string[]): string {
    const width = columnsOf("stdout");
    const topic = typed && englishName(typed);
    if (!topic || topic === "help") return programHelp(program, lang, width);
    for (const command of program.commands) {
      if (command.name === topic) return commandHelp(command, lang, width);
      if (command.more === topic) return moreHelp(command, lang, width);
    }
    throw unknownTopic(topic, program.commands.flatMap(({ name, more = name }) => [name, more]));
  }
}
