/** What the peers of one address may do together: otherwise a peer could do more by opening more connections. */

import { isLoopback, networkOf } from "../../common/protocol/ip.ts";
import { TokenBucket } from "../../common/rate_limit.ts";
import { OutboxBudget } from "./outbox.ts";
import { SendBudget, type SendLimits, sharedLimits } from "./send_budget.ts";

/** An address may have this part of the pending bytes: with the usual limits, a class of 60 that reads slowly. */
const OUTBOX_SHARE = 4;
/** New connections a second of an address in the long run; at once, as many as may be open. */
export const CONNECTS_A_SECOND = 4;

export interface AddressLimitsOptions {
  /** Connections of an address at the same time. */
  connections: number;
  /** What each connection may send. */
  send: SendLimits;
  /** The bytes pending for all connections. */
  outboxes: OutboxBudget;
  /** Addresses without limits, besides those of the loopback interface. An IPv6 address stands for its /64. */
  trusted: readonly string[];
  /** In milliseconds. */
  now: () => number;
}

/** What one connection may use. */
export interface ConnectionBudgets {
  /** The network that it counts for (common/protocol/ip.ts); undefined if it counts for none. */
  readonly network: string | undefined;
  readonly sending: SendBudget;
  readonly outboxes: OutboxBudget;
}

/** What the connections of a network share. */
interface Shared extends Omit<ConnectionBudgets, "network"> {
  connections: number;
  readonly connects: TokenBucket;
}

export class AddressLimits {
  readonly #options: AddressLimitsOptions;
  readonly #trusted: ReadonlySet<string>;
  /** By network. */
  readonly #shared: Map<string, Shared> = new Map();

  constructor(options: AddressLimitsOptions) {
    this.#options = options;
    this.#trusted = new Set(options.trusted.map(networkOf));
  }

  /** Networks that have connections, or have used up some of their budgets. */
  get size(): number {
    return this.#shared.size;
  }

  /** Counts a new connection from an address and returns its budgets, or why there may not be another one now. */
  connect(address: string): ConnectionBudgets | "address_full" | "address_busy" {
    const network = networkOf(address);
    if (isLoopback(address) || this.#trusted.has(network)) return this.uncounted();
    const { connections: max, send, now } = this.#options;
    const shared = this.#shared.get(network) ?? this.#share();
    this.#shared.set(network, shared);
    if (shared.connections >= max) return "address_full";
    if (!shared.connects.tryTake(1)) return "address_busy";
    shared.connections++;
    const { sending, outboxes } = shared;
    return { network, sending: new SendBudget(send, now, sending), outboxes };
  }

  /** The budgets of a connection that counts for no address. */
  uncounted(): ConnectionBudgets {
    const { send, outboxes, now } = this.#options;
    return { network: undefined, sending: new SendBudget(send, now), outboxes };
  }

  /** Counts a connection out. */
  disconnect({ network }: Pick<ConnectionBudgets, "network">): void {
    if (network !== undefined) this.#shared.get(network)!.connections--;
  }

  /** Forgets networks without connections whose budgets are whole again. Call it about every second. */
  sweep(): void {
    for (const [network, { connections, connects, sending }] of this.#shared) {
      if (connections === 0 && connects.isFull && sending.isFull) this.#shared.delete(network);
    }
  }

  #share(): Shared {
    const { connections, send, outboxes, now } = this.#options;
    return {
      connections: 0,
      connects: new TokenBucket({ rate: CONNECTS_A_SECOND, burst: connections }, now),
      sending: new SendBudget(sharedLimits(send), now),
      outboxes: new OutboxBudget(outboxes.limit / OUTBOX_SHARE, outboxes),
    };
  }
}
