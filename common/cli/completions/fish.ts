/** The completions for fish from 3.0 on. */

import type { Grammar, ShellCommand, ShellOption, ShellWord } from "./grammar.ts";

/** Quotes a text as one word of the shell. */
export function quoteFish(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

/** The script, without its header. */
export function fishCompletions({ options, commands }: Grammar): string {
  const first = "-n __chat_at_first";
  return [
    HELPERS,
    "complete -c chat -e",
    "complete -c chat -f",
    ...options.map((option) => optionLine(first, option)),
    ...commands.map((command) => wordLine(first, command)),
    ...commands.flatMap(commandLines),
  ].join("\n");
}

function commandLines({ name, options, words }: ShellCommand): string[] {
  return [
    "",
    ...options.map((option) => {
      const asks = option.value && !option.value.isOptional ? "__chat_wants" : "__chat_lacks";
      return optionLine(`-n ${quoteFish([asks, name, ...option.names].join(" "))}`, option);
    }),
    ...words.map((word) => wordLine(`-n ${quoteFish(`__chat_begins ${name}`)}`, word)),
  ];
}

function optionLine(condition: string, { names, sentence, value }: ShellOption): string {
  const flags = names.map((name) =>
    name.startsWith("--") ? `-l ${quoteFish(name.slice(2))}` : `-s ${quoteFish(name.slice(1))}`
  );
  const words = [condition, ...flags, ...valueFlags(value), `-d ${quoteFish(sentence)}`];
  return `complete -c chat ${words.join(" ")}`;
}

function valueFlags(value: ShellOption["value"]): string[] {
  if (!value) return [];
  const { takes, isOptional } = value;
  if (takes === "file") return [isOptional ? "-F" : "-r -F"];
  // fish splits the list at blanks, after it has removed these quotes.
  const words = takes.length === 0 ? [] : [`-a ${quoteFish(takes.map(quoteFish).join(" "))}`];
  return [...(isOptional ? [] : ["-x"]), ...words];
}

function wordLine(condition: string, { name, sentence }: ShellWord): string {
  const described = sentence === "" ? [] : [`-d ${quoteFish(sentence)}`];
  const words = [condition, `-a ${quoteFish(quoteFish(name))}`, ...described];
  return `complete -c chat ${words.join(" ")}`;
}

const HELPERS = `# Whether the subcommand is being typed.
function __chat_at_first
    test (count (commandline -opc)) -eq 1
end

# Whether options of a subcommand may be typed, and this one was not typed yet under any of its names.
function __chat_lacks
    set -l typed (commandline -opc)
    test "$typed[2]" = "$argv[1]"
    and not contains -- -- $typed
    or return 1
    for name in $argv[2..-1]
        string match -q -- $name $typed
        or string match -q -- "$name=*" $typed
        and return 1
    end
    return 0
end

# The same for an option with a value: as the last word it expects its value.
function __chat_wants
    set -l typed (commandline -opc)
    if contains -- "$typed[-1]" $argv[2..-1]
        test "$typed[2]" = "$argv[1]"
        return
    end
    __chat_lacks $argv
end

# Whether the next word is the first argument of a subcommand besides options.
function __chat_begins
    set -l typed (commandline -opc)
    test "$typed[2]" = "$argv[1]"
    or return 1
    for word in $typed[3..-1]
        string match -q -- '-?*' $word
        and test "$word" != --
        or return 1
    end
    return 0
end
`;
