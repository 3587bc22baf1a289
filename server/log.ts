/** The hub's log: one line for each event, as `key=value` or in JSON. */

import {
  configure,
  dispose,
  getJsonLinesFormatter,
  getLogfmtFormatter,
  getLogger,
  type LogRecord,
} from "@logtape/logtape";

export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Values may hold anything that peers sent: the format quotes and escapes it. */
export type LogFields = Readonly<Record<string, string | number>>;
export type Log = Record<LogLevel, (message: string, fields?: LogFields) => void>;

const CATEGORY = "chat";

const logfmt = getLogfmtFormatter();
/** The priorities of sd-daemon(3). */
const PRIORITIES: Readonly<Record<string, number>> = { debug: 7, info: 6, warning: 4, error: 3 };
const FORMATTERS = {
  logfmt,
  json: getJsonLinesFormatter({ properties: "flatten" }),
  journal: (record: LogRecord) => `<${PRIORITIES[record.level]}>${logfmt(record)}`,
} as const;
export type LogFormat = keyof typeof FORMATTERS;

/** Opens the log: calls `write` with each line, LF included, from `level` up. Close it with {@linkcode closeLog}. */
export async function openLog(
  { level, format = "logfmt" }: { level: LogLevel; format?: LogFormat | undefined },
  write: (line: string) => void,
): Promise<Log> {
  await configure({
    reset: true,
    sinks: { line: (record: LogRecord) => write(FORMATTERS[format](record)) },
    loggers: [
      { category: CATEGORY, sinks: ["line"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["line"], lowestLevel: "warning" },
    ],
  });
  const logger = getLogger(CATEGORY);
  return logTo((level, message, fields) => logger[level](message, fields));
}

/** A log whose levels all write with one function. */
export function logTo(write: (level: LogLevel, message: string, fields?: LogFields) => void): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) =>
    write(level, message, fields);
  return { debug: at("debug"), info: at("info"), warning: at("warning"), error: at("error") };
}

export const closeLog = dispose;
