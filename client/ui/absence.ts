/** Whether the user is away from the terminal: its window has no focus, or no key was pressed for a while. Pure. */

/** After this time without a key the user counts as away, in milliseconds. */
const IDLE = 5 * 60_000;

/** All moments are of one monotonic clock, in milliseconds. */
export class Absence {
  #awayFrom: number;
  /** How many messages mentioned the user since the last key, or since the window got the focus. */
  mentions = 0;

  constructor(now: number) {
    this.#awayFrom = now + IDLE;
  }

  /** The user pressed a key, or moved the focus to the window or away from it. */
  noteUser(now: number, { isFocused = true } = {}): void {
    this.#awayFrom = isFocused ? now + IDLE : now;
    if (isFocused) this.mentions = 0;
  }

  /** Whether a message that comes now is the first one of an absence. */
  takeFirst(now: number): boolean {
    if (now < this.#awayFrom) return false;
    this.#awayFrom = Infinity;
    return true;
  }
}
