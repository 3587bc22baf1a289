/** The shells that are here: what they print, and how one types in them. Knows nothing of what they complete. */

import { assertEquals } from "@std/assert";
import type { Shell } from "../../common/cli/completions/mod.ts";
import { works } from "./confined.ts";
import { Program } from "./program.ts";
import { TestTerminal } from "./terminal.ts";

/** Which of them can be tried. */
export const HAS: Readonly<Record<Shell, boolean>> = {
  bash: works("completions in bash", ["bash", "-c", "true"]),
  zsh: works("completions in zsh", ["zsh", "-f", "-c", "true"]),
  fish: works("completions in fish", ["fish", "--no-config", "-c", "true"]),
  powershell: works("completions in PowerShell", ["pwsh", "-NoProfile", "-Command", "exit"]),
};

/** What a command prints, in a folder that is its home too; it must say nothing else, and end with 0. */
export async function shellOutput(command: string[], folder: string): Promise<string> {
  await using program = new Program(command, { cwd: folder, env: { HOME: folder } });
  program.endInput();
  const { code } = await program.exit();
  assertEquals([code, program.stderr()], [0, ""], command.join(" "));
  return program.stdout();
}

/** An interactive shell, in which lines are typed. */
export class TypedShell implements AsyncDisposable {
  readonly #terminal: TestTerminal;
  #count = 0;

  constructor(command: string[], cwd: string) {
    this.#terminal = TestTerminal.open(command, { cols: 140, rows: 50, cwd, env: { HOME: cwd } });
  }

  /** Runs a line to its end, and leaves an empty screen but for a prompt. */
  async run(line: string): Promise<void> {
    const done = `done${++this.#count}`;
    // Who reads the command has not seen the word.
    this.#terminal.type(`${line}; printf '\\033[H\\033[2J\\033[3J%s\\n' do''ne${this.#count}\r`);
    await this.#terminal.until((each) => each.screen()[0] === done && each.screen()[1] === "%");
  }

  /** Types a line, then a key that completes it, and gives what stands there when more is typed. */
  async complete(line: string): Promise<string> {
    await this.run(":");
    this.#terminal.type(`${line}\tQ`);
    const row = await this.#terminal.until(({ screen }: TestTerminal) =>
      screen.call(this.#terminal).find((each) => each.startsWith("% ") && each.endsWith("Q"))
    );
    this.#terminal.press("ctrl-u");
    return row.slice(2, -1);
  }

  /** Types a line, then the key that lists what it may be, and gives the rows below when one has some text. */
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
