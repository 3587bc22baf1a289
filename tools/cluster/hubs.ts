/**
 * Several hubs of the program, which are killed and started again on their ports. Does not know what is said at them.
 */

import type { Address } from "../../common/cli/address.ts";
import { chat, Program, startHub } from "../../tests/support/program.ts";

const HOST = "127.0.0.1";
/** One that does not start, as what it needs is away, is tried again after so many milliseconds, so often. */
const RETRY_AFTER = 500;
const TRIES = 60;

/** One hub, through all its lives. */
export class HubUnderFire {
  readonly port: number;
  readonly #args: readonly string[];
  #program: Program | undefined;
  /** What its lives that are over have logged. */
  #logs: string[] = [];

  /** Starts it on a port that is free. */
  static async start(args: readonly string[]): Promise<HubUnderFire> {
    const program = await startHub([...args]);
    return new HubUnderFire(program, program.port, args);
  }

  private constructor(program: Program, port: number, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.#args = args;
  }

  get address(): Address {
    return { hostname: HOST, port: this.port };
  }

  /** HOST:PORT. */
  get name(): string {
    return `${HOST}:${this.port}`;
  }

  get isUp(): boolean {
    return this.#program !== undefined;
  }

  /** Its process id, while it is up. */
  get pid(): number | undefined {
    return this.#program?.pid;
  }

  /** All that it has logged. */
  log(): string {
    return [...this.#logs, this.#program?.stderr() ?? ""].join("");
  }

  /** Ends it as `kill -9` does; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Ends it as Ctrl-C does, and gives its exit code. */
  async stop(): Promise<number> {
    return await this.#end("SIGTERM");
  }

  /**
   * Starts it again on its port, as who looks after it would: as often as it takes.
   *
   * @throws {Error} when it never starts.
   */
  async start(signal: AbortSignal): Promise<void> {
    let last = "";
    for (let tries = 0; tries < TRIES && !signal.aborted; tries++) {
      const program = new Program(chat("server", HOST, String(this.port), ...this.#args));
      try {
        await program.untilStdout("chat client");
        if (this.#program) throw new Error("it was started twice");
        this.#program = program;
        return;
      } catch {
        last = program.stderr();
        this.#logs.push(last);
        await program[Symbol.asyncDispose]();
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
    if (!signal.aborted) throw new Error(`the hub ${this.name} does not start again: ${last}`);
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<number> {
    const program = this.#program;
    if (!program) return 0;
    this.#program = undefined;
    program.kill(signal);
    const { code } = await program.exit();
    this.#logs.push(program.stderr());
    await program[Symbol.asyncDispose]();
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    await program?.[Symbol.asyncDispose]();
  }
}
