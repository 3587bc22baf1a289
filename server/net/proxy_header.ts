/** The header in which a proxy names the peer of a connection (versions 1 and 2 of haproxy's proxy-protocol.txt). */

import type { Address } from "../../common/cli/address.ts";
import { PROXY_V2 } from "../../common/protocol/foreign.ts";
import { addressBits, parseIp, parseNetwork } from "../../common/protocol/ip.ts";
import type { PeerSocket } from "./socket.ts";

/** Longest header, in bytes; proxies add less than that to the addresses. */
export const MAX_PROXY_HEADER = 4096;
/** The same of version 1, with its CR LF. */
const MAX_TEXT = 107;

export interface ProxyHeader {
  /** In bytes. */
  readonly size: number;
  /** The peer; undefined if the connection is the proxy's own, or the peer is unknown. */
  readonly source: Address | undefined;
}

/** A proxy's socket after its header; false without one, undefined if it ends at once. Rejects when it is closed. */
export async function readProxied(socket: PeerSocket): Promise<PeerSocket | false | undefined> {
  const buffer = new Uint8Array(MAX_PROXY_HEADER);
  let filled = 0;
  let header: ReturnType<typeof parseProxyHeader>;
  while (header === undefined) {
    const size = await socket.read(buffer.subarray(filled));
    if (size === null) return filled === 0 ? undefined : false;
    filled += size;
    header = parseProxyHeader(buffer.subarray(0, filled));
  }
  if (!header) return false;
  const { source, size } = header;
  let rest = buffer.slice(size, filled); // the peer's first bytes
  return {
    remoteAddr: source ? { transport: "tcp", ...source } : socket.remoteAddr,
    isProxy: source === undefined,
    read(into) {
      if (rest.length === 0) return socket.read(into);
      const next = rest.subarray(0, into.length);
      into.set(next);
      rest = rest.subarray(next.length);
      return Promise.resolve(next.length);
    },
    tryWrite: (bytes) => socket.tryWrite?.(bytes) ?? 0,
    write: (bytes) => socket.write(bytes),
    closeWrite: () => socket.closeWrite(),
    close: () => socket.close(),
  };
}

/** The header that a connection begins with; undefined if more bytes are needed, false if it has none. */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader | false | undefined {
  return bytes[0] === PROXY_V2[0] ? parseBinary(bytes) : parseText(bytes);
}

const LINE = /^PROXY (?:UNKNOWN(?: [^\n]*)?|TCP([46]) (\S+) (\S+) (\d{1,5}) (\d{1,5}))\r\n/;

function parseText(bytes: Uint8Array): ProxyHeader | false | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, MAX_TEXT));
  const [line, version, from = "", to = "", ...ports] = LINE.exec(text) ?? [];
  if (line === undefined) {
    const isBegun = "PROXY ".startsWith(text.slice(0, 6)) && !text.includes("\n");
    return isBegun && text.length < MAX_TEXT ? undefined : false;
  }
  if (!version) return { size: line.length, source: undefined };
  const isSane = [from, to].every((ip) => parseIp(ip) && ip.includes(":") === (version === "6"));
  if (!isSane || ports.some((port) => Number(port) > 0xffff)) return false;
  return { size: line.length, source: { hostname: unmapped(from), port: Number(ports[0]) } };
}

const FIXED_SIZE = 16;
const [LOCAL, PROXY] = [0x20, 0x21];
/** The bytes of an address over TCP, by family and protocol. */
const WIDTHS: Readonly<Record<number, number>> = { 0x11: 4, 0x21: 16 };

function parseBinary(bytes: Uint8Array): ProxyHeader | false | undefined {
  if (!PROXY_V2.every((byte, at) => at >= bytes.length || bytes[at] === byte)) return false;
  if (bytes.length < FIXED_SIZE) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [command, family, size] = [bytes[12]!, bytes[13]!, FIXED_SIZE + view.getUint16(14)];
  const width = command === PROXY ? WIDTHS[family] ?? 0 : 0;
  const isKnown = (command === LOCAL || command === PROXY) && family >> 4 < 4 && (family & 15) < 3;
  const least = width === 0 ? 0 : 2 * width + 4; // both addresses and ports
  if (!isKnown || size > MAX_PROXY_HEADER || size < FIXED_SIZE + least) return false;
  if (bytes.length < size) return undefined;
  if (width === 0) return { size, source: undefined };
  const address = bytes.subarray(FIXED_SIZE, FIXED_SIZE + width);
  const ip = width === 4 ? address.join(".") : address.toHex().match(/.{4}/g)!.join(":");
  return { size, source: { hostname: unmapped(ip), port: view.getUint16(FIXED_SIZE + 2 * width) } };
}

/** An address in canonical form, as IPv4 if it is mapped into IPv6. */
function unmapped(ip: string): string {
  return addressBits(ip)?.startsWith("4") ? parseNetwork(ip)!.text : parseIp(ip)!;
}
