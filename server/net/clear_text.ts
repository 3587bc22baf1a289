/** Writes to a peer without TLS, on a port with TLS. Its descriptor, which Deno hides, is found by both addresses. */

import { addressBits } from "../../common/protocol/ip.ts";
import { openLibc } from "../../common/cli/libc.ts";

/** The descriptors that are looked at, from 0: each takes about 2 µs, and a small hub uses no higher ones. */
const DESCRIPTORS = 1024;
/** The size of the address of an IPv4 socket; that of an IPv6 socket is longer. */
const IPV4_SIZE = 16;
const ADDRESS_SIZE = 28;
/** MSG_DONTWAIT. */
const DONT_WAIT = Deno.build.os === "darwin" ? 0x80 : 0x40;

/** Undefined where the system does not let us. Must be called while the permission `ffi` is there. */
export function openClearText() {
  const name = { parameters: ["i32", "buffer", "buffer"], result: "i32" } as const;
  const send = { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" } as const;
  const libc = openLibc({ getsockname: name, getpeername: name, send });
  if (!libc) return undefined;
  const { symbols } = libc;
  const address = new Uint8Array(ADDRESS_SIZE);
  const isEnd = (which: "getsockname" | "getpeername", descriptor: number, end: string) => {
    const size = Uint32Array.of(ADDRESS_SIZE);
    return symbols[which](descriptor, address, size) === 0 && readEnd(address, size[0]!) === end;
  };
  return {
    /** Sends a text to the peer of a connection, unless its system has no room for it. Returns whether it did. */
    write({ localAddr, remoteAddr }: Pick<Deno.TlsConn, "localAddr" | "remoteAddr">, text: string) {
      const [local, remote] = [endOf(localAddr), endOf(remoteAddr)];
      const bytes = new TextEncoder().encode(text);
      for (let descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        if (!isEnd("getpeername", descriptor, remote)) continue;
        if (!isEnd("getsockname", descriptor, local)) continue;
        return symbols.send(descriptor, bytes, BigInt(bytes.length), DONT_WAIT) > 0;
      }
      return false;
    },
    [Symbol.dispose]: () => libc.close(),
  };
}

/** The address and port of a `sockaddr_in` or `sockaddr_in6` (ip(7), ipv6(7)), as {@linkcode endOf} writes them. */
function readEnd(bytes: Uint8Array, size: number): string {
  const port = bytes[2]! << 8 | bytes[3]!;
  if (size === IPV4_SIZE) return `${addressBits(bytes.subarray(4, 8).join("."))} ${port}`;
  const groups = bytes.subarray(8, 24).toHex().match(/.{4}/g)!;
  return `${addressBits(groups.join(":"))} ${port}`;
}

function endOf({ hostname, port }: Deno.NetAddr): string {
  return `${addressBits(hostname)} ${port}`;
}
