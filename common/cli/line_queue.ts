/** Lines for an output that may block, such as a paused terminal or a pipe that nobody reads. Pushing never waits. */

import { writeAll } from "./write_all.ts";

/** Most that waits, in UTF-16 units; further lines are dropped. */
const MAX_WAITING = 1024 * 1024;

const utf8 = new TextEncoder();

export interface LineOutput {
  /** Returns the number of bytes written. */
  write: (bytes: Uint8Array) => Promise<number>;
  /** Makes the line, with its LF, that reports dropped lines. */
  dropped: (count: number) => string;
}

export class LineQueue {
  readonly #output: LineOutput;
  #waiting = "";
  #droppedCount = 0;
  #writing: Promise<void> | undefined;

  constructor(output: LineOutput) {
    this.#output = output;
  }

  /** Queues a line, with its LF. */
  push(line: string): void {
    if (this.#waiting.length + line.length > MAX_WAITING) this.#droppedCount++;
    else this.#waiting += line;
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when everything is written, or cannot be. */
  async drained(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting !== "") {
        const note = this.#droppedCount === 0 ? "" : this.#output.dropped(this.#droppedCount);
        const bytes = utf8.encode(this.#waiting + note);
        this.#waiting = "";
        this.#droppedCount = 0;
        await writeAll(this.#output, bytes);
      }
    } catch {
      // The output is closed. The program goes on without it.
      this.#waiting = "";
    } finally {
      this.#writing = undefined;
    }
  }
}
