/** The machine's networks on which hubs can be announced and found. */

import { isLoopback } from "../protocol/ip.ts";

/** What is needed of Deno.NetworkInterfaceInfo. */
export interface Interface {
  name: string;
  family: "IPv4" | "IPv6";
  address: string;
  netmask: string;
}

/** The interfaces that the machine has now; an empty list if the system does not say, as in some containers. */
export function ownInterfaces(): Interface[] {
  try {
    return Deno.networkInterfaces();
  } catch {
    return [];
  }
}

/** An IPv4 network; announcements use IPv4 even if the hub can also be reached over IPv6. */
export interface Network {
  /** The machine's address in it. */
  readonly address: string;
  readonly netmask: string;
}

/** Networks that are used at most: machines with containers have very many. */
const MAX_NETWORKS = 16;

/** All networks except loopback. */
export function networksOf(interfaces: readonly Interface[]): Network[] {
  const found = new Map<string, Network>();
  for (const { family, address, netmask } of interfaces) {
    if (family === "IPv4" && !isLoopback(address)) found.set(address, { address, netmask });
  }
  return [...found.values()].slice(0, MAX_NETWORKS);
}

/** The networks from which a hub can be reached that listens on `hostname`, an IP address. */
export function networksFor(hostname: string, interfaces: readonly Interface[]): Network[] {
  if (hostname === "0.0.0.0" || hostname === "::") return networksOf(interfaces);
  const names = new Set(
    interfaces.filter(({ address }) => address === hostname).map(({ name }) => name),
  );
  return networksOf(
    interfaces.filter(({ name, family, address }) =>
      names.has(name) && (address === hostname || (hostname.includes(":") && family === "IPv4"))
    ),
  );
}
