/**
 * What comes from the terminal, sorted: keys, pastes, and the answer to where its cursor is. It knows neither who takes
 * them nor the terminal's device, and is given a clock.
 */

import { extractCursorReport } from "./cursor_report.ts";
import { PasteSplitter } from "./paste.ts";

export interface KeyboardEvents {
  /** Keys, as the terminal sent them, one line at a time: an Enter is the last one in its bytes. */
  onKeys: (bytes: Uint8Array) => void;
  /** Safe to show; LF between lines, none at the end. With `isCut` its end is missing. */
  onPaste: (text: string, isCut: boolean) => void;
  /** The column from 0. */
  onCursorReport: (column: number) => void;
}

export interface KeyboardOptions {
  /** Calls back after so many milliseconds, unless the function that it gives is called. */
  after: (milliseconds: number, call: () => void) => () => void;
}

/** An ESC that so long nothing follows is the key, in milliseconds. */
export const ESCAPE_TIMEOUT = 100;
/** A paste of which so long nothing comes has lost its end, in milliseconds. */
export const PASTE_TIMEOUT = 5000;

const CR = 0x0d;
const LF = 0x0a;

export class Keyboard {
  readonly #events: KeyboardEvents;
  readonly #options: KeyboardOptions;
  readonly #splitter = new PasteSplitter();
  #stopTimer: () => void = () => {};

  constructor(events: KeyboardEvents, options: KeyboardOptions) {
    this.#events = events;
    this.#options = options;
  }

  /** Takes what the terminal sent, which must not change any more. */
  feed(bytes: Uint8Array): void {
    this.#stopTimer();
    this.#dispatch(this.#splitter.push(bytes));
    const { pending } = this.#splitter;
    if (pending === "nothing") return;
    this.#stopTimer = this.#options.after(
      pending === "key" ? ESCAPE_TIMEOUT : PASTE_TIMEOUT,
      () => this.#dispatch(this.#splitter.flush()),
    );
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#stopTimer();
  }

  #dispatch(pieces: ReturnType<PasteSplitter["push"]>): void {
    for (const piece of pieces) {
      if (piece.kind === "pasted") this.#events.onPaste(piece.text, piece.isCut);
      else this.#dispatchKeys(piece.bytes);
    }
  }

  #dispatchKeys(bytes: Uint8Array): void {
    const report = extractCursorReport(bytes);
    if (report) this.#events.onCursorReport(report.column);
    let keys = report?.rest ?? bytes;
    // One line at a time: behind an Enter, what is typed may be meant for somebody else.
    while (keys.length > 0) {
      let end = keys.findIndex((byte) => byte === CR || byte === LF) + 1 || keys.length;
      if (keys[end - 1] === CR && keys[end] === LF) end++;
      this.#events.onKeys(keys.subarray(0, end));
      keys = keys.subarray(end);
    }
  }
}
