/** What the hub's last word means: whether to come back, to go to another hub, and how the program ends. Pure. */

import { EXIT } from "../../common/cli/failure.ts";
import type { ByeFrame } from "../../common/protocol/frame.ts";

/** The hub's last words after which it is worth coming back. */
export const RECONNECT_CODES: ReadonlySet<string> = new Set([
  "shutdown",
  "slow_consumer",
  "timeout",
  "server_full",
  "address_full",
  "cut_off",
]);

/** Those of a hub for which another one can stand in. */
export const OTHER_HUB_CODES: ReadonlySet<string> = new Set([
  "shutdown",
  "server_full",
  "address_full",
  "cut_off",
]);

/** The exit code for the hub's last word; without one, the connection was ended by us. */
export function exitCode(bye: ByeFrame | undefined): number {
  switch (bye?.code) {
    case undefined:
    case "quit":
      return EXIT.done;
    case "server_full":
    case "address_full":
    case "unsupported_protocol":
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
