/**
 * Where a password is typed instead of a line: nothing of it is to be seen, to be called back or to be completed. It does
 * not know what becomes of the password.
 */

import { Prompt } from "./prompt.ts";

export interface PasswordEvents {
  /** Enter. `line` is the command that it is for; none where the hub itself asks for it. */
  onSubmit: (password: string, line: string | undefined) => void;
  /** Ctrl-C, Ctrl-D, or Enter where a command can go without it. */
  onCancel: (line: string | undefined) => void;
  /** Ctrl-L. */
  onClear: () => void;
}

export class PasswordPrompt {
  readonly #events: PasswordEvents;
  #request: { prompt: Prompt; line: string | undefined } | undefined;

  constructor(events: PasswordEvents) {
    this.#events = events;
  }

  /** Whether a password is asked for, and so what is typed is one. */
  get isOpen(): boolean {
    return this.#request !== undefined;
  }

  /** Whether it is the hub that asks. */
  get isForHub(): boolean {
    return this.#request !== undefined && this.#request.line === undefined;
  }

  /** Asks for one, for a command or for the hub. */
  open(line?: string): void {
    const prompt = new Prompt({
      onSubmit: (password) => this.#submit(password, line),
      onChange: () => {},
      onInterrupt: () => this.#cancel(line),
      onEnd: () => {
        this.#cancel(line);
        return true;
      },
      onClear: () => this.#events.onClear(),
    }, { shouldRemember: () => false });
    this.#request = { prompt, line };
  }

  close(): void {
    this.#request = undefined;
  }

  /** Takes what the terminal sent, which must not change any more. */
  feed(keys: Uint8Array): void {
    this.#request?.prompt.feed(keys);
  }

  /** Takes text without control characters. */
  insert(text: string): void {
    this.#request?.prompt.insert(text);
  }

  #submit(password: string, line: string | undefined): void {
    if (password === "") {
      if (line !== undefined) this.#cancel(line);
      return;
    }
    this.close();
    this.#events.onSubmit(password, line);
  }

  #cancel(line: string | undefined): void {
    this.close();
    this.#events.onCancel(line);
  }
}
