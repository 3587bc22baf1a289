/** The SQLite file of a history: checks it without changing it, and opens it for one hub, or beside one. */

import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../common/cli/failure.ts";
import { exists, folderOf, look } from "../../common/cli/own_files.ts";
import type { Key } from "../../common/i18n/mod.ts";
import { APPLICATION_ID, run, SCHEMA_VERSION, upgrade, value, verify } from "./schema.ts";

/** How long another program's transaction is waited for, in milliseconds. */
export const BUSY_TIMEOUT = 5000;
/** The head of a database file (https://www.sqlite.org/fileformat.html, 1.3). */
const HEAD = { size: 100, magic: "SQLite format 3\0", applicationId: 68 } as const;

/** By the system's error code, or SQLite's result code, extended or primary (https://www.sqlite.org/rescode.html). */
const FAILURES: Readonly<Record<string, Key>> = {
  EEXIST: "failure.copy_exists",
  ENOENT: "failure.db_no_folder",
  ENOTDIR: "failure.db_no_folder",
  EACCES: "failure.db_no_access",
  EPERM: "failure.db_no_access",
  EROFS: "failure.db_no_access",
  ENOSPC: "failure.db_no_room",
  5: "failure.db_in_use", // BUSY
  8: "failure.db_no_access", // READONLY
  11: "failure.db_damaged", // CORRUPT
  13: "failure.db_no_room", // FULL
  14: "failure.db_no_access", // CANTOPEN
  26: "failure.db_damaged", // NOTADB
  4874: "failure.db_no_room", // IOERR_SHMSIZE
};

/** How long the start waits for other programs that write to the file, in milliseconds. */
const START_TIMEOUT = 2000;

/** The file of a history, and those that are kept beside it, which may not exist. */
export function databaseFiles(path: string): string[] {
  return [path, ...sideFiles(target(path))];
}

function sideFiles(file: string): string[] {
  return ["-wal", "-shm", "-journal", "-lock"].map((suffix) => `${file}${suffix}`);
}

/** The file that a path leads to, which may not exist. */
function target(path: string): string {
  return look(path) ? Deno.realPathSync(path) : path;
}

/**
 * Opens the history in a file, which no other hub can open until it is closed; programs that read it can. Only their
 * owner can read new files.
 * @throws {Failure} if the file cannot be used; it is left as it was.
 */
export function openDatabase(path: string): HistoryDatabase {
  const created: string[] = [];
  let database: HistoryDatabase | undefined;
  try {
    checkSides(path);
    if (ensureFile(path)) created.push(path);
    const file = Deno.realPathSync(path); // SQLite gives names such as ":memory:" another meaning
    if (ensureFile(`${file}-lock`)) created.push(`${file}-lock`);
    database = new HistoryDatabase(file);
    setUp(database, path, file);
    return database;
  } catch (error) {
    database?.close();
    for (const each of created) Deno.removeSync(each);
    throw databaseFailure(path, error);
  }
}

/** Checks the history in a file, which a hub may be using. @throws {Failure} as {@linkcode openDatabase}. */
export function checkDatabase(path: string): void {
  try {
    checkSides(path);
    if (!exists(path)) return void Deno.statSync(folderOf(path));
    ensureFile(path);
    const file = Deno.realPathSync(path);
    if (isHistory(path, file)) {
      inspect(path, file).filter(exists).forEach((side) => Deno.removeSync(side));
    }
  } catch (error) {
    const failure = databaseFailure(path, error);
    if (failure.key !== "failure.db_in_use") throw failure;
  }
}

/** The database of a history, with a lock that keeps other hubs off, and handles of its files. */
export class HistoryDatabase extends DatabaseSync {
  readonly #lock: DatabaseSync;
  #handles: Deno.FsFile[] = [];
  /** What tells the file from others, wherever it is moved to; undefined until it is open. */
  place: Pick<Deno.FileInfo, "dev" | "ino"> | undefined;

  constructor(file: string) {
    const lock = takeLock(`${file}-lock`);
    super(file);
    this.#lock = lock;
  }

  /** Called when SQLite has created the write-ahead log. */
  openHandles(file: string): void {
    this.#handles = [file, `${file}-wal`].map((each) => Deno.openSync(each));
    this.place = Deno.statSync(file);
  }

  /** Sizes in bytes of the file and of its write-ahead log, which need no permission; none once they are closed. */
  get sizes(): number[] {
    return this.#handles.map((each) => each.seekSync(0, Deno.SeekMode.End));
  }

  /** The database is closed first: a process that closes any handle of a file loses its locks of it. */
  override close(): void {
    super.close();
    for (const each of this.#handles) each.close();
    this.#handles = [];
    this.#lock.close();
  }
}

/** SQLite's lock of an empty database: it can be tried in all runtimes, and ends with the process. */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path);
  try {
    value(lock, "PRAGMA journal_mode = MEMORY"); // else there is an empty journal, too
    run(lock, "BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

/** Checks the files beside a file. SQLite would wait for a FIFO, and throw away a write-ahead log without its file. */
function checkSides(path: string): void {
  const file = target(path);
  for (const side of sideFiles(file)) {
    if (look(side)?.isFile === false) throw new Failure("failure.db_no_file", { path: side });
  }
  const size = sizeOf(file);
  const left = [["-wal", !size], ["-journal", size === undefined]] as const;
  for (const [suffix, isAlone] of left) {
    const side = `${file}${suffix}`;
    if (isAlone && sizeOf(side)) throw new Failure("failure.db_left", { path, side });
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

/** Checks the whole file; it and an earlier hub's write-ahead log stay as they are. Returns files that it created. */
function inspect(path: string, file: string): string[] {
  // A hub ended while it created the tables. SQLite must roll that back before it can read, and nothing is lost by it.
  if (exists(`${file}-journal`)) return [];
  const created = [`${file}-wal`, `${file}-shm`].filter((side) => !exists(side));
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    value(database, "PRAGMA busy_timeout = 0"); // a hub that has it open keeps it open
    if (value(database, "PRAGMA quick_check(1)") !== "ok") {
      throw new Failure("failure.db_damaged", { path });
    }
    verify(path, database);
    return created.splice(0);
  } finally {
    database.close();
    for (const side of created) if (exists(side)) Deno.removeSync(side);
  }
}

function setUp(database: HistoryDatabase, path: string, file: string): void {
  if (isHistory(path, file)) inspect(path, file);
  value(database, `PRAGMA busy_timeout = ${START_TIMEOUT}`);
  value(database, "PRAGMA secure_delete = ON"); // what is removed is overwritten
  if (value(database, "SELECT count(*) FROM sqlite_schema") === 0) {
    value(database, "PRAGMA auto_vacuum = INCREMENTAL");
    upgrade(database, 0);
  }
  value(database, "PRAGMA journal_mode = WAL");
  run(database, "PRAGMA synchronous = NORMAL");
  const version = verify(path, database);
  if (version < SCHEMA_VERSION) upgrade(database, version);
  database.openHandles(file);
}

/** Opens a history beside a hub that may be using it. @throws {Failure} if it is not a history, or cannot be used. */
export function openShared(path: string, { isWriting = false } = {}): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    const file = Deno.realPathSync(path);
    const isUnfit = (path: string) => look(path)?.isFile === false;
    if ([file, ...sideFiles(file)].some(isUnfit)) throw new Failure("failure.db_no_file", { path });
    if (!isHistory(path, file)) throw new Failure("failure.db_not_history", { path });
    // At the end SQLite moves a log into the file, and removes what it made beside it; a reader leaves the log alone.
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

/** The failure to report for an error with the file. */
export function databaseFailure(path: string, cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  const { code = "", errcode = 0 } = cause as { code?: string; errcode?: number };
  const key = FAILURES[errcode] ?? FAILURES[errcode & 0xff] ?? FAILURES[code] ??
    "failure.db_unusable";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Failure(key, { path, reason }, { cause });
}

/** Whether another program is writing to the file. */
export function isBusy(error: unknown): boolean {
  return ((error as { errcode?: number }).errcode ?? 0) % 256 === 5;
}

function sizeOf(path: string): number | undefined {
  return exists(path) ? Deno.lstatSync(path).size : undefined;
}
