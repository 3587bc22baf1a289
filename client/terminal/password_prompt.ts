/** Reads a password in place of a line: it is not shown, completed or kept in the history. */

import { Prompt } from "./prompt.ts";

export interface PasswordEvents {
  /** Enter. `command` is the command that needs the password; undefined if the hub asks for it. */
  onSubmit: (password: string, command: string | undefined) => void;
  /** Ctrl-C, Ctrl-D, or Enter without a password for a command. */
  onCancel: (command: string | undefined) => void;
  /** Ctrl-L. */
  onClear: () => void;
}

export class PasswordPrompt {
  readonly #events: PasswordEvents;
  #request: { prompt: Prompt; command: string | undefined } | undefined;

  constructor(events: PasswordEvents) {
    this.#events = events;
  }

  /** Whether a password is asked for. */
  get isOpen(): boolean {
    return this.#request !== undefined;
  }

  /** Whether the hub asks for it. */
  get isForHub(): boolean {
    return this.#request !== undefined && this.#request.command === undefined;
  }

  /** Asks for the password of a command, or by default of the hub. */
  open(command?: string): void {
    const prompt = new Prompt({
      onSubmit: (password) => this.#submit(password, command),
      onInterrupt: () => this.#cancel(command),
      onEnd: () => {
        this.#cancel(command);
        return true;
      },
      onClear: () => this.#events.onClear(),
    });
    this.#request = { prompt, command };
  }

  close(): void {
    this.#request = undefined;
  }

  /** Takes keys as the terminal sent them. */
  feed(keys: string): void {
    this.#request?.prompt.feed(keys);
  }

  /** Inserts text, which must have no control characters. */
  insert(text: string): void {
    this.#request?.prompt.insert(text);
  }

  #submit(password: string, command: string | undefined): void {
    if (password === "") {
      if (command !== undefined) this.#cancel(command);
      return;
    }
    this.close();
    this.#events.onSubmit(password, command);
  }

  #cancel(command: string | undefined): void {
    this.close();
    this.#events.onCancel(command);
  }
}
