/** The socket of a peer behind a proxy, which sends a PROXY header first. */

import { MAX_PROXY_HEADER, parseProxyHeader } from "./proxy_header.ts";
import type { PeerSocket } from "./socket.ts";

/** Reads a proxy's header; false without it, undefined if the connection ends at once. Rejects when it is closed. */
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
    write: (bytes) => socket.write(bytes),
    closeWrite: () => socket.closeWrite(),
    close: () => socket.close(),
  };
}
