/** What the hub says by a code, with the English text for programs that do not know it. */

import { describeCode } from "../../common/i18n/frames.ts";
import type { Params } from "../../common/protocol/codes.ts";

export function coded<T extends "error" | "notice" | "bye">(type: T, code: string, params: Params) {
  return { type, code, params, text: describeCode(type, code, params, "en") ?? code };
}
