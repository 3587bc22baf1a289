/** The completions for PowerShell from 5.1 on, the version of Windows. */

import type { Grammar, ShellCommand, ShellOption, ShellWord } from "./grammar.ts";

/** Quotes a text as a string, in ASCII only: PowerShell 5.1 does not read piped input as UTF-8. */
export function quotePowershell(text: string): string {
  const parts = text.match(/[ -~]+|[^ -~]/g) ?? [];
  const quoted = parts.map((part) =>
    /^[ -~]/.test(part) ? `'${part.replaceAll("'", "''")}'` : `[char]${part.charCodeAt(0)}`
  );
  if (quoted.length === 1 && !quoted[0]!.startsWith("[")) return quoted[0]!;
  return quoted.length === 0 ? "''" : `('' + ${quoted.join(" + ")})`;
}

/** The script, without its header. */
export function powershellCompletions({ options, commands }: Grammar): string {
  return `Register-ArgumentCompleter -Native -CommandName 'chat', 'chat.exe' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words and options of each subcommand, and of the program itself.
    $table = @{
${[{ name: "", words: commands, options }, ...commands].map(commandEntry).join("\n")}
    }

${LOGIC}
}`;
}

function commandEntry({ name, words, options }: Omit<ShellCommand, "sentence" | "label">): string {
  return `        ${quotePowershell(name)} = @{
            Words = ${list(words.map(wordEntry))}
            Options = ${list(options.map(optionEntry))}
        }`;
}

function wordEntry({ name, sentence }: ShellWord): string {
  // PowerShell does not accept an empty sentence.
  return `@{ Text = ${quotePowershell(name)}; Help = ${quotePowershell(sentence || name)} }`;
}

function optionEntry({ names, sentence, value }: ShellOption): string {
  const words = !value || value.takes === "file" ? [] : value.takes;
  return `@{ ${
    [
      `Names = @(${names.map(quotePowershell).join(", ")})`,
      `Help = ${quotePowershell(sentence || names[0]!)}`,
      `HasValue = $${value !== undefined && !value.isOptional}`,
      `Choices = @(${words.map(quotePowershell).join(", ")})`,
    ].join("; ")
  } }`;
}

function list(items: readonly string[]): string {
  return items.length === 0
    ? "@()"
    : `@(\n${items.map((item) => `                ${item}`).join("\n")}\n            )`;
}

const LOGIC = `    # The words before the current one.
    $typed = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    $command = ''
    if ($typed.Count -gt 1) { $command = $typed[1] }
    if (-not $table.ContainsKey($command)) { return }
    $words = $table[$command].Words
    $options = $table[$command].Options

    $given = @()
    $waiting = $null
    foreach ($word in @($typed | Select-Object -Skip 2)) {
        if ($null -ne $waiting) {
            $waiting = $null
        } elseif ($word -eq '--') {
            return
        } elseif ($word -like '-*') {
            $name = $word.Split('=')[0]
            $given += $name
            if ($name -eq $word) {
                $waiting = $options |
                    Where-Object { $_.HasValue -and $_.Names -ccontains $name } |
                    Select-Object -First 1
            }
        } else {
            $words = @()
        }
    }

    $prefix = ''
    if ($null -eq $waiting -and $wordToComplete -like '-*=*') {
        $name = $wordToComplete.Split('=')[0]
        $prefix = "$name="
        $waiting = $options | Where-Object { $_.Names -ccontains $name } | Select-Object -First 1
        if ($null -eq $waiting) { return }
    }
    $offers = @(
        if ($null -ne $waiting) {
            # Without choices, PowerShell itself offers files.
            foreach ($value in $waiting.Choices) { @{ Text = "$prefix$value"; Help = $waiting.Help } }
        } elseif ($wordToComplete -like '-*') {
            foreach ($option in $options) {
                if (@($option.Names | Where-Object { $given -ccontains $_ }).Count -gt 0) { continue }
                foreach ($name in $option.Names) { @{ Text = $name; Help = $option.Help } }
            }
        } else {
            $words
        }
    )
    foreach ($offer in $offers) {
        if (-not $offer.Text.StartsWith($wordToComplete, [System.StringComparison]::Ordinal)) { continue }
        [System.Management.Automation.CompletionResult]::new(
            $offer.Text, $offer.Text, 'ParameterValue', $offer.Help)
    }`;
