/** Splits the terminal's input into keys, pastes and cursor reports. */

import type { After } from "../../common/cli/timers.ts";
import { type InputSegment, PasteSplitter } from "./paste.ts";

export interface KeyboardEvents {
  /** Keys as the terminal sent them, one line at a time: an Enter is the last key in its bytes. */
  onKeys: (bytes: Uint8Array) => void;
  /** Sanitized text with LF between its lines and none at the end. With `isCut` it was too long, and its end is missing. */
  onPaste: (text: string, isCut: boolean) => void;
  /** The column of the cursor, from 0. */
  onCursorReport: (column: number) => void;
}

/** How long an ESC waits for the rest of a sequence before it counts as the key, in milliseconds. */
export const ESCAPE_TIMEOUT = 100;
/** How long a paste waits for more before it counts as ended, in milliseconds. */
export const PASTE_TIMEOUT = 5000;

const CR = 0x0d;
const LF = 0x0a;
const ESC = 0x1b;

const latin1 = new TextDecoder("latin1");

export class Keyboard {
  readonly #events: KeyboardEvents;
  readonly #after: After;
  readonly #splitter = new PasteSplitter();
  #stopTimer: () => void = () => {};

  constructor(events: KeyboardEvents, after: After) {
    this.#events = events;
    this.#after = after;
  }

  /** Takes bytes of the terminal, which must not change afterwards. */
  feed(bytes: Uint8Array): void {
    this.#stopTimer();
    this.#dispatch(this.#splitter.push(bytes));
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
      else this.#dispatchKeys(segment.bytes);
    }
  }

  #dispatchKeys(bytes: Uint8Array): void {
    const report = extractCursorReport(bytes);
    if (report) this.#events.onCursorReport(report.column);
    let keys = report?.rest ?? bytes;
    // One line at a time: what follows an Enter may be for another prompt.
    while (keys.length > 0) {
      let end = keys.findIndex((byte) => byte === CR || byte === LF) + 1 || keys.length;
      if (keys[end - 1] === CR && keys[end] === LF) end++;
      this.#events.onKeys(keys.subarray(0, end));
      keys = keys.subarray(end);
    }
  }
}

/**
 * Finds the terminal's cursor report (the answer to `ESC[6n`) among keys. Returns its column, from 0, and the bytes without
 * it; undefined if the bytes contain no report.
 */
export function extractCursorReport(
  bytes: Uint8Array,
): { column: number; rest: Uint8Array } | undefined {
  if (!bytes.includes(ESC)) return undefined;
  // deno-lint-ignore no-control-regex
  const report = /\x1b\[\d+;(\d+)R/.exec(latin1.decode(bytes)); // one character a byte, so indices are the same
  if (!report) return undefined;
  const end = report.index + report[0].length;
  const rest = new Uint8Array(bytes.length - report[0].length);
  rest.set(bytes.subarray(0, report.index));
  rest.set(bytes.subarray(end), report.index);
  return { column: Number(report[1]) - 1, rest };
}
