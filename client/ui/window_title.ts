/** The title of the window: the room, and how many mentions the user has not seen. */

import { sanitize } from "../../common/protocol/sanitize.ts";

/** Saves and restores the title, in xterm and many others. */
const SAVE = "\x1b[22;2t";
const RESTORE = "\x1b[23;2t";

export class WindowTitle {
  readonly #write: (text: string) => void;
  #mentions = 0;
  /** Undefined while the window has its own title. */
  #shown: string | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Shows the room and the mentions: `more` than before, or none once the user has seen them. */
  show(room: string, more: number | "seen"): void {
    this.#mentions = more === "seen" ? 0 : this.#mentions + more;
    const count = this.#mentions > 0 ? `(${this.#mentions}) ` : "";
    const title = `\x1b]2;${count}chat #${sanitize(room)}\x1b\\`;
    if (title !== this.#shown) this.#write((this.#shown === undefined ? SAVE : "") + title);
    this.#shown = title;
  }

  /** Gives the window its own title back. */
  restore(): void {
    if (this.#shown !== undefined) this.#write(RESTORE);
    this.#shown = undefined;
  }
}
