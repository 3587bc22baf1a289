/** The type of a sentence, and the sentences that the codes on the wire require. */

import type { ByeCode, ErrorCode, NoticeCode, Params } from "../protocol/codes.ts";
import type { NickFault } from "../protocol/names.ts";

/**
 * A sentence with `{name}` for each param, or a function if the wording depends on the params. `part` returns another
 * sentence of the same language, or undefined for an unknown key.
 */
export type Sentence =
  | string
  | ((params: Params, part: (key: string) => string | undefined) => string);

/** Every code that the hub may send has a sentence: a missing sentence is a type error. */
type CodedKey =
  | `error.${ErrorCode}`
  | `notice.${NoticeCode}`
  | `bye.${ByeCode}`
  | `left.${ByeCode}`
  | `fault.${NickFault | "taken" | "banned"}`;

export type Sentences = Readonly<Record<string, Sentence> & Record<CodedKey, Sentence>>;
