/** Finds the addresses of a name, as the system does for every program. */

import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Resolved } from "./findings.ts";

/** What the system says where there is no such name; anything else means that nobody could say. */
const NO_SUCH_NAME: ReadonlySet<unknown> = new Set(["ENOTFOUND", "EAI_NONAME", "EAI_NODATA"]);

/** Never rejects; when the signal comes first, nobody has answered. */
export async function resolve(host: string, signal: AbortSignal): Promise<Resolved> {
  // With the zone of a link-local address, which only this machine knows.
  if (isIP(host.replace(/%.*$/, "")) !== 0) return { kind: "address" };
  const late = Promise.withResolvers<never>();
  const end = () => late.reject(signal.reason);
  signal.addEventListener("abort", end);
  try {
    const found = await Promise.race([lookup(host, { all: true }), late.promise]);
    return { kind: "found", hosts: [...new Set(found.map(({ address }) => address))] };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { kind: NO_SUCH_NAME.has(code) ? "unknown" : "unanswered" };
  } finally {
    signal.removeEventListener("abort", end);
  }
}
