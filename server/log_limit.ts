/** Bounds the log in lines a second of each kind, so that no peer can fill the disk, and counts what it leaves out. */

import type { After } from "../common/cli/timers.ts";
import { type Log, type LogFields, type LogLevel, logTo } from "./log.ts";

/** Lines of one kind in one {@linkcode WINDOW}, the line with the count of the window before included. */
export const MAX_LINES = 10;
/** The same for lines that say who had which nick and address: a class, or all after a restart, may join at once. */
export const MAX_VISITS = 1000;
const VISITS = ["joined", "left", "renamed"];
/** In milliseconds. */
const WINDOW = 1000;
/** Fields with few values, the first of which makes a kind with the message: the reason of an action is free text. */
const CASES = ["action", "for", "reason"];

interface Kind {
  /** Writes the line that counts what was left out. */
  tell: (leftOut: number) => void;
  /** Lines written in this window. */
  written: number;
  leftOut: number;
}

export class LogLimit {
  readonly #log: Log;
  readonly #after: After;
  /** The kinds of this window. */
  readonly #kinds: Map<string, Kind> = new Map();
  #stopWindow: (() => void) | undefined;
  #isClosed = false;

  /** All lines that were left out, as told in the log. */
  leftOut = 0;
  readonly log: Log;

  constructor(log: Log, after: After) {
    this.#log = log;
    this.#after = after;
    this.log = logTo((level, message, fields) => {
      if (this.#mayWrite(level, message, fields)) log[level](message, fields);
    });
  }

  /** Tells what was left out, and limits nothing from now on. */
  close(): void {
    this.#isClosed = true;
    this.#stopWindow?.();
    this.#tellLeftOut();
  }

  #mayWrite(level: LogLevel, message: string, fields: LogFields = {}): boolean {
    if (this.#isClosed) return true;
    const name = CASES.find((each) => Object.hasOwn(fields, each));
    const which = name === undefined ? {} : { [name]: fields[name]! };
    const key = JSON.stringify([level, message, which]);
    const tell = (left_out: number) => this.#log[level](message, { ...which, left_out });
    const kind = this.#kinds.get(key) ?? { tell, written: 0, leftOut: 0 };
    this.#kinds.set(key, kind);
    this.#stopWindow ??= this.#after(WINDOW, () => this.#endWindow());
    if (kind.written >= (VISITS.includes(message) ? MAX_VISITS : MAX_LINES)) kind.leftOut++;
    else kind.written++;
    return kind.leftOut === 0;
  }

  #endWindow(): void {
    this.#tellLeftOut();
    const goesOn = this.#kinds.size > 0;
    this.#stopWindow = goesOn ? this.#after(WINDOW, () => this.#endWindow()) : undefined;
  }

  /** Writes a line for each kind of which lines were left out; the others begin anew. */
  #tellLeftOut(): void {
    for (const [key, kind] of this.#kinds) {
      const { tell, leftOut } = kind;
      if (leftOut === 0) this.#kinds.delete(key);
      else {
        tell(leftOut);
        this.leftOut += leftOut;
        this.#kinds.set(key, { tell, written: 1, leftOut: 0 });
      }
    }
  }
}
