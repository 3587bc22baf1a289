/** What a peer is told when something that it asked for cannot be done. */

import type { ErrorCode, Params } from "../../common/protocol/codes.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";

/** An error that is an expected outcome: a value, not an exception. */
export interface Refusal {
  code: ErrorCode;
  params: Params;
}

/** So many UTF-16 units of what somebody sent are quoted in an answer. */
const MAX_QUOTED = 64;

/** What somebody sent, safe and short enough to stand in an answer, or in so many UTF-16 units. */
export function quote(text: string, max = MAX_QUOTED): string {
  const safe = sanitize(text);
  return safe.length <= max ? safe : safe.slice(0, max - 1).toWellFormed() + "…";
}
