/** The completions for zsh, using its `_arguments` and `_describe`. */

import type { Grammar, ShellCommand, ShellOption, ShellValue, ShellWord } from "./grammar.ts";

/** Quotes a text as one word of the shell. */
export function quoteZsh(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The script, without its header, which must begin with `#compdef chat`. */
export function zshCompletions({ options, commands }: Grammar): string {
  const specs = [...options.flatMap(optionSpecs), "'1: :->command'", "'*:: :->arguments'"];
  const withWords = commands.filter(({ words }) => words.length > 0);
  return `_chat() {
  local curcontext="$curcontext" context state state_descr line ret=1
  local -A opt_args
  # After -- nothing is offered.
  if (( \${words[(i)--]} < CURRENT )); then return 1; fi
  _arguments -C \\
    ${specs.join(" \\\n    ")} && ret=0
  case $state in
  command)
    _chat_commands && ret=0
    ;;
  arguments)
    curcontext="\${curcontext%:*}-$words[1]:"
    case $words[1] in
${commands.map(commandCase).join("\n")}
    esac
    ;;
  esac
  return ret
}

${describing("_chat_commands", commands)}
${withWords.map(({ name, words }) => describing(`_chat_${name}`, words)).join("\n")}
# As a file in $fpath it runs to complete; with eval it only registers the function.
if [[ \${funcstack[1]} == _chat ]]; then
  _chat "$@"
else
  compdef _chat chat
fi`;
}

function commandCase(command: ShellCommand): string {
  const specs = [...command.options.flatMap(optionSpecs), ...positionalSpecs(command)];
  return `    ${command.name})
      _arguments -S \\
        ${specs.join(" \\\n        ")} && ret=0
      ;;`;
}

/**
 * The specification of `_arguments` for each name of an option, which excludes the others. A short name is described
 * by the long one: with the same sentence both would share a row, which makes a long list three times as long.
 */
function optionSpecs({ names, sentence, value }: ShellOption): string[] {
  const excluded = names.length > 1 ? `(${names.join(" ")})` : "";
  return names.map((name, index) =>
    quoteZsh(
      `${excluded}${name}${value ? valueSign(name, value) : ""}[${
        escapeSentence(index === 0 ? sentence : names[0]!)
      }]` +
        (value ? `${value.isOptional ? "::" : ":"}${valueSpec(value)}` : ""),
    )
  );
}

/** Where the value of an option goes: after `=`, or also in the next word if it is required. */
function valueSign(name: string, { isOptional }: ShellValue): string {
  if (!name.startsWith("--")) return isOptional ? "-" : "+";
  return isOptional ? "=-" : "=";
}

function valueSpec({ label, takes }: ShellValue): string {
  const action = takes === "file" ? "_files" : takes.length === 0
    ? " "
    // zsh splits it at colons, and then evaluates it.
    : `(${takes.map((word) => escapeColons(quoteZsh(word))).join(" ")})`;
  return `${escapeColons(label)}:${action}`;
}

function positionalSpecs({ name, label, words }: ShellCommand): string[] {
  if (label === "") return [];
  if (words.length > 0) return [quoteZsh(`1:${escapeColons(label)}:_chat_${name}`)];
  // A word that begins with a dash is an option; with a message zsh would not insert it.
  const action = escapeColons(`_guard ${quoteZsh("^-*")} ${quoteZsh(label)}`);
  return [quoteZsh(`*:${escapeColons(label)}:${action}`)];
}

/** A function that offers words with their sentences, which may be empty. */
function describing(name: string, words: readonly ShellWord[]): string {
  const rows = words.map(({ name, sentence }) =>
    quoteZsh(escapeColons(name) + (sentence && `:${sentence.replaceAll("\\", "\\\\")}`))
  );
  return `${name}() {
  local -a described=(
    ${rows.join("\n    ")}
  )
  _describe -t commands chat described
}
`;
}

/** Escapes a sentence for use between brackets. */
function escapeSentence(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&");
}

function escapeColons(text: string): string {
  return text.replace(/[\\:]/g, "\\$&");
}
