/** The file of the input history. Several clients may share it: each adds its lines under a lock, so none is lost. */

import { openOwnFile, readBytes, rewrite } from "../../common/cli/own_files.ts";
import { writeAll } from "../../common/cli/write_all.ts";
import type { StateFile } from "../../common/cli/state_folder.ts";
import { within } from "../../common/cli/timers.ts";
import { MAX_BYTES, shouldKeep, trimHistory } from "./input_history.ts";

/** How long to wait for the file, which another program may have locked; in milliseconds. */
const FLUSH_TIMEOUT = 5000;

const utf8 = new TextEncoder();
/** Invalid UTF-8 in the file is replaced, and the rest is still read. */
const lenient = new TextDecoder();

export class InputHistoryFile {
  readonly path: string;
  readonly #stateFile: StateFile;
  /** Stays open until `close`. */
  #file: Deno.FsFile | undefined;
  readonly #failure = Promise.withResolvers<void>();
  /** Resolves when the file cannot be used; nothing is tried after that. */
  readonly failed = this.#failure.promise;
  /** Whether it has failed or is closed. */
  #isOver = false;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(stateFile: StateFile) {
    this.path = stateFile.file;
    this.#stateFile = stateFile;
  }

  /** Opens the file, or creates it, and gives its lines, the latest first; none if it cannot be used in time. */
  async open(): Promise<string[]> {
    let lines: string[] = [];
    this.#enqueue(async () => {
      this.#file = await openOwnFile(this.#stateFile);
      lines = await this.#update([]);
    });
    await this.flush();
    return lines.toReversed();
  }

  /** Adds a line, if it may be kept. */
  add(line: string): void {
    if (shouldKeep(line)) this.#enqueue(() => this.#update([line]));
  }

  /** Resolves when everything is written, or after {@linkcode FLUSH_TIMEOUT}. */
  async flush(): Promise<void> {
    await within(this.#queue, { milliseconds: FLUSH_TIMEOUT });
  }

  /** Flushes and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    this.#isOver = true;
    this.#file?.close();
  }

  #enqueue(task: () => Promise<unknown>): void {
    this.#queue = this.#queue.then(() => this.#isOver || task()).catch(() => {
      this.#isOver = true;
      this.#failure.resolve();
    });
  }

  /** Adds lines to the file, trims it, and gives its lines, the oldest first. Rewrites it if it cannot append. */
  async #update(added: readonly string[]): Promise<string[]> {
    const file = this.#file!;
    await file.lock(true);
    try {
      const size = await file.seek(0, Deno.SeekMode.End);
      const text = await readEnd(file, size);
      const kept = trimHistory([...text.split("\n"), ...added]);
      const appended = added.map((line) => line + "\n").join("");
      const whole = kept.map((line) => line + "\n").join("");
      const canAppend = size <= MAX_BYTES && text + appended === whole;
      if (canAppend) await writeAll(file, utf8.encode(appended)); // behind what was read
      else await rewrite(file, whole);
      return kept;
    } finally {
      await file.unlock();
    }
  }
}

/** The text of a file; only the last lines if it is large. */
async function readEnd(file: Deno.FsFile, size: number): Promise<string> {
  const from = Math.max(0, size - MAX_BYTES);
  await file.seek(from, Deno.SeekMode.Start);
  const text = lenient.decode(await readBytes(file, size - from));
  // The first line may be incomplete.
  return from === 0 ? text : text.slice(text.indexOf("\n") + 1);
}
