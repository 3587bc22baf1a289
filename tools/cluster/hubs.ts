/** Hub processes that are killed and restarted on their ports. */

import type { Address } from "../../common/cli/address.ts";
import { chat, Program, startHub } from "../../tests/support/program.ts";

const HOST = "127.0.0.1";
/** Milliseconds between attempts to start a hub whose NATS server is down. */
const RETRY_AFTER = 500;
const MAX_TRIES = 60;

/** A hub, across restarts. */
export class HubProcess {
  readonly port: number;
  readonly #args: readonly string[];
  #program: Program | undefined;
  /** The logs of earlier runs. */
  #logs: string[] = [];

  /** Starts a hub on a free port. */
  static async start(args: readonly string[]): Promise<HubProcess> {
    const program = await startHub([...args]);
    return new HubProcess(program, program.port, args);
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

  /** The logs of all runs. */
  log(): string {
    return [...this.#logs, this.#program?.stderr() ?? ""].join("");
  }

  /** Kills it with SIGKILL; resolves when the process has ended. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Stops it with SIGTERM, and returns its exit code. */
  async stop(): Promise<number> {
    return await this.#end("SIGTERM");
  }

  /**
   * Restarts it on its port, retrying as a supervisor would.
   *
   * @throws {Error} when it never starts.
   */
  async start(signal: AbortSignal): Promise<void> {
    let last = "";
    for (let tries = 0; tries < MAX_TRIES && !signal.aborted; tries++) {
      const program = new Program(chat("server", HOST, String(this.port), ...this.#args));
      try {
        await program.untilStdout("chat client");
        if (this.#program) throw new Error("the hub was started twice");
        this.#program = program;
        return;
      } catch {
        last = program.stderr();
        this.#logs.push(last);
        await program[Symbol.asyncDispose]();
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
    }
    if (!signal.aborted) throw new Error(`the hub ${this.name} did not restart: ${last}`);
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
