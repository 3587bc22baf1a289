/** The measured programs: their processor, their resources and their end. CPU time and memory are known on Linux only. */

import { smallEnvironment } from "../../tests/support/environment.ts";

const IS_LINUX = Deno.build.os === "linux";

/** How long a program may take until it listens, and the time between two checks, in milliseconds. */
const START_LIMIT = 20_000;
const CHECK_INTERVAL = 20;

/** Moves the bench to the last processor and returns the first, for what is measured; undefined if they cannot be set. */
export async function splitProcessors(): Promise<string | undefined> {
  if (!IS_LINUX || !await isInstalled("taskset")) return undefined;
  const status = await Deno.readTextFile("/proc/self/status");
  const numbers = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1]?.match(/\d+/g) ?? [];
  const [first, last] = [numbers.at(0), numbers.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  await run(["taskset", "-acp", last, String(Deno.pid)]);
  return first;
}

/** The command, run on the processor. */
export function pinned(processor: string | undefined, command: readonly string[]): string[] {
  return processor === undefined ? [...command] : ["taskset", "-c", processor, ...command];
}

/** A running program that listens on a port. `await using` kills it. */
export class Service {
  readonly port: number;
  readonly #child: Deno.ChildProcess;
  #isOver = false;

  private constructor([file, ...args]: readonly string[], port: number) {
    this.port = port;
    this.#child = new Deno.Command(file!, {
      args,
      env: smallEnvironment(),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child.status.then(() => this.#isOver = true);
  }

  /**
   * Starts a program, and waits until it listens on the port.
   *
   * @throws {Error} if it ends, or does not listen within 20 s.
   */
  static async start(command: readonly string[], port: number): Promise<Service> {
    const service = new Service(command, port);
    const deadline = performance.now() + START_LIMIT;
    while (!await isListening(port)) {
      if (service.#isOver || performance.now() > deadline) {
        await service[Symbol.asyncDispose]();
        throw new Error("it does not listen");
      }
      await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL));
    }
    return service;
  }

  /** CPU time so far, in seconds. */
  cpu(): number {
    return cpuTime(this.#child.pid);
  }

  memory(): number {
    return residentMemory(this.#child.pid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

/** In bytes. */
export function residentMemory(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

/** CPU time of all threads of a process so far, in seconds; NaN where it is not known. */
function cpuTime(pid: number): number {
  if (!IS_LINUX) return NaN;
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

/** A port of 127.0.0.1 on which nothing listens. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether something listens. On Linux it is not contacted: to some hubs, a connection that ends at once is a member. */
async function isListening(port: number): Promise<boolean> {
  if (IS_LINUX) {
    const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
    const listening = new RegExp(`^\\s*\\d+: [0-9A-F]{8}:${hexadecimal} \\S+ 0A `, "m");
    return listening.test(await Deno.readTextFile("/proc/net/tcp"));
  }
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Whether a program is on the PATH, or a file can be run. */
export async function isInstalled(program: string): Promise<boolean> {
  return await run(["sh", "-c", 'command -v "$1"', "sh", program]) !== "";
}

/** A program's output without its line end; empty if it fails. */
export async function run([file, ...args]: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(file!, { args, stderr: "null" }).output();
  return success ? new TextDecoder().decode(stdout).trim() : "";
}
