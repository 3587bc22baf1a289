/** A program whose output is waited for, through a pipe or in a terminal that draws nothing. It does not know which program. */

import { Pty } from "../../tests/support/pty.ts";

/** Wide enough that no message wraps. */
const SIZE = { cols: 200, rows: 50 };
/** In milliseconds. */
const PATIENCE = 60_000;
/** As much of the end of what has come as the beginning of what is wanted may be in. */
const TAIL = 64;
const CURSOR_QUESTION = "\x1b[6n";
const CURSOR_ANSWER = "\x1b[1;1R";

export interface Output extends AsyncDisposable {
  /** Types into it. */
  type(text: string): void;
  /**
   * Resolves when the program has written this, from now on.
   *
   * @throws {Error} when it does not come within a minute.
   */
  until(text: string): Promise<void>;
}

/** Looks for one text in what comes. */
class Search {
  readonly #decoder = new TextDecoder();
  #tail = "";
  #wanted = "";
  #found = () => {};

  /** Takes what has come, and gives it as text. */
  take(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes, { stream: true });
    const seen = this.#tail + text;
    this.#tail = seen.slice(-TAIL);
    if (this.#wanted !== "" && seen.includes(this.#wanted)) {
      this.#wanted = "";
      this.#found();
    }
    return text;
  }

  async until(wanted: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#tail = "";
    this.#wanted = wanted;
    this.#found = resolve;
    const timer = setTimeout(
      () => reject(new Error(`The program has not written ${JSON.stringify(wanted)}`)),
      PATIENCE,
    );
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Through pipes; its input stays open. */
export class PipeOutput implements Output {
  readonly #search = new Search();
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;

  constructor([file, ...args]: string[], env: Record<string, string>) {
    this.#child = new Deno.Command(file!, {
      args,
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  type(text: string): void {
    this.#input.write(new TextEncoder().encode(text)).catch(() => {});
  }

  until(text: string): Promise<void> {
    return this.#search.until(text);
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#child.stdout) this.#search.take(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#input.abort().catch(() => {});
    await Promise.all([this.#reading, this.#child.status]);
  }
}

/** In a terminal, which says where its cursor is and forgets the rest. */
export class PtyOutput implements Output {
  readonly #search = new Search();
  readonly #pty: Pty;

  constructor([file, ...args]: string[], env: Record<string, string>) {
    this.#pty = new Pty([file!, ...args], {
      ...SIZE,
      env,
      received: (bytes) => {
        if (this.#search.take(bytes).includes(CURSOR_QUESTION)) this.#pty.write(CURSOR_ANSWER);
      },
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  until(text: string): Promise<void> {
    return this.#search.until(text);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pty[Symbol.asyncDispose]();
  }
}
