/**
 * The line that is being typed: node:readline edits it (cursor, history, words, kill and yank), and nothing of it is
 * shown here. Bytes of the terminal go in, and what they come to is told.
 */

import { createInterface, type Interface } from "node:readline";
import { PassThrough, Writable } from "node:stream";

export interface PromptEvents {
  /** Enter: the line, which is empty again. */
  onSubmit: (line: string) => void;
  /** The line or its cursor may be another one. */
  onChange: () => void;
  /** Ctrl-C; the line is as it was. */
  onInterrupt: () => void;
  /** Ctrl-D on an empty line. Gives whether that is the end, after which nothing more is told. */
  onEnd: () => boolean;
  /** Ctrl-L. */
  onClear: () => void;
  /** Tab, which does nothing by itself. */
  onComplete?: () => void;
}

/** So many lines can be called back with the arrow keys. */
const HISTORY_SIZE = 500;
const TAB = 0x09;
/** How U+2028 and U+2029, the separators of lines and paragraphs, begin in UTF-8, and what the last byte is. */
const SEPARATOR = [0xe2, 0x80] as const;
const SEPARATOR_ENDS: readonly number[] = [0xa8, 0xa9];
/** U+FFFD, which takes their place as everywhere (protocol/sanitize.ts). */
const REPLACEMENT = [0xef, 0xbf, 0xbd];

export interface PromptOptions {
  /** Whether a line that was entered can be called back. */
  shouldRemember: (line: string) => boolean;
  /** Lines that can be called back from the beginning, the latest first. */
  history?: readonly string[];
}

interface Keypress {
  name?: string;
  ctrl?: boolean;
}

export class Prompt {
  readonly #events: PromptEvents;
  readonly #input = new PassThrough();
  readonly #readline: Interface;
  /** The beginning of what may become a separator. */
  #held = new Uint8Array(0);
  #isClosed = false;

  constructor(events: PromptEvents, { shouldRemember, history = [] }: PromptOptions) {
    this.#events = events;
    // readline would draw for itself; what it draws goes nowhere, so that one place alone paints the screen.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#readline = createInterface({
      input: this.#input,
      output: nowhere,
      terminal: true,
      history: history.slice(0, HISTORY_SIZE),
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
    });
    this.#readline.on("history", (lines: string[]) => {
      const [latest] = lines;
      if (latest !== undefined && !shouldRemember(latest)) lines.shift();
    });
    this.#readline.on("line", events.onSubmit);
    this.#readline.on("SIGINT", events.onInterrupt);
    this.#readline.on("SIGTSTP", () => {}); // stopping oneself wants the permission to run programs
    // By itself readline would end, and take no more keys.
    const close = this.#readline.close.bind(this.#readline);
    this.#readline.close = () => {
      this.#isClosed = events.onEnd();
      if (this.#isClosed) close();
    };
    this.#input.on("keypress", (_text: string, key: Keypress) => {
      if (key.ctrl && key.name === "l") events.onClear();
      events.onChange();
    });
  }

  get line(): string {
    return this.#readline.line;
  }

  /** In UTF-16 units. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** Takes what the terminal sent, which must not change any more. */
  feed(typed: Uint8Array): void {
    let bytes = this.#replaceSeparators(typed);
    // Tab is not for readline, which would type it where other keys came with it.
    for (let tab; (tab = bytes.indexOf(TAB)) !== -1; bytes = bytes.subarray(tab + 1)) {
      if (tab > 0) this.#input.write(bytes.subarray(0, tab));
      if (!this.#isClosed) this.#events.onComplete?.();
    }
    if (bytes.length > 0) this.#input.write(bytes);
  }

  /** Only Enter ends a line: for readline, separators would too. */
  #replaceSeparators(typed: Uint8Array): Uint8Array {
    const [first, second] = SEPARATOR;
    const bytes = new Uint8Array([...this.#held, ...typed]);
    const held = bytes.at(-1) === first
      ? 1
      : bytes.at(-2) === first && bytes.at(-1) === second
      ? 2
      : 0;
    this.#held = bytes.slice(bytes.length - held);
    for (let at = 0; (at = bytes.indexOf(first, at)) !== -1; at++) {
      if (bytes[at + 1] === second && SEPARATOR_ENDS.includes(bytes[at + 2] ?? 0)) {
        bytes.set(REPLACEMENT, at);
      }
    }
    return bytes.subarray(0, bytes.length - held);
  }

  /** Puts text without control characters in where the cursor is. */
  insert(text: string): void {
    if (text !== "" && !this.#isClosed) this.#readline.write(text);
  }

  /** Replaces the line, with the cursor at its end unless told, in UTF-16 units. */
  setLine(line: string, cursor = line.length): void {
    this.#press("e");
    this.#press("u");
    this.insert(line.slice(cursor));
    this.#press("a");
    this.insert(line.slice(0, cursor));
  }

  #press(name: string): void {
    if (!this.#isClosed) this.#readline.write(null as unknown as string, { ctrl: true, name });
  }
}
