/** What the code of the hub's `bye` means: whether to reconnect, to try another hub, and the exit code. */

import { EXIT } from "../../common/cli/failure.ts";
import type { ByeFrame } from "../../common/protocol/frame.ts";

/** Codes of a hub that is full for now. */
export const FULL_CODES = ["server_full", "address_full", "address_busy"];

/** Codes after which another hub of the same chat is tried first. */
export const OTHER_HUB_CODES = new Set([...FULL_CODES, "shutdown", "cut_off"]);

/** Codes after which the client reconnects. */
export const RECONNECT_CODES = new Set([...OTHER_HUB_CODES, "slow_consumer", "timeout"]);

/** Codes with which the hub refuses the client. */
const REFUSAL_CODES = new Set([
  ...FULL_CODES,
  "unsupported_protocol",
  "not_proxied",
  "kicked",
  "banned",
  "auth_failed",
  "handshake_timeout",
  "locked",
]);

/** The exit code for a `bye`; without one, the client itself closed the connection. */
export function exitCode(bye: ByeFrame | undefined): number {
  if (bye === undefined || bye.code === "quit") return EXIT.done;
  return REFUSAL_CODES.has(bye.code) ? EXIT.refused : EXIT.failed;
}
