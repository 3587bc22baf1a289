/** Addresses as users write them: HOST and PORT, HOST:PORT, [IPV6]:PORT or a port alone. */

import { UsageError } from "./usage_error.ts";

export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 3000;
const MAX_PORT = 65_535;

/** HOST:PORT or [IPV6]:PORT. */
const JOINED = /^(\[.*\]|[^:]*):([^:\]]*)$/;

export interface Address {
  /** A host name or an IP address, IPv6 without brackets. */
  hostname: string;
  port: number;
}

/** Parses `[HOST] [PORT]`; port 0 is any free port. @throws {UsageError} for anything else. */
export function parseAddress(args: readonly string[], { minPort = 0 } = {}): Address {
  const [first, second, third] = args;
  if (third !== undefined) throw new UsageError("usage.too_many", { argument: third });
  if (first === undefined) return { hostname: DEFAULT_HOST, port: DEFAULT_PORT };
  if (second !== undefined) return { hostname: parseHost(first), port: parsePort(second, minPort) };
  if (/^\d+$/.test(first)) return { hostname: DEFAULT_HOST, port: parsePort(first, minPort) };
  const joined = JOINED.exec(first);
  if (joined) return { hostname: parseHost(joined[1]!), port: parsePort(joined[2]!, minPort) };
  return { hostname: parseHost(first), port: DEFAULT_PORT };
}

/** Parses one address, or several that are each HOST:PORT. @throws {UsageError} for anything else. */
export function parseAddresses(args: readonly string[], options?: { minPort?: number }): Address[] {
  if (args.length < 2 || !JOINED.test(args[0]!)) return [parseAddress(args, options)];
  const wrong = args.find((argument) => !JOINED.test(argument));
  if (wrong !== undefined) throw new UsageError("usage.bad_address", { address: wrong });
  return args.map((argument) => parseAddress([argument], options));
}

/** Parses HOST:PORT, or a port of this machine, as the value of an option. @throws {UsageError} for anything else. */
export function parsePlace(option: string, value: string): Address {
  const [, port] = /^:?(\d+)$/.exec(value) ?? [];
  if (port !== undefined) return parseAddress([port]);
  if (JOINED.test(value) && !value.startsWith(":")) return parseAddress([value]);
  throw new UsageError("usage.bad_place", { option: `--${option}`, value });
}

/** An address in one word, with an IPv6 address in brackets as in URLs (RFC 3986). */
export function formatAddress({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Where browsers find the page of a hub. */
export function pageUrl(address: Address, isEncrypted: boolean): string {
  return `${isEncrypted ? "https" : "http"}://${formatAddress(address)}/`;
}

/** A listener's address as this machine reaches it: loopback for all addresses, and any other as it is. */
export function fromHere({ hostname, port }: Address): Address {
  const loopback: Readonly<Record<string, string>> = { "0.0.0.0": DEFAULT_HOST, "::": "::1" };
  return { hostname: loopback[hostname] ?? hostname, port };
}

function parseHost(text: string): string {
  const host = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const isIpv6 = host.includes(":");
  const wellFormed = isIpv6
    ? /^[\da-f:.]+(%[\w.-]+)?$/i.test(host)
    : /^[\p{L}\p{M}\p{N}_.-]+$/u.test(host);
  if (!wellFormed || (text.startsWith("[") && !isIpv6)) {
    throw new UsageError("usage.bad_host", { host: text });
  }
  return host;
}

function parsePort(text: string, min: number): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port >= min && port <= MAX_PORT)) {
    throw new UsageError("usage.bad_port", { port: text, min, max: MAX_PORT });
  }
  return port;
}
