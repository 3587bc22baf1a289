/**
 * Network namespaces of Linux in which programs can be cut off: each has two links to the test, one of which can be cut. Only
 * root can create them.
 */

import { works } from "./confined.ts";

/** Whether namespaces cannot be created here, which is printed once. */
export function noNamespaces(): boolean {
  const name = `chat-${UNIQUE}-try`;
  const script = `ip netns add ${name} && ip netns del ${name}`;
  return !works("hubs that are cut from each other (ip netns)", ["sh", "-c", script]);
}

/** From the addresses for benchmarks of networks (RFC 2544), so that no real network is hidden. */
const PREFIX = "198.18";

/** Test files run in parallel in one process, so its id would not tell them apart. 8 characters: a link's name has 15. */
export const UNIQUE = crypto.randomUUID().slice(0, 8);

const first = Math.floor(Math.random() * 120);

let last = 0;

/** A network namespace. `await using` deletes it; everything that runs in it must have ended. */
export class Namespace implements AsyncDisposable {
  /** The address in it that the test can always reach. */
  readonly address: string;
  /** The test's own address on the link that can be cut. */
  readonly outside: string;
  readonly #name: string;
  /** The test's ends of the two links. */
  readonly #open: string;
  readonly #cuttable: string;

  static async open(): Promise<Namespace> {
    const namespace = new Namespace();
    try {
      await namespace.#make();
      return namespace;
    } catch (error) {
      await namespace[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor() {
    const number = (first + last++) % 120;
    this.#name = `chat-${UNIQUE}-${last}`;
    this.#open = `cho${UNIQUE}-${last}`;
    this.#cuttable = `chc${UNIQUE}-${last}`;
    this.address = `${PREFIX}.${2 * number}.2`;
    this.outside = `${PREFIX}.${2 * number + 1}.1`;
  }

  async #make(): Promise<void> {
    await ip("netns", "add", this.#name);
    await this.inside("ip", "link", "set", "lo", "up");
    await this.#connect(this.#open, this.address.replace(/2$/, "1"), this.address, "open0");
    await this.#connect(this.#cuttable, this.outside, this.outside.replace(/1$/, "2"), "cut0");
  }

  async #connect(link: string, here: string, there: string, peer: string): Promise<void> {
    await ip("link", "add", link, "type", "veth", "peer", "name", peer, "netns", this.#name);
    await ip("addr", "add", `${here}/24`, "dev", link);
    await ip("link", "set", link, "up");
    await this.inside("ip", "addr", "add", `${there}/24`, "dev", peer);
    await this.inside("ip", "link", "set", peer, "up");
  }

  /** A command line that runs `command` in it. */
  wrap(command: string[]): string[] {
    return ["ip", "netns", "exec", this.#name, ...command];
  }

  async inside(...command: string[]): Promise<void> {
    await run(this.wrap(command));
  }

  /** Cuts the second link: packets are lost without an error. */
  async cut(): Promise<void> {
    await ip("link", "set", this.#cuttable, "down");
  }

  async heal(): Promise<void> {
    await ip("link", "set", this.#cuttable, "up");
  }

  /** The links go with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await ip("netns", "del", this.#name);
  }
}

/** Runs `ip`. Throws its error output if it fails. */
export async function ip(...args: string[]): Promise<void> {
  await run(["ip", ...args]);
}

async function run([file, ...args]: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(file!, { args }).output();
  if (success) return;
  throw new Error(`${[file, ...args].join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
