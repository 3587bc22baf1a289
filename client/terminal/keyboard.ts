// deno-lint-ignore-file no-control-regex
/** Splits the bytes of a terminal into keys, pastes and cursor reports. Other sequences are dropped whole. */

import type { After } from "../../common/cli/timers.ts";
import { controlKey, sequenceKey, withAlt } from "./key_codes.ts";
import { bytesOf, MAX_PASTE_BYTES, pastedText } from "./paste.ts";

export interface KeyboardEvents {
  /** A typed character, or a key by its name, such as `Ctrl-A`. */
  onKey: (key: string) => void;
  /** Text as {@linkcode pastedText} gives it: undefined if it is too long. */
  onPaste: (text: string | undefined) => void;
  /** The place of the cursor, from 0. */
  onCursorReport: (row: number, column: number) => void;
  /** The terminal said which it is, as in `>1;10;0` (secondary device attributes). */
  onTerminalId?: ((id: string) => void) | undefined;
  /** The window got the focus, or lost it. */
  onFocus?: ((isFocused: boolean) => void) | undefined;
}

/** How long an ESC waits for the rest of a sequence before it counts as the key, in milliseconds. */
export const ESCAPE_TIMEOUT = 100;
/** How long a control string waits for more before it counts as ended, in milliseconds. */
export const STRING_TIMEOUT = 1000;
/** How long a paste waits for more before it counts as ended, in milliseconds. */
export const PASTE_TIMEOUT = 5000;

/** The most bytes that are kept of a sequence: no key has more. */
const MAX_HELD = 64;
const PASTE_END = "\x1b[201~";
// Bytes are characters in these expressions. `[M` begins an old mouse report, `[[` F1 to F5 of the Linux console, and
// `$` ends a key of rxvt. A control string (OSC, DCS, SOS, PM, APC) without text is Alt with a character.
const TOKEN = new RegExp(
  [
    /(?<text>[^\x00-\x1f\x7f]+)/,
    /\x1b(?<alt>\x1b?)(?:\[(?:M[^]{3}|\[[^]|\d+\$|(?<csi>[ -?]*)(?<final>[@-~]?))|O(?<ss3>\d*[:-~]))/,
    /\x1b\x1b?[\]PX^_][^\x00-\x1f\x7f]+(?:\x07|\x1b\\)?/,
    /\x1b\x1b?(?:[\xc2-\xdf][^]|[\xe0-\xef][^]{2}|[\xf0-\xf4][^]{3}|(?<altKey>[^\x1b]))/,
    /(?<control>[^])/,
  ].map(({ source }) => source).join("|"),
  "y",
);
/** The beginning of a token at the end of the input. */
const UNFINISHED =
  /\x1b\x1b?(?:\[(?:M[^]{0,2}|\[|[ -?]*)|O\d*|[\]PX^_](?:[^\x00-\x1f\x7f]+\x1b?)?|[\xc2-\xdf]|[\xe0-\xef][^]?|[\xf0-\xf4][^]{0,2})?$/y;
const UNFINISHED_STRING = /^\x1b\x1b?[\]PX^_]./;
const UNFINISHED_END = /\x1b(?:\[(?:2(?:01?)?)?)?$/;

export class Keyboard {
  readonly #events: KeyboardEvents;
  readonly #after: After;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The beginning of a token. */
  #held = "";
  /** The bytes of a paste that has begun, each a character. */
  #paste: string | undefined;
  #wasCr = false;
  #stopTimer: () => void = () => {};

  constructor(events: KeyboardEvents, after: After) {
    this.#events = events;
    this.#after = after;
  }

  /** Takes bytes of the terminal. */
  feed(bytes: Uint8Array): void {
    this.#stopTimer();
    let input = this.#held;
    for (const byte of bytes) input += String.fromCharCode(byte);
    for (let at = -1, end = 0; end !== at;) {
      at = end;
      end = this.#paste === undefined ? this.#readToken(input, at) : this.#readPaste(input, at);
      this.#held = input.slice(end);
    }
    const isEscAtEnd = this.#held.length > MAX_HELD && this.#held.endsWith("\x1b");
    this.#held = this.#held.slice(0, MAX_HELD) + (isEscAtEnd ? "\x1b" : "");
    const isPasting = this.#paste !== undefined;
    if (!isPasting && this.#held === "") return;
    const timeout = UNFINISHED_STRING.test(this.#held) ? STRING_TIMEOUT : ESCAPE_TIMEOUT;
    this.#stopTimer = this.#after(isPasting ? PASTE_TIMEOUT : timeout, () => this.#endWaiting());
  }

  /** Stops the timer. */
  close(): void {
    this.#stopTimer();
  }

  /** What waits for more bytes gets none. */
  #endWaiting(): void {
    const held = this.#held;
    this.#held = "";
    if (this.#paste !== undefined) this.#endPaste(held);
    else if (/^\x1b{1,2}$/.test(held)) this.#events.onKey("Esc");
    else if (held.length === 2) this.#events.onKey(withAlt(held[1]!));
  }

  /** Returns where the next token begins; `at` while the token there is not whole. */
  #readToken(input: string, at: number): number {
    UNFINISHED.lastIndex = TOKEN.lastIndex = at;
    const token = UNFINISHED.test(input) ? null : TOKEN.exec(input);
    if (!token) return at;
    const { text = "", ...keys } = token.groups!;
    // A key ends a character that is not whole.
    for (const char of this.#decoder.decode(bytesOf(text), { stream: text !== "" })) {
      this.#events.onKey(char);
    }
    const isCrLf = this.#wasCr && token[0] === "\n";
    if (text === "" && !isCrLf) this.#readKey(keys);
    this.#wasCr = token[0].endsWith("\r");
    return at + token[0].length;
  }

  #readKey({ alt, csi = "", final, ss3, altKey, control }: Record<string, string>): void {
    const report = final === "R" && /^(\d+);(\d+)$/.exec(csi);
    if (report) return this.#events.onCursorReport(Number(report[1]) - 1, Number(report[2]) - 1);
    if (final === "c" && csi.startsWith(">")) this.#events.onTerminalId?.(csi);
    if (csi === "" && (final === "I" || final === "O")) this.#events.onFocus?.(final === "I");
    if (final === "~" && csi === "200") return void (this.#paste = "");
    let key = "";
    if (final) key = sequenceKey(csi, final);
    else if (ss3) key = ss3 === "M" ? "Enter" : sequenceKey(`1;${ss3.slice(0, -1)}`, ss3.at(-1)!);
    else if (altKey) key = withAlt(controlKey(altKey));
    else if (control) key = controlKey(control);
    if (key !== "") this.#events.onKey(alt ? withAlt(key) : key);
  }

  /** Returns how far it read. The first end marker counts: keeping others out of a paste is the terminal's task. */
  #readPaste(input: string, at: number): number {
    const end = input.indexOf(PASTE_END, at);
    if (end !== -1) {
      this.#endPaste(input.slice(at, end));
      return end + PASTE_END.length;
    }
    const text = input.slice(at).replace(UNFINISHED_END, "");
    this.#paste = (this.#paste + text).slice(0, MAX_PASTE_BYTES + 1);
    return at + text.length;
  }

  #endPaste(rest: string): void {
    const binary = this.#paste + rest;
    this.#paste = undefined;
    this.#events.onPaste(pastedText(binary));
  }
}
