/**
 * History on disk, which outlives the hub. What was said lately is in memory too; the file has everything, is written once
 * a tick, and is read for what memory does not have. While it cannot be written, what is new waits in memory, bounded, and
 * is tried again. It knows neither the path's faults nor the tables' making, which are database.ts's.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Log } from "../log.ts";
import { databaseFailure, openDatabase } from "./database.ts";
import { MessageLog } from "./message_log.ts";
import { MEMORY_LIMITS, MemoryHistory } from "./memory.ts";
import type { History, HistoryNotice, MissedMessages, Retention } from "./mod.ts";
import { type HistoryRow, readRow, toRow, trimRow } from "./row.ts";
import { type Run, RUN_LIMITS } from "./run.ts";
import type { Posted } from "../types.ts";

export interface SqliteOptions {
  /** Of the file, for the log. */
  path: string;
  keep: Retention;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  unsaved?: UnsavedLimits;
}

/** What may wait for a file that cannot be written. */
export interface UnsavedLimits {
  messages: number;
  bytes: number;
}

const UNSAVED_LIMITS: UnsavedLimits = { messages: 10_000, bytes: 8 * 1024 * 1024 };
/** Of what failed, one line is logged in so many milliseconds. */
const LOG_EVERY = 60_000;
/** Messages that are removed at once, so that nobody waits for it; not fewer than one row may have. */
const PRUNED_AT_ONCE = RUN_LIMITS.messages;
/** Messages and bytes that are read at once, for the same reason. */
const READ_AT_ONCE = { messages: 1000, bytes: 4 * 1024 * 1024 };
/**
 * What was written stands in SQLite's log (https://www.sqlite.org/wal.html) until it is moved into the file, which costs as
 * much again and waits for the disk. With so many bytes there, about, that is done at the first sweep before which little
 * was written, and with so many pages of 4096 bytes at once.
 */
const MOVED = { bytes: 1024 * 1024, little: 256 * 1024, pages: 32000 };
/** Bytes that a commit writes besides what it is for, about. */
const COMMIT_BYTES = 8192;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Opens the history in a file, which is made where there is none.
 *
 * @throws {Failure} when the path cannot serve for it.
 */
export function openHistory(options: SqliteOptions): SqliteHistory {
  const database = openDatabase(options.path);
  try {
    return new SqliteHistory(database, options);
  } catch (error) {
    database.close();
    throw databaseFailure(options.path, error);
  }
}

export class SqliteHistory implements History {
  readonly lastId: number;
  readonly #database: DatabaseSync;
  readonly #options: SqliteOptions;
  readonly #statements: Record<keyof typeof STATEMENTS, StatementSync>;
  readonly #recent = new MemoryHistory(MEMORY_LIMITS, (run) => this.#await(run));
  /** In the file. */
  #count: number;
  /** The last id that was given, and the one that the file knows of. */
  #givenId: number;
  #savedId: number;
  /** All are newer than what is in the file. */
  readonly #unsaved = new MessageLog({ maxDropped: 0 });
  /** What is not moved into the file yet, in bytes, about, and how much of it was there at the last sweep. */
  #unmoved = 0;
  #sweptUnmoved = 0;
  /** Whether the last attempt to write failed, and how many messages have been given up since. */
  #isFailing = false;
  #lost = 0;
  #loggedAt = -Infinity;
  /** Whether the log was told of the failure that lasts. */
  #isLogged = false;

  /**
   * Takes over a database that database.ts opened, and removes from it what is too old.
   *
   * @throws when it cannot be read.
   */
  constructor(database: DatabaseSync, options: SqliteOptions) {
    this.#database = database;
    database.exec(`PRAGMA wal_autocheckpoint = ${MOVED.pages}`);
    this.#options = options;
    this.#statements = prepare(database);
    const { newest, count } = database.prepare(
      "SELECT max(id, (SELECT coalesce(max(first + messages - 1), 0) FROM run)) AS newest, " +
        "(SELECT coalesce(sum(messages), 0) FROM run) AS count FROM last",
    ).get() as { newest: number; count: number };
    this.lastId = this.#givenId = this.#savedId = newest;
    this.#count = count;
    while (this.#prune());
  }

  add(said: Posted): void {
    this.#recent.add(said);
  }

  last(room: string, count: number): Posted[] {
    if (count <= 0) return [];
    const recent = this.#recent.last(room, count);
    // Memory drops a room's oldest messages first, and the file has none that is newer than one that waits for it.
    const unsaved = this.#unsaved.last(Infinity).filter(({ message }) =>
      message.room === room && message.id < oldestId(recent)
    );
    const known = [...unsaved, ...recent].slice(-count);
    return count > known.length
      ? [...this.#read(room, count - known.length, oldestId(known)), ...known]
      : known;
  }

  after(room: string, id: number): MissedMessages {
    return this.#recent.after(room, id);
  }

  /** In the file it stays, for those who open the room again. */
  forget(room: string): void {
    this.#recent.forget(room);
  }

  commit(lastId: number): HistoryNotice | undefined {
    this.#givenId = lastId;
    this.#recent.commit();
    if (this.#isFailing || lastId === this.#savedId) return undefined;
    return this.#save();
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  sweep(): HistoryNotice | undefined {
    if (this.#isFailing) return this.#save();
    this.#prune();
    const written = this.#unmoved - this.#sweptUnmoved;
    if (this.#unmoved > MOVED.bytes && written < MOVED.little) this.#move();
    this.#sweptUnmoved = this.#unmoved;
    return undefined;
  }

  close(): void {
    if (this.#givenId !== this.#savedId) this.#save();
    const { log, path } = this.#options;
    const lost = this.#lost + this.#unsaved.size;
    if (lost > 0) log.error("history lost", { path, messages: lost });
    try {
      this.#database.close();
    } catch (error) {
      log.error("history failed", { path, error: String(error) });
    }
  }

  /** Writes what waits in one transaction. */
  #save(): HistoryNotice | undefined {
    const rows = this.#unsaved.runs().map(toRow);
    try {
      this.#write(rows);
    } catch (error) {
      if (this.#complain(error)) this.#isLogged = true;
      if (this.#isFailing) return undefined;
      this.#isFailing = true;
      this.#bound();
      return { code: "history_unsaved", params: {} };
    }
    this.#count += this.#unsaved.size;
    this.#unmoved += rows.reduce((sum, { texts }) => sum + texts.length, COMMIT_BYTES);
    this.#savedId = this.#givenId;
    this.#unsaved.clear();
    return this.#isFailing ? this.#recover() : undefined;
  }

  #write(rows: readonly HistoryRow[]): void {
    // That of the last message is known by the message.
    const last = rows.at(-1);
    const isKnown = last && last.first + last.messages - 1 === this.#givenId;
    // A statement by itself is a transaction, and the cheapest.
    if (isKnown && rows.length === 1 && !this.#isFailing) return this.#insert(rows[0]!);
    this.#transact(() => {
      // An attempt that failed may have written all the same.
      if (this.#isFailing) this.#statements.removeAfter.run(this.#savedId);
      for (const row of rows) this.#insert(row);
      if (!isKnown) this.#statements.setLast.run(this.#givenId);
    });
  }

  /** It waits to be written. */
  #await(run: Run): void {
    this.#unsaved.add(run);
    if (this.#isFailing) this.#bound();
  }

  /** Gives up the oldest messages that wait, as far as they are too many. */
  #bound(): void {
    const { messages, bytes } = this.#options.unsaved ?? UNSAVED_LIMITS;
    while (this.#unsaved.size > messages || this.#unsaved.bytes > bytes) {
      this.#unsaved.drop();
      this.#lost++;
    }
  }

  #insert({ first, messages, ts, room, nick, key, kind, texts }: HistoryRow): void {
    this.#statements.insert.run(first, messages, ts, room, nick, key, kind, texts);
  }

  /** Moves what is in the log into the file. Where that fails nothing is lost, and it is done some other time. */
  #move(): void {
    this.#unmoved = 0;
    try {
      this.#statements.move.get();
    } catch {
      // A disk that is full is found when something is said.
    }
  }

  #recover(): HistoryNotice {
    const lost = this.#lost;
    const { log, path } = this.#options;
    if (this.#isLogged) log.info("history saved again", { path, lost });
    this.#isFailing = this.#isLogged = false;
    this.#lost = 0;
    return { code: "history_saved", params: { lost } };
  }

  /** Removes the oldest messages, if they are too old or too many; gives whether it has. What fails is left for later. */
  #prune(): boolean {
    try {
      const due = this.#due();
      if (!due) return false;
      let removed = 0;
      this.#transact(() => {
        removed = this.#remove(due);
        // The last message may be among them.
        this.#statements.setLast.run(this.#savedId);
      });
      this.#count -= removed;
      return removed > 0;
    } catch (error) {
      this.#complain(error);
      return false;
    }
  }

  /** What is to be removed. */
  #due(): Due | undefined {
    const { keep, now } = this.#options;
    if ("messages" in keep) {
      const count = Math.min(this.#count - keep.messages, PRUNED_AT_ONCE);
      return count > 0 ? { count } : undefined;
    }
    const before = now() - keep.days * DAY;
    const oldest = this.#statements.oldest.get(PRUNED_AT_ONCE)?.["ts"] ?? before;
    return Number(oldest) < before ? { count: PRUNED_AT_ONCE, before } : undefined;
  }

  /** Gives how many messages it has removed. */
  #remove({ count, before }: Due): number {
    const { removeOldest, first } = this.#statements;
    const removed = removeOldest.all(count, before ?? Number.MAX_SAFE_INTEGER)
      .reduce((sum, { messages }) => sum + Number(messages), 0);
    if (before !== undefined || removed === count) return removed;
    // The end of what is to go is within a row.
    const oldest = first.get() as unknown as HistoryRow;
    this.#statements.remove.run(oldest.first);
    this.#insert(trimRow(oldest, count - removed));
    return count;
  }

  /** Of a room, the last messages before an id, as far as they are in the file and it can be read. */
  #read(room: string, count: number, before: number): Posted[] {
    const found: Posted[] = [];
    const most = Math.min(count, READ_AT_ONCE.messages);
    try {
      let bytes = 0;
      for (const said of this.#backwards(room, before)) {
        bytes += 2 * said.message.text.length;
        if (bytes > READ_AT_ONCE.bytes) break;
        found.push(said);
        if (found.length === most) break;
      }
    } catch (error) {
      this.#complain(error);
    }
    return found.reverse();
  }

  /** A room's messages in the file before an id, the newest first. */
  *#backwards(room: string, before: number): Generator<Posted> {
    for (const row of this.#statements.last.iterate(room, before)) {
      for (const said of readRow(row as unknown as HistoryRow).reverse()) {
        if (said.message.id < before) yield said;
      }
    }
  }

  #transact(run: () => void): void {
    try {
      this.#statements.begin.run();
      run();
      this.#statements.commit.run();
    } finally {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    }
  }

  /** Tells the log, unless it was told a moment ago, and gives which of both. */
  #complain(error: unknown): boolean {
    const { log, now, path } = this.#options;
    // A clock that was set back in the meantime must not silence it.
    if (Math.abs(now() - this.#loggedAt) < LOG_EVERY) return false;
    this.#loggedAt = now();
    log.error("history failed", { path, error: String(error), unsaved: this.#unsaved.size });
    return true;
  }
}

/** Of the so many oldest messages, those from before a moment, or all. */
interface Due {
  readonly count: number;
  readonly before?: number;
}

/** The oldest rows with so many messages at the most. */
const OLDEST = "SELECT first, ts FROM (SELECT first, ts, " +
  "sum(messages) OVER (ORDER BY first) AS total " +
  "FROM (SELECT first, ts, messages FROM run ORDER BY first LIMIT ?1)) WHERE total <= ?1";

const STATEMENTS = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  insert: "INSERT INTO run (first, messages, ts, room, nick, key, kind, texts) " +
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  move: "PRAGMA wal_checkpoint",
  setLast: "UPDATE last SET id = ?",
  last: "SELECT * FROM run WHERE room = ? AND first < ? ORDER BY first DESC",
  first: "SELECT * FROM run ORDER BY first LIMIT 1",
  remove: "DELETE FROM run WHERE first = ?",
  removeAfter: "DELETE FROM run WHERE first > ?",
  // The clock may have been ahead when the first of them was said.
  oldest: `SELECT min(ts) AS ts FROM (${OLDEST})`,
  removeOldest: `DELETE FROM run WHERE first IN (SELECT first FROM (${OLDEST})) AND ts < ?2 ` +
    "RETURNING messages",
} as const;

function prepare(database: DatabaseSync): Record<keyof typeof STATEMENTS, StatementSync> {
  const entries = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(entries);
}

function oldestId([oldest]: Posted[]): number {
  return oldest?.message.id ?? Number.MAX_SAFE_INTEGER;
}
