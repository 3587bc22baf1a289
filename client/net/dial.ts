/** Reaches a hub over TCP. What is said on the connection, and whether it is encrypted, is not its business. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { connectFailure, Failure } from "../../common/cli/failure.ts";

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
    const socket = await withTimeout(connecting, address, signal);
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
export async function withTimeout<T>(
  step: Promise<T>,
  { hostname, port }: Address,
  signal: AbortSignal,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  const timer = setTimeout(
    () => reject(new Failure("failure.timed_out", { address: formatAddress({ hostname, port }) })),
    CONNECT_TIMEOUT,
  );
  try {
    if (signal.aborted) abort();
    return await Promise.race([step, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
