/** The commands and options that the documents show, parsed as the program parses them. */

import { assert, assertEquals } from "@std/assert";
import { parseArguments } from "../../../common/cli/command_line.ts";
import { readDoctorOptions } from "../../../client/doctor/options.ts";
import { readClientOptions } from "../../../client/options.ts";
import config from "../../../deno.json" with { type: "json" };
import { program } from "../../../main.ts";
import { readServerOptions } from "../../../server/setup/options.ts";
import { readDocuments } from "../../support/markdown.ts";
import { commandsOf, typedLines } from "../../support/shell_commands.ts";

const PROGRAM = await program();

const documents = await readDocuments();

/** What a document writes as a placeholder, and a value for it. */
const FILLED: Readonly<Record<string, string>> = {
  "HOST": "hub.example.org",
  "PORT": "3000",
  "PUERTO": "3000",
  "HOST:PORT": "hub.example.org:3000",
  "HOST:PUERTO": "hub.example.org:3000",
  "SUBCOMMAND": "client",
  "SHELL": "bash",
  "TEXT": "hello",
  // The arguments of a script.
  "$1": "hub.example.org",
  "$2": "3000",
  "$@": "hub.example.org",
  "$CHAT_HUB": "hub.example.org:3000",
  "sha256:1a2b…": `sha256:${"1a".repeat(32)}`,
};

const environment = (name: string) => name === "HOME" ? "/home/ana" : undefined;

/** Reads the arguments of a subcommand; throws for one that it does not know. */
const READ: Readonly<Record<string, (args: readonly string[]) => void>> = {
  server: (args) =>
    void readServerOptions(parseArguments(commandLine("server"), args), environment),
  client: (args) =>
    void readClientOptions(parseArguments(commandLine("client"), args), environment),
  doctor: (args) =>
    void readDoctorOptions(parseArguments(commandLine("doctor"), args), environment),
};

function commandLine(name: string) {
  const found = PROGRAM.commands.find((each) => each.name === name);
  assert(found, `no subcommand ${name}`);
  return found;
}

/** Parses a call of the program as the program does; throws if it is wrong. */
function understand([name, ...args]: readonly string[]): void {
  const filled = args.filter((arg) => arg !== "...").map((arg) => FILLED[arg] ?? arg);
  if (name === "help") {
    const isTopic = PROGRAM.commands.some(({ more }) => more === filled[0]);
    if (filled[0] !== undefined && !isTopic) commandLine(filled[0]);
  } else if (name?.startsWith("-")) {
    parseArguments(PROGRAM, [name, ...filled]);
  } else if (name !== undefined) {
    const line = commandLine(name);
    const read = READ[name];
    if (read) return read(filled);
    const { positionals } = parseArguments(line, filled);
    for (const word of positionals.flatMap((each) => each.split("|"))) {
      const { choices } = line.positionals ?? {};
      if (choices) assert(choices.includes(word), `${name} ${word}: not one of its words`);
    }
  }
}

/** Every command that a document shows, in a block or in a sentence. */
function* shown(): Generator<{ path: string; line: string; command: string[] }> {
  for (const { path, code, words } of documents) {
    const lines = code.flatMap(typedLines);
    // In a sentence, brackets are for what is optional: nobody types that.
    const spoken = words.filter((word) => /^(chat|deno task|npx -y deno) /.test(word))
      .filter((word) => !/[[\]]/.test(word));
    for (const line of [...lines, ...spoken]) {
      for (const command of commandsOf(line)) yield { path, line, command };
    }
  }
}

Deno.test("every call of the program that a document shows is correct", () => {
  const wrong: string[] = [];
  let count = 0;
  for (const { path, line, command: [name, ...args] } of shown()) {
    if (name !== "chat") continue;
    count++;
    try {
      understand(args);
    } catch (error) {
      wrong.push(`${path}: ${line}: ${error instanceof Error ? error.message : error}`);
    }
  }
  assertEquals(wrong, []);
  assert(count > 50, `${count} calls`);
});

Deno.test("every task that a document shows exists", () => {
  const tasks = Object.keys(config.tasks);
  const wrong: string[] = [];
  for (const { path, line, command } of shown()) {
    const words = command[0] === "npx" ? command.slice(2) : command;
    if (words[0] !== "deno" || words[1] !== "task") continue;
    if (words[2] !== undefined && !tasks.includes(words[2])) wrong.push(`${path}: ${line}`);
  }
  assertEquals(wrong, []);
});

Deno.test("CONTRIBUTING.md describes every task", () => {
  const text = documents.find(({ path }) => path === "docs/CONTRIBUTING.md")!.text;
  const silent = Object.keys(config.tasks).filter((task) => !text.includes(`deno task ${task}`));
  assertEquals(silent, []);
});

/** Options of other programs, and of the developers' own tools, that the documents name. */
const OTHERS = new Set(["--chat", "--nats-cluster", "--ssl", "--to"]);

Deno.test("every option that a document names exists", () => {
  const flags = new Set(
    [PROGRAM, ...PROGRAM.commands].flatMap(({ options }) => options.map(({ flag }) => `--${flag}`)),
  );
  const wrong: string[] = [];
  for (const { path, words } of documents) {
    for (const word of words.filter((each) => /^--\w/.test(each))) {
      const [flag] = word.split(/[ =]/);
      if (!flags.has(flag!) && !OTHERS.has(flag!)) wrong.push(`${path}: ${word}`);
    }
  }
  assertEquals(wrong, []);
});
