/**
 * Turns keys and pastes into submissions: a line, several lines or a password. It decides where input goes: to the prompt,
 * to the password prompt, or to the question whether to send a long paste.
 */

import type { After } from "../../common/cli/timers.ts";
import { exceedsLines } from "../../common/protocol/input.ts";
import { isBlank } from "../../common/protocol/visible.ts";
import { hidePassword } from "../session/local_commands.ts";
import { Keyboard } from "../terminal/keyboard.ts";
import type { Search } from "../terminal/editor_state.ts";
import { type PasswordEvents, PasswordPrompt } from "../terminal/password_prompt.ts";
import { Prompt } from "../terminal/prompt.ts";
import { complete, type CompletionNames } from "./complete.ts";
import { isMultiline, needsConfirmation } from "./multiline.ts";

/** What the user submitted: a line, which may be a command, or several lines, which are a message. */
export interface Submission {
  text: string;
  isMultiline: boolean;
}

export interface ComposerEvents {
  /** Returns false if the text was refused: it stays in the prompt then. */
  onSubmit: (submission: Submission) => boolean;
  /** Enter on an empty line. */
  onEmptyLine: () => void;
  onPassword: PasswordEvents["onSubmit"];
  onPasswordCancel: PasswordEvents["onCancel"];
  /** The input may look different. */
  onChange: () => void;
  /** Ctrl-C or Ctrl-D on an empty line. Returns whether the input ends. */
  onEnd: () => boolean;
  /** Ctrl-L. */
  onClear: () => void;
  /** The word before the cursor has several completions. */
  onChoices: (choices: string[]) => void;
  /** A paste was longer than the limit, and was discarded. */
  onPasteTooLong: () => void;
  /** The terminal reported the place of its cursor, from 0. */
  onCursorReport: (row: number, column: number) => void;
  /** Ctrl-Z. */
  onSuspend?: () => void;
  /** Alt-1 to Alt-9. */
  onSwitchRoom?: (room: number) => void;
}

export interface ComposerOptions {
  /** The names that can be completed now. */
  completionNames: () => CompletionNames;
  /** The most lines that a message may have now. */
  maxLines: () => number;
  /** The input history, the latest line first. */
  history: readonly string[];
  after: After;
}

export class Composer {
  readonly password: PasswordPrompt;
  readonly #events: ComposerEvents;
  readonly #options: ComposerOptions;
  readonly #prompt: Prompt;
  readonly #keyboard: Keyboard;
  /** A long paste that awaits confirmation. The prompt still holds the text that it was pasted into. */
  #unconfirmed: Submission | undefined;
  /** The cursor and line whose choices were listed last, so that they are not listed again. */
  #lastListed = "";

  constructor(events: ComposerEvents, options: ComposerOptions) {
    this.#events = events;
    this.#options = options;
    this.#prompt = new Prompt({
      onSubmit: (line) => this.#submit(line),
      onChange: events.onChange,
      onInterrupt: () => this.#interrupt(),
      onEnd: events.onEnd,
      onClear: events.onClear,
      onComplete: () => this.#complete(),
      onSuspend: events.onSuspend,
      onSwitchRoom: events.onSwitchRoom,
    }, {
      shouldRemember: (line) => hidePassword(line) === line,
      history: options.history,
    });
    this.password = new PasswordPrompt({
      onSubmit: events.onPassword,
      onCancel: events.onPasswordCancel,
      onClear: events.onClear,
    });
    this.#keyboard = new Keyboard({
      onKey: (key) => this.#press(key),
      onPaste: (text, isCut) => this.#paste(text, isCut),
      onCursorReport: events.onCursorReport,
    }, options.after);
  }

  get line(): string {
    return this.#prompt.line;
  }

  /** In UTF-16 units. */
  get cursor(): number {
    return this.#prompt.cursor;
  }

  /** The long paste that awaits confirmation, if any; undefined while the user is asked for a password. */
  get unconfirmed(): string | undefined {
    return this.password.isOpen ? undefined : this.#unconfirmed?.text;
  }

  /** The text that is not submitted yet. */
  get draft(): string {
    return this.#unconfirmed?.text ?? this.#prompt.line;
  }

  /** The search through the history, if one is under way. */
  get search(): Search | undefined {
    return this.#prompt.search;
  }

  /** Takes bytes of the terminal. */
  feed(bytes: Uint8Array): void {
    this.#keyboard.feed(bytes);
  }

  /** Stops the timers. */
  close(): void {
    this.#keyboard.close();
  }

  #press(key: string): void {
    if (this.password.isOpen) this.password.press(key);
    else if (this.#unconfirmed) this.#confirm(this.#unconfirmed, key);
    else this.#prompt.press(key);
  }

  /** One line is inserted into the prompt; several are submitted with the text around them, many only after a question. */
  #paste(text: string, isCut: boolean): void {
    if (this.unconfirmed !== undefined) return;
    if (isCut) return this.#events.onPasteTooLong();
    if (this.password.isOpen) return this.password.insert(text.split("\n", 1)[0]!);
    if (isMultiline(text)) {
      const { line, cursor } = this.#prompt;
      const before = line.slice(0, cursor);
      const submission = {
        text: before + text + line.slice(cursor),
        // After a typed command it is the argument of that: a private message must not go to the room.
        isMultiline: !before.startsWith("/"),
      };
      // Text that will be refused needs no question.
      const isTooMuch = exceedsLines(submission.text, this.#options.maxLines());
      if (needsConfirmation(text) && !isTooMuch) this.#unconfirmed = submission;
      else this.#submitPaste(submission);
    } else {
      this.#prompt.insert(text);
    }
    this.#events.onChange();
  }

  #confirm(submission: Submission, key: string): void {
    const isYes = key === "Enter" || key === "Ctrl-J";
    if (!isYes && key !== "Esc" && key !== "Ctrl-C") return;
    this.#unconfirmed = undefined;
    if (isYes) this.#submitPaste(submission);
    this.#events.onChange();
  }

  /** Submits a paste with the prompt's line, which comes back if that is refused. */
  #submitPaste(submission: Submission): void {
    const { line, cursor } = this.#prompt;
    this.#prompt.reset();
    if (!this.#events.onSubmit(submission)) this.#prompt.setLine(line, cursor);
  }

  #submit(line: string): void {
    if (isBlank(line)) return this.#events.onEmptyLine();
    const isAccepted = this.#events.onSubmit({
      text: line,
      isMultiline: isMultiline(line) && !line.startsWith("/"),
    });
    if (!isAccepted) this.#prompt.setLine(hidePassword(line)); // to be mended
  }

  #complete(): void {
    const { line, cursor } = this.#prompt;
    const completion = complete(line, cursor, this.#options.completionNames());
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
