/** Limits the connections from one IP address, or from one IPv6 /64. */

import { isLoopback } from "../../common/protocol/ip.ts";

/** Turns an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) into the IPv4 address; others stay. */
export function unmapIpv4(host: string): string {
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host) ?? [];
  return dotted ?? host;
}

/** Groups of 16 bits in a /64, the smallest IPv6 network that a site gets: one machine may use all of its addresses. */
const GROUPS_IN_64 = 4;

/**
 * The network that an address counts for: the /64 of an IPv6 address, and the address itself otherwise. Link-local
 * addresses (`fe80::`) all share one /64, so each counts for itself.
 */
export function networkOf(address: string): string {
  if (!address.includes(":") || /^fe[89ab]/i.test(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":");
  const [first, last] = [groups(head), groups(tail ?? "")];
  const omitted = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array<string>(Math.max(0, omitted)).fill("0"), ...last];
  return `${all.slice(0, GROUPS_IN_64).join(":")}::/64`;
}

export class IpLimit {
  readonly #max: number;
  /** Open connections by network; never 0. */
  readonly #counts: Map<string, number> = new Map();

  /** At most `max` connections for each network. Loopback addresses have no limit. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Networks that have connections. */
  get size(): number {
    return this.#counts.size;
  }

  /** Counts a connection, unless its network is at the limit. */
  add(address: string): "added" | "full" {
    if (isLoopback(address)) return "added";
    const network = networkOf(address);
    const count = this.#counts.get(network) ?? 0;
    if (count >= this.#max) return "full";
    this.#counts.set(network, count + 1);
    return "added";
  }

  /** Counts out a connection that was added. */
  remove(address: string): void {
    const network = networkOf(address);
    const count = this.#counts.get(network);
    if (count === undefined) return; // loopback
    if (count === 1) this.#counts.delete(network);
    else this.#counts.set(network, count - 1);
  }
}
