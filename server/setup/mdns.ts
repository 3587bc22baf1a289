/** Announces the hub by mDNS on every network where it can be reached, as they come and go. Failures are logged. */

import type { Address } from "../../common/cli/address.ts";
import { within } from "../../common/cli/timers.ts";
import { Multicast, type OnFailure } from "../../common/mdns/multicast.ts";
import {
  type Interface,
  machineName,
  type Network,
  networksFor,
} from "../../common/mdns/networks.ts";
import {
  encodeService,
  SERVICE_TYPE,
  serviceHost,
  serviceName,
} from "../../common/mdns/service.ts";
import { isLoopback, isWhole } from "../../common/protocol/ip.ts";
import type { Log } from "../log.ts";

/** Time between two checks of the networks, in milliseconds: a laptop moves between them. */
const CHECK_INTERVAL = 10_000;

/** How long the goodbye may take, in milliseconds. */
const GOODBYE_TIMEOUT = 500;

const ID_BYTES = 8;

export interface AnnouncerOptions {
  log: Log;
  /** The interfaces that the machine has now. */
  interfaces: () => readonly Interface[];
  /** Opens a network; rejects if it has no multicast. */
  open?: (network: Network, onFailure: OnFailure) => Promise<AnnouncerNetwork>;
  /** Time between two checks of the networks, in milliseconds. */
  checkInterval?: number;
}

export interface AnnouncerNetwork {
  bonjour: Pick<Multicast["bonjour"], "publish" | "unpublishAll">;
  close(): void;
}

export interface AnnouncedHub {
  /** Where the hub listens; the host is an IP address. */
  bound: Address;
  isEncrypted: boolean;
  requiresPassword: boolean;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #id = crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
  readonly #machine = machineName();
  /** Announced networks, by the machine's address there. */
  readonly #open: Map<string, AnnouncerNetwork> = new Map();
  /** Why networks cannot be used, by address; each reason is logged once. */
  readonly #failed: Map<string, string> = new Map();
  #checking: ReturnType<typeof setInterval> | undefined;
  #busy: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Starts announcing, and returns whether the hub is announced on any network. Never rejects. */
  async start(announced: AnnouncedHub): Promise<boolean> {
    const { log } = this.#options;
    const { hostname: address } = announced.bound;
    if (isLoopback(address)) {
      log.warning("cannot be announced: others cannot reach this address", { address });
      return false;
    }
    const check = () => this.#busy = this.#busy.then(() => this.#update(announced));
    this.#checking = setInterval(check, this.#options.checkInterval ?? CHECK_INTERVAL);
    await check();
    if (this.#open.size === 0 && this.#failed.size === 0) {
      log.warning("cannot be announced: this machine is not connected to a network");
    }
    return this.#open.size > 0;
  }

  /** The name by which the hub is announced. */
  get host(): string {
    return serviceHost(this.#id);
  }

  /** This machine's addresses on the networks where the hub cannot be announced now. */
  get failed(): string[] {
    return [...this.#failed.keys()];
  }

  /** Says goodbye on all networks. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#checking);
    await (this.#busy = this.#busy.then(async () => {
      await Promise.all([...this.#open.values()].map(withdraw));
      this.#open.clear();
    }));
  }

  /** Closes networks that are gone, and opens new ones. */
  async #update(announced: AnnouncedHub): Promise<void> {
    const networks = networksFor(announced.bound.hostname, this.#options.interfaces());
    for (const [address, opened] of this.#open) {
      if (networks.some((network) => network.address === address)) continue;
      this.#open.delete(address);
      opened.close();
    }
    for (const network of networks) {
      if (!this.#isClosed && !this.#open.has(network.address)) {
        await this.#announce(network, announced);
      }
    }
  }

  async #announce(network: Network, announced: AnnouncedHub): Promise<void> {
    const { log, open = Multicast.open } = this.#options;
    const { address } = network;
    try {
      const opened = await open(network, (reason) => this.#logFailure(address, reason));
      this.#open.set(address, opened);
      this.#failed.delete(address);
      const service = this.#service(announced);
      opened.bonjour.publish(service).once("up", () => {
        // The library emits "up" even if sending failed.
        if (!this.#failed.has(address)) log.info("announced", { address, name: service.name });
      });
    } catch (error) {
      this.#logFailure(address, error instanceof Error ? error.message : String(error));
    }
  }

  #service({ bound: { hostname, port }, isEncrypted, requiresPassword }: AnnouncedHub) {
    const isIpv6 = hostname.includes(":");
    return {
      name: serviceName(this.#machine, this.#id),
      type: SERVICE_TYPE,
      port,
      host: this.host,
      txt: encodeService({
        id: this.#id,
        isEncrypted,
        requiresPassword,
        // Clients that find the hub over IPv4 connect over IPv4.
        ...(isIpv6 && hostname !== "::" && isWhole(hostname) ? { address: hostname } : {}),
      }),
      // The random id makes the name unique, and the library would print the result of the probe.
      probe: false,
      disableIPv6: !isIpv6,
    };
  }

  #logFailure(address: string, reason: string): void {
    if (this.#failed.get(address) === reason) return;
    this.#failed.set(address, reason);
    this.#options.log.warning("cannot be announced on a network", { address, reason });
  }
}

/** Says goodbye and closes the network. */
async function withdraw(opened: AnnouncerNetwork): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  try {
    opened.bonjour.unpublishAll(resolve);
    await within(promise, { milliseconds: GOODBYE_TIMEOUT });
  } catch {
    // the addresses of the machine are not available; clients will notice by themselves
  }
  opened.close();
}
