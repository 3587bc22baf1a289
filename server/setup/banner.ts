/** The banner of a hub: the commands that join it, and warnings about what others can reach. */

import { type Address, DEFAULT_PORT, formatAddress, pageUrl } from "../../common/cli/address.ts";
import { type Key, type Lang, NO_BREAK, translate } from "../../common/i18n/mod.ts";
import type { Interface } from "../../common/mdns/networks.ts";
import { isLoopback } from "../../common/protocol/ip.ts";
import type { HubCertificate } from "./certificate.ts";

type InterfaceAddress = Pick<Interface, "family" | "address">;

/** Where a hub can be reached: for `0.0.0.0` and `::` on all interfaces, loopback last, never link-local addresses. */
export function reachableAddresses(
  bound: Address,
  interfaces: readonly InterfaceAddress[],
): Address[] {
  const { hostname, port } = bound;
  if (hostname !== "0.0.0.0" && hostname !== "::") return [bound];
  const reachable = interfaces
    .filter(({ family }) => hostname === "::" || family === "IPv4")
    .filter(({ address }) => address !== "" && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address)
    .toSorted((a, b) => Number(isLoopback(a)) - Number(isLoopback(b)));
  return [...new Set(reachable)].map((address) => ({ hostname: address, port }));
}

interface Place {
  bound: Address;
  interfaces: readonly InterfaceAddress[];
  /** If it encrypts. */
  certificate: Pick<HubCertificate, "fingerprint" | "isIssued" | "host"> | undefined;
}

/** Where others are told to join: at the name in the hub's certificate, or at its addresses. */
function addressesOf({ bound, interfaces, certificate }: Place): Address[] {
  const { host } = certificate ?? {};
  return host ? [{ hostname: host, port: bound.port }] : reachableAddresses(bound, interfaces);
}

/** Where other machines find the hub's page; undefined if they do not reach it, or their browsers do not trust it. */
export function findPage(place: Place): string | undefined {
  const { certificate } = place;
  const address = addressesOf(place).find(({ hostname }) => !isLoopback(hostname));
  return address && certificate?.isIssued !== false
    ? pageUrl(address, certificate !== undefined)
    : undefined;
}

/** The first lines that a hub prints, with NO_BREAK in commands within a sentence. */
export function banner(
  { name, lang, hasPage, hasPassword, isAnnounced, unannounced, metrics, ...place }: Place & {
    /** Program and version. */
    name: string;
    lang: Lang;
    hasPage: boolean;
    /** Whether joining requires a password. */
    hasPassword: boolean;
    /** Whether it is announced by mDNS on any network; undefined if it should not be. */
    isAnnounced?: boolean | undefined;
    /** This machine's addresses on the networks where that failed, separated by commas. */
    unannounced?: string | undefined;
    metrics?: Address | undefined;
  },
): string[] {
  const say = (key: Key, params = {}) => translate(lang, key, params, NO_BREAK);
  const { bound, certificate } = place;
  const isEncrypted = certificate !== undefined;
  const { fingerprint = "", isIssued } = certificate ?? {};
  const isLocal = isLoopback(bound.hostname);
  const notEncrypted = hasPassword ? "server.no_tls" : "server.no_tls_no_password";
  const missing = isEncrypted ? "server.no_password" : notEncrypted;
  return [
    `${name} ${say("server.listening", { address: formatAddress(bound) })}`,
    ...(isEncrypted ? [say("server.fingerprint", { fingerprint })] : []),
    say("server.join"),
    ...addressesOf(place).flatMap((address) => {
      const end = `${address.hostname} ${address.port}`;
      // An authority will issue one with another fingerprint.
      const tls = isIssued ? " --tls" : ` --tls ${fingerprint}`;
      return [
        `  chat client ${end}${isEncrypted ? tls : ""}`,
        isEncrypted
          ? `  openssl s_client -quiet -connect ${formatAddress(address)}`
          : `  nc ${end}`,
        ...(hasPage && isIssued !== false ? [`  ${pageUrl(address, isEncrypted)}`] : []),
      ];
    }),
    ...(hasPage && isIssued === false && !isLocal ? [say("server.page_needs")] : []),
    ...(isLocal ? [say("server.local", { line: publicCommand(bound, isEncrypted) })] : []),
    ...(isAnnounced ? [say("server.announced")] : []),
    ...(unannounced ? [say("server.unannounced_on", { addresses: unannounced })] : []),
    ...(isAnnounced === false && !unannounced ? [say("server.unannounced")] : []),
    ...(metrics ? [say("server.metrics", { address: formatAddress(metrics) })] : []),
    ...(isLocal || (isEncrypted && hasPassword) ? [] : [say(missing)]),
  ];
}

/** The command that starts a hub like this for the whole network. */
function publicCommand({ hostname, port }: Address, isEncrypted: boolean): string {
  const host = hostname.includes(":") ? "::" : "0.0.0.0";
  const place = port === DEFAULT_PORT ? host : `${host} ${port}`;
  return `chat server ${place}${isEncrypted ? " --tls" : ""}`;
}
