/** The socket of a peer, over TCP or TLS, as a connection uses it. */

import { formatAddress } from "../../common/cli/address.ts";
import { unmapIpv4 } from "../../common/protocol/ip.ts";

export interface PeerSocket
  extends Pick<Deno.Conn, "remoteAddr" | "read" | "write" | "closeWrite" | "close"> {
  /** The hub's end of the connection. */
  readonly localAddr?: Deno.Addr;
  /** TCP only: writes what the system takes at once, and returns how many bytes that is. Not during a {@linkcode write}. */
  tryWrite?(bytes: Uint8Array): number;
  /** TLS only: must be awaited before anything else. */
  handshake?(): Promise<void>;
  /** TLS only: tells a peer that has not made the handshake, in clear, that the hub is encrypted. */
  answerInClear?(): void;
  /** Whether a proxy speaks for itself here, as for a health check: it becomes a user when it says something. */
  readonly isProxy?: boolean;
  /** TLS only: resolves after `close`, when the socket's descriptor is free. Other sockets free it in `close`. */
  readonly released?: Promise<void>;
}

/** An end of the connection without its port; empty if it is not known. */
export function hostOf(end: Deno.Addr | undefined): string {
  return end && "hostname" in end ? unmapIpv4(end.hostname) : "";
}

/** The peer's address and port, for the log. */
export function addressOf({ remoteAddr }: PeerSocket): string {
  if (!("hostname" in remoteAddr)) return remoteAddr.transport;
  return formatAddress({ hostname: unmapIpv4(remoteAddr.hostname), port: remoteAddr.port });
}
