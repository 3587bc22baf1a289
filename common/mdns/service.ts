/**
 * What a hub says of itself on the network that it is announced on (DNS-SD, RFC 6763): the kind of service, its name, and the
 * fields beside it. Pure. Anybody can announce anything: what is read here is well formed, and nothing more.
 */

import { PROTOCOL } from "../protocol/frame.ts";
import { parseIp } from "../protocol/ip.ts";
import { sanitize } from "../protocol/sanitize.ts";

/** `_chat._tcp` in full. */
export const SERVICE_TYPE = "chat";

export interface Service {
  /** Of one run of one hub, by which it is known again at another address: 16 hexadecimal digits. */
  id: string;
  /** That it speaks; this program joins those that speak {@linkcode PROTOCOL}. */
  protocol: number;
  isEncrypted: boolean;
  wantsPassword: boolean;
  /** The one address that it listens on, where that is none by which it is heard. */
  address?: string;
}

const ID = /^[0-9a-f]{16}$/;
const VERSION = /^[1-9]\d{0,5}$/;

/** The fields beside the name (RFC 6763, section 6), which together are far shorter than its 255 bytes each. */
export function encodeService(service: Omit<Service, "protocol">): Record<string, string> {
  const { id, isEncrypted, wantsPassword, address } = service;
  return {
    v: String(PROTOCOL),
    id,
    ...(isEncrypted ? { tls: "1" } : {}),
    ...(wantsPassword ? { pw: "1" } : {}),
    ...(address === undefined ? {} : { ip: address }),
  };
}

/** Reads the fields, of which there may be more than are known; undefined where they are no hub's. */
export function decodeService(fields: unknown): Service | undefined {
  if (typeof fields !== "object" || fields === null) return undefined;
  const field = (name: string) => {
    const value = Object.hasOwn(fields, name) ? (fields as Record<string, unknown>)[name] : "";
    return typeof value === "string" ? value : "";
  };
  const id = field("id").toLowerCase();
  const version = field("v");
  if (!ID.test(id) || !VERSION.test(version)) return undefined;
  const address = parseIp(field("ip"));
  return {
    id,
    protocol: Number(version),
    isEncrypted: field("tls") === "1",
    wantsPassword: field("pw") === "1",
    ...(address === undefined ? {} : { address }),
  };
}

/** With what stands behind it, it has to fit into a label of DNS, of 63 bytes (RFC 6763, section 4.1.1). */
const MAX_MACHINE_BYTES = 40;
/** So much of the id makes a name that nobody else on the network has. */
const ID_SHOWN = 8;
/** Of a name that came from the network, so much is shown. */
const MAX_SHOWN = 40;

/** The name of the service: the machine's, up to its first dot, and behind it what no other hub has. */
export function serviceName(machine: string, id: string): string {
  const [first = ""] = sanitize(machine).trim().split(".");
  const bytes = new TextEncoder().encode(first).subarray(0, MAX_MACHINE_BYTES);
  const name = new TextDecoder().decode(bytes).replace(/\uFFFD+$/, "");
  return `${name || "hub"} (${id.slice(0, ID_SHOWN)})`;
}

/** The name of a service as people are shown it: safe, not long, and without the part of its id. */
export function shownName(name: string, id: string): string {
  const end = ` (${id.slice(0, ID_SHOWN)})`;
  const machine = name.endsWith(end) ? name.slice(0, -end.length) : name;
  const shown = [...sanitize(machine).trim()].slice(0, MAX_SHOWN).join("").trim();
  return shown || "hub";
}

/** The name of the machine in the records of this service alone: its own belongs to the system (RFC 6762, section 9). */
export function serviceHost(id: string): string {
  return `chat-${id.slice(0, ID_SHOWN)}.local`;
}
