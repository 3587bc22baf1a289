/** Finds out whether a hub is at an address, without coming in. */

import type { Address } from "../../common/cli/address.ts";
import { Failure } from "../../common/cli/failure.ts";
import { HubConnection } from "../net/connection.ts";

/** No hub speaks this version of the protocol: each says goodbye to it, and nobody there is told of anything. */
const NO_PROTOCOL = 0;

/** Whether a hub answers before the signal comes, and if so whether it speaks TLS; undefined where none does. */
export async function knock(
  address: Address,
  signal: AbortSignal,
): Promise<{ isEncrypted: boolean } | undefined> {
  try {
    const connection = await HubConnection.open(address, { protocol: NO_PROTOCOL }, signal);
    const close = () => connection.close();
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) close();
    for await (const frames of connection.batches()) {
      if (frames.length > 0) return { isEncrypted: false };
    }
  } catch (error) {
    if (error instanceof Failure && error.key === "failure.speaks_tls") {
      return { isEncrypted: true };
    }
    // It has no place for us, as it says.
    if (error instanceof Failure && error.key === "failure.turned_away") {
      return { isEncrypted: false };
    }
  }
  return undefined;
}
