/**
 * The hubs that were heard of on the network, each once. Pure. What is taken in came from anybody: nothing of it is believed
 * but that a hub may be there, and there is no end of what could be sent.
 */

import type { Address } from "../../common/cli/address.ts";
import { PROTOCOL } from "../../common/protocol/frame.ts";
import { isUnicast, isWhole, parseIp } from "../../common/protocol/ip.ts";
import { decodeService, type Service, shownName } from "../../common/mdns/service.ts";

/** A hub that may be joined. */
export interface FoundHub {
  /** As it may be shown; empty for one that was not announced. */
  name: string;
  /** At least one; any of them will do. */
  addresses: readonly Address[];
  isEncrypted: boolean;
  wantsPassword: boolean;
  /** Whether it is on the machine that looks. */
  isLocal: boolean;
  /** Whether it was looked for where it is, and not only heard of. */
  isProbed: boolean;
}

/** More hubs and addresses of one are not kept. */
const MAX_HUBS = 32;
const MAX_ADDRESSES = 4;
/** Longest name of DNS, in bytes, and addresses in one message that are looked at. */
const MAX_NAME = 255;
const MAX_ANNOUNCED = 32;

interface FoundService {
  service: Service;
  name: string;
  port: number;
  addresses: string[];
}

export class FoundHubs {
  readonly #own: ReadonlySet<string>;
  readonly #finds: Map<string, FoundService> = new Map();

  /** `own`: the IP addresses of the machine that looks. */
  constructor(own: Iterable<string> = []) {
    this.#own = new Set(own);
  }

  get size(): number {
    return this.#finds.size;
  }

  /** Takes what was heard of a service, of whatever form; gives whether a hub is known by it that was not before. */
  add(heard: unknown): boolean {
    const find = readAnnouncement(heard);
    if (!find) return false;
    const { service, port, addresses } = find;
    // Who claims to be another's hub and is not encrypted must not be taken for it.
    const key = [service.id, port, service.isEncrypted, service.protocol].join();
    const known = this.#finds.get(key);
    if (known) {
      const all = new Set([...known.addresses, ...addresses]);
      known.addresses = [...all].slice(0, MAX_ADDRESSES);
      return false;
    }
    if (this.#finds.size >= MAX_HUBS || this.#isTaken(addresses[0]!, port)) return false;
    this.#finds.set(key, find);
    return true;
  }

  /** Those that this program can join, those of this machine first, then by their names. */
  compatible(): FoundHub[] {
    return this.#sorted((find) => find.service.protocol === PROTOCOL);
  }

  /** Those that speak another version. */
  incompatible(): FoundHub[] {
    return this.#sorted((find) => find.service.protocol !== PROTOCOL);
  }

  #sorted(isWanted: (find: FoundService) => boolean): FoundHub[] {
    const order = ({ isLocal, name, addresses: [first] }: FoundHub) =>
      `${isLocal ? 0 : 1} ${name.toLowerCase()} ${first!.hostname} ${first!.port}`;
    return [...this.#finds.values()].filter(isWanted).map((find) => this.#show(find))
      .sort((a, b) => order(a) < order(b) ? -1 : 1);
  }

  #show({ service, name, port, addresses }: FoundService): FoundHub {
    return {
      name: shownName(name, service.id),
      addresses: addresses.map((hostname) => ({ hostname, port })),
      isEncrypted: service.isEncrypted,
      wantsPassword: service.wantsPassword,
      isLocal: addresses.some((address) => this.#own.has(address)),
      isProbed: false,
    };
  }

  /** Whether a hub is known already at an address: there is one only. */
  #isTaken(address: string, port: number): boolean {
    return this.#finds.values().some((find) => find.port === port && find.addresses[0] === address);
  }
}

/**
 * The hubs there are to choose from, where one may answer at this machine's usual address: announced or not, it is one. What
 * it said itself goes before what was announced.
 */
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
    wantsPassword: announced?.wantsPassword ?? false,
    isLocal: true,
    isProbed: true,
  };
  return [here, ...hubs.filter((hub) => hub !== announced)];
}

/** Undefined for what is no hub, or nowhere. */
function readAnnouncement(heard: unknown): FoundService | undefined {
  if (typeof heard !== "object" || heard === null) return undefined;
  const { name, port, txt, addresses, referer } = heard as Record<string, unknown>;
  if (typeof name !== "string" || name.length > MAX_NAME) return undefined;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65_535) {
    return undefined;
  }
  const service = decodeService(txt);
  const places = service ? findAddresses(service, addresses, referer) : [];
  return service && places.length > 0 ? { service, name, port, addresses: places } : undefined;
}

/**
 * Where the hub is: by what it says itself, else by which of its machine's addresses it was heard from, as the others may be
 * on networks of which this machine knows nothing; or by any of them where a relay has passed it on.
 */
function findAddresses({ address }: Service, announced: unknown, referer: unknown): string[] {
  if (address !== undefined) return [address].filter(isReachable);
  const heardFrom = typeof referer === "object" && referer !== null && "address" in referer
    ? readIps([referer.address])
    : [];
  const ips = readIps(Array.isArray(announced) ? announced.slice(0, MAX_ANNOUNCED) : []);
  const [source] = heardFrom;
  if (source !== undefined && (ips.length === 0 || ips.includes(source))) return heardFrom;
  const isIpv6 = (ip: string) => ip.includes(":");
  return [...ips.filter((ip) => !isIpv6(ip)), ...ips.filter(isIpv6)].slice(0, MAX_ADDRESSES);
}

function readIps(values: readonly unknown[]): string[] {
  const ips = values.flatMap((value) => typeof value === "string" ? parseIp(value) ?? [] : []);
  return [...new Set(ips)].filter(isReachable);
}

const isReachable = (ip: string) => isUnicast(ip) && isWhole(ip);
