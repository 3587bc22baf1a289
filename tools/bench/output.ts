/** A program whose output is awaited, in pipes or in a terminal. */

import { Pty } from "../../tests/support/pty.ts";

/** Wide enough that no message wraps. */
const SIZE = { cols: 200, rows: 50 };
/** In milliseconds. */
const PATIENCE = 60_000;
/** Characters kept of the output, where an awaited text may begin. */
const TAIL = 64;
/** A program asks the terminal for its cursor position. */
const CURSOR_REQUEST = "\x1b[6n";
const CURSOR_REPORT = "\x1b[1;1R";

export type Into = "a pipe" | "a terminal";

/** `await using` kills the program. */
export class Output implements AsyncDisposable {
  readonly #decoder = new TextDecoder();
  #tail = "";
  #awaited: { text: string; resolve: () => void } | undefined;
  /** Of the program. */
  readonly pid: number;
  readonly #write: (text: string) => void;
  readonly #kill: () => Promise<void>;

  constructor(into: Into, [file, ...args]: string[], env: Record<string, string>) {
    if (into === "a terminal") {
      const pty = new Pty([file!, ...args], {
        ...SIZE,
        env,
        received: (bytes) => {
          if (this.#receive(bytes).includes(CURSOR_REQUEST)) pty.write(CURSOR_REPORT);
        },
      });
      this.pid = pty.pid;
      this.#write = (text) => pty.write(text);
      this.#kill = () => pty[Symbol.asyncDispose]();
      return;
    }
    const options = { args, env, clearEnv: true, stdin: "piped", stdout: "piped", stderr: "null" };
    const child = new Deno.Command(file!, options as Deno.CommandOptions).spawn();
    this.pid = child.pid;
    const input = child.stdin.getWriter();
    const reading = this.#receiveAll(child.stdout);
    this.#write = (text) => void input.write(new TextEncoder().encode(text)).catch(() => {});
    this.#kill = async () => {
      child.kill("SIGKILL");
      await input.abort().catch(() => {});
      await Promise.all([reading, child.status]);
    };
  }

  type(text: string): void {
    this.#write(text);
  }

  /**
   * Resolves when the program has written this text from now on.
   *
   * @throws {Error} after a minute.
   */
  async until(text: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#tail = "";
    this.#awaited = { text, resolve };
    const late = () => reject(new Error(`the program has not written ${JSON.stringify(text)}`));
    const timer = setTimeout(late, PATIENCE);
    await promise.finally(() => clearTimeout(timer));
  }

  async #receiveAll(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const bytes of stream) this.#receive(bytes);
  }

  #receive(bytes: Uint8Array): string {
    const text = this.#decoder.decode(bytes, { stream: true });
    const seen = this.#tail + text;
    this.#tail = seen.slice(-TAIL);
    if (this.#awaited && seen.includes(this.#awaited.text)) {
      this.#awaited.resolve();
      this.#awaited = undefined;
    }
    return text;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#kill();
  }
}
