/**
 * Lines for an output that may stop taking them, as a terminal does that is paused, or a pipe whose reader does nothing:
 * nobody waits for it. Pure: what writes is given to it.
 */

import { writeAll } from "./own_files.ts";

/** So much may wait, in UTF-16 units; lines that come then are dropped. */
const MAX_WAITING = 1024 * 1024;

const utf8 = new TextEncoder();

export class LineQueue {
  readonly #write: (bytes: Uint8Array) => Promise<number>;
  readonly #dropped: (count: number) => string;
  #waiting = "";
  #droppedCount = 0;
  #writing: Promise<void> | undefined;

  /** `write` gives how many bytes it has taken; `dropped` makes the line, with its LF, that stands for so many. */
  constructor(
    { write, dropped }: {
      write: (bytes: Uint8Array) => Promise<number>;
      dropped: (count: number) => string;
    },
  ) {
    this.#write = write;
    this.#dropped = dropped;
  }

  /** Takes a line, with its LF. */
  push(line: string): void {
    if (this.#waiting.length + line.length > MAX_WAITING) this.#droppedCount++;
    else this.#waiting += line;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when all is written, or cannot be. */
  async drained(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting !== "") {
        const note = this.#droppedCount === 0 ? "" : this.#dropped(this.#droppedCount);
        const bytes = utf8.encode(this.#waiting + note);
        this.#waiting = "";
        this.#droppedCount = 0;
        await writeAll({ write: this.#write }, bytes);
      }
    } catch {
      // closed: that nobody reads is no reason to stop
      this.#waiting = "";
    } finally {
      this.#writing = undefined;
    }
  }
}
