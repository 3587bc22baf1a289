/** Runs a subcommand on the file of a history. */

import type { Arguments } from "../../common/cli/command_line.ts";
import { type Context, runSubcommand } from "../../common/cli/subcommand.ts";
import { UsageError } from "../../common/cli/usage_error.ts";
import { databaseFailure } from "../history/database.ts";
import { ARCHIVE_COMMAND_LINES, required } from "./options.ts";

/** Gives `run` the path of `--db`, which is named by errors of SQLite, and returns the exit code. Never rejects. */
export async function runOnHistory(
  name: keyof typeof ARCHIVE_COMMAND_LINES,
  args: readonly string[],
  context: Context,
  run: (db: string, given: Arguments) => number | Promise<number>,
): Promise<number> {
  return await runSubcommand(ARCHIVE_COMMAND_LINES[name], args, context, async (given) => {
    const db = required(given, "db");
    try {
      return await run(db, given);
    } catch (error) {
      throw error instanceof UsageError ? error : databaseFailure(db, error);
    }
  });
}
