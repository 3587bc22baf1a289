/** Splits the terminal's input into keys, pastes and cursor reports. */

import type { After } from "../../common/cli/timers.ts";
import { type InputSegment, PasteSplitter } from "./paste.ts";

export interface KeyboardEvents {
  /** Keys as the terminal sent them, one line at a time: an Enter is the last of them. */
  onKeys: (keys: string) => void;
  /** Sanitized text with LF between its lines and none at the end. With `isCut` it was too long, and its end is missing. */
  onPaste: (text: string, isCut: boolean) => void;
  /** The column of the cursor, from 0. */
  onCursorReport: (column: number) => void;
}

/** How long an ESC waits for the rest of a sequence before it counts as the key, in milliseconds. */
export const ESCAPE_TIMEOUT = 100;
/** How long a paste waits for more before it counts as ended, in milliseconds. */
export const PASTE_TIMEOUT = 5000;

/** The answer to `ESC[6n`: the row and the column of the cursor, from 1. */
// deno-lint-ignore no-control-regex
export const CURSOR_REPORT = /\x1b\[\d+;(\d+)R/;

export class Keyboard {
  readonly #events: KeyboardEvents;
  readonly #after: After;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #splitter = new PasteSplitter();
  #stopTimer: () => void = () => {};

  constructor(events: KeyboardEvents, after: After) {
    this.#events = events;
    this.#after = after;
  }

  /** Takes bytes of the terminal. */
  feed(bytes: Uint8Array): void {
    this.#stopTimer();
    this.#dispatch(this.#splitter.push(this.#decoder.decode(bytes, { stream: true })));
    const { pending } = this.#splitter;
    if (pending === "nothing") return;
    this.#stopTimer = this.#after(
      pending === "key" ? ESCAPE_TIMEOUT : PASTE_TIMEOUT,
      () => this.#dispatch(this.#splitter.flush()),
    );
  }

  /** Stops the timer. */
  close(): void {
    this.#stopTimer();
  }

  #dispatch(segments: readonly InputSegment[]): void {
    for (const segment of segments) {
      if (segment.kind === "pasted") this.#events.onPaste(segment.text, segment.isCut);
      else this.#dispatchKeys(segment.keys);
    }
  }

  #dispatchKeys(typed: string): void {
    const report = CURSOR_REPORT.exec(typed);
    if (report) this.#events.onCursorReport(Number(report[1]) - 1);
    const keys = typed.replace(CURSOR_REPORT, "");
    // One line at a time: what follows an Enter may be for another prompt.
    for (const [line] of keys.matchAll(/[^\r\n]*(?:\r\n?|\n)|[^\r\n]+/g)) this.#events.onKeys(line);
  }
}
