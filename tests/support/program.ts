/**
 * Starts the program under test, with pipes for its input and output.
 *
 * CHAT_BIN names a compiled executable to test; without it, the source runs.
 */

import { assert } from "@std/assert";
import { resolve } from "node:path";
import { denoArguments, PROGRAM_FLAGS, useStandIns } from "../../tools/deno.ts";
import { smallEnvironment } from "./environment.ts";
import { tempDirectory } from "./temp.ts";
import { type NotYet, search, show, type Wanted, Watch } from "./watch.ts";

// How much of the output an error shows, in characters.
const SHOWN = 2_000;

const ROOT = resolve(import.meta.dirname ?? ".", "../..");

// Absolute: a test may run it in another directory.
const named = Deno.env.get("CHAT_BIN");
const EXECUTABLE = named ? resolve(named) : undefined;

// As the task `chat` does, but without prompts: a missing permission must fail the test.
const SOURCE = [
  "--quiet",
  "--no-prompt",
  `--config=${ROOT}/deno.json`,
  ...PROGRAM_FLAGS,
  `${ROOT}/main.ts`,
];

const STAND_INS = EXECUTABLE === undefined && await useStandIns();

/** The command line that runs chat with these arguments. */
export function chat(...args: string[]): string[] {
  if (EXECUTABLE !== undefined) return [EXECUTABLE, ...args];
  return [Deno.execPath(), ...denoArguments("run", [...SOURCE, ...args], STAND_INS)];
}

export interface ProgramOptions {
  /** Added to the small environment of every program. */
  env?: Record<string, string>;
  /** The working directory; the test's own by default. */
  cwd?: string;
}

/** How a program ended; `code` is 128 + n after signal n. */
export interface Exit {
  code: number;
  signal: Deno.Signal | null;
}

/** How a program ended, and its output. */
export interface Outcome extends Exit {
  stdout: string;
  stderr: string;
}

/** A running program with pipes for stdin, stdout and stderr. `await using` kills it. */
export class Program {
  readonly #child: Deno.ChildProcess;
  readonly #command: readonly string[];
  readonly #watch = new Watch();
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #output = { stdout: "", stderr: "" };
  readonly #ended: Promise<void>;
  #exit: Exit | undefined;

  /** Starts `command`, a program and its arguments; `chat()` makes one. */
  constructor(command: string[], { env = {}, cwd }: ProgramOptions = {}) {
    const [file, ...args] = command;
    if (file === undefined) throw new TypeError("Cannot start a program: no command");
    this.#command = command;
    this.#child = new Deno.Command(file, {
      args,
      env: smallEnvironment(env),
      clearEnv: true,
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#ended = this.#run();
  }

  async #run(): Promise<void> {
    const [{ code, signal }] = await Promise.all([
      this.#child.status,
      this.#read("stdout"),
      this.#read("stderr"),
    ]);
    this.#exit = { code, signal };
    this.#watch.end(`the program ended with ${signal ?? `code ${code}`}`);
  }

  async #read(stream: "stdout" | "stderr"): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child[stream]) {
      this.#output[stream] += decoder.decode(bytes, { stream: true });
      this.#watch.changed();
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** The output to stdout so far. */
  stdout(): string {
    return this.#output.stdout;
  }

  /** The output to stderr so far. */
  stderr(): string {
    return this.#output.stderr;
  }

  /** Waits until stdout has a text or a match, and returns it. */
  untilStdout(wanted: RegExp): Promise<RegExpMatchArray>;
  untilStdout(wanted: string): Promise<string>;
  untilStdout(wanted: Wanted): Promise<string | RegExpMatchArray> {
    return this.#until(() => search(this.stdout(), wanted), `${show(wanted)} in stdout`);
  }

  /** Waits until stderr has a text or a match, and returns it. */
  untilStderr(wanted: RegExp): Promise<RegExpMatchArray>;
  untilStderr(wanted: string): Promise<string>;
  untilStderr(wanted: Wanted): Promise<string | RegExpMatchArray> {
    return this.#until(() => search(this.stderr(), wanted), `${show(wanted)} in stderr`);
  }

  #until<T>(attempt: () => T | NotYet, what: string): Promise<T> {
    const describe = (reason: string) =>
      [
        `Waited for ${what}: ${reason}`,
        `command: ${this.#command.join(" ")}`,
        `stdout: ${this.stdout().slice(-SHOWN)}`,
        `stderr: ${this.stderr().slice(-SHOWN)}`,
      ].join("\n");
    return this.#watch.until(attempt, describe);
  }

  /** Writes to stdin. Need not be awaited: the order is kept. */
  write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    return handled(this.#input.write(bytes));
  }

  /** Closes stdin after all writes. */
  endInput(): Promise<void> {
    return handled(this.#input.close());
  }

  /** Sends a signal; ignored after the program's end. */
  kill(signal: Deno.Signal = "SIGTERM"): void {
    if (this.#exit) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended, but #exit is not set yet.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Waits for the program's end and all its output. */
  exit(): Promise<Exit> {
    return this.#until(() => this.#exit, "the program to end");
  }

  /** Kills the program if it still runs, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.#input.abort().catch(() => {});
    await this.#ended;
  }
}

/** A running `chat server`, and its port. */
export type Hub = Program & { readonly port: number };

export interface HubStart extends ProgramOptions {
  /** Wraps the hub's command line in another program. */
  wrap?: (command: string[]) => string[];
  /** 127.0.0.1 unless given. */
  hostname?: string;
  /** Any free one unless given. */
  port?: number;
}

/** Starts a hub with these arguments, and waits until it listens. */
export async function startHub(
  args: string[] = [],
  { wrap = (command) => command, hostname = "127.0.0.1", port = 0, ...options }: HubStart = {},
): Promise<Hub> {
  const hub = new Program(wrap(chat("server", hostname, String(port), ...args)), options);
  try {
    const [, given] = await hub.untilStdout(/\bchat client \S+ (\d+)/);
    return Object.assign(hub, { port: Number(given) });
  } catch (error) {
    await hub[Symbol.asyncDispose]();
    throw error;
  }
}

/** Runs chat to its end, with `stdin` as its input (empty by default). */
export async function runChat(
  args: string[],
  { stdin, ...options }: ProgramOptions & { stdin?: string | Uint8Array } = {},
): Promise<Outcome> {
  await using program = new Program(chat(...args), options);
  // Not awaited: a program may end without reading.
  if (stdin !== undefined) program.write(stdin);
  program.endInput();
  const exit = await program.exit();
  return { ...exit, stdout: program.stdout(), stderr: program.stderr() };
}

/** The same promise, whose rejection is not reported as unhandled. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

/**
 * Copies a program to be run. Another process does it: a child that another test starts while this process writes the file
 * has it open for a moment too, and Linux runs no file that is open for writing (ETXTBSY).
 */
export async function copyProgram(from: string, to: string): Promise<void> {
  const { success } = await new Deno.Command("cp", { args: [from, to] }).output();
  assert(success, to);
}

/** Writes a script to be run, as {@linkcode copyProgram} does. */
export async function writeScript(path: string, script: string): Promise<void> {
  await using folder = await tempDirectory();
  const draft = `${folder.path}/draft`;
  await Deno.writeTextFile(draft, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await copyProgram(draft, path);
}

/** Makes `chat` a command in the folder, which adds its own arguments to those that it is run with. */
export async function makeCommand(folder: string, ...own: string[]): Promise<void> {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  await writeScript(
    `${folder}/chat`,
    `exec ${chat().map(quote).join(" ")} "$@" ${own.map(quote).join(" ")}`,
  );
}
