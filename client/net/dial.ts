/** Connects to a hub over TCP. */

import { type Address, formatAddress } from "../../common/cli/address.ts";
import { connectFailure, Failure } from "../../common/cli/failure.ts";
import { within } from "../../common/cli/timers.ts";
import { attempt } from "../../common/result.ts";
import { CONNECT_TIMEOUT } from "./connection.ts";

/** Connects, without Nagle's algorithm. @throws {Failure} if that fails. @throws the signal's reason if it aborts. */
export async function dial(address: Address, signal: AbortSignal): Promise<Deno.TcpConn> {
  signal.throwIfAborted();
  const connecting = Deno.connect({ ...address, signal });
  try {
    const socket = await withTimeout(connecting, address, signal);
    attempt(() => socket.setNoDelay(true)); // where it is closed already, the first read reports it
    return socket;
  } catch (error) {
    connecting.then((late) => late.close(), () => {});
    if (signal.aborted) throw signal.reason;
    if (error instanceof Failure) throw error;
    throw connectFailure(error, address);
  }
}

/** Waits at most `CONNECT_TIMEOUT`. @throws {Failure} after that. @throws the signal's reason if it aborts first. */
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
