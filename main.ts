/**
 * `chat`: dispatches to its subcommands, turns errors into one line and an exit code, and is the only one to exit.
 */

import {
  type Arguments,
  type CommandLine,
  type CommandName,
  HELP_OPTION,
  parseArguments,
  type ProgramLine,
} from "./cli/command_line.ts";
import { completions, COMPLETIONS_COMMAND_LINE, readShell } from "./cli/completions/mod.ts";
import { environmentLang } from "./cli/environment.ts";
import { EXIT, Failure } from "./cli/failure.ts";
import { onFault } from "./cli/faults.ts";
import { openLogFile } from "./cli/files.ts";
import { commandHelp, programHelp } from "./cli/help.ts";
import { MAN_COMMAND_LINE, manual, readNothing } from "./cli/man/mod.ts";
import { isSeen } from "./cli/terminal.ts";
import { giveUp, snapshot } from "./cli/privileges.ts";
import { LineQueue } from "./cli/line_queue.ts";
import { UsageError } from "./cli/usage_error.ts";
import {
  CLIENT_COMMAND_LINE,
  DOCTOR_COMMAND_LINE,
  LOCAL_COMMANDS,
  readClientOptions,
  readDoctorOptions,
  runClient,
  runDoctor,
} from "./client/mod.ts";
import { runHost } from "./host.ts";
import config from "./deno.json" with { type: "json" };
import { type Lang, translate } from "./i18n/mod.ts";
import { nearest } from "./protocol/nearest.ts";
import { sanitize } from "./protocol/sanitize.ts";
import { COMMANDS, readServerOptions, runServer, SERVER_COMMAND_LINE } from "./server/mod.ts";

const NAME = `chat ${config.version}`;

/** All that can be typed behind `chat`. */
export const PROGRAM: ProgramLine = {
  options: [HELP_OPTION, { flag: "version", short: "V", help: "option.version" }],
  commands: [
    SERVER_COMMAND_LINE,
    CLIENT_COMMAND_LINE,
    DOCTOR_COMMAND_LINE,
    COMPLETIONS_COMMAND_LINE,
    MAN_COMMAND_LINE,
  ],
};

/** What each subcommand does with its arguments; gives the exit code. */
const RUN: Readonly<Record<CommandName, (given: Arguments) => number | Promise<number>>> = {
  server,
  client,
  doctor,
  completions: printCompletions,
  man: printManual,
};

/** Signals other than Ctrl-C that come within so many milliseconds of the first one are no second wish. */
const SAME_SIGNAL = 500;

/** So long the last lines of the log may take, in milliseconds. */
const LAST_LINES = 1000;

const utf8 = new TextEncoder();
const environment = snapshot(config.permissions.chat.env);
const lang = environmentLang(environment);

if (import.meta.main) Deno.exit(await main(Deno.args));

/** Runs the program and gives its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const command = findCommand(name);
  try {
    if (name === "help") return help(rest[0]);
    if (!command) return program(args);
    const given = parseArguments(command, rest);
    if (given.isOn("help")) return show(commandHelp(command, lang));
    return await RUN[command.name](given);
  } catch (error) {
    complain(describe(error, lang));
    if (!(error instanceof UsageError)) return EXIT.failed;
    const topic = command ? ` ${command.name}` : "";
    complain(translate(lang, "usage.see_help", { call: `chat help${topic}` }));
    return EXIT.usage;
  }
}

function findCommand(name: string | undefined): CommandLine | undefined {
  return PROGRAM.commands.find((command) => command.name === name);
}

async function server(given: Arguments): Promise<number> {
  const options = readServerOptions(given, environment, {
    isWindows: Deno.build.os === "windows",
  });
  const { join, logFile } = options;
  const log = logFile === undefined ? undefined : openLogFile(logFile);
  // A terminal that is paused, or a pipe that nobody reads on, must not stop the hub.
  const errors = new LineQueue({
    write: (bytes) => Deno.stderr.write(bytes),
    dropped: (count) => `level=warning logger=chat msg="log lines dropped" count=${count}\n`,
  });
  const surroundings = {
    name: NAME,
    print: (line: string) => write(Deno.stdout, line + "\n"),
    writeLog: (line: string) => {
      if (log) write(log, line);
      else if (!join) errors.push(line); // who chats in the same terminal must not be disturbed
    },
  };
  const stop = stopOnSignals();
  // A fault that nobody expected is told, and must not end the chat for everyone.
  onFault((error) => {
    const line = `chat: ${describe(error, options.lang)}\n`;
    if (join) surroundings.writeLog(line);
    else write(Deno.stderr, line);
  });
  try {
    if (join) {
      await runHost(options, {
        ...surroundings,
        stop,
        environment,
        onOpen: () => giveUpFiles(options),
        onAlone: (error) => {
          if (error !== undefined) complain(describe(error, options.lang));
          surroundings.print(translate(options.lang, "server.goes_on"));
        },
      });
    } else {
      await runServer(options, {
        ...surroundings,
        signal: stop.signal,
        onOpen: () => {
          giveUpFiles(options);
          // What is listened on already goes on; the NATS servers are connected to anew when that breaks, and who
          // announces the hub sends to the whole network.
          if (!options.nats && !options.isAnnounced) giveUp("net");
        },
      });
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    complain(describe(error, options.lang));
    return EXIT.failed;
  } finally {
    await within(LAST_LINES, errors.drained());
  }
  return EXIT.done;
}

/** Waits for something, but for so many milliseconds at most. */
async function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, milliseconds);
  await Promise.race([promise, late.promise]);
  clearTimeout(timer);
}

/** Aborts at the first signal to stop; a second one ends the program at once. */
function stopOnSignals(): AbortController {
  const stop = new AbortController();
  const wasSeen = isSeen();
  let stoppedAt = 0;
  onSignals(["SIGINT", "SIGTERM", "SIGHUP"], (signal) => {
    if (signal === "SIGHUP" && !wasSeen) return;
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      return stop.abort();
    }
    // Who stops a whole group of processes tells each one twice; only a person presses Ctrl-C twice.
    if (signal === "SIGINT" || performance.now() - stoppedAt > SAME_SIGNAL) {
      Deno.exit(EXIT.interrupted);
    }
  });
  return stop;
}

async function client(given: Arguments): Promise<number> {
  const options = readClientOptions(given, environment);
  // Leaving gives the terminal back, where that was taken over; the line stands below what is being typed.
  onFault((error) => {
    if (Deno.stderr.isTerminal()) write(Deno.stderr, "\n");
    complain(describe(error, options.lang));
    Deno.exit(EXIT.failed);
  });
  try {
    return await runClient(options, { environment, onOpen: () => giveUpFiles() });
  } catch (error) {
    complain(describe(error, options.lang));
    return error instanceof Failure ? error.exitCode : EXIT.failed;
  }
}

async function doctor(given: Arguments): Promise<number> {
  const options = readDoctorOptions(given, environment);
  try {
    return await runDoctor(options, {
      environment,
      onOpen: giveUpFiles,
      print: (line) => void show(line),
    });
  } catch (error) {
    complain(describe(error, options.lang));
    return error instanceof Failure ? error.exitCode : EXIT.failed;
  }
}

function printCompletions(given: Arguments): number {
  giveUpAll();
  return show(completions(readShell(given), PROGRAM, lang));
}

function printManual(given: Arguments): number {
  giveUpAll();
  readNothing(given);
  const commands = [...COMMANDS, ...LOCAL_COMMANDS];
  return show(manual(PROGRAM, { name: NAME, commands, lang }));
}

/** What only prints needs nothing. */
function giveUpAll(): void {
  giveUpFiles();
  giveUp("net");
}

/** All files that will be used are open, all code is loaded, and all that the system has to tell is known. */
function giveUpFiles({ isAnnounced = false } = {}): void {
  giveUp("read", "write", "env", "import");
  // Where the hub is announced is looked at again and again: networks come and go.
  giveUp(isAnnounced ? { name: "sys", kind: "hostname" } : "sys");
}

/** `chat help [COMMAND]`. */
function help(topic: string | undefined): number {
  if (topic === undefined) return show(programHelp(PROGRAM, lang));
  const found = findCommand(topic);
  if (!found) throw unknownCommand(topic);
  return show(commandHelp(found, lang));
}

/** `chat` with options of its own, or with something that is no command. */
function program(args: readonly string[]): number {
  const [first] = args;
  if (first === undefined) {
    complain(programHelp(PROGRAM, lang));
    return EXIT.usage;
  }
  if (!first.startsWith("-")) throw unknownCommand(first);
  const given = parseArguments(PROGRAM, args);
  return show(given.isOn("version") ? NAME : programHelp(PROGRAM, lang));
}

function unknownCommand(name: string): UsageError {
  const suggestion = nearest(name, [...PROGRAM.commands.map((each) => each.name), "help"]);
  return new UsageError("usage.unknown_subcommand", {
    name,
    ...(suggestion ? { suggestion } : {}),
  });
}

/** One line for what went wrong; what others sent into it is made safe. */
function describe(error: unknown, language: Lang): string {
  if (error instanceof Failure || error instanceof UsageError) return sanitize(error.in(language));
  const reason = error instanceof Error ? error.message : String(error);
  return sanitize(translate(language, "failure.unexpected", { reason }));
}

function onSignals(
  signals: readonly Deno.Signal[],
  listener: (signal: Deno.Signal) => void,
): void {
  for (const signal of signals) {
    // Windows has neither SIGTERM nor, as such, SIGHUP.
    if (Deno.build.os === "windows" && signal !== "SIGINT") continue;
    Deno.addSignalListener(signal, () => listener(signal));
  }
}

function show(text: string): number {
  write(Deno.stdout, text + "\n");
  return EXIT.done;
}

function complain(text: string): void {
  write(Deno.stderr, `chat: ${text}\n`);
}

/** Writes without waiting; that nobody reads is no reason to stop. */
function write(output: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = utf8.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(output.writeSync(bytes));
  } catch {
    // closed
  }
}
