/** The slow work on the file of a history, in short steps: erasing, pruning, and what both leave behind. */

import { checkpoint, erase, settle } from "./erase.ts";
import type { HistoryFile } from "./file.ts";
import { Pruner } from "./retention.ts";

/** Milliseconds after which a step ends, when its current parts are done: each takes about 1 ms. */
const STEP_TIME = 5;
/** Messages that are erased in a part. */
const ERASED = 2;
const HOUR = 60 * 60 * 1000;
/** For each step of merging it as a whole, the index is not merged as a whole again for this many sweeps. */
const REST = 8;
/**
 * When the write-ahead log (https://www.sqlite.org/wal.html) is moved into the file, which waits for the disk: after
 * some `sweeps`, at one since which fewer than `quiet` bytes were written; with `pages` of 4096 bytes in it, at the
 * next commit.
 */
const CHECKPOINT = { sweeps: 5, quiet: 256 * 1024, pages: 32000 };

export class Upkeep {
  readonly #file: HistoryFile;
  readonly pruner: Pruner;
  /** Messages to erase in the file, from {@linkcode add}. */
  readonly erasing: Set<number>;
  /** Bytes written since the last sweep, about, and sweeps since the write-ahead log was moved into the file. */
  written = 0;
  #sweeps = 0;
  /** Whether the write-ahead log may have messages that were erased. */
  #hasErased = false;
  /** Whether the index may have words of removed messages. */
  #hasRemains = true;
  /** Whether it is being merged as a whole, and sweeps until that begins again. */
  #isMergingAll = false;
  #rest = 0;

  /** @throws {Error} if the file cannot be read. */
  constructor(file: HistoryFile) {
    this.#file = file;
    this.pruner = new Pruner(file);
    this.erasing = new Set(file.statements.marked.all().map(({ id }) => Number(id)));
    file.database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT.pages}`);
  }

  /** Removes at once all that is not kept. @throws {Error} as {@linkcode step}. */
  start(): void {
    const { database, statements } = this.#file;
    statements.mergeInSteps.run();
    this.eraseAll();
    this.pruner.start();
    settle(database);
  }

  /** Another program may have removed messages. @throws {Error} if the file cannot be read. */
  onOtherChange(): void {
    this.#hasRemains = true;
    this.pruner.recount();
  }

  /** Messages to erase in the next steps, or at the next start. @throws {Error} if only this hub knows of them. */
  add(ids: readonly number[]): void {
    for (const id of ids) this.erasing.add(id);
    if (ids.length > 0) this.#file.statements.mark.run(JSON.stringify(ids));
  }

  /** Does a step, and returns whether more is left. @throws {Error} if the file cannot be written at the moment. */
  step(): boolean {
    const { elapsed } = this.#file.options;
    const end = elapsed() + STEP_TIME;
    let isBehind = true;
    while (isBehind && elapsed() < end) {
      const isPruning = this.pruner.prune();
      this.#hasRemains ||= isPruning;
      isBehind = [isPruning, this.#erase(), this.#merge(), this.#shrink()].includes(true);
    }
    return isBehind;
  }

  /** Moves the write-ahead log into the file when that is due. @throws {Error} as {@linkcode step}. */
  sweep(): void {
    this.pruner.logPruned(HOUR);
    if (this.#rest > 0) this.#rest--;
    const isQuiet = this.written < CHECKPOINT.quiet;
    this.written = 0;
    if (!this.#hasErased && !(++this.#sweeps >= CHECKPOINT.sweeps && isQuiet)) return;
    this.#sweeps = 0;
    if (checkpoint(this.#file.database)) this.#hasErased = false;
  }

  /** @throws {Error} as {@linkcode step}. */
  eraseAll(): void {
    while (this.#erase());
  }

  #erase(): boolean {
    const ids = this.erasing.values().take(ERASED).toArray();
    if (ids.length === 0) return false;
    this.pruner.count -= erase(this.#file.database, ids);
    for (const id of ids) this.erasing.delete(id);
    return this.#hasErased = true;
  }

  /** Merges some pages of the index of words. Only merging it as a whole removes the words of removed messages. */
  #merge(): boolean {
    const { merge, mergeAll, changes } = this.#file.statements;
    if (this.#hasRemains && this.#rest === 0) {
      this.#hasRemains = false;
      this.#isMergingAll = true;
      mergeAll.run();
    }
    const before = Number(changes.get()!["n"]);
    merge.run();
    const isBehind = Number(changes.get()!["n"]) - before >= 2; // else FTS5 is done
    if (this.#isMergingAll) this.#rest += REST;
    this.#isMergingAll &&= isBehind;
    return isBehind;
  }

  #shrink(): boolean {
    const { sparse, shrink } = this.#file.statements;
    if (!sparse.get()) return false;
    shrink.all(); // each of its steps frees a page
    return true;
  }
}
