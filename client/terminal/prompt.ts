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
}

/** So many lines can be called back with the arrow keys. */
const HISTORY_SIZE = 500;

export interface PromptOptions {
  /** Whether a line that was entered can be called back. */
  remembers: (line: string) => boolean;
}

interface Key {
  name?: string;
  ctrl?: boolean;
}

export class Prompt {
  readonly #input = new PassThrough();
  readonly #readline: Interface;

  constructor(events: PromptEvents, { remembers }: PromptOptions) {
    // readline would draw for itself; what it draws goes nowhere, so that one place alone paints the screen.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    this.#readline = createInterface({
      input: this.#input,
      output: nowhere,
      terminal: true,
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
      completer: (line: string) => [[], line], // without one, Tab would be typed
    });
    this.#readline.on("history", (lines: string[]) => {
      const [latest] = lines;
      if (latest !== undefined && !remembers(latest)) lines.shift();
    });
    this.#readline.on("line", events.onSubmit);
    this.#readline.on("SIGINT", events.onInterrupt);
    this.#readline.on("SIGTSTP", () => {}); // stopping oneself wants the permission to run programs
    // By itself readline would end, and take no more keys.
    const close = this.#readline.close.bind(this.#readline);
    this.#readline.close = () => {
      if (events.onEnd()) close();
    };
    this.#input.on("keypress", (_text: string, key: Key) => {
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
  feed(bytes: Uint8Array): void {
    this.#input.write(bytes);
  }

  /** Replaces the line, with the cursor at its end. */
  replace(line: string): void {
    const key = (name: string) =>
      this.#readline.write(null as unknown as string, { ctrl: true, name });
    key("e");
    key("u");
    if (line !== "") this.#readline.write(line);
  }
}
