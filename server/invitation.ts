/** The lines that others type to join. Pure: it is given the addresses of the machine. */

import { type Address, formatAddress } from "../cli/address.ts";
import { type Lang, translate } from "../i18n/mod.ts";

/** What is needed of Deno.NetworkInterfaceInfo. */
export interface Interface {
  family: "IPv4" | "IPv6";
  address: string;
}

/**
 * The addresses by which a hub can be reached that listens on `bound`: that one, or where it is all interfaces, each of
 * the machine's own, loopback last. Link-local IPv6 addresses are left out, since they differ from machine to machine.
 */
export function reachableAddresses(bound: Address, interfaces: readonly Interface[]): Address[] {
  const { hostname, port } = bound;
  if (hostname !== "0.0.0.0" && hostname !== "::") return [bound];
  const reachable = interfaces
    .filter(({ family }) => hostname === "::" || family === "IPv4")
    .filter(({ address }) => address !== "" && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address);
  const isLoopback = (address: string) => address === "::1" || address.startsWith("127.");
  const ordered = [
    ...reachable.filter((address) => !isLoopback(address)),
    ...reachable.filter(isLoopback),
  ];
  return [...new Set(ordered)].map((address) => ({ hostname: address, port }));
}

/** The first lines of a hub on standard output. */
export function invitation(
  { name, bound, interfaces, lang }: {
    /** Program and version. */
    name: string;
    bound: Address;
    interfaces: readonly Interface[];
    lang: Lang;
  },
): string[] {
  const address = formatAddress(bound.hostname, bound.port);
  return [
    `${name} ${translate(lang, "server.listening", { address })}`,
    translate(lang, "server.join"),
    ...reachableAddresses(bound, interfaces).flatMap(({ hostname, port }) => [
      `  chat client ${hostname} ${port}`,
      `  nc ${hostname} ${port}`,
    ]),
  ];
}
