/** The tables of a history in SQLite, by version: creating, upgrading and recognising them. */

import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../../common/cli/failure.ts";
import { roomName } from "../../common/protocol/names.ts";

/** SQLite's application id of our files: "chat" in ASCII. */
export const APPLICATION_ID = 0x63686174;
/** Incremented with each change of the tables. */
export const SCHEMA_VERSION = 7;

const KINDS_4 = "('say', 'action')";

/** The tables of version 4 by name. SQLite stores this SQL as it is written; a file is recognised by it. */
const SCHEMA_4: Readonly<Record<string, string>> = {
  last: `CREATE TABLE last (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id INTEGER NOT NULL
) STRICT`,
  run: `CREATE TABLE run (
  first INTEGER PRIMARY KEY,
  messages INTEGER NOT NULL,
  ts INTEGER NOT NULL,
  room TEXT NOT NULL,
  nick TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ${KINDS_4}),
  texts TEXT NOT NULL
) STRICT`,
  run_room: "CREATE INDEX run_room ON run (room, first, key)",
  // For people; the hub does not read it. Character 127 separates the texts (row.ts).
  message: `CREATE VIEW message AS
SELECT first + json_each.key AS id, ts, room, nick, kind, json_each.value AS text
FROM run, json_each('[' || replace(json_quote(texts), char(127), '","') || ']')`,
};

/** What removes a row from the index of words. */
export const ON_REMOVED = `CREATE TRIGGER run_removed AFTER DELETE ON run BEGIN
  INSERT INTO search (search, rowid, texts) VALUES ('delete', old.first, old.texts);
END`;

/** The index of words (https://www.sqlite.org/fts5.html), which follows the runs. */
const SEARCH: Readonly<Record<string, string>> = {
  search: `CREATE VIRTUAL TABLE search USING fts5(
  texts, content='run', content_rowid='first', columnsize=0, tokenize='unicode61 remove_diacritics 2'
)`,
  run_added: `CREATE TRIGGER run_added AFTER INSERT ON run BEGIN
  INSERT INTO search (rowid, texts) VALUES (new.first, new.texts);
END`,
  run_removed: ON_REMOVED,
};

/** What version 6 added. */
const ADDED: Readonly<Record<string, string>> = {
  // What moderators have set (rule_table.ts); `until` is when it ends by itself.
  rule: `CREATE TABLE rule (
  kind TEXT, name TEXT, value TEXT NOT NULL, until INTEGER, PRIMARY KEY (kind, name)
) STRICT`,
  // Messages that were deleted, and are erased in the next moments, or at the next start.
  erasing: "CREATE TABLE erasing (id INTEGER PRIMARY KEY) STRICT",
};

/** Version 7 added a kind of message. */
const RUN = SCHEMA_4["run"]!.replace(KINDS_4, "('say', 'action', 'notice')");

/** By version. Version 3 had another index, and kept rooms apart whose names count as the same now. */
const SCHEMAS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  3: { ...SCHEMA_4, run_room: "CREATE INDEX run_room ON run (room, first)" },
  4: SCHEMA_4,
  5: { ...SCHEMA_4, ...SEARCH },
  6: { ...SCHEMA_4, ...SEARCH, ...ADDED },
  [SCHEMA_VERSION]: { ...SCHEMA_4, run: RUN, ...SEARCH, ...ADDED },
};

/** Makes the tables of an earlier version those of {@linkcode SCHEMA_VERSION}; 0 is an empty file. */
export function upgrade(database: DatabaseSync, version: number): void {
  const create = (schema: object) => Object.values(schema).forEach((sql) => run(database, sql));
  run(database, "BEGIN IMMEDIATE");
  if (version === 0) {
    create({ ...SCHEMA_4, run: RUN });
    run(database, "INSERT INTO last VALUES (1, 0)");
    run(database, `PRAGMA application_id = ${APPLICATION_ID}`);
  }
  if (version === 3) {
    const respell = database.prepare("UPDATE run SET room = ?1 WHERE room = ?2 AND room <> ?1");
    for (const { room } of database.prepare("SELECT DISTINCT room FROM run").all()) {
      respell.run(roomName(String(room)), String(room));
    }
    run(database, "DROP INDEX run_room");
    run(database, SCHEMA_4["run_room"]!);
  }
  if (version < 5) {
    create(SEARCH);
    run(database, "INSERT INTO search (search) VALUES ('rebuild')");
  }
  if (version < 6) create(ADDED);
  if (version > 0) renewRun(database);
  run(database, `PRAGMA user_version = ${SCHEMA_VERSION}`);
  run(database, "COMMIT");
}

/** Copies the runs into a new table, as SQLite cannot change a CHECK. Indices, triggers and views stay. */
function renewRun(database: DatabaseSync): void {
  const sql = "SELECT sql FROM sqlite_schema WHERE tbl_name = 'run' AND type <> 'table'";
  const dropped = database.prepare(sql).all();
  run(database, "PRAGMA legacy_alter_table = ON"); // else the views would follow the old table
  run(database, "ALTER TABLE run RENAME TO earlier");
  run(database, RUN);
  run(database, "INSERT INTO run SELECT * FROM earlier");
  run(database, "DROP TABLE earlier");
  for (const { sql } of dropped) run(database, String(sql));
}

/** The version of the tables. @throws {Failure} if they do not match it. */
export function verify(path: string, database: DatabaseSync): number {
  const version = Number(value(database, "PRAGMA user_version"));
  if (version > SCHEMA_VERSION) throw new Failure("failure.db_newer", { path });
  const tables = "SELECT name, sql, type IN ('view', 'index') AS isHarmless FROM sqlite_schema " +
    "WHERE name NOT GLOB 'sqlite_*' AND name NOT GLOB 'search_*'"; // the tables that FTS5 makes for its own
  const rows = database.prepare(tables).all();
  const schema = SCHEMAS[version] ?? {};
  // Views and indices of its owner may stay.
  const ours = rows.filter(({ name, isHarmless }) => String(name) in schema || !isHarmless);
  const isSame = ours.length === Object.keys(schema).length &&
    ours.every(({ name, sql }) => schema[String(name)] === sql);
  if (!isSame) throw new Failure("failure.db_not_history", { path });
  if (value(database, "SELECT count(*) FROM last") !== 1) {
    throw new Failure("failure.db_damaged", { path });
  }
  return version;
}

/** As `exec`, but its errors have a code. */
export function run(database: DatabaseSync, sql: string): void {
  database.prepare(sql).run();
}

/** The first column of the first row. */
export function value(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}
