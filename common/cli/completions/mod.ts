/** Completion scripts for shells, made from the same tables as the help. */

import { type Key, type Lang, translate } from "../../i18n/mod.ts";
import { nearest } from "../../protocol/nearest.ts";
import type { Arguments, CommandLine, ProgramLine } from "../command_line.ts";
import { HELP_OPTION } from "../command_line.ts";
import { EXIT } from "../failure.ts";
import { print } from "../output.ts";
import { type Context, giveUpAll, runSubcommand } from "../subcommand.ts";
import { UsageError } from "../usage_error.ts";
import { bashCompletions } from "./bash.ts";
import { fishCompletions } from "./fish.ts";
import { type Grammar, makeGrammar } from "./grammar.ts";
import { powershellCompletions } from "./powershell.ts";
import { zshCompletions } from "./zsh.ts";

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

export const COMPLETIONS_COMMAND_LINE: CommandLine = {
  name: "completions",
  positionals: { shown: "usage.completions.positionals", choices: SHELLS },
  options: [HELP_OPTION],
  examples: [
    { line: 'eval "$(chat completions bash)"', help: "example.completions_bash" },
    { line: "chat completions zsh > ~/.zfunc/_chat", help: "example.completions_zsh" },
    { line: "chat completions fish | source", help: "example.completions_fish" },
  ],
};

/** For each shell: what makes its script, the line that loads it now, and the file that every new shell reads. */
const WAYS: Readonly<Record<Shell, [(grammar: Grammar) => string, now: string, file?: string]>> = {
  bash: [
    bashCompletions,
    'eval "$(chat completions bash)"',
    "~/.local/share/bash-completion/completions/chat",
  ],
  zsh: [zshCompletions, 'eval "$(chat completions zsh)"', "~/.zfunc/_chat"],
  fish: [fishCompletions, "chat completions fish | source", "~/.config/fish/completions/chat.fish"],
  powershell: [
    powershellCompletions,
    "chat completions powershell | Out-String | Invoke-Expression",
  ],
};

/** Runs `chat completions` and gives the exit code. */
export async function main(
  args: readonly string[],
  context: Context,
  program: () => Promise<ProgramLine>,
): Promise<number> {
  return await runSubcommand(COMPLETIONS_COMMAND_LINE, args, context, async (given) => {
    const shell = readShell(given);
    const everything = await program();
    giveUpAll();
    print(completions(shell, everything, context.lang));
    return EXIT.done;
  });
}

/** @throws {UsageError} if no shell is named, or the shell is unknown. */
export function readShell({ positionals: [name, extra] }: Arguments): Shell {
  const choices = SHELLS.join(", ");
  if (name === undefined) throw new UsageError("usage.no_shell", { choices });
  const shell = SHELLS.find((each) => each === name);
  if (shell === undefined) {
    const suggestion = nearest(name, SHELLS) ?? "";
    throw new UsageError("usage.unknown_shell", { name, choices, suggestion });
  }
  if (extra !== undefined) throw new UsageError("usage.too_many", { argument: extra });
  return shell;
}

/** The script for a shell, with comments and sentences in a language, without a newline at the end. */
export function completions(shell: Shell, program: ProgramLine, lang: Lang): string {
  const [make, now, file] = WAYS[shell];
  const folder = file?.replace(/\/[^/]+$/, "");
  // Without such a file, the profile of the shell runs the same line.
  const always = file ? [`mkdir -p ${folder}`, `chat completions ${shell} > ${file}`] : [now];
  const say = (key: Key) => translate(lang, key, { shell });
  return [
    // zsh recognizes the file by its first line.
    ...(shell === "zsh" ? ["#compdef chat"] : []),
    `# ${say("completions.about")}`,
    "#",
    `# ${say("completions.now")}`,
    `#   ${now}`,
    `# ${say(`completions.always_${shell}`)}`,
    ...always.map((line) => `#   ${line}`),
    "",
    make(makeGrammar(program, lang)),
  ].join("\n");
}
