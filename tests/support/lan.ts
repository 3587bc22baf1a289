/** An isolated LAN for tests: Linux network namespaces, connected by one or more virtual switches. Needs root. */

import { works } from "./confined.ts";
import { ip, UNIQUE } from "./namespaces.ts";

/** Whether such LANs cannot be made here; says so once, loudly. */
export function noLan(): boolean {
  const name = `chat-${UNIQUE}-lan`;
  const script = `ip netns add ${name} && ip -n ${name} link add br0 type bridge; code=$?
    ip netns del ${name}; exit $code`;
  return !works("hubs that are found on a network (ip netns, a bridge)", ["sh", "-c", script]);
}

/** Addresses reserved for network tests (RFC 2544). */
const PREFIX = "198.19";

let last = 0;

/** A machine connected to each of the switches. */
export class Machine {
  /** One for each switch. */
  readonly addresses: readonly string[];
  readonly namespace: string;

  constructor(namespace: string, addresses: readonly string[]) {
    this.namespace = namespace;
    this.addresses = addresses;
  }

  /** Wraps a command line so that it runs on this machine. */
  wrap(command: string[]): string[] {
    return ["ip", "netns", "exec", this.namespace, ...command];
  }
}

/** Machines and switches. `await using` removes them; their programs must have ended. */
export class Lan implements AsyncDisposable {
  readonly #machines: Machine[] = [];
  readonly #switches: string;
  readonly #count: number;

  /** Connects two machines by a number of switches. */
  static async open({ switches = 1 } = {}): Promise<{ lan: Lan; here: Machine; there: Machine }> {
    const lan = new Lan(switches);
    try {
      await lan.#make();
      return { lan, here: await lan.#add(), there: await lan.#add() };
    } catch (error) {
      await lan[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(count: number) {
    this.#switches = `chat-${UNIQUE}-switches-${++last}`;
    this.#count = count;
  }

  async #make(): Promise<void> {
    await ip("netns", "add", this.#switches);
    for (let number = 0; number < this.#count; number++) {
      const bridge = ["name", `br${number}`, "type", "bridge", "mcast_snooping", "0"];
      await ip("-n", this.#switches, "link", "add", ...bridge);
      await ip("-n", this.#switches, "link", "set", `br${number}`, "up");
    }
  }

  async #add(): Promise<Machine> {
    const host = this.#machines.length + 1;
    const name = `${this.#switches}-${host}`;
    const addresses = Array.from(
      { length: this.#count },
      (_, number) => `${PREFIX}.${number}.${host}`,
    );
    const machine = new Machine(name, addresses);
    await ip("netns", "add", name);
    this.#machines.push(machine);
    await ip("-n", name, "link", "set", "lo", "up");
    for (const [number, address] of addresses.entries()) {
      const [link, port] = [`lan${number}`, `p${number}-${host}`];
      const veth = ["type", "veth", "peer", "name", port, "netns", this.#switches];
      await ip("-n", name, "link", "add", link, ...veth);
      await ip("-n", this.#switches, "link", "set", port, "master", `br${number}`, "up");
      await ip("-n", name, "addr", "add", `${address}/24`, "dev", link);
      await ip("-n", name, "link", "set", link, "up");
    }
    return machine;
  }

  /** Drops all multicast, as many Wi-Fi networks do. */
  async filterMulticast(): Promise<void> {
    for (let number = 0; number < this.#count; number++) {
      for (let host = 1; host <= this.#machines.length; host++) {
        const port = [`p${number}-${host}`, "type", "bridge_slave", "mcast_flood", "off"];
        await ip("-n", this.#switches, "link", "set", ...port);
      }
    }
  }

  /** Removing the namespaces removes the links. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { namespace } of this.#machines) await ip("netns", "del", namespace);
    await ip("netns", "del", this.#switches);
  }
}
