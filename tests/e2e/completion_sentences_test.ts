/** The descriptions in the completion scripts: no text breaks a script, and shells show it unchanged. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { bashCompletions } from "../../common/cli/completions/bash.ts";
import { fishCompletions } from "../../common/cli/completions/fish.ts";
import type { Grammar } from "../../common/cli/completions/grammar.ts";
import { powershellCompletions } from "../../common/cli/completions/powershell.ts";
import { zshCompletions } from "../../common/cli/completions/zsh.ts";
import { HAS, shellOutput, TypedShell } from "../support/shells.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY } from "../support/terminal.ts";

const optionOf = (sentence: string, index: number) => (
  { names: [`--o${index}`], sentence, value: undefined }
);

/** Options and words whose descriptions are full of shell syntax. */
function hostile(): { grammar: Grammar; sentences: string[] } {
  const signs = [..."'\"`\\$()[]{}:;,#%&|<>*?!~^@=-+ áÑ日’", "$(", "--", "::", "\\'", "']"];
  const text = fc.string({ unit: fc.constantFrom(...signs), minLength: 1, maxLength: 30 });
  const sentences = fc.sample(text.map((each) => `x${each}x`), 200);
  const options = sentences.map(optionOf);
  const words = sentences.map((sentence, index) => ({ name: `w${index}`, sentence }));
  const command = { name: "server", sentence: sentences[0]!, options, label: sentences[1]!, words };
  return { grammar: { options, commands: [command] }, sentences };
}

Deno.test({
  name: "any descriptions: bash, zsh and fish parse the script, and fish shows them unchanged",
  ignore: !HAS.bash || !HAS.zsh || !HAS.fish,
}, async () => {
  await using folder = await tempDirectory();
  const cwd = folder.path;
  const { grammar, sentences } = hostile();
  await Deno.writeTextFile(`${cwd}/bash`, bashCompletions(grammar));
  await Deno.writeTextFile(`${cwd}/zsh`, zshCompletions(grammar));
  await Deno.writeTextFile(`${cwd}/fish`, fishCompletions(grammar));
  assertEquals(await shellOutput(["bash", "-n", "bash"], cwd), "");
  assertEquals(await shellOutput(["zsh", "-f", "-n", "zsh"], cwd), "");
  const lines = await shellOutput([
    "fish",
    "--no-config",
    "-c",
    "source fish; complete -C 'chat server --o'; complete -C 'chat server w'",
  ], cwd);
  const shown = new Map(lines.split("\n").map((line) => line.split("\t") as [string, string]));
  sentences.forEach((sentence, index) => {
    assertEquals(shown.get(`--o${index}`), sentence);
    assertEquals(shown.get(`w${index}`), sentence);
  });
});

Deno.test({
  name: "any descriptions: zsh shows them unchanged",
  ignore: !HAS.zsh || NO_PTY,
}, async () => {
  await using folder = await tempDirectory();
  const random = hostile().sentences.slice(0, 30);
  // zsh would show equal descriptions in one row.
  const sentences = ["it's [so]: \\", ...random].map((each, index) => `${each} ${index}`);
  const last = sentences.length - 1;
  const options = sentences.map(optionOf);
  const words = sentences.map((sentence, index) => ({ name: `w${index}`, sentence }));
  const command = { name: "server", sentence: sentences[1]!, options, label: "a:[b]'c", words };
  const script = zshCompletions({ options: [], commands: [command] });
  await Deno.writeTextFile(`${folder.path}/chat.zsh`, script);
  await using zsh = new TypedShell(["zsh", "-f", "-i"], folder.path);
  await zsh.run("PS1='%% '; unsetopt prompt_sp list_beep; autoload -U compinit; compinit -u -D");
  await zsh.run("source ./chat.zsh");
  for (const name of ["--o", "w"]) {
    const rows = await zsh.list(`chat server ${name}`, `${name}${last} `);
    const wanted = sentences.map((sentence, index) =>
      `${`${name}${index}`.padEnd(name.length + 2)}  -- ${sentence}`
    );
    assertEquals(rows.toSorted(), wanted.toSorted());
  }
});

Deno.test({
  name: "any descriptions: PowerShell shows them unchanged",
  ignore: !HAS.powershell,
}, async () => {
  await using folder = await tempDirectory();
  const { grammar, sentences } = hostile();
  await Deno.writeTextFile(`${folder.path}/chat.ps1`, powershellCompletions(grammar));
  const commands = [
    "[Console]::OutputEncoding = [System.Text.Encoding]::UTF8",
    "Get-Content -Raw ./chat.ps1 | Invoke-Expression",
    "(TabExpansion2 'chat server --o' 15).CompletionMatches.ToolTip -join [char]10",
  ].join("\n");
  const command = ["pwsh", "-NoProfile", "-NonInteractive", "-Command", commands];
  const shown = await shellOutput(command, folder.path);
  assertEquals(shown.trimEnd().split(/\r?\n/).toSorted(), sentences.toSorted());
});
