/** Asks for the hub's page, as a browser does. */

import { within } from "../../common/cli/timers.ts";
import type { HubSocket } from "../net/tls_socket.ts";

/** What answered; `untrusted`: it was not asked, as no browser trusts the hub's own certificate. */
export type PageResult =
  | { kind: "works" | "none" | "wrong_host" | "silent" | "untrusted" }
  | { kind: "other"; status: number };

/** Longest head of an answer, in bytes. */
const MAX_HEAD = 16 * 1024;

/** A header of the hub's page: a proxy's own page hardly has it. */
const OWN_HEADER = /^content-security-policy: *default-src 'none'/im;

/** Asks over a new connection, which stays open, until the signal aborts. `host`: with the port. Never rejects. */
export async function checkPage(
  socket: HubSocket,
  host: string,
  signal: AbortSignal,
): Promise<PageResult> {
  const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  // Not awaited: it fits the socket's buffer, and a closed connection shows at the next read.
  socket.write(new TextEncoder().encode(request)).catch(() => {});
  const bytes = new Uint8Array(MAX_HEAD);
  let head = "";
  for (let size = 0; size < MAX_HEAD && !head.includes("\r\n\r\n");) {
    const reading = socket.read(bytes.subarray(size)).catch(() => null);
    const count = await within(reading, { signal });
    if (count === null || count === "late") break;
    size += count;
    head = new TextDecoder().decode(bytes.subarray(0, size));
  }
  const status = Number(/^HTTP\/1\.\d (\d{3})\b/.exec(head)?.[1] ?? 0);
  if (status === 200 && OWN_HEADER.test(head)) return { kind: "works" };
  if (status === 404) return { kind: "none" };
  if (status === 421) return { kind: "wrong_host" };
  return status === 0 ? { kind: "silent" } : { kind: "other", status };
}
