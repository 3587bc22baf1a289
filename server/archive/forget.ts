/** `chat forget`: removes all messages by a nick for good, while a hub may be using the history. */

import type { DatabaseSync } from "node:sqlite";
import { EXIT, Failure } from "../../common/cli/failure.ts";
import { type Context, giveUpAll } from "../../common/cli/subcommand.ts";
import { tell } from "../../common/cli/tell.ts";
import { pause } from "../../common/cli/timers.ts";
import { translate } from "../../common/i18n/mod.ts";
import { nickKey } from "../../common/protocol/names.ts";
import { nearest } from "../../common/protocol/nearest.ts";
import { openShared } from "../history/database.ts";
import { erase, settle } from "../history/erase.ts";
import type { HistoryRow } from "../history/row.ts";
import { required } from "./options.ts";
import { Progress } from "./progress.ts";
import { runOnHistory } from "./run.ts";

/** Messages that are removed in one transaction, at least, and the last of their row. */
const STEP = 50;
/** Between transactions, in which a hub may write, in milliseconds. */
const GAP = 5;
/** How often a reader of the file is waited for, and how long each time, in milliseconds: 10 s. */
const READER = { tries: 100, pause: 100 } as const;

export async function main(args: readonly string[], context: Context): Promise<number> {
  return await runOnHistory("forget", args, context, async (path, given) => {
    const nick = required(given, "nick");
    using database = openShared(path, { isWriting: true });
    giveUpAll();
    const rows = database.prepare("SELECT first, messages FROM run WHERE key = ?")
      .all(nickKey(nick)) as unknown as HistoryRow[];
    if (rows.length === 0) {
      const known = database.prepare("SELECT DISTINCT key FROM run").all();
      const suggestion = nearest(nickKey(nick), known.map(({ key }) => String(key))) ?? "";
      throw new Failure("failure.no_nick_in", { path, nick, suggestion });
    }
    const count = await removeAll(database, rows);
    for (let tries = 0; !settle(database); tries++) {
      if (tries === READER.tries) throw new Failure("failure.unsettled", { path, nick, count });
      await pause(READER.pause);
    }
    tell(translate(context.lang, "forget.done", { path, nick, count }));
    return EXIT.done;
  });
}

/** Removes the messages of some rows, and returns how many there were. */
async function removeAll(database: DatabaseSync, rows: readonly HistoryRow[]): Promise<number> {
  using progress = new Progress();
  let count = 0;
  let ids: number[] = [];
  for (const [index, { first, messages }] of rows.entries()) {
    for (let at = 0; at < messages; at++) ids.push(first + at);
    if (ids.length < STEP && index < rows.length - 1) continue;
    count += erase(database, ids);
    ids = [];
    progress.show(index, rows.length);
    await pause(GAP);
  }
  return count;
}
