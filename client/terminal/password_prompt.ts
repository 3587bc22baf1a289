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
  /** Takes the keys while a password is asked for. */
  prompt: Prompt | undefined;
  /** Whether the hub asks for it. */
  isForHub = false;

  constructor(events: PasswordEvents) {
    this.#events = events;
  }

  /** Asks for the password of a command, or by default of the hub. */
  open(command?: string): void {
    const { onSubmit, onCancel, onClear } = this.#events;
    const cancel = () => {
      this.close();
      onCancel(command);
      return true;
    };
    this.isForHub = command === undefined;
    this.prompt = new Prompt({
      onSubmit: (password) => {
        if (password !== "") {
          this.close();
          onSubmit(password, command);
        } else if (command !== undefined) cancel();
      },
      onInterrupt: cancel,
      onEnd: cancel,
      onClear,
    });
  }

  close(): void {
    this.prompt = undefined;
    this.isForHub = false;
  }
}
