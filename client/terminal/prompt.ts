/** The line that is being typed, edited by node:readline (cursor, history, words, kill and yank). It draws nothing. */

import { createInterface, type Interface } from "node:readline";
import { PassThrough, Writable } from "node:stream";

export interface PromptEvents {
  /** Enter; the line is empty afterwards. */
  onSubmit: (line: string) => void;
  /** The line or its cursor may have changed. */
  onChange?: () => void;
  /** Ctrl-C; the line is unchanged. */
  onInterrupt: () => void;
  /** Ctrl-D on an empty line. Returns whether that ends the input; no event follows then. */
  onEnd: () => boolean;
  /** Ctrl-L. */
  onClear?: () => void;
  /** Tab, which changes nothing by itself. */
  onComplete?: () => void;
}

/** How many lines of history the arrow keys reach. */
const HISTORY_SIZE = 500;

export interface PromptOptions {
  /** Whether a submitted line goes into the history; by default, no line does. */
  shouldRemember?: (line: string) => boolean;
  /** The initial history, the latest line first. */
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
  #isClosed = false;

  constructor(
    events: PromptEvents,
    { shouldRemember = () => false, history = [] }: PromptOptions = {},
  ) {
    this.#events = events;
    // What readline draws is discarded: Screen paints the input.
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
    this.#readline.on("SIGTSTP", () => {}); // readline would stop the process, for which the client has no permission
    // readline calls close() at Ctrl-D, and would accept no more keys.
    const close = this.#readline.close.bind(this.#readline);
    this.#readline.close = () => {
      this.#isClosed = events.onEnd();
      if (this.#isClosed) close();
    };
    this.#input.on("keypress", (_text: string, key: Keypress) => {
      if (key.ctrl && key.name === "l") events.onClear?.();
      events.onChange?.();
    });
  }

  get line(): string {
    return this.#readline.line;
  }

  /** In UTF-16 units. */
  get cursor(): number {
    return this.#readline.cursor;
  }

  /** Takes keys as the terminal sent them. */
  feed(typed: string): void {
    // Line and paragraph separators would end the line for readline.
    const text = typed.replace(/[\u2028\u2029]/g, "\uFFFD");
    // readline would insert a Tab that arrives together with other keys.
    for (const [index, keys] of text.split("\t").entries()) {
      if (index > 0 && !this.#isClosed) this.#events.onComplete?.();
      if (keys !== "") this.#input.write(keys);
    }
  }

  /** Inserts text, which must have no control characters, at the cursor. */
  insert(text: string): void {
    if (text !== "" && !this.#isClosed) this.#readline.write(text);
  }

  /** Replaces the line; `cursor` in UTF-16 units, at its end by default. */
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
