/** Splits the bytes of a terminal into keys, pastes and cursor reports. Other sequences are dropped whole. */

import type { After } from "../../common/cli/timers.ts";
import { controlKey, sequenceKey, withAlt } from "./key_codes.ts";
import { PasteBuffer } from "./paste.ts";

export interface KeyboardEvents {
  /** A typed character, or a key by its name, such as `Ctrl-A`. */
  onKey: (key: string) => void;
  /** Text as {@linkcode PasteBuffer} gives it. */
  onPaste: (text: string, isCut: boolean) => void;
  /** The place of the cursor, from 0. */
  onCursorReport: (row: number, column: number) => void;
  /** The window got the focus, or lost it. */
  onFocus?: ((isFocused: boolean) => void) | undefined;
}

/** How long an ESC waits for the rest of a sequence before it counts as the key, in milliseconds. */
export const ESCAPE_TIMEOUT = 100;
/** How long a control string waits for more before it counts as ended, in milliseconds. */
export const STRING_TIMEOUT = 1000;
/** How long a paste waits for more before it counts as ended, in milliseconds. */
export const PASTE_TIMEOUT = 5000;

const ESC = 0x1b;
const BEL = 0x07;
const CR = 0x0d;
const LF = 0x0a;
const PASTE_END = new TextEncoder().encode("\x1b[201~");
/** The most characters of a sequence that are kept: no key has more. */
const MAX_SEQUENCE = 32;

export class Keyboard {
  readonly #events: KeyboardEvents;
  readonly #after: After;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** `csi`, `ss3` and `string`: inside a control sequence, a key of the keypad, a control string (OSC, DCS, APC, PM, SOS). */
  #mode: "text" | "escape" | "csi" | "ss3" | "string" | "paste" = "text";
  /** The sequence so far; of a string, how it began, as long as nothing follows. */
  #sequence = "";
  /** Whether an ESC stood before that of the sequence. */
  #isAlt = false;
  /** Whether the ESC ended a control string; a backslash belongs to it then. */
  #endsString = false;
  /** How many bytes to drop: an old mouse report, or a character with Alt that is not ASCII. */
  #dropped = 0;
  #wasCr = false;
  #paste = new PasteBuffer(0);
  /** How many bytes of the end marker the paste ends with. */
  #endBytes = 0;
  #stopTimer: () => void = () => {};

  constructor(events: KeyboardEvents, after: After) {
    this.#events = events;
    this.#after = after;
  }

  /** Takes bytes of the terminal. */
  feed(bytes: Uint8Array): void {
    this.#stopTimer();
    for (let at = 0; at < bytes.length;) {
      if (this.#mode === "text" && this.#dropped === 0) at = this.#readText(bytes, at);
      else if (this.#mode === "paste") at = this.#readPaste(bytes, at);
      else this.#readSequence(bytes[at++]!);
    }
    const timeout = this.#timeout();
    if (timeout > 0) this.#stopTimer = this.#after(timeout, () => this.#endWaiting());
  }

  /** Stops the timer. */
  close(): void {
    this.#stopTimer();
  }

  #timeout(): number {
    if (this.#mode === "paste") return PASTE_TIMEOUT;
    if (this.#mode === "string" && this.#sequence === "") return STRING_TIMEOUT;
    return this.#mode === "text" && this.#dropped === 0 ? 0 : ESCAPE_TIMEOUT;
  }

  /** What waits for more bytes gets none. */
  #endWaiting(): void {
    this.#dropped = 0;
    if (this.#mode === "paste") return this.#endPaste();
    if (this.#mode === "escape" && !this.#endsString) this.#events.onKey("Esc");
    if (this.#mode === "string") this.#endString();
    this.#mode = "text";
  }

  /** Reads characters up to a control, and that. */
  #readText(bytes: Uint8Array, from: number): number {
    let to = from;
    while (to < bytes.length && !isControl(bytes[to]!)) to++;
    const hasControl = to < bytes.length;
    const text = this.#decoder.decode(bytes.subarray(from, to), { stream: !hasControl });
    for (const char of text) this.#events.onKey(char);
    if (to > from) this.#wasCr = false;
    if (hasControl) this.#readControl(bytes[to++]!);
    return to;
  }

  #readControl(byte: number): void {
    const isCrLf = this.#wasCr && byte === LF;
    this.#wasCr = byte === CR;
    if (byte === ESC) this.#beginEscape();
    else if (!isCrLf) this.#events.onKey(controlKey(byte));
  }

  #beginEscape({ endsString = false } = {}): void {
    this.#mode = "escape";
    this.#isAlt = false;
    this.#endsString = endsString;
  }

  #readSequence(byte: number): void {
    if (this.#dropped > 0) this.#dropped--;
    else if (this.#mode === "string") this.#readString(byte);
    else if (this.#mode === "escape") this.#readEscape(byte);
    else if (isControl(byte)) this.#abort(byte);
    else this.#readParameter(byte);
  }

  /** A control inside a sequence ends that, and counts by itself. */
  #abort(byte: number): void {
    this.#mode = "text";
    this.#readControl(byte);
  }

  #readEscape(byte: number): void {
    const char = String.fromCharCode(byte);
    this.#sequence = "";
    if (byte === ESC) this.#isAlt = true;
    else if (char === "[") this.#mode = "csi";
    else if (char === "O") this.#mode = "ss3";
    else if (/[\]PX^_]/.test(char)) [this.#mode, this.#sequence] = ["string", char];
    else {
      this.#mode = "text";
      this.#wasCr = byte === CR;
      if (byte >= 0x80) this.#dropped = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      else if (!this.#endsString || char !== "\\") {
        this.#events.onKey(withAlt(isControl(byte) ? controlKey(byte) : char));
      }
    }
  }

  #readString(byte: number): void {
    const hasText = this.#sequence === "";
    if (byte === ESC) {
      this.#endString();
      this.#beginEscape({ endsString: hasText });
    } else if (byte === BEL) this.#mode = "text";
    else if (isControl(byte)) this.#abort(byte);
    else this.#sequence = "";
  }

  /** A string without text was Alt with the character. */
  #endString(): void {
    if (this.#sequence !== "") this.#events.onKey(withAlt(this.#sequence));
  }

  #readParameter(byte: number): void {
    const char = String.fromCharCode(byte);
    const isShiftedKey = char === "$" && /^\d+$/.test(this.#sequence); // rxvt
    // The Linux console sends a second bracket for F1 to F5.
    const isFinal = (byte >= 0x40 && !(char === "[" && this.#sequence === "")) || isShiftedKey;
    if (!isFinal) {
      if (this.#sequence.length < MAX_SEQUENCE) this.#sequence += char;
      return;
    }
    const isKeypad = this.#mode === "ss3";
    this.#mode = "text";
    if (isKeypad) this.#press(char === "M" ? "Enter" : sequenceKey(`1;${this.#sequence}`, char));
    else this.#endSequence(this.#sequence, char);
  }

  #endSequence(parameters: string, final: string): void {
    const report = final === "R" && /^(\d+);(\d+)$/.exec(parameters);
    if (report) this.#events.onCursorReport(Number(report[1]) - 1, Number(report[2]) - 1);
    else if (parameters === "" && /[IO]/.test(final)) this.#events.onFocus?.(final === "I");
    else if (final === "~" && parameters === "200") this.#beginPaste();
    else if (final === "M" && parameters === "") this.#dropped = 3; // a mouse report of X10
    else this.#press(sequenceKey(parameters, final));
  }

  #press(key: string): void {
    if (key !== "") this.#events.onKey(this.#isAlt ? withAlt(key) : key);
  }

  #beginPaste(): void {
    this.#mode = "paste";
    this.#paste = new PasteBuffer();
    this.#endBytes = 0;
  }

  /** Reads up to the end marker. The first one ends the paste, as in every line editor; keeping others out is the terminal's task. */
  #readPaste(bytes: Uint8Array, from: number): number {
    if (bytes[from] === PASTE_END[this.#endBytes]) {
      if (++this.#endBytes === PASTE_END.length) this.#endPaste();
      return from + 1;
    }
    this.#paste.add(PASTE_END.subarray(0, this.#endBytes));
    this.#endBytes = 0;
    const end = bytes.indexOf(ESC, from);
    this.#paste.add(bytes.subarray(from, end === -1 ? undefined : end));
    return end === -1 ? bytes.length : end;
  }

  #endPaste(): void {
    this.#mode = "text";
    this.#paste.add(PASTE_END.subarray(0, this.#endBytes % PASTE_END.length));
    const { text, isCut } = this.#paste.end();
    this.#paste = new PasteBuffer(0);
    this.#events.onPaste(text, isCut);
  }
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}
