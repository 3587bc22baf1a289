/** Removes messages of a history for good. */

import type { DatabaseSync } from "node:sqlite";
import { type HistoryRow, SEPARATOR } from "./row.ts";
import { prepare } from "./statements.ts";

/** Removes messages by their ids in one transaction, and returns how many there were. */
export function erase(database: DatabaseSync, ids: readonly number[]): number {
  const { begin, remove, insert, commit } = prepare(database);
  const find = database.prepare("SELECT * FROM run WHERE first <= ? ORDER BY first DESC LIMIT 1");
  let count = 0;
  begin.run();
  database.exec("INSERT INTO search (search, rank) VALUES ('secure-delete', 1)");
  for (const id of ids) {
    const row = find.get(id) as unknown as HistoryRow | undefined;
    if (!row || id >= row.first + row.messages) continue;
    const texts = row.texts.split(SEPARATOR);
    const wanted = new Set(ids);
    remove.run(row.first);
    const rest = texts.map((text, at) => ({
      ...row,
      first: row.first + at,
      messages: 1,
      texts: text,
    }))
      .filter(({ first }) => !wanted.has(first));
    insert.run(JSON.stringify(rest));
    count += texts.length - rest.length;
  }
  commit.run();
  return count;
}

/** Moves the write-ahead log into the file and truncates it, and returns whether it could. */
export function settle(database: DatabaseSync): boolean {
  return database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.["busy"] === 0;
}
