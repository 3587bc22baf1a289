/** The title of the window: the room, and how many mentions the user has not seen. */

import { sanitize } from "../../common/protocol/sanitize.ts";

/** Saves and restores the title, in xterm and many others. */
const SAVE = "\x1b[22;2t";
const RESTORE = "\x1b[23;2t";

export class WindowTitle {
  readonly #write: (text: string) => void;
  /** Undefined while the window has its own title. */
  #shown: string | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Writes nothing if the title is the same. */
  show(room: string, mentions: number): void {
    const count = mentions > 0 ? `(${mentions}) ` : "";
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
