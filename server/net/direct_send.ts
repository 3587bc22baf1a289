/**
 * Sends by the system's own call what it takes at once: Deno's write makes a promise, and after 128 of them in a turn of
 * the event loop the others wait for the next turn. Deno hides descriptors: they are found by both addresses.
 */

import { openLibc } from "../../common/cli/libc.ts";
import { addressBits } from "../../common/protocol/ip.ts";

/** Descriptors that are looked at for a connection, each in about 2 µs. A new one has the lowest that is free. */
const DESCRIPTORS = 1024;
/** The size of the address of an IPv4 socket; that of an IPv6 socket is longer. */
const IPV4_SIZE = 16;
const ADDRESS_SIZE = 28;
/** MSG_DONTWAIT and, on Linux, MSG_NOSIGNAL. */
const FLAGS = Deno.build.os === "darwin" ? 0x80 : 0x4040;

export type Ends = Pick<Deno.Conn<Deno.NetAddr>, "localAddr" | "remoteAddr">;

function openCalls() {
  const name = { parameters: ["i32", "buffer", "buffer"], result: "i32" } as const;
  // Sizes are size_t, but fit into 32 bits here: each bigint would be garbage.
  const send = { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" } as const;
  return openLibc({ getsockname: name, getpeername: name, send });
}

export class DirectSend {
  readonly #libc: NonNullable<ReturnType<typeof openCalls>>;
  readonly #address = new Uint8Array(ADDRESS_SIZE);
  readonly #size = new Uint32Array(1);
  /** Of the connections in use. */
  readonly #descriptors: Set<number> = new Set();
  /** Where the next one is looked for first. */
  #lowest = 0;

  private constructor(libc: NonNullable<ReturnType<typeof openCalls>>) {
    this.#libc = libc;
  }

  /** Undefined where the system does not let us. Must be called while the permission `ffi` is there. */
  static open(): DirectSend | undefined {
    const libc = openCalls();
    return libc && new DirectSend(libc);
  }

  /** The descriptor of a connection that was just accepted, if it is found. {@linkcode release} it before it is closed. */
  take(ends: Ends): number | undefined {
    const found = this.#find(ends, this.#lowest) ?? this.#find(ends);
    if (found === undefined) return undefined;
    this.#descriptors.add(found);
    this.#lowest = found + 1;
    return found;
  }

  release(descriptor: number): void {
    this.#descriptors.delete(descriptor);
    this.#lowest = Math.min(this.#lowest, descriptor);
  }

  /** Returns the number of bytes that were sent: 0 if the system takes none, or the peer is gone. */
  send(descriptor: number, bytes: Uint8Array): number {
    return Math.max(0, this.#libc.symbols.send(descriptor, bytes, bytes.length, FLAGS));
  }

  /** Sends a text in clear to the peer of a connection with TLS, unless the system has no room for it. */
  sendInClear(ends: Ends, text: string): boolean {
    const descriptor = this.#find(ends);
    return descriptor !== undefined && this.send(descriptor, new TextEncoder().encode(text)) > 0;
  }

  #find({ localAddr, remoteAddr }: Ends, first = 0): number | undefined {
    const [local, remote] = [endOf(localAddr), endOf(remoteAddr)];
    for (let [descriptor, tries] = [first, DESCRIPTORS]; tries > 0; descriptor++) {
      if (this.#descriptors.has(descriptor)) continue;
      tries--;
      if (this.#readEnd("getpeername", descriptor) !== remote) continue;
      if (this.#readEnd("getsockname", descriptor) === local) return descriptor;
    }
    return undefined;
  }

  /** An end of a socket, as {@linkcode endOf} writes it: a `sockaddr_in` or `sockaddr_in6` (ip(7), ipv6(7)). */
  #readEnd(which: "getsockname" | "getpeername", descriptor: number): string | undefined {
    const bytes = this.#address;
    this.#size[0] = ADDRESS_SIZE;
    if (this.#libc.symbols[which](descriptor, bytes, this.#size) !== 0) return undefined;
    const port = bytes[2]! << 8 | bytes[3]!;
    if (this.#size[0] === IPV4_SIZE) return `${bytes.subarray(4, 8).join(".")} ${port}`;
    const groups = bytes.subarray(8, 24).toHex().match(/.{4}/g)!;
    return `${addressBits(groups.join(":"))} ${port}`;
  }

  [Symbol.dispose](): void {
    this.#libc.close();
  }
}

function endOf({ hostname, port }: Deno.NetAddr): string {
  return `${hostname.includes(":") ? addressBits(hostname) : hostname} ${port}`;
}
