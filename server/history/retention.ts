/** How long messages stay in the file of a history: the oldest are removed in short steps, and the file shrinks. */

import { ON_REMOVED } from "./database.ts";
import { settle } from "./erase.ts";
import type { HistoryFile } from "./file.ts";
import { type HistoryRow, toRow, toRun } from "./row.ts";
import { RUN_LIMITS, trimRun } from "./run.ts";
import { transact } from "./statements.ts";

/** Messages removed in one step: in a sweep at least as many as a row may have. */
const STEP = { sweep: RUN_LIMITS.messages, start: 20_000 } as const;
/** The index is left alone for this many times as many sweeps as it took to merge it. */
const REST = 8;
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

export class Pruner {
  readonly #file: HistoryFile;
  /** Messages in the file. */
  count = 0;
  /** The greatest id that the hub itself removed or gave up. */
  droppedTo = 0;
  /** Removed messages that the log does not tell of yet. */
  #unlogged = 0;
  #loggedAt = -Infinity;
  /** By how much the clock is ahead of the monotonic one, and until when on that one it is not believed. */
  #offset: number;
  #doubtedUntil = -Infinity;
  /** Whether the index may have words of removed messages. */
  hasRemains = false;
  /** Sweeps in which the index has been merged, or until that begins again, as a negative number. */
  #merging = 0;

  /** @throws {Error} if the file cannot be read. */
  constructor(file: HistoryFile) {
    this.#file = file;
    this.#offset = file.options.now() - file.options.elapsed();
    this.onOtherChange();
  }

  /** Another program may have removed messages. @throws {Error} if the file cannot be read. */
  onOtherChange(): void {
    this.hasRemains = true;
    this.count = Number(this.#file.statements.count.get()!["messages"]);
  }

  /** Removes all that is not kept, and gives free space back. @throws {Error} */
  start(): void {
    const { database, statements, options: { log, path, keep, now } } = this.#file;
    const bytes = database.sizes[0]!;
    // A day without messages before today: the clock may have been set.
    const isSet = "days" in keep && !statements.between.get(now() - 2 * DAY, now() - DAY);
    if (isSet && this.#overdue(1)) this.#doubtClock();
    const isPruned = this.#step(STEP.start);
    if (isPruned && this.#overdue(1)) {
      log.info("pruning history", { path, bytes });
      transact(database, () => this.#removeAll());
    }
    this.logPruned();
    if (isPruned) statements.optimize.run();
    if (statements.sparse.get()) log.info("compacting history", { path, bytes });
    settle(database);
  }

  /** Removes a step of what is not kept, and of what that leaves behind. @throws {Error} */
  sweep(): void {
    const { statements, options: { keep, now, elapsed } } = this.#file;
    const offset = now() - elapsed();
    if ("days" in keep && Math.abs(offset - this.#offset) > DAY) this.#doubtClock();
    this.#offset = offset;
    if (this.#step(STEP.sweep)) this.hasRemains = true;
    if (elapsed() - this.#loggedAt > HOUR) this.logPruned();
    this.#merge();
    if (statements.sparse.get()) statements.shrink.all(); // each of its steps frees a page
  }

  /** Tells the log what was removed. */
  logPruned(): void {
    if (this.#unlogged === 0) return;
    const { log, path, elapsed } = this.#file.options;
    log.info("history pruned", { path, messages: this.#unlogged });
    this.#loggedAt = elapsed();
    this.#unlogged = 0;
  }

  #doubtClock(): void {
    const { log, path, elapsed } = this.#file.options;
    log.warning("the clock may be wrong: for 24 hours no message is removed for its age", { path });
    this.#doubtedUntil = elapsed() + DAY;
  }

  /** Takes words of removed messages out of the index, a few pages at a time. */
  #merge(): void {
    const { merge, mergeAll, changes } = this.#file.statements;
    if (this.#merging < 0) this.#merging++;
    if (this.#merging < 0 || (this.#merging === 0 && !this.hasRemains)) return;
    if (this.#merging++ === 0) {
      this.hasRemains = false;
      mergeAll.run();
    }
    const before = Number(changes.get()!["n"]);
    merge.run();
    if (Number(changes.get()!["n"]) - before < 2) this.#merging *= -REST; // FTS5 is done then
  }

  /** Removes the oldest messages up to a number, if they are too old or too many, and returns whether it did. */
  #step(limit: number): boolean {
    const due = this.#overdue(limit);
    return due !== undefined && transact(this.#file.database, () => this.#remove(due)) > 0;
  }

  /** Removes all that is not kept, and makes the index anew, which takes less time than to remove many words from it. */
  #removeAll(): void {
    const { database, statements } = this.#file;
    database.exec("DROP TRIGGER run_removed");
    for (let due; (due = this.#overdue(STEP.start));) this.#remove(due);
    database.exec(ON_REMOVED);
    statements.rebuild.run();
  }

  #overdue(limit: number): Overdue | undefined {
    const { statements, options: { keep, now, elapsed } } = this.#file;
    if ("messages" in keep) {
      const count = Math.min(this.count - keep.messages, limit);
      return count > 0 ? { count } : undefined;
    }
    if (elapsed() < this.#doubtedUntil) return undefined;
    const before = now() - keep.days * DAY;
    const oldest = statements.oldest.get(limit)?.["ts"] ?? before;
    return Number(oldest) < before ? { count: limit, before } : undefined;
  }

  /** Removes messages and returns how many. */
  #remove({ count, before }: Overdue): number {
    const { keepLastId, removeOldest, first, remove, insert } = this.#file.statements;
    keepLastId.run();
    let removed = 0;
    for (const row of removeOldest.all(count, before ?? Number.MAX_SAFE_INTEGER)) {
      removed += Number(row["messages"]);
      this.droppedTo = Math.max(this.droppedTo, Number(row["last"]));
    }
    if (before === undefined && removed < count) { // the last of them are in the middle of a row
      const oldest = first.get() as unknown as HistoryRow;
      const kept = toRow(trimRun(toRun(oldest), count - removed));
      remove.run(oldest.first);
      insert.run(JSON.stringify([kept]));
      this.droppedTo = kept.first - 1;
      removed = count;
    }
    this.count -= removed;
    this.#unlogged += removed;
    return removed;
  }
}

/** The `count` oldest messages, or of these only those before a moment. */
interface Overdue {
  readonly count: number;
  readonly before?: number;
}
