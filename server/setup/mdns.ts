/**
 * Announces the hub on the networks by which it can be reached, and follows them as they come and go. Where that cannot be,
 * the log says so and the hub goes on. It knows nothing of who looks for hubs.
 */

import type { Address } from "../../common/cli/address.ts";
import { Multicast, type MulticastOptions } from "../../common/mdns/multicast.ts";
import { type Interface, type Network, networksFor } from "../../common/mdns/networks.ts";
import { isLoopback, isWhole } from "../../common/protocol/ip.ts";
import {
  encodeService,
  SERVICE_TYPE,
  serviceHost,
  serviceName,
} from "../../common/mdns/service.ts";
import type { Log } from "../log.ts";

/** A laptop is carried about. */
const LOOK_EVERY = 10_000;

/** So long it may take to say that the hub is gone, in milliseconds. */
const GOODBYE_TIMEOUT = 500;

const ID_BYTES = 8;

export interface AnnouncerOptions {
  log: Log;
  /** What the machine has now. */
  interfaces: () => readonly Interface[];
  /** Opens a network; rejects where there is no multicast on it. */
  open?: (network: Network, options: MulticastOptions) => Promise<AnnouncerNetwork>;
  /** So often the networks are looked at again, in milliseconds. */
  checkInterval?: number;
}

/** A network that is open. */
export interface AnnouncerNetwork {
  bonjour: Pick<Multicast["bonjour"], "publish" | "unpublishAll">;
  close(): void;
}

/** The hub that is to be found. */
export interface AnnouncedHub {
  /** Where it listens, by an IP address. */
  bound: Address;
  isEncrypted: boolean;
  wantsPassword: boolean;
}

export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #id = crypto.getRandomValues(new Uint8Array(ID_BYTES)).toHex();
  readonly #machine = machineName();
  /** By the machine's address on them. */
  readonly #open: Map<string, AnnouncerNetwork> = new Map();
  /** What was said of networks that cannot be used, so that it is said once. */
  readonly #failed: Map<string, string> = new Map();
  #looking: ReturnType<typeof setInterval> | undefined;
  #busy: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Begins, and gives whether there is a network on which that can be. Never rejects. */
  async start(announced: AnnouncedHub): Promise<boolean> {
    const { log } = this.#options;
    if (isLoopback(announced.bound.hostname)) {
      log.warning("cannot be announced: others cannot reach this address", {
        address: announced.bound.hostname,
      });
      return false;
    }
    const look = () => this.#busy = this.#busy.then(() => this.#look(announced));
    this.#looking = setInterval(look, this.#options.checkInterval ?? LOOK_EVERY);
    await look();
    if (this.#open.size === 0 && this.#failed.size === 0) {
      log.warning("cannot be announced: there is no network");
    }
    return this.#open.size > 0;
  }

  /** Says everywhere that the hub is gone. */
  async close(): Promise<void> {
    if (this.#isClosed) return await this.#busy;
    this.#isClosed = true;
    clearInterval(this.#looking);
    this.#busy = this.#busy.then(async () => {
      await Promise.all([...this.#open.values()].map(withdraw));
      this.#open.clear();
    });
    await this.#busy;
  }

  #networks({ bound }: AnnouncedHub): Network[] {
    return networksFor(bound.hostname, this.#options.interfaces());
  }

  /** Brings the networks that are open up to those that there are. */
  async #look(announced: AnnouncedHub): Promise<void> {
    const networks = this.#networks(announced);
    for (const [address, place] of this.#open) {
      if (networks.some((network) => network.address === address)) continue;
      this.#open.delete(address);
      place.close();
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
      const place = await open(network, {
        onFailure: (reason) => this.#fail(address, reason),
      });
      this.#open.set(address, place);
      this.#failed.delete(address);
      const name = serviceName(this.#machine, this.#id);
      this.#publish(place, name, announced).once("up", () => {
        // Sent is what it also takes for sent that was not.
        if (!this.#failed.has(address)) log.info("announced", { address, name });
      });
    } catch (error) {
      this.#fail(address, error instanceof Error ? error.message : String(error));
    }
  }

  #publish(
    { bonjour }: AnnouncerNetwork,
    name: string,
    { bound, isEncrypted, wantsPassword }: AnnouncedHub,
  ): ReturnType<AnnouncerNetwork["bonjour"]["publish"]> {
    const { hostname, port } = bound;
    const isIpv6 = hostname.includes(":");
    return bonjour.publish({
      name,
      type: SERVICE_TYPE,
      port,
      host: serviceHost(this.#id),
      txt: encodeService({
        id: this.#id,
        isEncrypted,
        wantsPassword,
        // Whoever is heard over IPv4 is taken to be reached there.
        ...(isIpv6 && hostname !== "::" && isWhole(hostname) ? { address: hostname } : {}),
      }),
      // Nobody else has a name with such an id in it, and what the library finds out it writes to standard output.
      probe: false,
      disableIPv6: !isIpv6,
    });
  }

  #fail(address: string, reason: string): void {
    if (this.#failed.get(address) === reason) return;
    this.#failed.set(address, reason);
    this.#options.log.warning("cannot be announced on a network", { address, reason });
  }
}

/** Says that the hub is gone, and closes. */
async function withdraw(place: AnnouncerNetwork): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GOODBYE_TIMEOUT);
  try {
    place.bonjour.unpublishAll(resolve);
    await promise;
  } catch {
    // the machine does not tell its addresses any more; that the hub is gone will be found out
  }
  clearTimeout(timer);
  place.close();
}

/** What people call the machine that the hub runs on. */
function machineName(): string {
  try {
    return Deno.hostname();
  } catch {
    return ""; // it need not have a name
  }
}
