/** The lines that others type to join. Pure: it is given the addresses of the machine. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import type { Interface } from "../../common/mdns/networks.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import { isLoopback } from "../../common/protocol/ip.ts";

type InterfaceAddress = Pick<Interface, "family" | "address">;

/**
 * The addresses by which a hub can be reached that listens on `bound`: that one, or where it is all interfaces, each of
 * the machine's own, loopback last. Link-local IPv6 addresses are left out, since they differ from machine to machine.
 */
export function reachableAddresses(
  bound: Address,
  interfaces: readonly InterfaceAddress[],
): Address[] {
  const { hostname, port } = bound;
  if (hostname !== "0.0.0.0" && hostname !== "::") return [bound];
  const reachable = interfaces
    .filter(({ family }) => hostname === "::" || family === "IPv4")
    .filter(({ address }) => address !== "" && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address);
  const ordered = [
    ...reachable.filter((address) => !isLoopback(address)),
    ...reachable.filter(isLoopback),
  ];
  return [...new Set(ordered)].map((address) => ({ hostname: address, port }));
}

/** The first lines of a hub on standard output. */
export function banner(
  { name, bound, interfaces, lang, fingerprint, hasPassword, isAnnounced = false }: {
    /** Program and version. */
    name: string;
    bound: Address;
    interfaces: readonly InterfaceAddress[];
    lang: Lang;
    /** Of the hub's certificate, where there is encryption. */
    fingerprint: string | undefined;
    /** Whether only who knows a password may come in. */
    hasPassword: boolean;
    /** Whether it can be found on the network. */
    isAnnounced?: boolean;
  },
): string[] {
  const address = formatAddress(bound);
  return [
    `${name} ${translate(lang, "server.listening", { address })}`,
    ...(fingerprint === undefined ? [] : [translate(lang, "server.fingerprint", { fingerprint })]),
    translate(lang, "server.join"),
    ...reachableAddresses(bound, interfaces).flatMap(({ hostname, port }) =>
      fingerprint === undefined
        ? [`  chat client ${hostname} ${port}`, `  nc ${hostname} ${port}`]
        : [
          `  chat client ${hostname} ${port} --tls ${fingerprint}`,
          `  openssl s_client -quiet -connect ${formatAddress({ hostname, port })}`,
        ]
    ),
    ...(isAnnounced ? [translate(lang, "server.announced")] : []),
    ...exposure(bound, { isEncrypted: fingerprint !== undefined, hasPassword }).map((key) =>
      translate(lang, key)
    ),
  ];
}

/** What who runs a hub should know that others than this machine can reach. */
function exposure(
  { hostname }: Address,
  { isEncrypted, hasPassword }: { isEncrypted: boolean; hasPassword: boolean },
): Key[] {
  if (isLoopback(hostname) || (isEncrypted && hasPassword)) return [];
  if (isEncrypted) return ["server.no_password"];
  return [hasPassword ? "server.no_tls" : "server.no_tls_no_password"];
}
