/** The shells that are installed here: runs commands and types in them. */

import { assertEquals } from "@std/assert";
import type { Shell } from "../../common/cli/completions/mod.ts";
import { works } from "./confined.ts";
import { Program } from "./program.ts";
import { TestTerminal } from "./terminal.ts";

/** Which of them are installed. */
export const HAS: Readonly<Record<Shell, boolean>> = {
  bash: works("completions in bash", ["bash", "-c", "true"]),
  zsh: works("completions in zsh", ["zsh", "-f", "-c", "true"]),
  fish: works("completions in fish", ["fish", "--no-config", "-c", "true"]),
  powershell: works("completions in PowerShell", ["pwsh", "-NoProfile", "-Command", "exit"]),
};

/** The output of a command in a folder that is also its HOME. It must exit with 0 and print no errors. */
export async function shellOutput(command: string[], folder: string): Promise<string> {
  await using program = new Program(command, { cwd: folder, env: { HOME: folder } });
  program.endInput();
  const { code } = await program.exit();
  assertEquals([code, program.stderr()], [0, ""], command.join(" "));
  return program.stdout();
}

/** An interactive shell at a terminal. */
export class TypedShell implements AsyncDisposable {
  readonly #terminal: TestTerminal;
  #count = 0;

  constructor(command: string[], cwd: string) {
    this.#terminal = TestTerminal.open(command, { cols: 140, rows: 50, cwd, env: { HOME: cwd } });
  }

  /** Runs a line, and leaves the screen empty except for a prompt. */
  async run(line: string): Promise<void> {
    const done = `done${++this.#count}`;
    // The quotes keep the word out of the echoed command.
    this.#terminal.type(`${line}; printf '\\033[H\\033[2J\\033[3J%s\\n' do''ne${this.#count}\r`);
    await this.#terminal.until((each) => each.screen()[0] === done && each.screen()[1] === "%");
  }

  /** Types a line and Tab, and returns the completed line. */
  async complete(line: string): Promise<string> {
    await this.run(":");
    this.#terminal.type(`${line}\tQ`);
    const row = await this.#terminal.until(({ screen }: TestTerminal) =>
      screen.call(this.#terminal).find((each) => each.startsWith("% ") && each.endsWith("Q"))
    );
    this.#terminal.press("ctrl-u");
    return row.slice(2, -1);
  }

  /** Types a line and Tab, and returns the list below it once that contains `wanted`. */
  async list(line: string, wanted: string): Promise<string[]> {
    await this.run(":");
    this.#terminal.type(`${line}\t`);
    await this.#terminal.until(
      (each) => each.screen().slice(2).join("\n").includes(wanted),
      wanted,
    );
    const rows = this.#terminal.screen().slice(2).filter((row) => row !== "");
    this.#terminal.press("ctrl-u");
    return rows;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#terminal[Symbol.asyncDispose]();
  }
}
