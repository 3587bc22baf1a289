/** The SQL of a history in SQLite. */

import type { DatabaseSync, StatementSync } from "node:sqlite";

/** The oldest rows, at most `?1`, with at most `?2` messages together. */
const TOO_MANY = "SELECT first FROM (SELECT first, sum(messages) OVER (ORDER BY first) AS total " +
  "FROM (SELECT first, messages FROM run ORDER BY first LIMIT ?1)) WHERE total <= ?2";

/** Old rows, at most `?1`, from before `?2`. Those of a clock that was ahead may come before them. */
const TOO_OLD = "SELECT first FROM (SELECT first, ts FROM run ORDER BY first " +
  "LIMIT max(?1, 1024)) WHERE ts < ?2 LIMIT ?1";

const RETURNING = "RETURNING messages, first + messages - 1 AS last";

/** The newest runs with a word, at most `?2`. The index ends a search early only at a LIMIT, not at a condition. */
const WITH_WORD =
  "SELECT rowid AS id FROM search WHERE search MATCH ?1 ORDER BY rowid DESC LIMIT ?2";

/** Adds rows, as JSON. In one statement: each adds a segment to the index of words, which costs more than a row. */
export const INSERT = "INSERT INTO run SELECT value->>'first', value->>'messages', value->>'ts', " +
  "value->>'room', value->>'nick', value->>'key', value->>'kind', value->>'texts' FROM json_each(?)";

/** The last id that was given, as far as the file knows. */
const NEWEST =
  "max(id, coalesce((SELECT first + messages - 1 FROM run ORDER BY first DESC LIMIT 1), 0))";

/** The message with the last id may be removed, and its id must not be given again. */
export const KEEP_LAST_ID = `UPDATE last SET id = ${NEWEST}`;

/** The row that has a message, if any row has. */
export const HOLDING = "SELECT * FROM run WHERE first <= ? ORDER BY first DESC LIMIT 1";

const STATEMENTS = {
  insert: INSERT,
  count: "SELECT coalesce(sum(messages), 0) AS messages FROM run",
  newest: `SELECT ${NEWEST} AS id FROM last`,
  keepLastId: KEEP_LAST_ID,
  setLast: "UPDATE last SET id = ?",
  last: "SELECT * FROM run WHERE room = ? AND first < ? ORDER BY first DESC",
  lastShown:
    "SELECT * FROM run WHERE room = ?1 AND first < ?2 AND first > coalesce((SELECT first " +
    "FROM run WHERE room = ?1 AND first < ?2 ORDER BY first DESC LIMIT 1 OFFSET ?3), 0) " +
    "AND key NOT IN (SELECT value FROM json_each(?4)) ORDER BY first DESC",
  occurrences: `SELECT ?1 AS query, count(*) AS runs FROM (${WITH_WORD})`,
  withWord: `SELECT run.* FROM (${WITH_WORD}) CROSS JOIN run ON run.first = id WHERE room = ?3`,
  first: "SELECT * FROM run ORDER BY first LIMIT 1",
  remove: "DELETE FROM run WHERE first = ?",
  removeAfter: "DELETE FROM run WHERE first > ?",
  tooOld: TOO_OLD,
  removeOld: `DELETE FROM run WHERE first IN (${TOO_OLD}) ${RETURNING}`,
  removeExcess: `DELETE FROM run WHERE first IN (${TOO_MANY}) ${RETURNING}`,
  between: "SELECT 1 FROM run WHERE ts > ? AND ts <= ? ORDER BY first DESC LIMIT 1",
  missing: "SELECT value AS id FROM json_each(?1) WHERE NOT EXISTS (SELECT 1 FROM run " +
    "WHERE first = (SELECT max(first) FROM run WHERE first <= value) AND value < first + messages)",
  holding: HOLDING,
  version: "PRAGMA data_version",
  // A quarter of the file is free, and it can shrink: those of earlier versions cannot.
  sparse: "SELECT 1 FROM pragma_page_count, pragma_freelist_count, pragma_auto_vacuum " +
    "WHERE freelist_count > 64 AND freelist_count * 4 > page_count AND auto_vacuum",
  shrink: "PRAGMA incremental_vacuum(64)",
  rebuild: "INSERT INTO search (search) VALUES ('rebuild')",
  optimize: "INSERT INTO search (search) VALUES ('optimize')",
  // Not in a commit, which it would hold up (https://www.sqlite.org/fts5.html, 6.1).
  mergeInSteps: "INSERT INTO search (search, rank) VALUES ('automerge', 0)",
  // 8 pages of the index: about 1 ms.
  mergeAll: "INSERT INTO search (search, rank) VALUES ('merge', -8)",
  merge: "INSERT INTO search (search, rank) VALUES ('merge', 8)",
  changes: "SELECT total_changes() AS n",
  marked: "SELECT id FROM erasing",
  mark: "INSERT OR IGNORE INTO erasing SELECT value FROM json_each(?)",
  rules: "SELECT kind, name, value FROM rule ORDER BY rowid",
  trimRules:
    "DELETE FROM rule WHERE until <= ?1 OR rowid IN (SELECT id FROM (SELECT rowid AS id, " +
    "row_number() OVER (PARTITION BY kind ORDER BY rowid DESC) AS age FROM rule) WHERE age > ?2)",
  removeRules: "DELETE FROM rule WHERE until <= ?2 OR (kind, name) IN " +
    "(SELECT value->>0, value->>1 FROM json_each(?1))",
  addRules: "INSERT INTO rule SELECT value->>0, value->>1, value->>2, value->>3 " +
    "FROM json_each(?) WHERE value->>2 IS NOT NULL",
} as const;

export type Statements = Record<keyof typeof STATEMENTS, StatementSync>;

/** Prepares all statements. @throws {Error} if the tables are not those of a history. */
export function prepare(database: DatabaseSync): Statements {
  const entries = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(entries);
}

/** Runs in a transaction, undone by errors. @throws {Error} if another program is writing, and what `run` throws. */
export function transact<T>(database: DatabaseSync, run: () => T): T {
  try {
    // Errors of `exec` have no code.
    database.prepare("BEGIN IMMEDIATE").run();
    const result = run();
    database.prepare("COMMIT").run();
    return result;
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}
