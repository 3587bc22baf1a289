/**
 * What a person types and pastes, up to what is entered: a line, a block of lines or a password. It knows which of them
 * the keys are meant for; how that looks and what becomes of it is not its business.
 */

import { isBlock, isLong, readAnswer } from "./multiline.ts";
import { hidePassword } from "../session/local_commands.ts";
import { complete, type Known } from "./complete.ts";
import { Keyboard } from "../terminal/keyboard.ts";
import { type PasswordEvents, PasswordPrompt } from "../terminal/password_prompt.ts";
import { Prompt } from "../terminal/prompt.ts";

/** What was entered: a line, which may be a command, or a block of lines, which is a message. */
export interface Entry {
  text: string;
  isBlock: boolean;
}

export interface ComposerEvents {
  /** Gives false where it is too long to be taken. */
  onEntry: (entry: Entry) => boolean;
  /** Enter on a line in which there is nothing. */
  onNothing: () => void;
  onPassword: PasswordEvents["onGiven"];
  onNoPassword: PasswordEvents["onDropped"];
  /** Something is to be seen otherwise. */
  onChange: () => void;
  /** Ctrl-C or Ctrl-D on an empty line. Gives whether that is the end. */
  onEnd: () => boolean;
  /** Ctrl-L. */
  onClear: () => void;
  /** What the word before the cursor may become, where that is more than one thing. */
  onChoices: (choices: string[]) => void;
  /** More was pasted than is taken, and nothing of it was. */
  onTooLong: () => void;
  /** Where the terminal's cursor is, the column from 0. */
  onCursorReport: (column: number) => void;
}

export interface ComposerOptions {
  /** What can be completed now. */
  known: () => Known;
  /** Lines that can be called back from the beginning, the latest first. */
  history: readonly string[];
  /** Calls back after so many milliseconds, unless the function that it gives is called. */
  after: (milliseconds: number, call: () => void) => () => void;
}

export class Composer {
  readonly password: PasswordPrompt;
  readonly #events: ComposerEvents;
  readonly #options: ComposerOptions;
  readonly #prompt: Prompt;
  readonly #keyboard: Keyboard;
  /** What it goes into is still in the prompt. */
  #asked: Entry | undefined;
  /** For what choices were given last: they are not given twice. */
  #listed = "";

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
    }, {
      remembers: (line) => hidePassword(line) === line,
      history: options.history,
    });
    this.password = new PasswordPrompt({
      onGiven: events.onPassword,
      onDropped: events.onNoPassword,
      onClear: events.onClear,
    });
    this.#keyboard = new Keyboard({
      onKeys: (keys) => this.#type(keys),
      onPaste: (text, isCut) => this.#paste(text, isCut),
      onCursorReport: events.onCursorReport,
    }, options);
  }

  get line(): string {
    return this.#prompt.line;
  }

  /** In UTF-16 units. */
  get cursor(): number {
    return this.#prompt.cursor;
  }

  /** The text of a long paste, of which it is asked whether it is to be sent; no password is asked for then. */
  get asked(): string | undefined {
    return this.password.isOpen ? undefined : this.#asked?.text;
  }

  /** What is not entered. */
  get draft(): string {
    return this.#asked?.text ?? this.#prompt.line;
  }

  /** Takes what the terminal sent, which must not change any more. */
  take(bytes: Uint8Array): void {
    this.#keyboard.take(bytes);
  }

  /** Waits for nothing any more. */
  close(): void {
    this.#keyboard.close();
  }

  #type(keys: Uint8Array): void {
    if (this.password.isOpen) this.password.feed(keys);
    else if (this.#asked) this.#answer(this.#asked, keys);
    else this.#prompt.feed(keys);
  }

  /** One line goes into what is being typed. Several are an entry together with it, and many are asked for first. */
  #paste(text: string, isCut: boolean): void {
    if (this.asked !== undefined) return;
    if (isCut) return this.#events.onTooLong();
    if (this.password.isOpen) return this.password.insert(text.split("\n", 1)[0]!);
    if (isBlock(text)) {
      const { line, cursor } = this.#prompt;
      const before = line.slice(0, cursor);
      // Behind a command that was typed it belongs to that: what is meant for one must not go to all.
      const entry = {
        text: before + text + line.slice(cursor),
        isBlock: !before.startsWith("/"),
      };
      if (isLong(text)) this.#asked = entry;
      else this.#enter(entry);
    } else {
      this.#prompt.insert(text);
    }
    this.#events.onChange();
  }

  #answer(asked: Entry, keys: Uint8Array): void {
    const answer = readAnswer(keys);
    if (!answer) return;
    this.#asked = undefined;
    if (answer.isYes) this.#enter(asked);
    this.#events.onChange();
    const rest = keys.subarray(answer.length);
    if (rest.length > 0) this.#type(rest);
  }

  /** What was being typed is part of it; where it is too long, that stays. */
  #enter(entry: Entry): void {
    const { line, cursor } = this.#prompt;
    this.#prompt.replace("");
    if (!this.#events.onEntry(entry)) this.#prompt.replace(line, cursor);
  }

  #submit(line: string): void {
    if (line.trim() === "") return this.#events.onNothing();
    const isTaken = this.#events.onEntry({ text: line, isBlock: false });
    if (!isTaken) this.#prompt.replace(hidePassword(line)); // to be shortened
  }

  #complete(): void {
    const { line, cursor } = this.#prompt;
    const completion = complete(line, cursor, this.#options.known());
    if (completion.kind === "completed") {
      this.#prompt.replace(completion.line, completion.cursor);
      this.#events.onChange();
    } else if (completion.kind === "choices" && this.#listed !== `${cursor} ${line}`) {
      this.#listed = `${cursor} ${line}`;
      this.#events.onChoices(completion.choices);
    }
  }

  /** Ctrl-C empties the line; where it is empty already, it is the end. */
  #interrupt(): void {
    if (this.#prompt.line === "") this.#events.onEnd();
    else this.#prompt.replace("");
  }
}
