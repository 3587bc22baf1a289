/** A hub's announcement on the network (DNS-SD, RFC 6763). Anybody can announce anything: only the form is checked. */

import { defined } from "../defined.ts";
import { PROTOCOL } from "../protocol/frame.ts";
import { parseIp } from "../protocol/ip.ts";
import { sanitize } from "../protocol/sanitize.ts";

/** `_chat._tcp` in full. */
export const SERVICE_TYPE = "chat";

export type Service = NonNullable<ReturnType<typeof decodeService>>;

const ID = /^[0-9a-f]{16}$/;
const VERSION = /^[1-9]\d{0,5}$/;

/** The fields of the TXT record (RFC 6763, section 6), each far shorter than the allowed 255 bytes. */
export function encodeService(service: Omit<Service, "protocol">): Record<string, string> {
  const { id, isEncrypted, requiresPassword, address } = service;
  return {
    v: String(PROTOCOL),
    id,
    ...(isEncrypted ? { tls: "1" } : {}),
    ...(requiresPassword ? { pw: "1" } : {}),
    ...defined({ ip: address }),
  };
}

/** Decodes the fields; unknown ones are ignored. Undefined if they do not describe a hub. */
export function decodeService(fields: unknown) {
  if (typeof fields !== "object" || fields === null) return undefined;
  const field = (name: string) => {
    const value = Object.hasOwn(fields, name) ? (fields as Record<string, unknown>)[name] : "";
    return typeof value === "string" ? value : "";
  };
  const id = field("id").toLowerCase();
  const version = field("v");
  if (!ID.test(id) || !VERSION.test(version)) return undefined;
  return {
    /** Identifies one run of a hub, the same at all of its addresses: 16 hexadecimal digits. */
    id,
    /** The version of the protocol; this program joins hubs with {@linkcode PROTOCOL}. */
    protocol: Number(version),
    isEncrypted: field("tls") === "1",
    requiresPassword: field("pw") === "1",
    /** The address that it listens on, if it differs from the address that announces it. */
    ...defined({ address: parseIp(field("ip")) }),
  };
}

/** With its suffix, the name has to fit into a DNS label of 63 bytes (RFC 6763, section 4.1.1). */
const MAX_MACHINE_BYTES = 40;
/** Digits of the id that make the name unique on the network. */
const ID_SHOWN = 8;
/** Characters that are shown of a name from the network. */
const MAX_SHOWN = 40;

/** The name of the service: the machine's name up to its first dot, and digits of the id. */
export function serviceName(machine: string, id: string): string {
  const [first = ""] = sanitize(machine).trim().split(".");
  const bytes = new TextEncoder().encode(first).subarray(0, MAX_MACHINE_BYTES);
  const name = new TextDecoder().decode(bytes).replace(/\uFFFD+$/, "");
  return `${name || "hub"} (${id.slice(0, ID_SHOWN)})`;
}

/** The name of a service for people: safe, short, and without the digits of the id. */
export function shownName(name: string, id: string): string {
  const end = ` (${id.slice(0, ID_SHOWN)})`;
  const machine = name.endsWith(end) ? name.slice(0, -end.length) : name;
  const shown = [...sanitize(machine).trim()].slice(0, MAX_SHOWN).join("").trim();
  return shown || "hub";
}

/** The host name in the records of the service; the machine's own name belongs to the system (RFC 6762, section 9). */
export function serviceHost(id: string): string {
  return `chat-${id.slice(0, ID_SHOWN)}.local`;
}
