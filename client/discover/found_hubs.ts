/** The hubs announced on the network, each once. Anybody may announce anything: it is validated and bounded. */

import type { Address } from "../../common/cli/address.ts";
import { decodeService, type Service, shownName } from "../../common/mdns/service.ts";
import { integer, isObject, text } from "../../common/protocol/fields.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { isUnicast, isWhole, parseIp } from "../../common/protocol/ip.ts";

export type FoundHub = ReturnType<typeof toHub>;

/** Limits of hubs, and of addresses per hub. */
const MAX_HUBS = 32;
const MAX_ADDRESSES = 4;
/** How many announced addresses are read. */
const MAX_ANNOUNCED = 32;

/** The length of a DNS name is in bytes. */
const NAME = text(255);
const PORT = integer(1, 65_535);

type FoundService = NonNullable<ReturnType<typeof readAnnouncement>>;

export class FoundHubs {
  readonly #own: ReadonlySet<string>;
  readonly #services = new Map<string, FoundService>();

  /** Takes this machine's IP addresses. */
  constructor(own: Iterable<string> = []) {
    this.#own = new Set(own);
  }

  /** Adds an announcement, which may be anything; returns whether it announces a new hub. */
  add(announcement: unknown): boolean {
    const found = readAnnouncement(announcement);
    if (!found) return false;
    const { service, port, addresses } = found;
    // A hub that claims another hub's id without encryption must not replace it.
    const key = [service.id, port, service.isEncrypted, service.protocol].join();
    const known = this.#services.get(key);
    if (known) {
      const all = new Set([...known.addresses, ...addresses]);
      known.addresses = [...all].slice(0, MAX_ADDRESSES);
      return false;
    }
    const isTaken = this.#services.values().some((other) =>
      other.port === port && other.addresses[0] === addresses[0]
    );
    if (isTaken || this.#services.size >= MAX_HUBS) return false;
    this.#services.set(key, found);
    return true;
  }

  /** The hubs that speak this version of the protocol, or another: those on this machine first, then by name. */
  list({ isCompatible = true } = {}): FoundHub[] {
    const order = ({ isLocal, name, addresses: [first] }: FoundHub) =>
      `${isLocal ? 0 : 1} ${name.toLowerCase()} ${first!.hostname} ${first!.port}`;
    return [...this.#services.values()]
      .filter(({ service }) => (service.protocol === PROTOCOL) === isCompatible)
      .map((found) => toHub(found, this.#own))
      .sort((a, b) => order(a) < order(b) ? -1 : 1);
  }
}

/** `own`: this machine's IP addresses. */
function toHub({ service, name, port, addresses }: FoundService, own: ReadonlySet<string>) {
  return {
    /** Safe to show; empty if the hub was not announced. */
    name: shownName(name, service.id),
    /** At least one. */
    addresses: addresses.map((hostname) => ({ hostname, port })),
    isEncrypted: service.isEncrypted,
    requiresPassword: service.requiresPassword,
    /** Whether it runs on this machine. */
    isLocal: addresses.some((address) => own.has(address)),
    /** Whether the client found it by connecting to it, not only by an announcement. */
    isProbed: false,
  };
}

/** Puts the hub at this machine's default address first. Its answer overrides its announcement, if any. */
export function withLocal(
  hubs: readonly FoundHub[],
  local: { address: Address; isEncrypted: boolean } | undefined,
): FoundHub[] {
  if (!local) return [...hubs];
  const { address, isEncrypted } = local;
  const announced = hubs.find(({ isLocal, addresses }) =>
    isLocal && addresses.some(({ port }) => port === address.port)
  );
  const here: FoundHub = {
    name: announced?.name ?? "",
    addresses: [address],
    isEncrypted,
    requiresPassword: announced?.requiresPassword ?? false,
    isLocal: true,
    isProbed: true,
  };
  return [here, ...hubs.filter((hub) => hub !== announced)];
}

/** Validates an announcement; undefined if it does not announce a hub, or has no reachable address. */
function readAnnouncement(announcement: unknown) {
  if (!isObject(announcement)) return undefined;
  const { name, port, txt, addresses, referer } = announcement;
  if (!NAME.accepts(name) || !PORT.accepts(port)) return undefined;
  const service = decodeService(txt);
  if (!service) return undefined;
  const reachable = findAddresses(service, addresses, referer);
  return reachable.length > 0 ? { service, name, port, addresses: reachable } : undefined;
}

/** The address that a hub states or announces from, as others may be unreachable; from a relay all, IPv4 first. */
function findAddresses({ address }: Service, announced: unknown, referer: unknown): string[] {
  if (address !== undefined) return [address].filter(isReachable);
  const senders = isObject(referer) ? readIps([referer["address"]]) : [];
  const ips = readIps(Array.isArray(announced) ? announced.slice(0, MAX_ANNOUNCED) : []);
  const [sender] = senders;
  if (sender !== undefined && (ips.length === 0 || ips.includes(sender))) return senders;
  const isIpv6 = (ip: string) => ip.includes(":");
  return [...ips.filter((ip) => !isIpv6(ip)), ...ips.filter(isIpv6)].slice(0, MAX_ADDRESSES);
}

function readIps(values: readonly unknown[]): string[] {
  const ips = values.flatMap((value) => typeof value === "string" ? parseIp(value) ?? [] : []);
  return [...new Set(ips)].filter(isReachable);
}

const isReachable = (ip: string) => isUnicast(ip) && isWhole(ip);
