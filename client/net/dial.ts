/** Reaches a hub over TCP. What is said on the connection, and whether it is encrypted, is not its business. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { connectFailure, Failure } from "../../common/cli/failure.ts";
import { within } from "../../common/cli/timers.ts";

/** For each step until the hub's welcome, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000;

/**
 * Connects.
 *
 * @throws {Failure} when nothing can be connected to at the address.
 * @throws what the signal has as its reason, when it comes first.
 */
export async function dial(address: Address, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const connecting = Deno.connect({ ...address, signal });
  try {
    const socket = await inTime(connecting, address, signal);
    try {
      socket.setNoDelay(true);
    } catch {
      // it was closed meanwhile, as its first read will say
    }
    return socket;
  } catch (error) {
    connecting.then((late) => late.close(), () => {});
    if (signal.aborted) throw signal.reason;
    if (error instanceof Failure) throw error;
    throw connectFailure(error, address);
  }
}

/**
 * Waits for a step on the way to the hub.
 *
 * @throws {Failure} when it takes too long.
 * @throws what the signal has as its reason, when it comes first.
 */
export async function inTime<T>(
  step: Promise<T>,
  { hostname, port }: Address,
  signal: AbortSignal,
): Promise<T> {
  const result = await within(step, { milliseconds: CONNECT_TIMEOUT, signal });
  if (result !== "late") return result;
  signal.throwIfAborted();
  throw new Failure("failure.timed_out", { address: formatAddress({ hostname, port }) });
}
