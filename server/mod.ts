/** `chat server`: reads the options, opens the log, and runs the hub until a signal stops it. */

import { fstatSync } from "node:fs";
import type { Environment } from "../common/cli/environment.ts";
import { EXIT } from "../common/cli/failure.ts";
import { onFault } from "../common/cli/faults.ts";
import { openLogFile } from "../common/cli/files.ts";
import { LineQueue } from "../common/cli/line_queue.ts";
import { print, write } from "../common/cli/output.ts";
import { complain, fit, tell } from "../common/cli/tell.ts";
import type { OwnHub } from "../common/cli/own_hub.ts";
import { giveUp } from "../common/cli/privileges.ts";
import { stopOnSignals } from "../common/cli/signals.ts";
import { defined } from "../common/defined.ts";
import { translate } from "../common/i18n/mod.ts";
import { type Context, describe, giveUpFiles, runSubcommand } from "../common/cli/subcommand.ts";
import { within } from "../common/cli/timers.ts";
import { runHost } from "./host.ts";
import type { FileWorker } from "./files/worker.ts";
import { type LogFormat, openLog } from "./log.ts";
import { type RunningHub, runServer, type ServerContext } from "./run.ts";
import { readServerOptions, SERVER_COMMAND_LINE, type ServerOptions } from "./setup/options.ts";
import { openFiles } from "./setup/reload.ts";

/** How long the last lines of the log may take to be written, in milliseconds. */
const LOG_FLUSH_TIMEOUT = 1000;

/** Joins the hub from the same terminal (`--join`) and returns the client's exit code. */
type Join = (hub: OwnHub) => Promise<number>;

/** Runs `chat server` and returns the exit code. Never rejects. */
export async function main(args: readonly string[], context: Context, join: Join): Promise<number> {
  return await runSubcommand(SERVER_COMMAND_LINE, args, context, async (given) => {
    const { environment } = context;
    const options = readServerOptions(given, environment);
    if (!options.logFile && isJournal(environment)) options.logFormat ??= "journal";
    const isCheck = given.isOn("check");
    const files = isCheck ? undefined : openFiles(options);
    const log = openLogOutput(isCheck ? defined({ logFormat: options.logFormat }) : options, files);
    try {
      if (isCheck) return await check(options, log.writeLine);
      return await serve(options, context, { files, writeLog: log.writeLine }, join);
    } finally {
      await within(log.written(), { milliseconds: LOG_FLUSH_TIMEOUT });
      files?.close();
    }
  });
}

/** `--check`. Warnings go to standard error. */
async function check(options: ServerOptions, writeLine: (line: string) => void): Promise<number> {
  const log = await openLog({ level: options.logLevel, format: options.logFormat }, writeLine);
  await (await import("./setup/check.ts")).checkServer(options, log);
  tell(translate(options.lang, "server.valid"));
  return EXIT.done;
}

async function serve(
  options: ServerOptions,
  { name, environment, exit }: Context,
  { files, writeLog }: Pick<ServerContext, "files" | "writeLog">,
  join: Join,
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
  // After ^C, which the terminal shows on the same line.
  const tellStopping = (line: string) => print(fit(`^C${line}`, "stdout").slice("^C".length));
  const common = {
    ...{ name, environment, writeLog, isLogSeen },
    print: (line: string) => stop.signal.aborted ? tellStopping(line) : tell(line),
  };
  if (options.join) {
    const onOpen = () => giveUp("ffi"); // the client gives up the rest
    await runHost(options, { ...common, onOpen, stop, join });
  } else {
    const onOpen = () => {
      giveUpFiles({ keepsInterfaces: options.isAnnounced ?? false });
      // Open listeners stay open without it. NATS needs it to reconnect, announcements to be sent, and a renewed certificate
      // to listen again.
      const isRenewed = options.tls && "cert" in options.tls;
      if (!options.nats && !options.isAnnounced && !isRenewed) giveUp("net");
    };
    const onListening = (hub: RunningHub) => void (reload = hub.reload);
    await runServer(options, { ...common, files, signal: stop.signal, onOpen, onListening });
  }
  return EXIT.done;
}

/** Opens the log file, or standard error, which may be a paused terminal or a full pipe and must not block the hub. */
function openLogOutput(
  { logFile, logFormat = "logfmt", join }: Partial<ServerOptions>,
  files: FileWorker | undefined,
): { writeLine: (line: string) => void; written: () => Promise<void> } {
  if (logFile !== undefined) {
    const file = openLogFile(logFile);
    const writeHere = (line: string) => write(file, line);
    let written: Promise<unknown> = Promise.resolve();
    return {
      // The worker writes what is at the path now.
      writeLine: (line) => {
        if (!files) writeHere(line);
        else written = files.append(logFile, line).catch(() => writeHere(line));
      },
      written: async () => void await written,
    };
  }
  const queue = new LineQueue({
    write: (bytes) => Deno.stderr.write(bytes),
    dropped: (count) => droppedLine(logFormat, count),
  });
  return {
    writeLine: (line) => {
      if (!join) queue.push(line); // the host's chat has the terminal
    },
    written: () => queue.drained(),
  };
}

/** Whether standard error goes to the journal: systemd.exec(5) has JOURNAL_STREAM. A program's terminal inherits it, too. */
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
