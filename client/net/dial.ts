/** Connects to a hub over TCP. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { connectFailure, Failure } from "../../common/cli/failure.ts";
import { within } from "../../common/cli/timers.ts";
import { CONNECT_TIMEOUT } from "./connection.ts";

/**
 * Opens a TCP connection with Nagle's algorithm off.
 * @throws {Failure} if the address cannot be connected to.
 * @throws the reason of the signal, if it aborts first.
 */
export async function dial(address: Address, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const connecting = Deno.connect({ ...address, signal });
  try {
    const socket = await withTimeout(connecting, address, signal);
    try {
      socket.setNoDelay(true);
    } catch {
      // closed already; the first read reports it
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
 * Waits for a step of connecting, at most `CONNECT_TIMEOUT`.
 * @throws {Failure} if it times out.
 * @throws the reason of the signal, if it aborts first.
 */
export async function withTimeout<T>(
  step: Promise<T>,
  address: Address,
  signal: AbortSignal,
): Promise<T> {
  const result = await within(step, { milliseconds: CONNECT_TIMEOUT, signal });
  if (result !== "late") return result;
  signal.throwIfAborted();
  throw new Failure("failure.timed_out", { address: formatAddress(address) });
}
