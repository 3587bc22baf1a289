/**
 * History in an SQLite file, which outlives the hub. Recent messages are in memory too; the file is written once a
 * tick, and read for what memory does not have. While it cannot be written, new messages wait in memory, up to a limit,
 * and writing is tried again.
 */

import type { HiddenAuthors, Posted } from "../types.ts";
import {
  BUSY_TIMEOUT,
  databaseFailure,
  type HistoryDatabase,
  isBusy,
  openDatabase,
} from "./database.ts";
import { checkpoint } from "./erase.ts";
import { MEMORY_LIMITS, MemoryHistory } from "./memory.ts";
import { MessageLog } from "./message_log.ts";
import type { History, HistoryNotice, MissedMessages, SqliteOptions } from "./mod.ts";
import { type HistoryRow, toRow, toRun } from "./row.ts";
import { messageAt, type Run } from "./run.ts";
import { RuleTable } from "./rule_table.ts";
import { findIn, type Found, type Search } from "./search.ts";
import { prepare, type Statements, transact } from "./statements.ts";
import { Upkeep } from "./upkeep.ts";
import { FileWatch } from "./watch.ts";

/** Limits of what waits while the file cannot be written. */
const UNSAVED_LIMITS = { messages: 10_000, bytes: 8 * 1024 * 1024 };
/** Failures are logged at most once in this time, in milliseconds. */
const LOG_INTERVAL = 60_000;
/** Between two steps of slow work, in milliseconds. */
const STEP_PAUSE = 20;
/** Bytes of messages that are read of the file for one reader, about. */
const MAX_READ = 4 * 1024 * 1024;
/** Runs in the file, at most, that are looked at for a reader who ignores authors: about 3 ms, in the index alone. */
export const MAX_LOOKED_AT = 10_000;
/** For a search at most: runs in the file that are looked at, about 5 ms; words that are counted, about 1 ms. */
const SEARCH = { runs: 1000, words: 8 } as const;
/** Bytes that a commit writes besides the texts, about. */
const COMMIT_BYTES = 12_288;

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
  readonly #database: HistoryDatabase;
  readonly #options: SqliteOptions;
  readonly #statements: Statements;
  readonly #recent = new MemoryHistory(MEMORY_LIMITS, (run) => this.#enqueue(run));
  readonly #upkeep: Upkeep;
  readonly #watch: FileWatch;
  /** The last id that was given. */
  #givenId: number;
  /** The last id that is in the file. */
  #savedId: number;
  /** Messages that are not in the file yet; all are newer than those in it. */
  readonly #unsaved = new MessageLog({ maxDropped: 0 });
  #cancelStep = () => {};
  /** Whether the last attempt to write failed. */
  isFailing = false;
  /** Since when another program is writing. */
  #busySince: number | undefined;
  /** Messages dropped since then. */
  #lost = 0;
  #loggedAt = -Infinity;
  /** Whether the current failure is in the log. */
  #isLogged = false;

  /** Takes over an open database, and removes what is too old. @throws {Error} if it cannot be read. */
  constructor(database: HistoryDatabase, options: SqliteOptions) {
    this.#database = database;
    this.#options = options;
    this.#statements = prepare(database);
    this.rules = new RuleTable(this.#statements, options.now());
    const file = { database, statements: this.#statements, options };
    this.#upkeep = new Upkeep(file);
    this.#watch = new FileWatch(file);
    this.lastId = this.#givenId = this.#savedId = Number(this.#statements.newest.get()!["id"]);
    this.#attempt(() => this.#upkeep.start());
    database.prepare("PRAGMA busy_timeout = 0").run(); // from now on, nothing waits
  }

  add(posted: Posted): void {
    this.#recent.add(posted);
  }

  last(room: string, count: number, hidden?: HiddenAuthors): Posted[] {
    const found: Posted[] = [];
    const wanted = this.#backwards(room, hidden).take(Math.max(0, count));
    this.#attempt(() => wanted.forEach((posted) => found.push(posted)));
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
      for (const posted of this.#newestFirst(row)) {
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
    return this.#attempt(() => {
      const rarest = search.words.slice(0, SEARCH.words)
        .map((word) => occurrences.get(`"${word}"`, SEARCH.runs) as { query: string; runs: number })
        .reduce((rarest, each) => each.runs < rarest.runs ? each : rarest);
      const found = findIn(this.#candidates(search.room, rarest.query), search);
      return { ...found, hasMore: found.hasMore || rarest.runs === SEARCH.runs };
    }) ?? { messages: [], hasMore: true };
  }

  /** The messages of a room that wait, and those of runs in the file with a word, the newest first. */
  *#candidates(room: string, query: string): Generator<Posted> {
    yield* this.#waiting(room);
    for (const row of this.#statements.withWord.iterate(query, SEARCH.runs, room)) {
      yield* this.#newestFirst(row);
    }
  }

  /** The messages stay in the file, for whoever opens the room again. */
  forget(room: string): void {
    this.#recent.forget(room);
  }

  remove(room: string, ids: readonly number[]): Posted[] {
    const waiting = this.#recent.remove(room, ids); // which lets the newest wait
    const stored = this.#attempt(() => ids.flatMap((id) => this.#stored(room, id)));
    const found = [...stored ?? [], ...this.#unsaved.remove(new Set(ids)), ...waiting];
    const byId = new Map(found.map((posted) => [posted.message.id, posted]));
    const erasing = stored?.map(({ message }) => message.id) ?? ids;
    this.#attempt(() => this.#upkeep.add(erasing));
    return [...byId.values()].sort((a, b) => a.message.id - b.message.id);
  }

  #stored(room: string, id: number): Posted[] {
    const row = this.#statements.holding.get(id);
    if (row?.["room"] !== room) return [];
    return [...this.#newestFirst(row).filter(({ message }) => message.id === id)];
  }

  takeRemoved(): ReturnType<History["takeRemoved"]> {
    return this.#attempt(() => {
      if (this.#watch.hasOtherChanges(this.#recent.rooms())) this.#upkeep.onOtherChange();
      const isSaved = (id: number) => id > this.#upkeep.pruner.droppedTo && id <= this.#savedId;
      return this.#watch.compare(this.#recent, isSaved);
    }) ?? [];
  }

  commit(lastId: number): HistoryNotice | undefined {
    this.#givenId = lastId;
    this.#recent.commit();
    if (this.isFailing || this.#isSaved) return undefined;
    return this.#save();
  }

  get #isSaved(): boolean {
    return this.#givenId === this.#savedId && this.rules.isSaved;
  }

  get diskUse(): History["diskUse"] {
    const [fileBytes = 0, walBytes = 0] = this.#database.sizes;
    return { fileBytes, walBytes, messages: this.#upkeep.pruner.count };
  }

  sweep(): HistoryNotice | undefined {
    this.#watch.look();
    const { isAway } = this.#watch;
    const notice = this.isFailing || !this.#isSaved || isAway ? this.#save() : undefined;
    // The moved file gets everything that was saved.
    if (isAway) this.#attempt(() => checkpoint(this.#database));
    this.#step();
    if (!this.#isStuck) this.#attempt(() => this.#upkeep.sweep());
    return notice;
  }

  /** Whether what waits cannot be written at the moment. */
  get #isStuck(): boolean {
    return this.isFailing || this.#busySince !== undefined;
  }

  /** Does a step of slow work, and the next one soon if more is left. */
  #step(): void {
    this.#cancelStep();
    if (this.#isStuck || !this.#attempt(() => this.#upkeep.step())) return;
    this.#cancelStep = this.#options.after?.(STEP_PAUSE, () => this.#step()) ?? this.#cancelStep;
  }

  async close(): Promise<void> {
    this.#cancelStep();
    if (!this.#isSaved) this.#save();
    this.#attempt(() => this.#upkeep.eraseAll());
    if (!this.#watch.isAway) this.#attempt(() => checkpoint(this.#database));
    this.#upkeep.pruner.logPruned();
    const { log, path } = this.#options;
    const lost = this.#lost + this.#unsaved.size;
    if (lost > 0) log.error("history lost", { path, messages: lost });
    const looked = this.#watch.look();
    this.#attempt(() => this.#database.close());
    await looked;
    const away = "history file is not at its place: put it back, or the next start makes a new one";
    if (this.#watch.isAway) log.error(away, { path });
  }

  /** Writes what waits, in one transaction. */
  #save(): HistoryNotice | undefined {
    try {
      this.#write();
    } catch (error) {
      if (isBusy(error) && this.#mayWait()) return undefined;
      if (this.#logFailure(error)) this.#isLogged = true;
      if (this.isFailing) return undefined;
      this.isFailing = true;
      this.#dropExcess();
      return { code: "history_unsaved", params: {} };
    }
    const oldest = this.#unsaved.runs()[0];
    const { pruner } = this.#upkeep;
    if (oldest && this.#lost > 0) pruner.droppedTo = oldest.first.message.id - 1;
    pruner.count += this.#unsaved.size;
    this.#upkeep.written += this.#unsaved.bytes + COMMIT_BYTES;
    this.#savedId = this.#givenId;
    this.#busySince = undefined;
    this.#unsaved.clear();
    this.rules.markSaved();
    return this.isFailing ? this.#recover() : undefined;
  }

  /** Whether what waits may wait for another program that is writing. */
  #mayWait(): boolean {
    const { elapsed } = this.#options;
    this.#busySince ??= elapsed();
    return !this.isFailing && !this.#hasExcess() && elapsed() - this.#busySince < BUSY_TIMEOUT;
  }

  #write(): void {
    if (this.#watch.isAway) throw new Error("the file was moved, deleted or replaced");
    const runs = this.#unsaved.runs();
    const insert = () => this.#statements.insert.run(JSON.stringify(runs.map(toRow)));
    const last = runs.at(-1);
    // The table `last` is needed only if the last id is not that of the last message.
    const isKnown = last && last.first.message.id + last.texts.length - 1 === this.#givenId;
    // A single statement is the cheapest transaction.
    if (isKnown && this.rules.isSaved && !this.#isStuck) return void insert();
    transact(this.#database, () => {
      // The failed attempt may still have written.
      if (this.isFailing) this.#statements.removeAfter.run(this.#savedId);
      insert();
      if (!isKnown) this.#statements.setLast.run(this.#givenId);
      if (!this.rules.isSaved) this.rules.write(this.#options.now());
    });
  }

  #enqueue(run: Run): void {
    this.#unsaved.add(run);
    if (this.isFailing) this.#dropExcess();
  }

  /** Drops the oldest messages that wait, down to the limits. */
  #dropExcess(): void {
    for (; this.#hasExcess(); this.#lost++) this.#unsaved.drop();
  }

  #hasExcess(): boolean {
    const { messages, bytes } = this.#options.unsaved ?? UNSAVED_LIMITS;
    return this.#unsaved.size > messages || this.#unsaved.bytes > bytes;
  }

  #recover(): HistoryNotice {
    const lost = this.#lost;
    const { log, path } = this.#options;
    if (this.#isLogged) log.info("history saved again", { path, lost });
    this.isFailing = this.#isLogged = false;
    this.#lost = 0;
    return { code: "history_saved", params: { lost } };
  }

  /** Runs what must not throw: failures are logged. */
  #attempt<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error)) this.#logFailure(error);
      return undefined;
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

  /** The messages of a row that are not being erased, the newest first. */
  *#newestFirst(row: object): Generator<Posted> {
    const run = toRun(row as HistoryRow);
    for (let at = run.texts.length - 1; at >= 0; at--) {
      const posted = messageAt(run, at);
      if (!this.#upkeep.erasing.has(posted.message.id)) yield posted;
    }
  }
}
