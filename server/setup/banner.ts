/** The banner of a hub: the commands that join it, and warnings about what others can reach. */

import { type Address, DEFAULT_PORT, formatAddress } from "../../common/cli/address.ts";
import { type Key, type Lang, translate } from "../../common/i18n/mod.ts";
import type { Interface } from "../../common/mdns/networks.ts";
import { isLoopback } from "../../common/protocol/ip.ts";

type InterfaceAddress = Pick<Interface, "family" | "address">;

/**
 * The addresses at which a hub that listens on `bound` can be reached: `bound` itself, or for `0.0.0.0` and `::` the
 * addresses of the interfaces, loopback last. Link-local IPv6 addresses are left out, as they need a zone.
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

export interface BannerOptions {
  /** Program and version. */
  name: string;
  bound: Address;
  interfaces: readonly InterfaceAddress[];
  lang: Lang;
  /** Of the hub's certificate, if it encrypts. */
  fingerprint: string | undefined;
  /** Whether joining requires a password. */
  hasPassword: boolean;
  /** Whether it is announced by mDNS on any network; undefined if it should not be. */
  isAnnounced?: boolean | undefined;
  /** This machine's addresses on the networks where that failed. */
  unannounced?: readonly string[];
  /** Where the metrics are, if anywhere. */
  metrics?: Address | undefined;
  /** As in `translate`. */
  space?: string;
}

/** The first lines that a hub prints. */
export function banner(options: BannerOptions): string[] {
  const { name, bound, lang, fingerprint, hasPassword, metrics } = options;
  const address = formatAddress(bound);
  return [
    `${name} ${translate(lang, "server.listening", { address })}`,
    ...(fingerprint === undefined ? [] : [translate(lang, "server.fingerprint", { fingerprint })]),
    ...invitation(options),
    ...(metrics ? [translate(lang, "server.metrics", { address: formatAddress(metrics) })] : []),
    ...exposureWarnings(bound, { isEncrypted: fingerprint !== undefined, hasPassword }).map((key) =>
      translate(lang, key)
    ),
  ];
}

/** The commands that join a hub, and from where they work. */
export function invitation(
  { bound, interfaces, lang, fingerprint, isAnnounced, unannounced = [], space }: BannerOptions,
): string[] {
  const say = (key: Key, params = {}) => translate(lang, key, params, space);
  const addresses = unannounced.join(", ");
  return [
    say("server.join"),
    ...reachableAddresses(bound, interfaces).flatMap(({ hostname, port }) =>
      fingerprint === undefined
        ? [`  chat client ${hostname} ${port}`, `  nc ${hostname} ${port}`]
        : [
          `  chat client ${hostname} ${port} --tls ${fingerprint}`,
          `  openssl s_client -quiet -connect ${formatAddress({ hostname, port })}`,
        ]
    ),
    ...(isLoopback(bound.hostname)
      ? [say("server.local", { line: publicCommand(bound, fingerprint !== undefined) })]
      : []),
    ...(isAnnounced ? [say("server.announced")] : []),
    ...(addresses ? [say("server.unannounced_on", { addresses })] : []),
    ...(isAnnounced === false && !addresses ? [say("server.unannounced")] : []),
  ];
}

/** The command that starts a hub like this for the whole network. */
function publicCommand({ hostname, port }: Address, isEncrypted: boolean): string {
  return [
    `chat server ${hostname.includes(":") ? "::" : "0.0.0.0"}`,
    ...(port === DEFAULT_PORT ? [] : [port]),
    ...(isEncrypted ? ["--tls"] : []),
  ].join(" ");
}

/** What is missing to protect a hub that other machines can reach. */
function exposureWarnings(
  { hostname }: Address,
  { isEncrypted, hasPassword }: { isEncrypted: boolean; hasPassword: boolean },
): Key[] {
  if (isLoopback(hostname) || (isEncrypted && hasPassword)) return [];
  if (isEncrypted) return ["server.no_password"];
  return [hasPassword ? "server.no_tls" : "server.no_tls_no_password"];
}
