/** The names by which a hub may be called: a page of another site may name its address as its own (DNS rebinding). */

import { addressBits, isLoopback } from "../../common/protocol/ip.ts";

/** An IPv6 address in brackets, or a name or an IPv4 address; then perhaps a port (RFC 9110, section 7.2). */
const HOST = /^(?:\[([\da-f.]*:[\da-f:.]*)\]|([a-z\d_-]+(?:\.[a-z\d_-]+)*)\.?)(?::\d{1,5})?$/i;

/** The name or address in a Host header, without the port; undefined if it is not valid. */
export function parseHost(header: string): string | undefined {
  const [, ipv6, name] = HOST.exec(header) ?? [];
  return ipv6 ?? name;
}

/** Whether a hub reached at the address `local` may be called `host`: by these names, `localhost` and loopback. */
export function allowHosts(hosts: readonly string[]) {
  const allowed = new Set(["localhost", ...hosts].map(keyOf));
  return (host: string, local: string) =>
    allowed.has(keyOf(host)) || keyOf(host) === keyOf(local) || isLoopback(host);
}

/** Equal for the spellings of an address or a name. */
function keyOf(host: string): string {
  return addressBits(host) ?? host.toLowerCase().replace(/\.$/, "");
}
