/** The SQLite file of a history: checks it without changing it, creates its tables, and opens it for one hub alone. */

import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../common/cli/failure.ts";
import { exists, folderOf, look } from "../../common/cli/own_files.ts";
import type { Key } from "../../common/i18n/mod.ts";
import { roomName } from "../../common/protocol/names.ts";

/** SQLite's application id of our files: "chat" in ASCII. */
const APPLICATION_ID = 0x63686174;
/** How long another program's transaction is waited for beside a hub, in milliseconds. */
const BUSY_TIMEOUT = 5000;
/** Incremented with each change of the tables. */
const SCHEMA_VERSION = 6;

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
  kind TEXT NOT NULL CHECK (kind IN ('say', 'action')),
  texts TEXT NOT NULL
) STRICT`,
  run_room: "CREATE INDEX run_room ON run (room, first, key)",
  // For people; the hub does not read it. Character 127 separates the texts (row.ts).
  message: `CREATE VIEW message AS
SELECT first + json_each.key AS id, ts, room, nick, kind, json_each.value AS text
FROM run, json_each('[' || replace(json_quote(texts), char(127), '","') || ']')`,
};

/** The index of words (https://www.sqlite.org/fts5.html), which follows the runs. */
const SEARCH: Readonly<Record<string, string>> = {
  search: `CREATE VIRTUAL TABLE search USING fts5(
  texts, content='run', content_rowid='first', columnsize=0, tokenize='unicode61 remove_diacritics 2'
)`,
  run_added: `CREATE TRIGGER run_added AFTER INSERT ON run BEGIN
  INSERT INTO search (rowid, texts) VALUES (new.first, new.texts);
END`,
  run_removed: `CREATE TRIGGER run_removed AFTER DELETE ON run BEGIN
  INSERT INTO search (search, rowid, texts) VALUES ('delete', old.first, old.texts);
END`,
};

const SCHEMA_5 = { ...SCHEMA_4, ...SEARCH };

/** What moderators have set (rule_table.ts); `until` is when it ends by itself. */
const RULE = `CREATE TABLE rule (
  kind TEXT, name TEXT, value TEXT NOT NULL, until INTEGER, PRIMARY KEY (kind, name)
) STRICT`;

const SCHEMA = { ...SCHEMA_5, rule: RULE };

/** What version 3 had in place of 4. It also kept rooms apart whose names count as the same now. */
const SCHEMA_3 = { ...SCHEMA_4, run_room: "CREATE INDEX run_room ON run (room, first)" };

/** The head of a database file (https://www.sqlite.org/fileformat.html, 1.3). */
const HEAD = { size: 100, magic: "SQLite format 3\0", applicationId: 68 } as const;

/** By the error code of the operating system (`code` of a Deno error). */
const SYSTEM_FAILURES: Readonly<Record<string, Key>> = {
  EEXIST: "failure.copy_exists",
  ENOENT: "failure.db_no_folder",
  ENOTDIR: "failure.db_no_folder",
  EACCES: "failure.db_no_access",
  EPERM: "failure.db_no_access",
  EROFS: "failure.db_no_access",
  ENOSPC: "failure.db_no_room",
};

/** By result code of SQLite, extended or primary (https://www.sqlite.org/rescode.html). */
const SQLITE_FAILURES: Readonly<Record<number, Key>> = {
  5: "failure.db_in_use", // BUSY
  8: "failure.db_no_access", // READONLY
  11: "failure.db_damaged", // CORRUPT
  13: "failure.db_no_room", // FULL
  14: "failure.db_no_access", // CANTOPEN
  26: "failure.db_damaged", // NOTADB
  4874: "failure.db_no_room", // IOERR_SHMSIZE
};

/** The file of a history, and those that SQLite keeps beside it, which may not exist. */
export function databaseFiles(path: string): string[] {
  return [path, ...sideFiles(look(path) ? Deno.realPathSync(path) : path)];
}

function sideFiles(file: string): string[] {
  return ["-wal", "-shm", "-journal"].map((suffix) => `${file}${suffix}`);
}

/**
 * Opens the history in a file, and locks it until it is closed. A new file can be read by its owner only.
 *
 * @throws {Failure} if the file cannot be used; it is left as it was.
 */
export function openDatabase(path: string): DatabaseSync {
  let isNew = false;
  try {
    isNew = ensureFile(path);
    return open(path, checkFile(path));
  } catch (error) {
    if (isNew) Deno.removeSync(path);
    throw databaseFailure(path, error);
  }
}

/** Checks the history in a file, on which a hub may run, and changes nothing. @throws {Failure} as {@linkcode openDatabase}. */
export function checkDatabase(path: string): void {
  try {
    if (!exists(path)) return void Deno.statSync(folderOf(path));
    ensureFile(path);
    checkFile(path);
  } catch (error) {
    const failure = databaseFailure(path, error);
    if (failure.key !== "failure.db_in_use") throw failure;
  }
}

/** Creates an empty file unless the file exists, and returns whether it did. */
function ensureFile(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    if (!isFile) throw new Failure("failure.db_no_file", { path });
    // Not even for root, whom the system lets write to it.
    if (mode !== null && (mode & 0o222) === 0) throw new Failure("failure.db_no_access", { path });
    return false;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  return true;
}

/** Returns the real path of a file that is empty or has a history. */
function checkFile(path: string): string {
  const file = Deno.realPathSync(path); // SQLite gives names such as ":memory:" another meaning
  for (const side of sideFiles(file)) {
    // SQLite would wait for a FIFO.
    if (look(side)?.isFile === false) throw new Failure("failure.db_no_file", { path: side });
  }
  if (isHistory(path, file)) inspect(path, file);
  return file;
}

/** Whether the file has a history; false if it is empty. SQLite must not open any other file. */
function isHistory(path: string, file: string): boolean {
  using opened = Deno.openSync(file, { read: true, write: true });
  const head = new Uint8Array(HEAD.size);
  const size = opened.readSync(head);
  if (size === null) return false;
  const magic = new TextDecoder().decode(head.subarray(0, HEAD.magic.length));
  const id = new DataView(head.buffer).getUint32(HEAD.applicationId);
  if (magic === HEAD.magic && id === APPLICATION_ID) return true;
  throw new Failure("failure.db_not_history", { path });
}

/** Checks the whole file without changing it or the write-ahead log that an earlier hub left. */
function inspect(path: string, file: string): void {
  // A hub ended while it created the tables. SQLite must roll that back before it can read, and nothing is lost by it.
  if (exists(`${file}-journal`)) return;
  const created = [`${file}-wal`, `${file}-shm`].filter((side) => !exists(side));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    value(database, "PRAGMA busy_timeout = 0"); // a hub that has it open keeps it open
    if (value(database, "PRAGMA quick_check(1)") !== "ok") {
      throw new Failure("failure.db_damaged", { path });
    }
    verify(path, database);
  } finally {
    database.close();
    for (const side of created) if (exists(side)) Deno.removeSync(side);
  }
}

function open(path: string, file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    value(database, "PRAGMA locking_mode = EXCLUSIVE");
    if (value(database, "SELECT count(*) FROM sqlite_schema") === 0) upgrade(database, 0);
    value(database, "PRAGMA journal_mode = WAL");
    run(database, "PRAGMA synchronous = NORMAL");
    const version = verify(path, database);
    if (version < SCHEMA_VERSION) upgrade(database, version);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Makes the tables of an earlier version those of {@linkcode SCHEMA_VERSION}; 0 is an empty file. */
function upgrade(database: DatabaseSync, version: number): void {
  run(database, "BEGIN IMMEDIATE");
  if (version === 0) {
    for (const sql of Object.values(SCHEMA_4)) run(database, sql);
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
    for (const sql of Object.values(SEARCH)) run(database, sql);
    run(database, "INSERT INTO search (search) VALUES ('rebuild')");
  }
  run(database, RULE);
  run(database, `PRAGMA user_version = ${SCHEMA_VERSION}`);
  run(database, "COMMIT");
}

/** The version of the tables. @throws {Failure} if they do not match it. */
function verify(path: string, database: DatabaseSync): number {
  const version = Number(value(database, "PRAGMA user_version"));
  if (version > SCHEMA_VERSION) throw new Failure("failure.db_newer", { path });
  const tables = "SELECT name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*' " +
    "AND name NOT GLOB 'search_*'"; // the tables that FTS5 makes for its own
  const rows = database.prepare(tables).all();
  const schema: Readonly<Record<string, string>> =
    { 3: SCHEMA_3, 4: SCHEMA_4, 5: SCHEMA_5, [SCHEMA_VERSION]: SCHEMA }[version] ?? {};
  const isSame = rows.length === Object.keys(schema).length &&
    rows.every(({ name, sql }) => schema[String(name)] === sql);
  if (!isSame) throw new Failure("failure.db_not_history", { path });
  if (value(database, "SELECT count(*) FROM last") !== 1) {
    throw new Failure("failure.db_damaged", { path });
  }
  return version;
}

/**
 * Opens the history in a file beside a hub that may be using it, to read it as it is, or to write to it (`isWriting`).
 *
 * @throws {Failure} if the file is not a history, or cannot be used.
 */
export function openShared(path: string, { isWriting = false } = {}): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    const file = Deno.realPathSync(path);
    const isUnfit = (path: string) => look(path)?.isFile === false;
    if ([file, ...sideFiles(file)].some(isUnfit)) throw new Failure("failure.db_no_file", { path });
    if (!isHistory(path, file)) throw new Failure("failure.db_not_history", { path });
    // At the end SQLite moves a log into the file, and removes what it made beside it; but a reader leaves a log as it is.
    const readOnly = !isWriting && look(`${file}-wal`) !== undefined;
    database = new DatabaseSync(file, { readOnly });
    value(database, `PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
    value(database, "PRAGMA secure_delete = ON");
    const version = verify(path, database);
    if (isWriting && version < SCHEMA_VERSION) upgrade(database, version);
    return database;
  } catch (error) {
    database?.close();
    const isMissing = error instanceof Deno.errors.NotFound;
    throw isMissing ? new Failure("failure.no_such_file", { path }) : databaseFailure(path, error);
  }
}

/** As `exec`, but its errors have a code. */
function run(database: DatabaseSync, sql: string): void {
  database.prepare(sql).run();
}

/** The first column of the first row. */
function value(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}

/** The failure to report for an error with the file. */
export function databaseFailure(path: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const { code = "", errcode = 0 } = cause as { code?: string; errcode?: number };
  const key = SQLITE_FAILURES[errcode] ?? SQLITE_FAILURES[errcode & 0xff] ??
    SYSTEM_FAILURES[code] ?? "failure.db_unusable";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure(key, { path, reason }, { cause });
}
