/** `chat backup`: a copy of a history, all of one moment, while a hub may be writing to it. */

import { backup } from "node:sqlite";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { exists } from "../../common/cli/own_files.ts";
import { giveUp } from "../../common/cli/privileges.ts";
import { stopOnSignals } from "../../common/cli/signals.ts";
import type { Context } from "../../common/cli/subcommand.ts";
import { tell } from "../../common/cli/tell.ts";
import { pause } from "../../common/cli/timers.ts";
import { UsageError } from "../../common/cli/usage_error.ts";
import { translate } from "../../common/i18n/mod.ts";
import { databaseFailure, databaseFiles, openShared } from "../history/database.ts";
import { Progress } from "./progress.ts";
import { runOnHistory } from "./run.ts";

/** Pages of 4096 bytes between two looks at the progress. */
const STEP = 1000;

export async function main(args: readonly string[], context: Context): Promise<number> {
  return await runOnHistory("backup", args, context, async (db, given) => {
    const [to, argument] = given.positionals;
    const option = translate(context.lang, "usage.backup.positionals");
    if (to === undefined) throw new UsageError("usage.missing_option", { option });
    if (argument !== undefined) throw new UsageError("usage.too_many", { argument });
    giveUp("net", "env", "import", "sys");
    const stop = stopOnSignals(() => context.exit(EXIT.interrupted));
    using source = openShared(db);
    source.exec("BEGIN"); // each step of the copy sees the moment of the count
    const { n } = source.prepare("SELECT coalesce(sum(messages), 0) AS n FROM run").get()!;
    let isCreated = false;
    try {
      Deno.openSync(to, { createNew: true, write: true, mode: 0o600 }).close();
      isCreated = true;
      {
        using progress = new Progress();
        await backup(source, to, {
          rate: STEP,
          progress: ({ totalPages: total, remainingPages: left }) =>
            progress.show(total - left, total),
        });
      }
      // A copy of a damaged history is damaged.
      if (!isSound(to)) throw new Failure("failure.db_damaged", { path: db });
      await pause(0); // a signal is noticed only now
      stop.signal.throwIfAborted();
      tell(translate(context.lang, "backup.done", { path: to, count: Number(n) }));
      return EXIT.done;
    } catch (error) {
      const files = isCreated ? databaseFiles(to) : []; // on a full disk, also a journal
      for (const file of files) if (exists(file)) Deno.removeSync(file);
      if (stop.signal.aborted) return EXIT.interrupted;
      throw databaseFailure(to, error);
    }
  });
}

/** Gives back what is free in a copy, and returns whether it is sound. */
function isSound(path: string): boolean {
  using copy = openShared(path);
  copy.exec("PRAGMA incremental_vacuum");
  return copy.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] === "ok";
}
