/** The progress of long work: a line on standard error, if that is a terminal, which is drawn again and again. */

import { write } from "../../common/cli/output.ts";

/** In milliseconds. */
const INTERVAL = 250;

/** `using` removes the line. */
export class Progress implements Disposable {
  readonly #isAlone: boolean;
  #shownAt = performance.now();
  #isShown = false;

  /** `isAlone`: nothing else is written to the terminal meanwhile. */
  constructor({ isAlone = true } = {}) {
    this.#isAlone = isAlone && Deno.stderr.isTerminal();
  }

  show(done: number, total: number): void {
    if (!this.#isAlone || performance.now() - this.#shownAt < INTERVAL) return;
    this.#shownAt = performance.now();
    this.#isShown = true;
    write(Deno.stderr, `\r${Math.floor(100 * done / total)} % (${done}/${total})\x1b[K`);
  }

  [Symbol.dispose](): void {
    if (this.#isShown) write(Deno.stderr, "\r\x1b[K");
  }
}
