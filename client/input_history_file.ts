/**
 * The file with what one has typed. Several clients may use the same one: each adds its lines to what the others have
 * written, under a lock, so that none is lost. Which lines may be kept, input_history.ts says.
 */

import { isKept, keepLatest, MAX_BYTES } from "./input_history.ts";

/** So long a person waits for the file at most, in milliseconds: another program may hold it. */
const SETTLE_TIMEOUT = 5000;
/** With one of these bits in its mode a file can be read or written by others than its owner. */
const OPEN_TO_OTHERS = 0o077;

const utf8 = new TextEncoder();
/** What has become unreadable in the file does not make the rest of it so. */
const lenient = new TextDecoder();

export class InputHistoryFile {
  readonly #folder: string;
  /** Open from the beginning to the end. */
  #file: Deno.FsFile | undefined;
  /** Resolves when the file cannot be used, or not any more; nothing is tried after that. */
  readonly failed: Promise<void>;
  readonly path: string;
  readonly #fail: () => void;
  #hasFailed = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor({ folder, file }: { folder: string; file: string }) {
    this.#folder = folder;
    this.path = file;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.failed = promise;
    this.#fail = resolve;
  }

  /** Makes the file where there is none. After that nothing but the file itself is used. */
  async open(): Promise<void> {
    this.#inTurn(async () => {
      await Deno.mkdir(this.#folder, { recursive: true, mode: 0o700 });
      this.#file = await openFile(this.path);
    });
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

async function openFile(path: string): Promise<Deno.FsFile> {
  const file = await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    const { isFile, mode } = await file.stat();
    if (!isFile) throw new Error("not a file");
    if (Deno.build.os !== "windows" && ((mode ?? 0) & OPEN_TO_OTHERS) !== 0) {
      await Deno.chmod(path, 0o600);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
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
  await writeAll(file, isGrown ? news : whole);
  if (!isGrown) await file.truncate(utf8.encode(whole).length);
  return kept;
}

/** The text of a file, or of a large one the last lines. */
async function readEnd(file: Deno.FsFile, size: number): Promise<string> {
  const from = Math.max(0, size - MAX_BYTES);
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = new Uint8Array(size - from);
  let length = 0;
  while (length < bytes.length) {
    const count = await file.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  const text = lenient.decode(bytes.subarray(0, length));
  // It begins in the middle of a line.
  return from === 0 ? text : text.slice(text.indexOf("\n") + 1);
}

async function writeAll(file: Deno.FsFile, text: string): Promise<void> {
  let bytes = utf8.encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
}
