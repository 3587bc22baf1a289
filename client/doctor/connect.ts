/** Connects to one address, and says how that went. What is said on the connection is not its business. */

import type { Address } from "../../cli/address.ts";
import { Failure } from "../../cli/failure.ts";
import type { Key } from "../../i18n/mod.ts";
import { dial } from "../dial.ts";
import type { Way } from "./findings.ts";

/** By what the client would say of it. */
const OUTCOMES: Readonly<Partial<Record<Key, "refused" | "unreachable" | "forbidden">>> = {
  "failure.refused": "refused",
  "failure.unreachable": "unreachable",
  "failure.no_permission": "forbidden",
};

/**
 * Waits until the signal comes, which means that nobody answers. `connected`: has the connection until what it gives is
 * done; then it is closed. Never rejects unless that does.
 */
export async function reach(
  address: Address,
  connected: (socket: Deno.TcpConn) => Promise<void>,
  signal: AbortSignal,
): Promise<Way> {
  const host = address.hostname;
  const began = performance.now();
  let socket: Deno.TcpConn;
  try {
    socket = await dial(address, signal);
  } catch (error) {
    return { host, outcome: describe(error, signal, performance.now() - began) };
  }
  const milliseconds = performance.now() - began;
  try {
    await connected(socket);
  } finally {
    socket.close();
  }
  return { host, outcome: { kind: "connected", milliseconds } };
}

function describe(error: unknown, signal: AbortSignal, waited: number): Way["outcome"] {
  const key = error instanceof Failure ? error.key : undefined;
  if (signal.aborted || key === "failure.timed_out") {
    return { kind: "filtered", seconds: Math.round(waited / 1000) };
  }
  const kind = key && OUTCOMES[key];
  if (kind) return { kind };
  const { cause } = error as Error;
  return { kind: "failed", reason: cause instanceof Error ? cause.message : String(error) };
}
