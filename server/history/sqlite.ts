/**
 * History in an SQLite file, which outlives the hub. Recent messages are in memory too; the file is written once a tick, and
 * read for what memory does not have. While it cannot be written, new messages wait in memory, up to a limit, and writing is
 * tried again.
 */

import type { DatabaseSync } from "node:sqlite";
import type { Log } from "../log.ts";
import type { HiddenAuthors, Posted } from "../types.ts";
import { databaseFailure, openDatabase } from "./database.ts";
import { MEMORY_LIMITS, MemoryHistory } from "./memory.ts";
import { MessageLog } from "./message_log.ts";
import type { History, HistoryNotice, MissedMessages, Retention } from "./mod.ts";
import { type HistoryRow, toRow, toRun } from "./row.ts";
import { messageAt, type Run, RUN_LIMITS, trimRun } from "./run.ts";
import { RuleTable } from "./rule_table.ts";
import { findIn, type Found, type Search } from "./search.ts";
import { prepare, type Statements } from "./statements.ts";

export interface SqliteOptions {
  /** Path of the file, for the log. */
  path: string;
  keep: Retention;
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
  unsaved?: typeof UNSAVED_LIMITS;
}

/** Limits of what waits while the file cannot be written. */
const UNSAVED_LIMITS = { messages: 10_000, bytes: 8 * 1024 * 1024 };
/** Failures are logged at most once in this time, in milliseconds. */
const LOG_INTERVAL = 60_000;
/** Messages removed in one step, which must be short; at least as many as a row may have. */
const PRUNE_STEP = RUN_LIMITS.messages;
/** Bytes of messages that are read of the file for one reader, about. */
const MAX_READ = 4 * 1024 * 1024;
/** Runs in the file, at most, that are looked at for a reader who ignores authors: about 3 ms, in the index alone. */
export const MAX_LOOKED_AT = 10_000;
/** Runs in the file, at most, that are looked at for a search: about 5 ms. And words that are counted for it: about 1 ms. */
const SEARCH = { runs: 1000, words: 8 } as const;
/**
 * When the write-ahead log (https://www.sqlite.org/wal.html) is moved into the file, which waits for the disk: with `bytes` in
 * it, at a sweep since which fewer than `quiet` bytes were written; with `pages` of 4096 bytes in it, at the next commit.
 */
const CHECKPOINT = { bytes: 1024 * 1024, quiet: 256 * 1024, pages: 32000 };
/** Bytes that a commit writes besides the texts, about. */
const COMMIT_BYTES = 12_288;
const DAY = 24 * 60 * 60 * 1000;

/** Opens the history in a file, or creates the file. @throws {Failure} if the file cannot be used. */
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
  readonly rules: RuleTable;
  readonly #database: DatabaseSync;
  readonly #options: SqliteOptions;
  readonly #statements: Statements;
  readonly #recent = new MemoryHistory(MEMORY_LIMITS, (run) => this.#enqueue(run));
  /** Number of messages in the file. */
  #count: number;
  /** The last id that was given. */
  #givenId: number;
  /** The last id that is in the file. */
  #savedId: number;
  /** Messages that are not in the file yet; all are newer than those in it. */
  readonly #unsaved = new MessageLog({ maxDropped: 0 });
  /** Size of the write-ahead log in bytes, about, now and at the last sweep. */
  #walBytes = 0;
  #sweptWalBytes = 0;
  /** Whether the last attempt to write failed. */
  #isFailing = false;
  /** Messages dropped since then. */
  #lost = 0;
  #loggedAt = -Infinity;
  /** Whether the current failure is in the log. */
  #isLogged = false;

  /** Takes over an open database, and removes what is too old. @throws {Error} if it cannot be read. */
  constructor(database: DatabaseSync, options: SqliteOptions) {
    this.#database = database;
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT.pages}`);
    this.#options = options;
    this.#statements = prepare(database);
    this.rules = new RuleTable(this.#statements, options.now());
    const { newest, count } = database.prepare(
      "SELECT max(id, (SELECT coalesce(max(first + messages - 1), 0) FROM run)) AS newest, " +
        "(SELECT coalesce(sum(messages), 0) FROM run) AS count FROM last",
    ).get() as { newest: number; count: number };
    this.lastId = this.#givenId = this.#savedId = newest;
    this.#count = count;
    while (this.#prune());
  }

  add(posted: Posted): void {
    this.#recent.add(posted);
  }

  last(room: string, count: number, hidden?: HiddenAuthors): Posted[] {
    const found: Posted[] = [];
    try {
      for (const posted of this.#backwards(room, hidden).take(Math.max(0, count))) {
        found.push(posted);
      }
    } catch (error) {
      this.#logFailure(error);
    }
    return found.reverse();
  }

  /** The messages of a room without those of hidden authors, the newest first, as far as they may be read. */
  *#backwards(room: string, hidden: HiddenAuthors | undefined): Generator<Posted> {
    // Memory has the newest messages, and the file only older ones than those that wait.
    let before = Number.MAX_SAFE_INTEGER;
    for (const messages of [this.#recent.backwards(room), this.#waiting(room)]) {
      for (const posted of messages) {
        const { message: { id }, author } = posted;
        if (id >= before) continue;
        before = id;
        if (!hidden?.hides(author)) yield posted;
      }
    }
    const { last, lastShown } = this.#statements;
    const rows = hidden
      ? lastShown.iterate(room, before, MAX_LOOKED_AT, JSON.stringify([...hidden.keys]))
      : last.iterate(room, before);
    let bytes = 0;
    for (const row of rows) {
      for (const posted of newestFirst(row)) {
        if (posted.message.id >= before) continue;
        bytes += 2 * posted.message.text.length;
        if (bytes > MAX_READ) return;
        yield posted;
      }
    }
  }

  /** The messages of a room that are not in the file yet, the newest first. */
  #waiting(room: string): IteratorObject<Posted> {
    return this.#unsaved.backwards().filter(({ message }) => message.room === room);
  }

  after(room: string, id: number): MissedMessages {
    return this.#recent.after(room, id);
  }

  search(search: Search): Found {
    this.#recent.commit();
    const { occurrences } = this.#statements;
    try {
      const rarest = search.words.slice(0, SEARCH.words)
        .map((word) => occurrences.get(`"${word}"`, SEARCH.runs) as { query: string; runs: number })
        .reduce((rarest, each) => each.runs < rarest.runs ? each : rarest);
      const found = findIn(this.#candidates(search.room, rarest.query), search);
      return { ...found, hasMore: found.hasMore || rarest.runs === SEARCH.runs };
    } catch (error) {
      this.#logFailure(error);
      return { messages: [], hasMore: true };
    }
  }

  /** The messages of a room that wait, and those of runs in the file with a word, the newest first. */
  *#candidates(room: string, query: string): Generator<Posted> {
    yield* this.#waiting(room);
    for (const row of this.#statements.withWord.iterate(query, SEARCH.runs, room)) {
      yield* newestFirst(row);
    }
  }

  /** The messages stay in the file, for whoever opens the room again. */
  forget(room: string): void {
    this.#recent.forget(room);
  }

  remove(room: string, ids: readonly number[]): Posted[] {
    return this.#recent.remove(room, ids);
  }

  takeRemoved(): [] {
    return [];
  }

  commit(lastId: number): HistoryNotice | undefined {
    this.#givenId = lastId;
    this.#recent.commit();
    if (this.#isFailing || this.#isSaved) return undefined;
    return this.#save();
  }

  get #isSaved(): boolean {
    return this.#givenId === this.#savedId && this.rules.isSaved;
  }

  get isFailing(): boolean {
    return this.#isFailing;
  }

  sweep(): HistoryNotice | undefined {
    if (this.#isFailing || !this.rules.isSaved) return this.#save();
    this.#prune();
    const written = this.#walBytes - this.#sweptWalBytes;
    if (this.#walBytes > CHECKPOINT.bytes && written < CHECKPOINT.quiet) this.#checkpoint();
    this.#sweptWalBytes = this.#walBytes;
    return undefined;
  }

  close(): void {
    if (!this.#isSaved) this.#save();
    const { log, path } = this.#options;
    const lost = this.#lost + this.#unsaved.size;
    if (lost > 0) log.error("history lost", { path, messages: lost });
    try {
      this.#database.close();
    } catch (error) {
      log.error("history failed", { path, error: String(error) });
    }
  }

  /** Writes what waits, in one transaction. */
  #save(): HistoryNotice | undefined {
    const rows = this.#unsaved.runs().map(toRow);
    try {
      this.#write(rows);
    } catch (error) {
      if (this.#logFailure(error)) this.#isLogged = true;
      if (this.#isFailing) return undefined;
      this.#isFailing = true;
      this.#dropExcess();
      return { code: "history_unsaved", params: {} };
    }
    this.#count += this.#unsaved.size;
    this.#walBytes += rows.reduce((sum, { texts }) => sum + texts.length, COMMIT_BYTES);
    this.#savedId = this.#givenId;
    this.#unsaved.clear();
    this.rules.markSaved();
    return this.#isFailing ? this.#recover() : undefined;
  }

  #write(rows: readonly HistoryRow[]): void {
    // The table `last` is needed only if the last id is not that of the last message.
    const last = rows.at(-1);
    const isKnown = last && last.first + last.messages - 1 === this.#givenId;
    // A single statement is the cheapest transaction.
    if (isKnown && !this.#isFailing && this.rules.isSaved) return this.#insert(rows);
    this.#transact(() => {
      // The failed attempt may still have written.
      if (this.#isFailing) this.#statements.removeAfter.run(this.#savedId);
      this.#insert(rows);
      if (!isKnown) this.#statements.setLast.run(this.#givenId);
      if (!this.rules.isSaved) this.rules.write(this.#options.now());
    });
  }

  #enqueue(run: Run): void {
    this.#unsaved.add(run);
    if (this.#isFailing) this.#dropExcess();
  }

  /** Drops the oldest messages that wait, down to the limits. */
  #dropExcess(): void {
    const { messages, bytes } = this.#options.unsaved ?? UNSAVED_LIMITS;
    while (this.#unsaved.size > messages || this.#unsaved.bytes > bytes) {
      this.#unsaved.drop();
      this.#lost++;
    }
  }

  /** In one statement: each adds a segment to the index of words, which costs more than a row. */
  #insert(rows: readonly HistoryRow[]): void {
    this.#statements.insert.run(JSON.stringify(rows));
  }

  /** Moves the write-ahead log into the file. If that fails, nothing is lost, and a later checkpoint does it. */
  #checkpoint(): void {
    this.#walBytes = 0;
    try {
      this.#statements.checkpoint.get();
    } catch {
      // the next write reports a full disk
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

  /** Removes a step of the oldest messages, if they are too old or too many, and returns whether it did. Failures are logged. */
  #prune(): boolean {
    try {
      const due = this.#overdue();
      if (!due) return false;
      let removed = 0;
      this.#transact(() => {
        removed = this.#remove(due);
        // The message with the last id may be among them.
        this.#statements.setLast.run(this.#savedId);
      });
      this.#count -= removed;
      return removed > 0;
    } catch (error) {
      this.#logFailure(error);
      return false;
    }
  }

  #overdue(): Overdue | undefined {
    const { keep, now } = this.#options;
    if ("messages" in keep) {
      const count = Math.min(this.#count - keep.messages, PRUNE_STEP);
      return count > 0 ? { count } : undefined;
    }
    const before = now() - keep.days * DAY;
    const oldest = this.#statements.oldest.get(PRUNE_STEP)?.["ts"] ?? before;
    return Number(oldest) < before ? { count: PRUNE_STEP, before } : undefined;
  }

  /** Removes messages and returns how many. */
  #remove({ count, before }: Overdue): number {
    const { removeOldest, first } = this.#statements;
    const removed = removeOldest.all(count, before ?? Number.MAX_SAFE_INTEGER)
      .reduce((sum, { messages }) => sum + Number(messages), 0);
    if (before !== undefined || removed === count) return removed;
    // The last of them are in the middle of a row.
    const oldest = first.get() as unknown as HistoryRow;
    this.#statements.remove.run(oldest.first);
    this.#insert([toRow(trimRun(toRun(oldest), count - removed))]);
    return count;
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

  /** Logs a failure, unless one was logged a moment ago, and returns whether it did. */
  #logFailure(error: unknown): boolean {
    const { log, now, path } = this.#options;
    // The clock may have been set back.
    if (Math.abs(now() - this.#loggedAt) < LOG_INTERVAL) return false;
    this.#loggedAt = now();
    log.error("history failed", { path, error: String(error), unsaved: this.#unsaved.size });
    return true;
  }
}

/** The `count` oldest messages, or of these only those before a moment. */
interface Overdue {
  readonly count: number;
  readonly before?: number;
}

/** The messages of a row, the newest first. */
function* newestFirst(row: object): Generator<Posted> {
  const run = toRun(row as HistoryRow);
  for (let at = run.texts.length - 1; at >= 0; at--) yield messageAt(run, at);
}
