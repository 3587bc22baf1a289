/** The line that is being typed: it passes keys to the editor, and tells what they ask for. It draws nothing. */

import { press } from "./editor.ts";
import type { Editor, EditorEvent, Search } from "./editor_state.ts";
import { clean, edit, expand, insert, insertBlock } from "./editor_state.ts";
import { remember, resetLine, startEditor } from "./editor_state.ts";
import { endSearch } from "./search.ts";

export interface PromptEvents {
  /** Enter. The line is empty then; if false is returned, it stays. `isPasted`: a pasted block begins the text. */
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
    this.#shouldRemember = shouldRemember;
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

  get search(): Search | undefined {
    return this.#editor.search;
  }

  /** The line and the cursor with the text of the blocks, or with labels in place of it. */
  show(label = (text: string) => text): { line: string; cursor: number } {
    const { line, cursor } = this.#editor;
    const before = expand({ ...this.#editor, line: line.slice(0, cursor) }, label);
    return { line: expand(this.#editor, label), cursor: before.length };
  }

  /** Takes a typed character, or a key by its name. */
  press(key: string): void {
    if (this.#isClosed) return;
    const before = this.#editor;
    this.#editor = press(before, key);
    if (this.#editor.event) this.#tell(this.#editor.event, before);
    this.#events.onChange?.();
  }

  /** Inserts a text at the cursor; of several lines, as a block, which keys treat as one character. */
  insert(text: string): void {
    const isBlock = text.includes("\n");
    this.#change((editor) => isBlock ? insertBlock(editor, text) : insert(editor, text));
  }

  /** Replaces the line, which can be taken back; `cursor` in UTF-16 units, at its end by default. */
  setLine(line: string, cursor = line.length): void {
    this.#change((editor) => edit(editor, clean(line, editor.blocks), cursor));
  }

  /** Empties the line, and goes to the end of the history. */
  reset(): void {
    this.#change(resetLine);
  }

  #change(change: (editor: Editor) => Editor): void {
    if (!this.#isClosed) this.#editor = change(endSearch(this.#editor));
  }

  #tell({ kind, text, isPasted, key }: EditorEvent, before: Editor): void {
    const events = this.#events;
    if (kind === "submit" && events.onSubmit(text, isPasted) === false) this.#editor = before;
    else if (kind === "submit" || kind === "keep") {
      if (text.trim() !== "" && this.#shouldRemember(text)) {
        this.#editor = remember(this.#editor, text);
      }
    } else if (kind === "interrupt") events.onInterrupt();
    else if (kind === "end") this.#isClosed = events.onEnd();
    else if (kind === "clear") events.onClear?.();
    else if (kind === "complete") events.onComplete?.();
    else if (kind === "suspend") events.onSuspend?.();
    else if (kind === "switchRoom") events.onSwitchRoom?.(Number(key.at(-1)));
  }
}
