/** The machine's networks on which hubs can be announced and found. */

import { isLoopback } from "../protocol/ip.ts";
import { attempt } from "../result.ts";

export type Interface = Pick<Deno.NetworkInterfaceInfo, "name" | "family" | "address" | "cidr">;

/** The interfaces that the machine has now; an empty list if the system does not say, as in some containers. */
export function ownInterfaces(): Interface[] {
  return attempt(() => Deno.networkInterfaces()) ?? [];
}

/** The machine's own name; empty if it has none, or it may not be read. */
export function machineName(): string {
  return attempt(() => Deno.hostname()) ?? "";
}

/** The machine's address in an IPv4 network; announcements use IPv4 even if the hub can also be reached over IPv6. */
export type Network = Pick<Interface, "address" | "cidr">;

/** Networks that are used at most: machines with containers have very many. */
const MAX_NETWORKS = 16;

/** All networks except loopback. */
export function networksOf(interfaces: readonly Interface[]): Network[] {
  const found = new Map<string, Network>();
  for (const { family, address, cidr } of interfaces) {
    if (family === "IPv4" && !isLoopback(address)) found.set(address, { address, cidr });
  }
  return [...found.values()].slice(0, MAX_NETWORKS);
}

/** The networks from which a hub can be reached that listens on `hostname`, an IP address. */
export function networksFor(hostname: string, interfaces: readonly Interface[]): Network[] {
  if (hostname === "0.0.0.0" || hostname === "::") return networksOf(interfaces);
  const own = interfaces.filter(({ address }) => address === hostname);
  if (!hostname.includes(":")) return networksOf(own);
  return networksOf(interfaces.filter(({ name }) => own.some((each) => each.name === name)));
}
