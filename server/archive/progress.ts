/** How far long work is: a line on standard error that is drawn again and again, if that is a terminal. */

import { write } from "../../common/cli/output.ts";

/** In milliseconds. */
const INTERVAL = 250;

/** `using` removes the line. */
export class Progress implements Disposable {
  #shownAt = performance.now();
  #isShown = false;

  show(done: number, total: number): void {
    if (performance.now() - this.#shownAt < INTERVAL || !Deno.stderr.isTerminal()) return;
    this.#shownAt = performance.now();
    this.#isShown = true;
    write(Deno.stderr, `\r${Math.floor(100 * done / total)} % (${done}/${total})\x1b[K`);
  }

  [Symbol.dispose](): void {
    if (this.#isShown) write(Deno.stderr, "\r\x1b[K");
  }
}
