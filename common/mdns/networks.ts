/** The networks that the machine is on, as far as hubs can be announced and found on them. Pure: it is given the addresses. */

import { isLoopback, isSameNetwork } from "../protocol/ip.ts";

/** What is needed of Deno.NetworkInterfaceInfo. */
export interface Interface {
  name: string;
  family: "IPv4" | "IPv6";
  address: string;
  netmask: string;
}

/** One of them; what is announced there goes over IPv4, also where the hub can be reached over IPv6 besides. */
export interface Network {
  /** The machine's own address there. */
  readonly address: string;
  readonly netmask: string;
}

/** On so many at most: machines with many containers have very many. */
const MAX_NETWORKS = 16;

/** All of them, without those that end in the machine itself. */
export function networksOf(interfaces: readonly Interface[]): Network[] {
  const found = new Map<string, Network>();
  for (const { family, address, netmask } of interfaces) {
    if (family === "IPv4" && !isLoopback(address)) found.set(address, { address, netmask });
  }
  return [...found.values()].slice(0, MAX_NETWORKS);
}

/** Those on which a hub can be reached that listens on `hostname`, an IP address. */
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

/** Whether an IPv4 address is on the network. */
export function isOn({ address, netmask }: Network, other: string): boolean {
  return isSameNetwork(address, other, netmask);
}
