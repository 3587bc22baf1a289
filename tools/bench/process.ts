/** Processes that are measured: where they run, what they use, and how they end. Linux only; it does not know what they are. */

import { isListening } from "./ports.ts";

/** How long one may take until it listens, and between two looks, in milliseconds. */
const START_PATIENCE = 20_000;
const LOOK_EVERY = 20;

/** Which processors the measured and the measuring have; the same where there is only one, or no `taskset`. */
export interface Places {
  readonly measured: string | undefined;
  readonly own: string | undefined;
}

/** Parts the processors that this process may use: the first for what is measured, the last for the bench itself. */
export async function takePlaces(): Promise<Places> {
  const nowhere = { measured: undefined, own: undefined };
  const processors = allowedProcessors(await Deno.readTextFile("/proc/self/status"));
  const [first] = processors;
  const last = processors.at(-1);
  if (first === last || !await isInstalled("taskset")) return nowhere;
  await run(["taskset", "-acp", String(last), String(Deno.pid)]);
  return { measured: String(first), own: String(last) };
}

/** The numbers of the processors in what /proc tells of a process. */
export function allowedProcessors(status: string): number[] {
  const [, list = ""] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status) ?? [];
  return list.split(",").filter((range) => range !== "").flatMap((range) => {
    const [from, to = from] = range.split("-").map(Number);
    return Array.from({ length: to! - from! + 1 }, (_, index) => from! + index);
  });
}

/** A command that runs in the place of what is measured. */
export function inPlace({ measured }: Places, command: readonly string[]): string[] {
  return measured === undefined ? [...command] : ["taskset", "-c", measured, ...command];
}

/** A running program that listens. `await using` ends it. */
export class Service {
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  #isOver = false;

  private constructor(command: readonly string[], port: number) {
    const [file, ...args] = command;
    this.port = port;
    this.#child = new Deno.Command(file!, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child.status.then(() => this.#isOver = true);
  }

  /**
   * Starts a program, and waits until it listens on the port.
   *
   * @throws {Error} when it does not.
   */
  static async start(command: readonly string[], port: number): Promise<Service> {
    const service = new Service(command, port);
    const deadline = performance.now() + START_PATIENCE;
    while (!await isListening(port)) {
      if (service.#isOver || performance.now() > deadline) {
        await service[Symbol.asyncDispose]();
        throw new Error("it does not start to listen");
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
    return service;
  }

  /** Processor time so far, in seconds. */
  cpu(): number {
    return processorTime(this.#child.pid);
  }

  /** Its resident memory in bytes. */
  memory(): number {
    const status = Deno.readTextFileSync(`/proc/${this.#child.pid}/status`);
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
    return 1024 * Number(kilobytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

/** Processor time of all threads of a process so far, in seconds. */
export function processorTime(pid: number): number {
  const folder = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    try {
      nanoseconds += Number(Deno.readTextFileSync(`${folder}/${name}/schedstat`).split(" ")[0]);
    } catch {
      // a thread that has just ended
    }
  }
  return nanoseconds / 1e9;
}

/** Whether a program can be found. */
export async function isInstalled(program: string): Promise<boolean> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", 'command -v "$1"', "sh", program],
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** What a program prints, its end cut off; empty when it fails. */
export async function run([file, ...args]: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(file!, { args, stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).trim() : "";
}
