/** Turns keys and pastes into submissions: a text or a password. */

import type { After } from "../../common/cli/timers.ts";
import type { Lang } from "../../common/i18n/mod.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { hidePassword } from "../session/local_commands.ts";
import type { Search } from "../terminal/editor_state.ts";
import { Keyboard, type KeyboardEvents } from "../terminal/keyboard.ts";
import type { InputLine } from "../terminal/layout.ts";
import { type PasswordEvents, PasswordPrompt } from "../terminal/password_prompt.ts";
import { Prompt, type PromptEvents } from "../terminal/prompt.ts";
import { complete, type CompletionNames } from "./complete.ts";
import { blockLabel } from "./multiline.ts";
import type { Glyphs } from "./theme.ts";

export interface ComposerEvents
  extends
    Required<Pick<PromptEvents, "onChange" | "onClear">>,
    Pick<PromptEvents, "onEnd" | "onSuspend" | "onSwitchRoom">,
    Pick<KeyboardEvents, "onCursorReport" | "onTerminalId" | "onFocus"> {
  /** A text that begins with a paste (`isPasted`) is a message. Returns false if it was refused, and stays. */
  onSubmit: (text: string, isPasted: boolean) => boolean;
  /** Enter on an empty line. */
  onEmptyLine: () => void;
  onPassword: PasswordEvents["onSubmit"];
  onPasswordCancel: PasswordEvents["onCancel"];
  /** The word before the cursor has several completions. */
  onChoices: (choices: string[]) => void;
  /** A paste was longer than the limit, and was discarded. */
  onPasteTooLong: () => void;
}

export interface ComposerOptions {
  /** The names that can be completed now. */
  completionNames: () => CompletionNames;
  /** The input history, the latest line first. */
  history: readonly string[];
  after: After;
}

export class Composer {
  /** Takes the bytes of the terminal. */
  readonly keyboard: Keyboard;
  readonly password: PasswordPrompt;
  readonly #events: ComposerEvents;
  readonly #options: ComposerOptions;
  readonly #prompt: Prompt;
  /** Loaded when the first is completed. */
  #emoji: CompletionNames["emoji"];
  /** The cursor and line whose choices were listed last, so that they are not listed again. */
  #lastListed = "";

  constructor(events: ComposerEvents, options: ComposerOptions) {
    this.#events = events;
    this.#options = options;
    this.#prompt = new Prompt({
      ...events,
      onSubmit: (text, isPasted) => this.#submit(text, isPasted),
      onInterrupt: () => this.#interrupt(),
      onComplete: () => this.#complete(),
    }, {
      shouldRemember: (line) => hidePassword(line) === line,
      history: options.history,
    });
    this.password = new PasswordPrompt({
      onSubmit: events.onPassword,
      onCancel: events.onPasswordCancel,
      onClear: events.onClear,
    });
    this.keyboard = new Keyboard({
      ...events,
      onKey: (key) => (this.password.prompt ?? this.#prompt).press(key),
      onPaste: (text) => this.#paste(text),
    }, options.after);
  }

  /** What is typed, with a label for each block, and the search through the history, if one is under way. */
  show(lang: Lang, glyphs: Glyphs): Omit<InputLine, "prompt"> & { search: Search | undefined } {
    const { search } = this.#prompt;
    return { ...this.#prompt.show((block) => blockLabel(block, lang, glyphs)), search };
  }

  /** The text that is not submitted yet. */
  get draft(): string {
    return this.#prompt.show().line;
  }

  /** A pasted text goes into what is typed, and waits for Enter. */
  #paste(text: string | undefined): void {
    if (text === undefined) return this.#events.onPasteTooLong();
    // A password has one line: several are meant for afterwards.
    const password = text.includes("\n") ? undefined : this.password.prompt;
    (password ?? this.#prompt).insert(text);
    this.#events.onChange();
  }

  /** Returns false if the line was refused, and stays. */
  #submit(text: string, isPasted: boolean): boolean {
    if (isBlank(text)) this.#events.onEmptyLine();
    else if (!this.#events.onSubmit(text, isPasted)) {
      if (hidePassword(text) === text) return false;
      this.#prompt.setLine(hidePassword(text));
    }
    return true;
  }

  async #complete(): Promise<void> {
    const { line, cursor } = this.#prompt;
    if (!this.#emoji && /(^|\s):\S+$/.test(line.slice(0, cursor))) {
      this.#emoji = (await import("./emoji.ts")).EMOJI;
      if (this.#prompt.line !== line || this.#prompt.cursor !== cursor) return;
    }
    const names = this.#options.completionNames();
    const completion = complete(line, cursor, { ...names, emoji: this.#emoji });
    if (completion.kind === "completed") {
      this.#prompt.setLine(completion.line, completion.cursor);
      this.#events.onChange();
    } else if (completion.kind === "choices" && this.#lastListed !== `${cursor} ${line}`) {
      this.#lastListed = `${cursor} ${line}`;
      this.#events.onChoices(completion.choices);
    }
  }

  /** Ctrl-C empties the line; on an empty line it ends the input. */
  #interrupt(): void {
    if (this.#prompt.line === "") this.#events.onEnd();
    else this.#prompt.reset();
  }
}
