/**
 * What the peers of one address may do together: have connections, make new ones, and send. Otherwise a peer could multiply what a
 * connection may do by opening more of them.
 */

import { isLoopback, networkOf } from "../../common/protocol/ip.ts";
import { TokenBucket } from "../rate_limit.ts";
import { SendBudget, type SendLimits, sharedLimits } from "./send_budget.ts";

/** New connections a second of an address in the long run; at once, as many as may be open. */
export const CONNECTS_A_SECOND = 4;

export interface AddressLimitsOptions {
  /** Connections of an address at the same time. */
  connections: number;
  /** What each connection may send. */
  send: SendLimits;
  /** Addresses without limits, besides those of the loopback interface. An IPv6 address stands for its /64. */
  trusted: readonly string[];
  /** In milliseconds. */
  now: () => number;
}

interface Usage {
  connections: number;
  readonly connects: TokenBucket;
  readonly sending: SendBudget;
}

export class AddressLimits {
  readonly #options: AddressLimitsOptions;
  readonly #trusted: ReadonlySet<string>;
  /** By network. */
  readonly #usage: Map<string, Usage> = new Map();

  constructor(options: AddressLimitsOptions) {
    this.#options = options;
    this.#trusted = new Set(options.trusted.map(networkOf));
  }

  /** Networks that have connections, or have used up some of their budgets. */
  get size(): number {
    return this.#usage.size;
  }

  /** The network that an address counts for (common/protocol/ip.ts); undefined if it is trusted. */
  networkOf(address: string): string | undefined {
    if (isLoopback(address)) return undefined;
    const network = networkOf(address);
    return this.#trusted.has(network) ? undefined : network;
  }

  /** Counts a new connection of a network and returns what it sends from, or why there may not be another one now. */
  connect(network: string): SendBudget | "address_full" | "address_busy" {
    const { connections: max, send, now } = this.#options;
    let usage = this.#usage.get(network);
    if (!usage) {
      usage = {
        connections: 0,
        connects: new TokenBucket({ rate: CONNECTS_A_SECOND, burst: max }, now),
        sending: new SendBudget(sharedLimits(send), now),
      };
      this.#usage.set(network, usage);
    }
    if (usage.connections >= max) return "address_full";
    if (!usage.connects.tryTake(1)) return "address_busy";
    usage.connections++;
    return usage.sending;
  }

  /** Counts out a connection that was counted. */
  disconnect(network: string): void {
    this.#usage.get(network)!.connections--;
  }

  /** Forgets networks without connections whose budgets are whole again. Call it about every second. */
  sweep(): void {
    for (const [network, { connections, connects, sending }] of this.#usage) {
      if (connections === 0 && connects.isFull && sending.isFull) this.#usage.delete(network);
    }
  }
}
