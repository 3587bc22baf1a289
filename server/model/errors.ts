/** Expected errors of the chat, and the frames that carry a code. */

import { describeCode } from "../../common/i18n/frames.ts";
import type { ErrorCode, Params } from "../../common/protocol/codes.ts";
import { sanitize } from "../../common/protocol/sanitize.ts";
import type { Result } from "../../common/result.ts";

/** Why something that a peer asked for cannot be done. */
export interface ChatError {
  code: ErrorCode;
  params: Params;
}

export type ChatResult<Value> = Result<Value, ChatError>;

/** A result that is an error. */
export function fail(code: ErrorCode, params: Params = {}): { ok: false; error: ChatError } {
  return { ok: false, error: { code, params } };
}

/** Longest quotation of what a peer sent, in UTF-16 units. */
const MAX_QUOTED = 64;

/** What a peer sent, made safe and cut to `max` UTF-16 units, for use in an answer. */
export function quote(text: string, max = MAX_QUOTED): string {
  const safe = sanitize(text.slice(0, max));
  const isWhole = text.length <= max && safe.length <= max; // a TAB becomes longer
  return isWhole ? safe : safe.slice(0, max - 1).toWellFormed() + "…";
}

/** A frame with a code, its params, and the English text for programs that do not know the code. */
export function codedFrame<T extends "error" | "notice" | "bye">(
  type: T,
  code: string,
  params: Params,
) {
  return { type, code, params, text: describeCode(type, code, params, "en") ?? code };
}
