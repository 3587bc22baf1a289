/** How many connections there are from each address, and which addresses count as one. It knows no connections. */

import { isLoopback } from "../../common/protocol/ip.ts";

/**
 * A host's address as it is told and compared: an IPv4 address that came over IPv6 (`::ffff:192.0.2.1`, RFC 4291, section
 * 2.5.5.2) is that IPv4 address.
 */
export function plainAddress(host: string): string {
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host) ?? [];
  return dotted ?? host;
}

/** Groups of 16 bits that name an IPv6 network: everything in it may be one machine's. */
const NETWORK_GROUPS = 4;

/**
 * What an address is counted as: an IPv6 one as its /64. Those of the link itself (`fe80::`) have all the same /64, and
 * count each.
 */
export function countedAs(address: string): string {
  if (!address.includes(":") || /^fe[89ab]/i.test(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = (part: string) => part === "" ? [] : part.split(":");
  const [first, last] = [groups(head), groups(tail ?? "")];
  const omitted = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array<string>(Math.max(0, omitted)).fill("0"), ...last];
  return `${all.slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

export class Addresses {
  readonly #max: number;
  /** By what they are counted as; there is none with 0. */
  readonly #counts: Map<string, number> = new Map();

  /** At most `max` connections from each. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Addresses of which there are connections, those of the machine itself not counted. */
  get size(): number {
    return this.#counts.size;
  }

  /** One connection more from an address; or "full" where there are as many as may be, and it is not counted. */
  add(address: string): "added" | "full" {
    if (isLoopback(address)) return "added";
    const counted = countedAs(address);
    const count = this.#counts.get(counted) ?? 0;
    if (count >= this.#max) return "full";
    this.#counts.set(counted, count + 1);
    return "added";
  }

  /** One connection less from an address that was added. */
  remove(address: string): void {
    const counted = countedAs(address);
    const count = this.#counts.get(counted);
    if (count === undefined) return; // of the machine itself
    if (count === 1) this.#counts.delete(counted);
    else this.#counts.set(counted, count - 1);
  }
}
