/** IP addresses: parsing, and which network they are in. */

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
/** Longest textual IPv6 address (RFC 4291, section 2.2), which ends in an IPv4 address. */
const MAX_IPV6 = 45;

/** An IP address in canonical form; undefined for anything else, and for an address with a zone. */
export function parseIp(text: string): string | undefined {
  const parts = IPV4.exec(text)?.slice(1).map(Number);
  if (parts?.every((part) => part <= 255)) return parts.join(".");
  if (!text.includes(":") || text.length > MAX_IPV6 || !/^[\da-f:.]+$/i.test(text)) {
    return undefined;
  }
  const url = URL.parse(`http://[${text}]/`);
  return url ? url.hostname.slice(1, -1) : undefined;
}

/** Whether a host is a loopback address, also mapped into IPv6 (`::ffff:127.0.0.1`). A name is not an address. */
export function isLoopback(host: string): boolean {
  const ip = parseIp(host) ?? "";
  return ip === "::1" || /^(127\.|::ffff:7f[\da-f]{2}:)/.test(ip);
}

/** An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) as IPv4; any other host as it is. */
export function unmapIpv4(host: string): string {
  const [, dotted] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host) ?? [];
  return dotted ?? host;
}

/** The network that an address counts for: the /64 of IPv6, which a site has whole; IPv4 and `fe80::` count alone. */
export function networkOf(address: string): string {
  return address.includes(":") ? parseNetwork(address)?.text ?? address : address;
}

/** A network of IP addresses; `bits` is what {@linkcode addressBits} of its addresses begins with. */
export type Network = NonNullable<ReturnType<typeof parseNetwork>>;

/** The network that an address or `ADDRESS/LENGTH` names, if any; an IPv6 address alone stands for its /64. */
export function parseNetwork(typed: string) {
  const [, address = "", given] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(typed) ?? [];
  const whole = addressBits(address);
  if (whole === undefined) return undefined;
  const isIpv4 = whole.startsWith("4");
  const countsForItself = isIpv4 || !isWhole(address);
  const longest = whole.length - 1;
  const length = Number(given ?? (countsForItself ? longest : 64));
  if (length > longest) return undefined;
  const bits = whole.slice(0, 1 + length);
  const parts = bits.padEnd(whole.length, "0").slice(1).match(isIpv4 ? /.{8}/g : /.{16}/g)!
    .map((part) => parseInt(part, 2));
  const first = isIpv4 ? parts.join(".") : parseIp(parts.map((it) => it.toString(16)).join(":"))!;
  // With its length, except for a single address that counts for itself (networkOf).
  return { text: countsForItself && length === longest ? first : `${first}/${length}`, bits };
}

/** Tells whether a host is in a network, or else is the same host. `bits`: {@linkcode addressBits} of the host. */
export function hostMatcher(wanted: string | undefined): (host: string, bits?: string) => boolean {
  const network = wanted === undefined ? undefined : parseNetwork(wanted);
  return (host, bits = addressBits(host)) =>
    network ? bits?.startsWith(network.bits) === true : host === wanted;
}

/** How an IPv4-mapped IPv6 address begins. */
const MAPPED = "0".repeat(80) + "1".repeat(16);

/** The version of an IP address and its bits, `4110000...`, if it is one; an IPv4-mapped address counts as IPv4. */
export function addressBits(text: string): string | undefined {
  const ip = parseIp(text);
  if (ip === undefined) return undefined;
  if (!ip.includes(":")) return "4" + inBits(ip.split("."), 10, 8);
  const [head = "", tail = ""] = ip.split("::")
    .map((groups) => inBits(groups.match(/[\da-f]+/g) ?? [], 16, 16));
  const bits = head + tail.padStart(128 - head.length, "0");
  return bits.startsWith(MAPPED) ? "4" + bits.slice(MAPPED.length) : "6" + bits;
}

/** Whether an address can belong to a single other machine: not loopback, unspecified, multicast or broadcast. */
export function isUnicast(ip: string): boolean {
  if (ip.includes(":")) return ip !== "::" && ip !== "::1" && !/^(ff|::ffff:)/i.test(ip);
  const [first = 0] = ip.split(".").map(Number);
  return first !== 0 && first !== 127 && first < 224;
}

/** Whether an address is complete without a zone: link-local IPv6 addresses (`fe80::`) are not. */
export function isWhole(ip: string): boolean {
  return !/^fe[89ab][\da-f]:/i.test(ip);
}

/** Numbers of some base, each in `size` bits. */
function inBits(parts: readonly string[], base: number, size: number): string {
  return parts.map((part) => parseInt(part, base).toString(2).padStart(size, "0")).join("");
}
