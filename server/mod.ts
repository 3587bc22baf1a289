/** `chat server`: reads the options, opens the log, and runs the hub until a signal stops it. */

import { fstatSync } from "node:fs";
import type { Environment } from "../common/cli/environment.ts";
import { EXIT } from "../common/cli/failure.ts";
import { onFault } from "../common/cli/faults.ts";
import { openLogFile } from "../common/cli/files.ts";
import { LineQueue } from "../common/cli/line_queue.ts";
import { print, write } from "../common/cli/output.ts";
import { complain, fit, tell } from "../common/cli/tell.ts";
import { giveUp } from "../common/cli/privileges.ts";
import { stopOnSignals } from "../common/cli/signals.ts";
import { translate } from "../common/i18n/mod.ts";
import { hasColors } from "../common/cli/terminal.ts";
import { type Context, describe, giveUpFiles, runSubcommand } from "../common/cli/subcommand.ts";
import { within } from "../common/cli/timers.ts";
import { type HostContext, runHost } from "./host.ts";
import type { FileWorker } from "./files/worker.ts";
import { type LogFormat, openLog } from "./log.ts";
import { type RunningHub, runServer, type ServerContext } from "./run.ts";
import { readServerOptions, SERVER_COMMAND_LINE, type ServerOptions } from "./setup/options.ts";
import { openFiles } from "./setup/reload.ts";

/** How long the last lines of the log may take to be written, in milliseconds. */
const LOG_FLUSH_TIMEOUT = 1000;

/** Runs `chat server` and returns the exit code. Never rejects. */
export async function main(
  args: readonly string[],
  context: Context,
  join: HostContext["join"],
): Promise<number> {
  return await runSubcommand(SERVER_COMMAND_LINE, args, context, async (given) => {
    const { environment } = context;
    const options = readServerOptions(given, environment);
    if (!options.logFile && isJournal(environment)) options.logFormat ??= "journal";
    if (given.isOn("check")) return await check(options);
    const files = openFiles(options);
    const output = openLogOutput(options, files);
    const writeLog = (line: string) => {
      if (!options.join || options.logFile) output.push(line); // the host's chat has the terminal
    };
    try {
      return await serve(options, context, { files, writeLog }, join);
    } finally {
      await within(output.drained(), { milliseconds: LOG_FLUSH_TIMEOUT });
      files?.close();
    }
  });
}

/** `--check`. Warnings go to standard error. */
async function check(options: ServerOptions): Promise<number> {
  const { lang, logLevel: level, logFormat: format } = options;
  const log = await openLog({ level, format }, (line) => write(Deno.stderr, line));
  await (await import("./setup/check.ts")).checkServer(options, log);
  tell(translate(lang, "server.valid"));
  return EXIT.done;
}

async function serve(
  options: ServerOptions,
  { name, environment, exit }: Context,
  { files, writeLog }: Pick<ServerContext, "files" | "writeLog">,
  join: HostContext["join"],
): Promise<number> {
  let reload = () => {};
  const stop = stopOnSignals(() => exit(EXIT.interrupted), () => reload());
  // A fault must not end the chat for everyone.
  onFault((error) => {
    const line = describe(error, options.lang);
    if (options.join) writeLog(`chat: ${line}\n`);
    else complain(line);
  });
  const isLogSeen = !options.logFile && Deno.stdout.isTerminal() && Deno.stderr.isTerminal();
  const showsQr = options.qr === "auto" && Deno.stdout.isTerminal() && hasColors(environment);
  // After ^C, which the terminal shows on the same line.
  const tellStopping = (line: string) => print(fit(`^C${line}`, "stdout").slice("^C".length));
  const common = {
    ...{ name, environment, writeLog, isLogSeen, files },
    showQr: showsQr ? showQr : undefined,
    print: (line: string) => stop.signal.aborted ? tellStopping(line) : tell(line),
  };
  if (options.join) {
    const onOpen = () => giveUp("ffi"); // the client gives up the rest
    await runHost(options, { ...common, onOpen, stop, join });
  } else {
    const onOpen = () => {
      giveUpFiles({ keepsInterfaces: options.isAnnounced ?? false });
      // Open listeners stay open without it. NATS needs it to reconnect, and a renewed certificate to listen again.
      const isRenewed = options.tls && "cert" in options.tls;
      if (!options.nats && !options.isAnnounced && !isRenewed) giveUp("net");
    };
    const onListening = (hub: RunningHub) => void (reload = hub.reload);
    await runServer(options, { ...common, signal: stop.signal, onOpen, onListening });
  }
  return EXIT.done;
}

async function showQr(text: string): Promise<void> {
  const { drawQr } = await import("../common/cli/qr.ts");
  for (const line of drawQr(text, Deno.consoleSize())) print(line);
}

/** The log file, or standard error: either may be slow or blocked, and must not block the hub. */
function openLogOutput(
  { logFile, logFormat = "logfmt" }: ServerOptions,
  files: FileWorker | undefined,
): LineQueue {
  const output = logFile === undefined ? Deno.stderr : openLogFile(logFile);
  return new LineQueue({
    write: async (bytes) => {
      if (!files || logFile === undefined) return await output.write(bytes);
      // To what is at the path now.
      return await files.append(logFile, bytes).catch(() => output.write(bytes));
    },
    dropped: (count) => droppedLine(logFormat, count),
  });
}

/** Whether standard error goes to the journal: JOURNAL_STREAM of systemd.exec(5), which a terminal inherits, too. */
function isJournal(environment: Environment): boolean {
  const stream = environment("JOURNAL_STREAM");
  if (!stream) return false;
  const { dev, ino } = fstatSync(2);
  return stream === `${dev}:${ino}`;
}

/** The line about lines that could not be written. */
function droppedLine(format: LogFormat, count: number): string {
  if (format === "json") return `{"level":"WARN","message":"log lines dropped","count":${count}}\n`;
  const priority = format === "journal" ? "<4>" : "";
  return `${priority}level=warning logger=chat msg="log lines dropped" count=${count}\n`;
}
