/** `chat completions`: the scripts as the program prints them, in the shells that they are for. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { bashCompletions } from "../../cli/completions/bash.ts";
import { fishCompletions } from "../../cli/completions/fish.ts";
import type { Grammar } from "../../cli/completions/grammar.ts";
import type { Shell } from "../../cli/completions/mod.ts";
import { powershellCompletions } from "../../cli/completions/powershell.ts";
import { zshCompletions } from "../../cli/completions/zsh.ts";
import { PROGRAM } from "../../main.ts";
import { works } from "../support/confined.ts";
import { smallEnvironment } from "../support/environment.ts";
import { chat, Program, runChat } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";

const HAS: Readonly<Record<Shell, boolean>> = {
  bash: works("completions in bash", ["bash", "-c", "true"]),
  zsh: works("completions in zsh", ["zsh", "-f", "-c", "true"]),
  fish: works("completions in fish", ["fish", "--no-config", "-c", "true"]),
  powershell: works("completions in PowerShell", ["pwsh", "-NoProfile", "-Command", "exit"]),
};

/** A folder with the script of a shell, `chat.SHELL`, and files to complete. */
async function script(shell: Shell, lang = "C.UTF-8") {
  const folder = await tempDirectory();
  const { code, stdout, stderr } = await runChat(["completions", shell], { env: { LANG: lang } });
  assertEquals([code, stderr], [0, ""]);
  await Deno.writeTextFile(`${folder.path}/chat.${shell}`, stdout);
  await Deno.mkdir(`${folder.path}/files`);
  for (const name of ["pass.txt", "pass word.txt"]) {
    await Deno.writeTextFile(`${folder.path}/files/${name}`, "");
  }
  return folder;
}

/** What a command of a shell prints; it must say nothing else. */
async function output(
  command: string[],
  { cwd, env }: { cwd: string; env?: Record<string, string> },
) {
  const [file = "", ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(file, {
    args,
    cwd,
    env: smallEnvironment({ HOME: cwd, ...env }),
    clearEnv: true,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assertEquals([code, decoder.decode(stderr)], [0, ""], command.join(" "));
  return decoder.decode(stdout);
}

// What is offered for a line, in every shell. The words of the line are what has been typed.

const COMMANDS = [...PROGRAM.commands.map(({ name }) => name), "help"].toSorted();

const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["chat ", COMMANDS],
  ["chat s", ["server"]],
  ["chat --v", ["--version"]],
  ["chat server --mo", ["--mod-password-file", "--motd-file"]],
  ["chat server --max-line 4K --max-l", []], // it is there already
  ["chat server --max-line=4K --max-l", []],
  ["chat client --ascii --as", []],
  ["chat client --theme ", ["default", "high-contrast", "mono"]],
  ["chat client --theme m", ["mono"]],
  ["chat client --time H", ["HH:MM"]],
  ["chat server --log w", ["warning"]],
  ["chat client --name ", []],
  ["chat client --tls --as", ["--ascii"]], // its value may be left out
  ["chat client ", []],
  ["chat completions ", ["bash", "fish", "powershell", "zsh"]],
  ["chat completions fish ", []],
  ["chat help c", ["client", "completions"]],
  ["chat help client ", []],
  ["chat server -- --", []],
  ["chat completions -- ", []],
  ["chat sever --", []],
];

Deno.test({ name: "bash completes what the tables have", ignore: !HAS.bash }, async () => {
  await using folder = await script("bash");
  const cases: (readonly [line: string, offered: readonly string[]])[] = [
    ...LINES,
    ["chat -", ["--help", "--version", "-V", "-h"]],
    // What is offered stands behind the last = or :, at which bash parts words.
    ["chat client --theme=", ["default", "high-contrast", "mono"]],
    ["chat client --theme=h", ["high-contrast"]],
    ["chat client --time HH:", ["MM"]],
    ["chat client --time=HH:", ["MM"]],
    ["chat client --tls=", []],
    ["chat client --password-file files/pass.", ["files/pass.txt"]],
    ["chat client --password-file=files/pass.", ["files/pass.txt"]],
    ["chat client --theme mono --password-file nothing", []],
  ];
  const calls = cases.map(([line]) => {
    const words = [...line.matchAll(/[=:]+|[^\s=:]+/g)].map(([word]) => word);
    if (line.endsWith(" ")) words.push("");
    return ["offer", line, ...words].map((word) => `'${word}'`).join(" ");
  });
  const calling = `
    source ./chat.bash
    complete -p chat
    offer() {
      COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2))
      _chat && printf '%s\\n' "\${COMPREPLY[*]}"
    }
    ${calls.join("\n")}`;
  // Also for who takes variables that are not set for mistakes.
  for (const options of [[], ["-u"]]) {
    const command = ["bash", ...options, "-c", calling];
    const [registered, ...offers] = (await output(command, { cwd: folder.path })).split("\n");
    assertEquals(registered, "complete -F _chat chat");
    cases.forEach(([line, offered], index) =>
      assertEquals(offers[index]!.split(" ").filter(Boolean).toSorted(), offered, line)
    );
  }
});

Deno.test(
  { name: "fish completes what the tables have, with its sentences", ignore: !HAS.fish },
  async () => {
    await using folder = await script("fish", "es_ES.UTF-8");
    const cases: (readonly [line: string, offered: readonly string[]])[] = [
      ...LINES,
      ["chat client --theme=m", ["--theme=mono"]],
      ["chat client --password-file files/pass.", ["files/pass.txt"]],
      ["chat client --password-file=files/pass.", ["--password-file=files/pass.txt"]],
      ["chat client --tls=", []],
      ["chat -", ["--help", "--version", "-V", "-h"]],
    ];
    const lines = cases.map(([line]) => `echo '[${line}]'; complete -C '${line}'`);
    const command = ["fish", "--no-config", "-c", `source chat.fish; ${lines.join("; ")}`];
    const printed = await output(command, { cwd: folder.path });
    const offers = new Map(
      printed.split(/^(?=\[)/m).map((part) => part.split("]\n") as [line: string, offers: string]),
    );
    for (const [line, offered] of cases) {
      const rows = offers.get(`[${line}`)!.split("\n").slice(0, -1);
      assertEquals(rows.map((row) => row.split("\t")[0]!).toSorted(), offered, line);
    }
    assertStringIncludes(printed, "server\tpone en marcha el servidor al que todos se unen\n");
    assertStringIncludes(printed, "--ascii\tno dibuja más signos propios que los de ASCII\n");
  },
);

/** An interactive shell, in which lines are typed. */
class Typed implements AsyncDisposable {
  readonly #terminal: TestTerminal;
  #count = 0;

  constructor(command: string[], cwd: string) {
    this.#terminal = TestTerminal.open(command, { cols: 140, rows: 50, cwd, env: { HOME: cwd } });
  }

  /** Runs a line to its end, and leaves an empty screen but for a prompt. */
  async run(line: string): Promise<void> {
    const done = `done${++this.#count}`;
    // Who reads the command has not seen the word.
    this.#terminal.type(`${line}; printf '\\033[H\\033[2J\\033[3J%s\\n' do''ne${this.#count}\r`);
    await this.#terminal.until((each) => each.screen()[0] === done && each.screen()[1] === "%");
  }

  /** Types a line, then a key that completes it, and gives what stands there when more is typed. */
  async complete(line: string): Promise<string> {
    await this.run(":");
    this.#terminal.type(`${line}\tQ`);
    const row = await this.#terminal.until(({ screen }: TestTerminal) =>
      screen.call(this.#terminal).find((each) => each.startsWith("% ") && each.endsWith("Q"))
    );
    this.#terminal.press("ctrl-u");
    return row.slice(2, -1);
  }

  /** Types a line, then the key that lists what it may be, and gives the rows below when one has some text. */
  async list(line: string, wanted: string): Promise<string[]> {
    await this.run(":");
    this.#terminal.type(`${line}\t`);
    await this.#terminal.until(
      (each) => each.screen().slice(2).join("\n").includes(wanted),
      wanted,
    );
    const rows = this.#terminal.screen().slice(2).filter((row) => row !== "");
    this.#terminal.press("ctrl-u");
    return rows;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#terminal[Symbol.asyncDispose]();
  }
}

Deno.test({
  name: "who types in bash gets words and files as bash writes them",
  ignore: !HAS.bash || NO_PTY,
}, async () => {
  await using folder = await script("bash");
  await using bash = new Typed(["bash", "--norc", "--noprofile", "-i"], folder.path);
  await bash.run("PS1='% '; bind 'set show-all-if-ambiguous on'; bind 'set bell-style none'");
  await bash.run('eval "$(cat chat.bash)"; cd files');
  assertEquals(await bash.complete("chat ser"), "chat server ");
  assertEquals(await bash.complete("chat client --theme=m"), "chat client --theme=mono ");
  assertEquals(await bash.complete("chat client --time HH:"), "chat client --time HH:MM ");
  for (const start of ["chat client --password-file ", "chat client --password-file="]) {
    assertEquals(await bash.complete(`${start}pass\\ w`), `${start}pass\\ word.txt `);
    assertEquals(await bash.complete(`${start}"pass w`), `${start}"pass word.txt" `);
  }
  assertEquals(await bash.complete("chat client --name pass."), "chat client --name pass.");
  const rows = await bash.list("chat client --theme ", "mono");
  assertMatch(rows[0]!, /^default +high-contrast +mono$/);
});

Deno.test({
  name: "who types in zsh gets words, files and sentences, however the script is loaded",
  ignore: !HAS.zsh || NO_PTY,
}, async () => {
  await using folder = await script("zsh");
  await Deno.rename(`${folder.path}/chat.zsh`, `${folder.path}/_chat`);
  await using zsh = new Typed(["zsh", "-f", "-i"], folder.path);
  await zsh.run("PS1='%% '; PROMPT_SP=; unsetopt prompt_sp list_beep; autoload -U compinit");
  await zsh.run("fpath=($PWD $fpath); compinit -u -D; cd files");
  for (const [line, offered] of LINES) {
    if (offered.length !== 1) continue;
    const start = line.slice(0, line.lastIndexOf(" ") + 1);
    assertEquals(await zsh.complete(line), `${start}${offered[0]} `, line);
  }
  for (
    const line of [
      "chat server --max-line 4K --max-l",
      "chat client --name ",
      "chat client ",
      "chat server -- --",
      "chat sever --",
    ]
  ) {
    assertEquals(await zsh.complete(line), line);
  }
  const sentences = await zsh.list("chat ", "run the hub that everyone joins");
  assertEquals(sentences.map((row) => row.split(" ")[0]), COMMANDS);
  const options = await zsh.list("chat server --mo", "--motd-file");
  assertEquals(options, [
    "--mod-password-file  -- who knows the password in its first line may be a moderator (/mod)",
    "--motd-file          -- what it says is shown to who comes in",
  ]);
  assertMatch((await zsh.list("chat completions ", "bash"))[0]!, /^bash +fish +powershell +zsh$/);
  await zsh.run('compdef -d chat; eval "$(cat ../_chat)"');
  for (const start of ["chat client --password-file ", "chat client --password-file="]) {
    assertEquals(await zsh.complete(`${start}pass\\ w`), `${start}pass\\ word.txt `);
  }
  assertEquals(await zsh.complete("chat client --theme=m"), "chat client --theme=mono ");
  assertEquals((await zsh.list("chat help ", "print the manual page")).length, COMMANDS.length - 1);
});

Deno.test(
  { name: "PowerShell completes what the tables have", ignore: !HAS.powershell },
  async () => {
    await using folder = await script("powershell");
    const lines = LINES.filter(([, offered]) => offered.length > 0); // else it offers files by itself
    const commands = [
      "Get-Content -Raw ./chat.powershell | Invoke-Expression",
      ...lines.map(([line]) =>
        `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText -join ' '`
      ),
    ].join("\n");
    const command = ["pwsh", "-NoProfile", "-NonInteractive", "-Command", commands];
    const offers = (await output(command, { cwd: folder.path })).split(/\r?\n/);
    lines.forEach(([line, offered], index) =>
      assertEquals(offers[index]!.split(" ").toSorted(), offered, line)
    );
  },
);

// Sentences

/** Options whose sentences are made to be taken for something else. */
function hostile(): { grammar: Grammar; sentences: string[] } {
  const signs = [..."'\"`\\$()[]{}:;,#%&|<>*?!~^@=-+ áÑ日’", "$(", "--", "::", "\\'", "']"];
  const text = fc.string({ unit: fc.constantFrom(...signs), minLength: 1, maxLength: 30 });
  const sentences = fc.sample(text.map((each) => `x${each}x`), 200);
  const options = sentences.map((sentence, index) => ({ names: [`--o${index}`], sentence }));
  const words = sentences.map((sentence, index) => ({ text: `w${index}`, sentence }));
  const command = { name: "server", sentence: sentences[0]!, options, label: sentences[1]!, words };
  return { grammar: { options, commands: [command] }, sentences };
}

Deno.test({
  name: "whatever the sentences are, the shells read the script, and fish shows them as they are",
  ignore: !HAS.bash || !HAS.zsh || !HAS.fish,
}, async () => {
  await using folder = await tempDirectory();
  const cwd = folder.path;
  const { grammar, sentences } = hostile();
  await Deno.writeTextFile(`${cwd}/bash`, bashCompletions(grammar));
  await Deno.writeTextFile(`${cwd}/zsh`, zshCompletions(grammar));
  await Deno.writeTextFile(`${cwd}/fish`, fishCompletions(grammar));
  assertEquals(await output(["bash", "-n", "bash"], { cwd }), "");
  assertEquals(await output(["zsh", "-f", "-n", "zsh"], { cwd }), "");
  const lines = await output([
    "fish",
    "--no-config",
    "-c",
    "source fish; complete -C 'chat server --o'; complete -C 'chat server w'",
  ], { cwd });
  const shown = new Map(lines.split("\n").map((line) => line.split("\t") as [string, string]));
  sentences.forEach((sentence, index) => {
    assertEquals(shown.get(`--o${index}`), sentence);
    assertEquals(shown.get(`w${index}`), sentence);
  });
});

Deno.test({
  name: "whatever the sentences are, zsh shows them as they are",
  ignore: !HAS.zsh || NO_PTY,
}, async () => {
  await using folder = await tempDirectory();
  const random = hostile().sentences.slice(0, 30);
  // Those that are the same would stand in one row.
  const sentences = ["it's [so]: \\", ...random].map((each, index) => `${each} ${index}`);
  const last = sentences.length - 1;
  const options = sentences.map((sentence, index) => ({ names: [`--o${index}`], sentence }));
  const words = sentences.map((sentence, index) => ({ text: `w${index}`, sentence }));
  const command = { name: "server", sentence: sentences[1]!, options, label: "a:[b]'c", words };
  const made = zshCompletions({ options: [], commands: [command] });
  await Deno.writeTextFile(`${folder.path}/chat.zsh`, made);
  await using zsh = new Typed(["zsh", "-f", "-i"], folder.path);
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
  name: "whatever the sentences are, PowerShell shows them as they are",
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
  const shown = await output(command, { cwd: folder.path });
  assertEquals(shown.trimEnd().split(/\r?\n/).toSorted(), sentences.toSorted());
});

// What it is as a program

Deno.test("without a shell, or with another one, the four are named, and the code is 2", async () => {
  for (
    const [args, complaint] of [
      [[], "completions for which shell? Add one of bash, zsh, fish, powershell"],
      [
        ["bahs"],
        'no completions for "bahs": did you mean "bash"? There are bash, zsh, fish, powershell',
      ],
    ] as const
  ) {
    const { code, stdout, stderr } = await runChat(["completions", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `chat: ${complaint}\nchat: chat help completions shows how it is used\n`);
  }
});

Deno.test({
  name: "what only prints has given up all that it might do",
  ignore: Deno.env.get("CHAT_BIN") !== undefined,
}, async () => {
  const looking = new URL("../support/remaining.ts", import.meta.url).pathname;
  for (const args of [["completions", "bash"], ["man"]]) {
    const command = chat(...args).map((arg) => arg.endsWith("/main.ts") ? looking : arg);
    await using program = new Program(command);
    program.endInput();
    assertEquals((await program.exit()).code, 0);
    assertEquals(program.stderr(), "remaining: []\n");
    assert(program.stdout().length > 1000);
  }
});
