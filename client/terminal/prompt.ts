/** The line that is being typed: it passes keys to the editor, and tells what they ask for. It draws nothing. */

import { press } from "./editor.ts";
import { endSearch } from "./search.ts";
import {
  type Editor,
  expand,
  insert,
  insertBlock,
  remember,
  resetLine,
  type Search,
  setLine,
  startEditor,
} from "./editor_state.ts";

export interface PromptEvents {
  /**
   * Enter. The line is empty then, unless false is returned: it stays as it was. `isPasted`: a pasted block begins the text.
   */
  onSubmit: (text: string, isPasted: boolean) => unknown;
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
  /** Ctrl-Z. */
  onSuspend?: (() => void) | undefined;
  /** Alt-1 to Alt-9. */
  onSwitchRoom?: ((room: number) => void) | undefined;
}

export interface PromptOptions {
  /** Whether a submitted line goes into the history; by default, no line does. */
  shouldRemember?: (line: string) => boolean;
  /** The initial history, the latest line first. */
  history?: readonly string[];
}

export class Prompt {
  readonly #events: PromptEvents;
  readonly #shouldRemember: (line: string) => boolean;
  #editor: Editor;
  #isClosed = false;

  constructor(
    events: PromptEvents,
    { shouldRemember = () => false, history = [] }: PromptOptions = {},
  ) {
    this.#events = events;
    this.#shouldRemember = (line) => line.trim() !== "" && shouldRemember(line);
    this.#editor = startEditor(history);
  }

  /** The line, in which each block is one character. */
  get line(): string {
    return this.#editor.line;
  }

  /** In UTF-16 units. */
  get cursor(): number {
    return this.#editor.cursor;
  }

  /** The line with the text of its blocks. */
  get text(): string {
    return expand(this.#editor);
  }

  get search(): Search | undefined {
    return this.#editor.search;
  }

  /** The line and the cursor with labels in place of the blocks. */
  show(label: (block: string) => string): { line: string; cursor: number } {
    const { line, cursor } = this.#editor;
    const before = expand({ ...this.#editor, line: line.slice(0, cursor) }, label);
    return { line: expand(this.#editor, label), cursor: before.length };
  }

  /** Takes a typed character, or a key by its name. */
  press(key: string): void {
    if (this.#isClosed) return;
    const before = this.#editor;
    this.#editor = press(before, key);
    this.#tell(this.#editor.event, before);
    this.#events.onChange?.();
  }

  /** Inserts a text at the cursor; of several lines, as a block, which keys treat as one character. */
  insert(text: string): void {
    const editor = endSearch(this.#editor);
    this.#change(text.includes("\n") ? insertBlock(editor, text) : insert(editor, text));
  }

  /** Replaces the line, which can be taken back; `cursor` in UTF-16 units, at its end by default. */
  setLine(line: string, cursor = line.length): void {
    this.#change(setLine(this.#editor, line, cursor));
  }

  /** Empties the line, and goes to the end of the history. */
  reset(): void {
    this.#change(resetLine(this.#editor));
  }

  #change(editor: Editor): void {
    if (!this.#isClosed) this.#editor = editor;
  }

  #tell(event: Editor["event"], before: Editor): void {
    switch (event?.kind) {
      case "submit":
        if (this.#events.onSubmit(event.text, event.isPasted) === false) this.#editor = before;
        else this.#remember(event.text);
        return;
      case "keep":
        return this.#remember(event.text);
      case "end":
        this.#isClosed = this.#events.onEnd();
        return;
      case "interrupt":
        return this.#events.onInterrupt();
      case "clear":
        return this.#events.onClear?.();
      case "complete":
        return this.#events.onComplete?.();
      case "suspend":
        return this.#events.onSuspend?.();
      case "switchRoom":
        return this.#events.onSwitchRoom?.(event.room);
    }
  }

  #remember(line: string): void {
    if (this.#shouldRemember(line)) this.#editor = remember(this.#editor, line);
  }
}
