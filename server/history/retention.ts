/** How long messages stay in the file of a history. */

import type { HistoryFile } from "./file.ts";
import { type HistoryRow, toRow, toRun } from "./row.ts";
import { trimRun } from "./run.ts";
import { ON_REMOVED } from "./schema.ts";
import { transact } from "./statements.ts";

/** Rows removed at a time: while the hub runs, in about 1 ms. */
const ROWS = { running: 64, start: 20_000 } as const;
const DAY = 24 * 60 * 60 * 1000;

export class Pruner {
  readonly #file: HistoryFile;
  /** Messages in the file. */
  count = 0;
  /** The greatest id that the hub itself removed or gave up. */
  droppedTo = 0;
  /** Removed messages that the log does not tell of yet. */
  #unlogged = 0;
  #loggedAt = -Infinity;
  /** The clock minus the monotonic clock, and the time on the latter until which the clock is not believed. */
  #offset: number;
  #doubtedUntil = -Infinity;

  /** @throws {Error} if the file cannot be read. */
  constructor(file: HistoryFile) {
    this.#file = file;
    this.#offset = file.options.now() - file.options.elapsed();
    this.recount();
  }

  /** @throws {Error} if the file cannot be read. */
  recount(): void {
    this.count = Number(this.#file.statements.count.get()!["messages"]);
  }

  /** Removes all that is not kept. @throws {Error} as {@linkcode prune}. */
  start(): void {
    const { database, statements, options: { log, path, keep, now } } = this.#file;
    const bytes = database.sizes[0]!;
    // A day without messages before today: the clock may have been set.
    const isSet = "days" in keep && !statements.between.get(now() - 2 * DAY, now() - DAY);
    if (isSet && this.#overdue(1)) this.#doubtClock();
    const isPruned = this.prune(ROWS.start);
    if (isPruned && this.#overdue(1)) {
      log.info("pruning history", { path, bytes });
      transact(database, () => this.#removeAll());
    }
    this.logPruned();
    if (isPruned) statements.optimize.run();
    if (statements.sparse.get()) log.info("compacting history", { path, bytes });
  }

  /** Removes the oldest messages if any are overdue; returns whether it did. @throws {Error} if it cannot write now. */
  prune(rows: number = ROWS.running): boolean {
    const due = this.#overdue(rows);
    return due !== undefined && transact(this.#file.database, () => this.#remove(due)) > 0;
  }

  /** Tells the log what was removed, unless it did so in the last milliseconds. */
  logPruned(last = 0): void {
    const { log, path, elapsed } = this.#file.options;
    if (this.#unlogged === 0 || elapsed() - this.#loggedAt < last) return;
    log.info("history pruned", { path, messages: this.#unlogged });
    this.#loggedAt = elapsed();
    this.#unlogged = 0;
  }

  #doubtClock(): void {
    const { log, path, elapsed } = this.#file.options;
    log.warning("the clock may be wrong: for 24 hours no message is removed for its age", { path });
    this.#doubtedUntil = elapsed() + DAY;
  }

  /** Removes all that is not kept, and makes the index anew: that is quicker than removing many words from it. */
  #removeAll(): void {
    const { database, statements } = this.#file;
    database.exec("DROP TRIGGER run_removed");
    for (let due; (due = this.#overdue(ROWS.start));) this.#remove(due);
    database.exec(ON_REMOVED);
    statements.rebuild.run();
  }

  #overdue(rows: number): Overdue | undefined {
    const { statements, options: { keep, now, elapsed } } = this.#file;
    if ("messages" in keep) {
      const excess = this.count - keep.messages;
      return excess > 0 ? [rows, excess] : undefined;
    }
    const offset = now() - elapsed();
    if (Math.abs(offset - this.#offset) > DAY) this.#doubtClock();
    this.#offset = offset;
    const due: Overdue = [rows, now() - keep.days * DAY];
    return elapsed() < this.#doubtedUntil ? undefined : statements.tooOld.get(...due) && due;
  }

  /** Removes messages and returns how many. */
  #remove([rows, bound]: Overdue): number {
    const { statements, options: { keep } } = this.#file;
    const { keepLastId, removeOld, removeExcess, first, remove, insert } = statements;
    keepLastId.run();
    const isExcess = "messages" in keep;
    const gone = (isExcess ? removeExcess : removeOld).all(rows, bound);
    let removed = 0;
    for (const { messages, last } of gone) {
      removed += Number(messages);
      this.droppedTo = Math.max(this.droppedTo, Number(last));
    }
    if (isExcess && removed < bound && gone.length < rows) { // the last are in the middle of a row
      const oldest = first.get() as unknown as HistoryRow;
      const kept = toRow(trimRun(toRun(oldest), bound - removed));
      remove.run(oldest.first);
      insert.run(JSON.stringify([kept]));
      this.droppedTo = kept.first - 1;
      removed = bound;
    }
    this.count -= removed;
    this.#unlogged += removed;
    return removed;
  }
}

/** The most rows to remove; and how many messages, or those from before which moment. */
type Overdue = [rows: number, bound: number];
