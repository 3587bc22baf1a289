/**
 * The file of a history: finds out whether a path can serve for one, while nothing is changed yet, and opens it for one
 * hub alone. It knows the tables, but not what is done with them.
 */

import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../common/cli/failure.ts";
import type { Key } from "../../common/i18n/mod.ts";

/** Marks the file as ours, where SQLite has a place for that: "chat" in ASCII. */
const APPLICATION_ID = 0x63686174;
/** Of the tables. Grows with each change to them. */
const SCHEMA_VERSION = 3;

/** By name. SQLite stores this SQL as it is written; a file is recognised by it. */
const SCHEMA: Readonly<Record<string, string>> = {
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
  run_room: "CREATE INDEX run_room ON run (room, first)",
  // For people: the hub does not read it. Character 127 stands between texts, and in none of them.
  message: `CREATE VIEW message AS
SELECT first + json_each.key AS id, ts, room, nick, kind, json_each.value AS text
FROM run, json_each('[' || replace(json_quote(texts), char(127), '","') || ']')`,
};

/** The head of a database file (https://www.sqlite.org/fileformat.html, 1.3). */
const HEAD = { size: 100, magic: "SQLite format 3\0", applicationId: 68 } as const;

/** By the code of the operating system, as Deno gives it in `code`. */
const SYSTEM_FAILURES: Readonly<Record<string, Key>> = {
  ENOENT: "failure.db_no_folder",
  ENOTDIR: "failure.db_no_folder",
  EACCES: "failure.db_no_access",
  EPERM: "failure.db_no_access",
  EROFS: "failure.db_no_access",
  ENOSPC: "failure.db_no_room",
};

/** By the primary result code of SQLite, or the whole one where that says more (https://www.sqlite.org/rescode.html). */
const SQLITE_FAILURES: Readonly<Record<number, Key>> = {
  5: "failure.db_in_use", // BUSY
  8: "failure.db_no_access", // READONLY
  11: "failure.db_damaged", // CORRUPT
  13: "failure.db_no_room", // FULL
  14: "failure.db_no_access", // CANTOPEN
  26: "failure.db_damaged", // NOTADB
  4874: "failure.db_no_room", // IOERR_SHMSIZE
};

/**
 * Opens the history in a file, and makes the file, for its owner alone, where there is none. Until it is closed nobody else
 * can open it.
 *
 * @throws {Failure} when the path cannot serve. Then everything there is as it was before.
 */
export function openDatabase(path: string): DatabaseSync {
  let isNew = false;
  try {
    isNew = makeFile(path);
    const file = Deno.realPathSync(path); // which is none of the names that SQLite takes for something else
    if (isHistory(path, file)) inspect(path, file);
    return open(path, file);
  } catch (error) {
    if (isNew) Deno.removeSync(path);
    throw databaseFailure(path, error);
  }
}

/** Makes an empty file, and gives whether that was needed. */
function makeFile(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    if (!isFile) throw new Failure("failure.db_no_file", { path });
    // Not even for those whom the system lets write to everything.
    if (mode !== null && (mode & 0o222) === 0) throw new Failure("failure.db_no_access", { path });
    return false;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  return true;
}

/** Whether there is a history in the file, and not nothing yet. SQLite must not touch what is neither. */
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

/** Looks through the whole file without a change to it, nor to what an earlier hub could not move into it any more. */
function inspect(path: string, file: string): void {
  // The hub ended while it made the tables: to be read at all, that must first be undone, which is no loss.
  if (exists(`${file}-journal`)) return;
  const ours = [`${file}-wal`, `${file}-shm`].filter((each) => !exists(each));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    value(database, "PRAGMA busy_timeout = 0"); // whoever has it open keeps it for long
    if (value(database, "PRAGMA quick_check(1)") !== "ok") {
      throw new Failure("failure.db_damaged", { path });
    }
    verify(path, database);
  } finally {
    database.close();
    for (const each of ours) if (exists(each)) Deno.removeSync(each);
  }
}

function open(path: string, file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    value(database, "PRAGMA locking_mode = EXCLUSIVE");
    if (value(database, "SELECT count(*) FROM sqlite_schema") === 0) create(database);
    value(database, "PRAGMA journal_mode = WAL");
    run(database, "PRAGMA synchronous = NORMAL");
    verify(path, database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function create(database: DatabaseSync): void {
  run(database, "BEGIN IMMEDIATE");
  for (const sql of Object.values(SCHEMA)) run(database, sql);
  run(database, "INSERT INTO last VALUES (1, 0)");
  run(database, `PRAGMA application_id = ${APPLICATION_ID}`);
  run(database, `PRAGMA user_version = ${SCHEMA_VERSION}`);
  run(database, "COMMIT");
}

/** @throws {Failure} when the tables are not those of {@linkcode SCHEMA_VERSION}. */
function verify(path: string, database: DatabaseSync): void {
  const version = Number(value(database, "PRAGMA user_version"));
  if (version > SCHEMA_VERSION) throw new Failure("failure.db_newer", { path });
  const rows = database.prepare(
    "SELECT name, sql FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'",
  )
    .all();
  const isSame = version === SCHEMA_VERSION && rows.length === Object.keys(SCHEMA).length &&
    rows.every(({ name, sql }) => SCHEMA[String(name)] === sql);
  if (!isSame) throw new Failure("failure.db_not_history", { path });
  if (value(database, "SELECT count(*) FROM last") !== 1) {
    throw new Failure("failure.db_damaged", { path });
  }
}

/** Unlike `exec`, which does not say by a code what has failed. */
function run(database: DatabaseSync, sql: string): void {
  database.prepare(sql).run();
}

/** The first column of the first row. */
function value(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get() ?? {})[0];
}

/** Why a file cannot keep a history. */
export function databaseFailure(path: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const { code, errcode } = cause as { code?: unknown; errcode?: unknown };
  const key =
    (typeof errcode === "number"
      ? SQLITE_FAILURES[errcode] ?? SQLITE_FAILURES[errcode & 0xff]
      : undefined) ??
      (typeof code === "string" && Object.hasOwn(SYSTEM_FAILURES, code)
        ? SYSTEM_FAILURES[code]
        : undefined) ??
      "failure.db_unusable";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure(key, { path, reason }, { cause });
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
