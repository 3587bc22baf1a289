/** What a peer is told when something that it asked for cannot be done. */

import type { ErrorCode, Params } from "../protocol/codes.ts";
import { sanitize } from "../protocol/sanitize.ts";

/** An error that is an expected outcome: a value, not an exception. */
export interface Refusal {
  code: ErrorCode;
  params: Params;
}

/** So many UTF-16 units of what somebody sent are quoted in an answer. */
const MAX_QUOTED = 64;

/** What somebody sent, safe and short enough to stand in an answer. */
export function quote(text: string): string {
  const safe = sanitize(text);
  return safe.length <= MAX_QUOTED ? safe : safe.slice(0, MAX_QUOTED - 1).toWellFormed() + "…";
}
