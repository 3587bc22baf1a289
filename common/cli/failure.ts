/** Failures outside of the program, as errors that are described in the user's language. */

import type { Key } from "../i18n/mod.ts";
import { type Address, formatAddress } from "./address.ts";
import { LocalizedError } from "./usage_error.ts";

/** Exit codes of the program (docs/using.md, "Exit codes"). */
export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, interrupted: 130 } as const;

/** The hub refused the client, or is not the hub that was meant. */
const REFUSALS = /\.(turned_away|password_wanted|wrong_password|other_room|tls_(?!failed)\w+)$/;

export class Failure extends LocalizedError {
  override readonly name = "Failure";

  get exitCode(): number {
    return REFUSALS.test(this.key) ? EXIT.refused : EXIT.failed;
  }
}

/** Why an address could not be listened on. */
export const listenFailure = failureBy({
  EADDRINUSE: "failure.address_in_use",
  EADDRNOTAVAIL: "failure.address_not_available",
});

/** Why an address could not be connected to. */
export const connectFailure = failureBy({
  ECONNREFUSED: "failure.refused",
  EHOSTUNREACH: "failure.unreachable",
  ENETUNREACH: "failure.unreachable",
  ETIMEDOUT: "failure.timed_out",
});

/** `keys`: by the operating system's error code, as in `error.code`. */
function failureBy(keys: Readonly<Record<string, Key>>) {
  const known = new Map(Object.entries(keys));
  for (const code of ["EACCES", "EPERM"]) known.set(code, "failure.no_permission");
  return (cause: unknown, { hostname, port }: Address): Failure => {
    const message = cause instanceof Error ? cause.message : String(cause);
    const address = formatAddress({ hostname, port });
    // An unresolvable name has no error code.
    if (/lookup address/.test(message)) {
      return new Failure("failure.no_such_host", { host: hostname }, { cause });
    }
    const key = cause instanceof Error && "code" in cause && known.get(String(cause.code));
    if (key) return new Failure(key, { address }, { cause });
    return new Failure("failure.unexpected", { reason: `${address}: ${message}` }, { cause });
  };
}
