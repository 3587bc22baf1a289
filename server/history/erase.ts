/** Removes messages from the file of a history for good: no byte of them stays in it. */

import type { DatabaseSync } from "node:sqlite";
import { isBusy } from "./database.ts";
import { type HistoryRow, toRow, toRun } from "./row.ts";
import { cutRun } from "./run.ts";
import { HOLDING, INSERT, KEEP_LAST_ID, transact } from "./statements.ts";

const UNMARK = "DELETE FROM erasing WHERE id IN (SELECT value FROM json_each(?))";

/** Whether words leave the index at once, which is slow (https://www.sqlite.org/fts5.html, 6.13). */
const setSecure = (on: 0 | 1) =>
  `INSERT INTO search (search, rank) VALUES ('secure-delete', ${on})`; // not as a parameter: that is a REAL

/**
 * Removes messages by their ids, in one transaction, and returns how many there were. The write-ahead log has them
 * until {@linkcode checkpoint}.
 * @throws {Error} if another program is writing, or the file cannot be written.
 */
export function erase(database: DatabaseSync, ids: readonly number[]): number {
  database.exec("PRAGMA secure_delete = ON"); // what is removed is overwritten
  const holding = database.prepare(HOLDING);
  const remove = database.prepare("DELETE FROM run WHERE first = ?");
  const insert = database.prepare(INSERT);
  const wanted = new Set(ids);
  return transact(database, () => {
    database.prepare(KEEP_LAST_ID).run();
    database.prepare(setSecure(1)).run();
    let erased = 0;
    for (const id of ids) {
      const row = holding.get(id) as unknown as HistoryRow | undefined;
      if (!row || id >= row.first + row.messages) continue; // not there, or cut out with another
      const kept = cutRun(toRun(row), wanted);
      remove.run(row.first);
      insert.run(JSON.stringify(kept.map(toRow)));
      erased += kept.reduce((left, { texts }) => left - texts.length, row.messages);
    }
    database.prepare(setSecure(0)).run();
    database.prepare(UNMARK).run(JSON.stringify(ids));
    return erased;
  });
}

/** Moves the write-ahead log into the file and empties it. Returns false if that must wait for a reader or a writer. */
export function checkpoint(database: DatabaseSync): boolean {
  return database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0;
}

/** Gives the free pages of the file back to the system, and does as {@linkcode checkpoint} does. */
export function settle(database: DatabaseSync): boolean {
  try {
    database.prepare("PRAGMA incremental_vacuum").all(); // each step frees a page
    return checkpoint(database);
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
