/** The command lines of the subcommands for the file of a history, and the moments that they take. */

import { type Arguments, type CommandLine, HELP_OPTION } from "../../common/cli/command_line.ts";
import { UsageError } from "../../common/cli/usage_error.ts";
import { readDuration } from "../commands/duration.ts";

const DB = { flag: "db", value: "FILE", help: "option.archive_db" } as const;

export const FORMATS = ["text", "json", "html"] as const;

export const ARCHIVE_COMMAND_LINES = {
  backup: {
    name: "backup",
    positionals: { shown: "usage.backup.positionals" },
    options: [DB, HELP_OPTION],
    examples: [{ line: "chat backup --db chat.db monday.db", help: "example.backup" }],
  },
  export: {
    name: "export",
    options: [
      DB,
      { flag: "room", value: "ROOM", help: "option.export_room" },
      { flag: "since", value: "DATE", help: "option.since" },
      { flag: "until", value: "DATE", help: "option.until" },
      { flag: "format", value: "FORMAT", choices: FORMATS, help: "option.format" },
      HELP_OPTION,
    ],
    examples: [{ line: "chat export --db chat.db --since 7d | less", help: "example.export" }],
  },
  forget: {
    name: "forget",
    options: [DB, { flag: "nick", value: "NICK", help: "option.forget_nick" }, HELP_OPTION],
    examples: [{ line: "chat forget --db chat.db --nick eva", help: "example.forget" }],
  },
} satisfies Record<string, CommandLine>;

/** The value of an option that must be given. @throws {UsageError} if it is not. */
export function required(args: Arguments, flag: "db" | "nick"): string {
  const value = args.value(flag);
  if (value === undefined) throw new UsageError("usage.missing_option", { option: `--${flag}` });
  return value;
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(Z?))?$/;

/**
 * A moment in milliseconds since 1970: `2026-11-29T14:00`, in UTC with `Z`, `2026-11-29`, or an age such as `30d`;
 * undefined for any other text. A day is its start, or for `isEnd` the start of the next day.
 */
export function parseMoment(text: string, now: number, { isEnd = false } = {}): number | undefined {
  const age = readDuration(text, NaN); // a number needs a unit
  if (age?.rest === "" && age.seconds >= 0) return now - 1000 * age.seconds;
  const [, day, time, zone = ""] = MOMENT.exec(text) ?? [];
  const typed = `${day}T${time ?? "00:00"}`;
  const utc = new Date(`${typed}Z`);
  // toJSON gives null for a text that is not a date, and 30 February becomes a day in March.
  if (!utc.toJSON()?.startsWith(typed)) return undefined;
  const moment = new Date(typed + zone);
  if (isEnd && time === undefined) moment.setDate(moment.getDate() + 1);
  return moment.getTime();
}

/** The moment of an option, if it was given. @throws {UsageError} if it is not a moment. */
export function readMoment(args: Arguments, flag: "since" | "until", now: number) {
  const value = args.value(flag);
  if (value === undefined) return undefined;
  const moment = parseMoment(value, now, { isEnd: flag === "until" });
  if (moment === undefined) throw new UsageError("usage.bad_date", { option: `--${flag}`, value });
  return moment;
}
