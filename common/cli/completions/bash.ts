/** The completions for bash from 3.2 on, the version of macOS. bash shows no sentences, so the script has none. */

import type { Grammar, ShellCommand, ShellOption } from "./grammar.ts";

/** Quotes a text as one word of the shell. */
export function quoteBash(text: string): string {
  return /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The script, without its header. */
export function bashCompletions({ options, commands }: Grammar): string {
  return `# The words and options that a subcommand accepts.
_chat_table() {
  case $1 in
${[{ name: "", words: commands, options }, ...commands].map(commandCase).join("\n")}
  esac
}

# The values of an option of a subcommand; fails for an option without a value.
_chat_value() {
  words=()
  case "$1 $2" in
${commands.flatMap(valueCases).join("\n")}
  *) return 1 ;;
  esac
}

${LOGIC}`;
}

/** The names of an option as one word: after a user types any of them, bash offers none of them again. */
function optionWord({ names }: ShellOption): string {
  return quoteBash(names.join(" "));
}

function commandCase({ name, options, words }: Omit<ShellCommand, "sentence" | "label">): string {
  return `  ${quoteBash(name)})
    words=(${words.map(({ name }) => quoteBash(name)).join(" ")})
    options=(${options.map(optionWord).join(" ")})
    ;;`;
}

/** The cases of a subcommand's options that take a value. */
function valueCases({ name, options }: ShellCommand): string[] {
  return options.flatMap(({ names, value }) => {
    if (value === undefined || value.isOptional) return [];
    const pattern = names.map((each) => `'${name} ${each}'`).join(" | ");
    const { takes } = value;
    if (takes === "file") return [`  ${pattern}) file=1 ;;`];
    return [`  ${pattern}) words=(${takes.map(quoteBash).join(" ")}) ;;`];
  });
}

const LOGIC = `_chat() {
  local IFS=$' \\t\\n' rest=\${COMP_LINE:0:COMP_POINT} line=() count=0 i piece bare
  # bash also splits words at = and :. Join them again; the last word ends at the cursor.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    bare=\${rest#"\${rest%%[![:space:]]*}"}
    piece=\${COMP_WORDS[i]}
    if ((i == COMP_CWORD)); then piece=$bare; fi
    if ((count > 0)) && [[ $bare == "$rest" ]]; then
      line[count - 1]+=$piece
    else
      line[count]=$piece
      count=$((count + 1))
    fi
    rest=\${bare#"$piece"}
  done

  COMPREPLY=()
  local word=\${line[count - 1]} command='' words=() options=() file='' given=' ' option='' prefix='' isTaken=''
  if ((count > 2)); then command=\${line[1]}; fi
  for ((i = 2; i < count - 1; i++)); do
    piece=\${line[i]}
    if [[ -n $option ]]; then
      option=''
    elif [[ $piece == -- ]]; then
      return 0
    elif [[ $piece == -* ]]; then
      given+="\${piece%%=*} "
      if _chat_value "$command" "$piece"; then option=$piece; fi
    else
      isTaken=1
    fi
  done
  words=() file=''

  if [[ -z $option && $word == -*=* ]]; then
    option=\${word%%=*}
    prefix=$option=
  fi
  if [[ -n $option ]]; then
    _chat_value "$command" "$option" || return 0
  elif [[ $word == -* ]]; then
    _chat_table "$command"
    words=()
    local names name
    for names in \${options[@]+"\${options[@]}"}; do
      for name in $names; do
        if [[ $given == *" $name "* ]]; then continue 2; fi
      done
      for name in $names; do words+=("$name"); done
    done
  elif [[ -z $isTaken ]]; then
    _chat_table "$command"
  fi

  if [[ -n $file ]]; then
    # Let bash complete file names; before 4.0 it has no compopt.
    if compopt -o default 2>/dev/null; then return 0; fi
    while IFS= read -r piece; do
      COMPREPLY+=("$(printf %q "$piece")")
    done < <(compgen -f -- "\${word#"$prefix"}")
    return 0
  fi

  # bash replaces only the part after the last = or :.
  local breaks='' kept=''
  if [[ $COMP_WORDBREAKS == *=* ]]; then breaks+='='; fi
  if [[ $COMP_WORDBREAKS == *:* ]]; then breaks+=':'; fi
  if [[ -n $breaks ]]; then
    kept=\${word##*["$breaks"]}
    kept=\${word%"$kept"}
  fi
  for piece in \${words[@]+"\${words[@]}"}; do
    if [[ $prefix$piece != "$word"* ]]; then continue; fi
    piece=$prefix$piece
    COMPREPLY+=("\${piece#"$kept"}")
  done
}

complete -F _chat chat`;
