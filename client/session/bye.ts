/** What the code of the hub's `bye` means: whether to reconnect, to try another hub, and the exit code. */

import { EXIT } from "../../common/cli/failure.ts";
import type { ByeFrame } from "../../common/protocol/frame.ts";

/** Codes after which another hub of the same chat is tried first. */
export const OTHER_HUB_CODES: ReadonlySet<string> = new Set([
  "shutdown",
  "server_full",
  "address_full",
  "address_busy",
  "cut_off",
]);

/** Codes after which the client reconnects. */
export const RECONNECT_CODES = new Set([...OTHER_HUB_CODES, "slow_consumer", "timeout"]);

/** The exit code for a `bye`; without one, the client itself closed the connection. */
export function exitCode(bye: ByeFrame | undefined): number {
  switch (bye?.code) {
    case undefined:
    case "quit":
      return EXIT.done;
    case "server_full":
    case "address_full":
    case "address_busy":
    case "unsupported_protocol":
    case "not_proxied":
    case "kicked":
    case "banned":
    case "auth_failed":
    case "handshake_timeout":
    case "locked":
      return EXIT.refused;
    default:
      return EXIT.failed;
  }
}
