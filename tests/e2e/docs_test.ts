/** Runs the commands that the documents show, against a real hub. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseArguments } from "../../common/cli/command_line.ts";
import { program } from "../../main.ts";
import { works } from "../support/confined.ts";
import { type CodeBlock, readDocument, readDocuments } from "../support/markdown.ts";
import { chat, type Hub, makeCommand, Program, runChat, startHub } from "../support/program.ts";
import { commandsOf, typedLines } from "../support/shell_commands.ts";
import { tempDirectory } from "../support/temp.ts";
import { NO_PTY, TestTerminal } from "../support/terminal.ts";
import { readInput } from "./people.ts";

const PROGRAM = await program();

/** What cannot be tried here, and is tried in another test. */
const ELSEWHERE: readonly (readonly [command: RegExp, why: string])[] = [
  [/--nats/, "with NATS servers, in cluster_test.ts"],
];

interface Stage {
  hub: Hub;
  encrypted: Hub;
  /** A directory with the files that the commands name. */
  folder: string;
}

const documents = await readDocuments();

/** The calls of the program in the blocks of all documents, each once. bots_test.ts runs whole scripts. */
function calls(): string[][] {
  const lines = documents.flatMap(({ code }) => code.flatMap(typedLines));
  const found = lines.flatMap(commandsOf)
    .filter((words) => words[0] === "chat" && !words.some((word) => word.startsWith("$")));
  return [...new Map(found.map((words) => [words.join(" "), words.slice(1)])).values()];
}

async function tryOut([name, ...args]: string[], stage: Stage): Promise<void> {
  switch (name) {
    case "server":
      return await tryServer(args, stage);
    case "client":
    case "doctor":
      return await tryClient(name, args, stage);
    default: {
      const { code, stdout } = await runChat([name!, ...args]);
      assertEquals(code, 0);
      assert(stdout.length > 0);
    }
  }
}

/** Starts a hub with these arguments, on any free port, and stops it. */
async function tryServer(args: string[], { folder }: Stage): Promise<void> {
  const { positionals: [host = "127.0.0.1"] } = parse("server", args);
  const options = withoutAddress("server", args).map((arg) => /^\d+$/.test(arg) ? `:0` : arg);
  const command = chat("server", host, "0", ...options);
  const env = { HOME: folder };
  if (args.includes("--join")) {
    if (NO_PTY) return;
    await using terminal = TestTerminal.open(command, { env, cwd: folder });
    await terminal.until((it) => readInput(it) !== undefined, "a prompt");
    terminal.type("/exit\r");
    assertEquals((await terminal.exit()).code, 0);
    return;
  }
  await using hub = new Program(command, { env, cwd: folder });
  await hub.untilStdout("chat client");
  hub.kill("SIGTERM");
  assertEquals((await hub.exit()).code, 0);
}

/** Joins the test's hub instead of the hub that is named, and leaves at the end of input. */
async function tryClient(name: string, args: string[], stage: Stage): Promise<void> {
  const { hub, encrypted, folder } = stage;
  const isEncrypted = args.includes("--tls");
  const { port } = isEncrypted ? encrypted : hub;
  const [fingerprint] = await encrypted.untilStdout(/sha256:[\da-f]{64}/);
  const options = withoutAddress(name, args)
    .filter((arg) => !arg.startsWith("sha256:"))
    .flatMap((arg) => arg === "--tls" ? [arg, fingerprint] : [arg]);
  const { code, stderr } = await runChat([name, "127.0.0.1", String(port), ...options], {
    cwd: folder,
    env: { HOME: folder },
  });
  assertEquals(code, 0, stderr);
}

function parse(name: string, args: readonly string[]) {
  const line = PROGRAM.commands.find((each) => each.name === name);
  assert(line);
  return parseArguments(line, args);
}

function withoutAddress(name: string, args: readonly string[]): string[] {
  const { positionals } = parse(name, args);
  return args.filter((arg) => !positionals.includes(arg));
}

Deno.test("every call of the program in a block of a document works", async (t) => {
  await using directory = await tempDirectory();
  const folder = directory.path;
  for (const file of ["password.txt", "teacher.txt", "profe.txt"]) {
    await Deno.writeTextFile(`${folder}/${file}`, "a password\n", { mode: 0o600 });
  }
  await using hub = await startHub();
  await using encrypted = await startHub(["--tls"], { env: { HOME: folder } });
  const all = calls();
  assert(all.length >= 10, `${all.length} calls`);
  for (const words of all) {
    const line = words.join(" ");
    const ignore = ELSEWHERE.some(([command]) => command.test(line));
    await t.step({ name: line, ignore, fn: () => tryOut(words, { hub, encrypted, folder }) });
  }
});

// The bridge of docs/encryption.md.

/** The one block that has these words. */
function findBlock(code: readonly CodeBlock[], words: string): string {
  const [block, another] = code.filter(({ text }) => text.includes(words));
  assert(block && !another, `there is one block with ${words}`);
  return block.text;
}

const encryption = await readDocument("docs/encryption.md");

Deno.test({
  name: "the bridge of docs/encryption.md lets nc into an encrypted hub",
  ignore: NO_PTY || !works("the bridge of docs/encryption.md (nc)", ["nc", "-h"]),
  fn: async () => {
    await using directory = await tempDirectory();
    const folder = directory.path;
    await makeCommand(folder);
    const env = { PATH: `${folder}:${Deno.env.get("PATH")}`, HOME: folder };
    await using hub = await startHub(["--tls"], { env: { HOME: folder } });
    const [fingerprint] = await hub.untilStdout(/sha256:[\da-f]{64}/);
    await using ana = new Program(
      chat("client", "127.0.0.1", String(hub.port), "--tls", fingerprint, "--name", "ana"),
      { env: { HOME: folder } },
    );
    await ana.untilStdout("* welcome, ana");
    const script = findBlock(encryption.code, "mkfifo back")
      .replace("nc -l 127.0.0.1 4000", "nc -v -l 127.0.0.1 0")
      .replace("chat.example.org 3000", `127.0.0.1 ${hub.port}`)
      .replace("sha256:1a2b…", fingerprint);
    await using bridge = new Program(["sh", "-c", script], { env, cwd: folder });
    const [, port] = await bridge.untilStderr(/Listening on \S+ (\d+)/i);
    await using nc = new Program(["nc", "127.0.0.1", port!]);
    await nc.untilStdout("* welcome, guest1");
    nc.write("/name marta\nhola\n");
    await ana.untilStdout("marta: hola");
    ana.write("te leo\n");
    await nc.untilStdout("ana: te leo");
    nc.endInput();
    ana.endInput();
    assertMatch((await nc.untilStdout(/^\* you are now marta$/m))[0], /marta/);
  },
});
