/** `chat completions`: the printed scripts, run in their shells. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Shell } from "../../common/cli/completions/mod.ts";
import { program } from "../../main.ts";
import { works } from "../support/confined.ts";
import { chat, Program, runChat } from "../support/program.ts";
import { HAS, shellOutput, TypedShell } from "../support/shells.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY } from "../support/terminal.ts";

const PROGRAM = await program();

/** Before 4.0, bash itself cannot complete file names with spaces. */
const HAS_COMPOPT = HAS.bash && works("files in bash", ["bash", "-c", "type -t compopt"]);

/** A folder with a shell's script, `chat.SHELL`, and files to complete. */
async function makeFolder(shell: Shell, lang = "C.UTF-8") {
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

// The completions that every shell offers for a typed line.

const COMMANDS = [...PROGRAM.commands.map(({ name }) => name), "help"].toSorted();

const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["chat ", COMMANDS],
  ["chat s", ["server"]],
  ["chat --v", ["--version"]],
  ["chat server --mo", ["--mod-password-file", "--motd-file"]],
  ["chat server --max-line 4K --max-l", []], // given already
  ["chat server --max-line=4K --max-l", []],
  ["chat client --ascii --as", []],
  ["chat client --theme ", ["default", "high-contrast", "mono"]],
  ["chat client --theme m", ["mono"]],
  ["chat client --time H", ["HH:MM"]],
  ["chat server --log w", ["warning", "warning,json"]],
  ["chat client --color al", ["always"]],
  ["chat client --name ", []],
  ["chat client --tls --as", ["--ascii"]], // its value is optional
  ["chat client ", []],
  ["chat completions ", ["bash", "fish", "powershell", "zsh"]],
  ["chat completions fish ", []],
  ["chat help c", ["client", "completions"]],
  ["chat help client ", []],
  ["chat server -- --", []],
  ["chat completions -- ", []],
  ["chat sever --", []],
];

Deno.test({
  name: "bash completes commands, options and values from the tables",
  ignore: !HAS.bash,
}, async () => {
  await using folder = await makeFolder("bash");
  const cases: (readonly [line: string, offered: readonly string[]])[] = [
    ...LINES,
    ["chat -", ["--help", "--version", "-V", "-h"]],
    // bash splits words at = and :, so an offer has only the part after the last of these.
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
      _chat && printf '%s\\n' "\${COMPREPLY[*]-}"
    }
    ${calls.join("\n")}`;
  // With -u, unset variables are errors.
  for (const options of [[], ["-u"]]) {
    const command = ["bash", ...options, "-c", calling];
    const [registered, ...offers] = (await shellOutput(command, folder.path)).split("\n");
    assertEquals(registered, "complete -F _chat chat");
    cases.forEach(([line, offered], index) =>
      assertEquals(offers[index]!.split(" ").filter(Boolean).toSorted(), offered, line)
    );
  }
});

Deno.test(
  { name: "fish completes commands, options and values, with descriptions", ignore: !HAS.fish },
  async () => {
    await using folder = await makeFolder("fish", "es_ES.UTF-8");
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
    const printed = await shellOutput(command, folder.path);
    const offers = new Map(
      printed.split(/^(?=\[)/m).map((part) => part.split("]\n") as [line: string, offers: string]),
    );
    for (const [line, offered] of cases) {
      const rows = offers.get(`[${line}`)!.split("\n").slice(0, -1);
      assertEquals(rows.map((row) => row.split("\t")[0]!).toSorted(), offered, line);
    }
    assertStringIncludes(printed, "server\tpone en marcha el servidor al que todos se unen\n");
    assertStringIncludes(printed, "--ascii\tdibuja solo con caracteres ASCII\n");
  },
);

Deno.test({
  name: "typed in bash, words and files are completed with bash's quoting",
  ignore: !HAS.bash || NO_PTY,
}, async () => {
  await using folder = await makeFolder("bash");
  await using bash = new TypedShell(["bash", "--norc", "--noprofile", "-i"], folder.path);
  await bash.run("PS1='% '; bind 'set show-all-if-ambiguous on'; bind 'set bell-style none'");
  await bash.run('eval "$(cat chat.bash)"; cd files');
  assertEquals(await bash.complete("chat ser"), "chat server ");
  assertEquals(await bash.complete("chat client --theme=m"), "chat client --theme=mono ");
  assertEquals(await bash.complete("chat client --time HH:"), "chat client --time HH:MM ");
  const starts = HAS_COMPOPT
    ? ["chat client --password-file ", "chat client --password-file="]
    : [];
  for (const start of starts) {
    assertEquals(await bash.complete(`${start}pass\\ w`), `${start}pass\\ word.txt `);
    assertEquals(await bash.complete(`${start}"pass w`), `${start}"pass word.txt" `);
  }
  assertEquals(await bash.complete("chat client --name pass."), "chat client --name pass.");
  const rows = await bash.list("chat client --theme ", "mono");
  assertMatch(rows[0]!, /^default +high-contrast +mono$/);
});

Deno.test({
  name: "typed in zsh, words, files and descriptions appear, however the script is loaded",
  ignore: !HAS.zsh || NO_PTY,
}, async () => {
  await using folder = await makeFolder("zsh");
  await Deno.rename(`${folder.path}/chat.zsh`, `${folder.path}/_chat`);
  await using zsh = new TypedShell(["zsh", "-f", "-i"], folder.path);
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
    "--mod-password-file  -- the password for /mod, on this file's first line",
    "--motd-file          -- show this file's text to users who join",
  ]);
  assertMatch((await zsh.list("chat completions ", "bash"))[0]!, /^bash +fish +powershell +zsh$/);
  await zsh.run('compdef -d chat; eval "$(cat ../_chat)"');
  for (const start of ["chat client --password-file ", "chat client --password-file="]) {
    assertEquals(await zsh.complete(`${start}pass\\ w`), `${start}pass\\ word.txt `);
  }
  assertEquals(await zsh.complete("chat client --theme=m"), "chat client --theme=mono ");
  // With "limits" and "display", and without "help".
  assertEquals((await zsh.list("chat help ", "print the manual page")).length, COMMANDS.length + 1);
});

Deno.test(
  {
    name: "PowerShell completes commands, options and values from the tables",
    ignore: !HAS.powershell,
  },
  async () => {
    await using folder = await makeFolder("powershell");
    const lines = LINES.filter(([, offered]) => offered.length > 0); // otherwise PowerShell offers files
    const commands = [
      "Get-Content -Raw ./chat.powershell | Invoke-Expression",
      ...lines.map(([line]) =>
        `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText -join ' '`
      ),
    ].join("\n");
    const command = ["pwsh", "-NoProfile", "-NonInteractive", "-Command", commands];
    const offers = (await shellOutput(command, folder.path)).split(/\r?\n/);
    lines.forEach(([line, offered], index) =>
      assertEquals(offers[index]!.split(" ").toSorted(), offered, line)
    );
  },
);

// Errors and permissions

Deno.test("without a shell, or with an unknown one, the error lists the four, and the exit code is 2", async () => {
  for (
    const [args, complaint] of [
      [[], "completions for which shell? Add one of bash, zsh, fish, powershell"],
      [
        ["bahs"],
        'no completions for "bahs" (did you mean "bash"?): choose one of bash, zsh, fish, powershell',
      ],
    ] as const
  ) {
    const { code, stdout, stderr } = await runChat(["completions", ...args]);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(stderr, `chat: ${complaint}\nchat: Usage: chat help completions\n`);
  }
});

Deno.test({
  name: "completions and man give up every permission",
  ignore: Deno.env.get("CHAT_BIN") !== undefined,
}, async () => {
  const remaining = new URL("../support/remaining.ts", import.meta.url).pathname;
  for (const args of [["completions", "bash"], ["man"]]) {
    const command = chat(...args).map((arg) => arg.endsWith("/main.ts") ? remaining : arg);
    await using program = new Program(command);
    program.endInput();
    assertEquals((await program.exit()).code, 0);
    assertEquals(program.stderr(), "remaining: []\n");
    assert(program.stdout().length > 1000);
  }
});
