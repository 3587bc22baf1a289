/** PROXY headers, as haproxy's send-proxy and send-proxy-v2 write them, and a proxy that sends one. */

import { Acceptor } from "./acceptor.ts";

export const PROXY_HEADERS: Readonly<Record<"1" | "2", Uint8Array>> = {
  "1": new TextEncoder().encode("PROXY TCP4 203.0.113.9 10.0.0.1 34536 443\r\n"),
  "2": new Uint8Array([
    ...[0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a],
    ...[0x21, 0x11, 0, 12, 203, 0, 113, 9, 10, 0, 0, 1, 134, 232, 1, 187],
  ]),
};

/** Listens on any free port, and leads each connection to a hub's port, after the header. `await using` ends it. */
export function proxyWithHeader(port: number, header: Uint8Array): Acceptor {
  const acceptor: Acceptor = new Acceptor(
    Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    (client) => acceptor.relay(client, port, { header }),
  );
  return acceptor;
}
