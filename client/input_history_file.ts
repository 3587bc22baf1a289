/**
 * The file with what one has typed. Several clients may use the same one: each adds its lines to what the others have
 * written, under a lock, so that none is lost. Which lines may be kept, input_history.ts says.
 */

import { openOwnFile, readBytes, writeAll } from "../cli/own_files.ts";
import type { StateFile } from "../cli/state_folder.ts";
import { isKept, keepLatest, MAX_BYTES } from "./input_history.ts";

/** So long a person waits for the file at most, in milliseconds: another program may hold it. */
const SETTLE_TIMEOUT = 5000;

const utf8 = new TextEncoder();
/** What has become unreadable in the file does not make the rest of it so. */
const lenient = new TextDecoder();

export class InputHistoryFile {
  readonly #place: StateFile;
  /** Open from the beginning to the end. */
  #file: Deno.FsFile | undefined;
  /** Resolves when the file cannot be used, or not any more; nothing is tried after that. */
  readonly failed: Promise<void>;
  readonly #fail: () => void;
  #hasFailed = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(place: StateFile) {
    this.#place = place;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.failed = promise;
    this.#fail = resolve;
  }

  get path(): string {
    return this.#place.file;
  }

  /** Makes the file where there is none. After that nothing but the file itself is used. */
  async open(): Promise<void> {
    this.#inTurn(async () => this.#file = await openOwnFile(this.#place));
    await this.settle();
  }

  /** The lines, the latest first; none where the file cannot be used in time. */
  async read(): Promise<string[]> {
    let lines: string[] = [];
    this.#inTurn(async () => lines = await this.#update([]));
    await this.settle();
    return lines.toReversed();
  }

  /** Adds a line, if it is one that is kept. */
  add(line: string): void {
    if (isKept(line)) this.#inTurn(() => this.#update([line]));
  }

  /** Resolves when all is done; and after a while in any case. */
  async settle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, SETTLE_TIMEOUT);
    await Promise.race([this.#work, promise]);
    clearTimeout(timer);
  }

  /** As {@linkcode settle}; after that nothing is kept any more. */
  async close(): Promise<void> {
    await this.settle();
    this.#hasFailed = true;
    this.#file?.close();
  }

  #inTurn(task: () => Promise<unknown>): void {
    this.#work = this.#work.then(async () => {
      if (this.#hasFailed) return;
      try {
        await task();
      } catch {
        this.#hasFailed = true;
        this.#fail();
      }
    });
  }

  /** Adds lines to the file, takes out of it what is too much, and gives what is in it then, the oldest line first. */
  async #update(added: readonly string[]): Promise<string[]> {
    const file = this.#file!;
    await file.lock(true);
    try {
      return await update(file, added);
    } finally {
      await file.unlock();
    }
  }
}

/** Adds lines to an open file that nobody else changes meanwhile, as {@linkcode InputHistoryFile} says. */
async function update(file: Deno.FsFile, added: readonly string[]): Promise<string[]> {
  const size = await file.seek(0, Deno.SeekMode.End);
  const text = await readEnd(file, size);
  const kept = keepLatest([...text.split("\n"), ...added]);
  const news = added.map((line) => line + "\n").join("");
  const whole = kept.map((line) => line + "\n").join("");
  const isGrown = size <= MAX_BYTES && text + news === whole;
  await file.seek(isGrown ? size : 0, Deno.SeekMode.Start);
  const bytes = utf8.encode(isGrown ? news : whole);
  await writeAll(file, bytes);
  if (!isGrown) await file.truncate(bytes.length);
  return kept;
}

/** The text of a file, or of a large one the last lines. */
async function readEnd(file: Deno.FsFile, size: number): Promise<string> {
  const from = Math.max(0, size - MAX_BYTES);
  await file.seek(from, Deno.SeekMode.Start);
  const text = lenient.decode(await readBytes(file, size - from));
  // It begins in the middle of a line.
  return from === 0 ? text : text.slice(text.indexOf("\n") + 1);
}
