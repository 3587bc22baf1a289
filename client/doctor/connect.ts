/** Resolves the host name and connects over TCP, and reports how that went. */

import { isIP } from "node:net";
import type { Address } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { lookup } from "../../common/cli/lookup.ts";
import { within } from "../../common/cli/timers.ts";
import type { Key } from "../../common/i18n/mod.ts";
import { dial } from "../net/dial.ts";
import type { ConnectAttempt, Resolution } from "./findings.ts";

/** The resolver's codes for a name that does not exist; any other code means that it could not find out. */
const NO_SUCH_NAME: ReadonlySet<unknown> = new Set(["ENOTFOUND", "EAI_NONAME", "EAI_NODATA"]);

/** By the client's error message. */
const OUTCOMES: Readonly<Partial<Record<Key, "refused" | "unreachable" | "forbidden">>> = {
  "failure.refused": "refused",
  "failure.unreachable": "unreachable",
  "failure.no_permission": "forbidden",
};

/** Resolves a host name with the system's resolver. Never rejects; if the signal comes first, nobody has answered. */
export async function resolve(host: string, signal: AbortSignal): Promise<Resolution> {
  // A link-local address may have a zone, such as fe80::1%eth0.
  if (isIP(host.replace(/%.*$/, "")) !== 0) return { kind: "address" };
  try {
    const found = await within(lookup(host, { all: true }), { signal });
    if (found === "late") return { kind: "unanswered" };
    return { kind: "found", hosts: [...new Set(found.map(({ address }) => address))] };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return { kind: NO_SUCH_NAME.has(code) ? "unknown" : "unanswered" };
  }
}

/** Connects until the signal aborts; the connection is closed when `connected` is done. Rejects only if that does. */
export async function connect(
  address: Address,
  connected: (socket: Deno.TcpConn) => Promise<void>,
  signal: AbortSignal,
): Promise<ConnectAttempt> {
  const host = address.hostname;
  const began = performance.now();
  const waited = () => performance.now() - began;
  const dialed = await dial(address, signal).catch((error) => describe(error, signal, waited()));
  if ("kind" in dialed) return { host, outcome: dialed };
  const milliseconds = waited();
  using socket = dialed;
  await connected(socket);
  return { host, outcome: { kind: "connected", milliseconds } };
}

function describe(error: unknown, signal: AbortSignal, waited: number): ConnectAttempt["outcome"] {
  const key = error instanceof Failure ? error.key : undefined;
  if (signal.aborted || key === "failure.timed_out") {
    return { kind: "filtered", seconds: Math.round(waited / 1000) };
  }
  const kind = key && OUTCOMES[key];
  if (kind) return { kind };
  const { cause } = error as Error;
  return { kind: "failed", reason: cause instanceof Error ? cause.message : String(error) };
}
