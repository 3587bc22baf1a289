/** PROXY headers, as haproxy's send-proxy and send-proxy-v2 write them, and a proxy that sends one. */

import { PROXY_V2 } from "../../common/protocol/foreign.ts";
import { Acceptor } from "./acceptor.ts";

/** A header of version 2: the command, family and protocol, and what follows. */
export function binaryHeader(command: number, family: number, rest: number[]): Uint8Array {
  return new Uint8Array([
    ...[...PROXY_V2, command, family, rest.length >> 8, rest.length & 255],
    ...rest,
  ]);
}

export const PROXY_HEADERS: Readonly<Record<"1" | "2", Uint8Array>> = {
  "1": new TextEncoder().encode("PROXY TCP4 203.0.113.9 10.0.0.1 34536 443\r\n"),
  "2": binaryHeader(0x21, 0x11, [203, 0, 113, 9, 10, 0, 0, 1, 134, 232, 1, 187]),
};

/** Listens on any free port, and leads each connection to a hub's port, after the header. `await using` ends it. */
export function proxyWithHeader(port: number, header: Uint8Array): Acceptor {
  const acceptor: Acceptor = new Acceptor(
    Deno.listen({ hostname: "127.0.0.1", port: 0 }),
    (client) => acceptor.relay(client, port, { header }),
  );
  return acceptor;
}
