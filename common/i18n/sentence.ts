/** What a sentence is, and which ones the codes of the wire require. */

import type { ByeCode, ErrorCode, NoticeCode, Params } from "../protocol/codes.ts";
import type { NickFault } from "../protocol/names.ts";

/**
 * A sentence with `{name}` for each param, or a function where the wording depends on the params. `part` gives another
 * sentence of the same language, or undefined if there is none with that key.
 */
export type Sentence =
  | string
  | ((params: Params, part: (key: string) => string | undefined) => string);

/** Each code that the hub may send has a sentence: a missing one is a type error. */
type CodedKey =
  | `error.${ErrorCode}`
  | `notice.${NoticeCode}`
  | `bye.${ByeCode}`
  | `left.${ByeCode}`
  | `fault.${NickFault | "taken" | "banned"}`;

export type Sentences = Readonly<Record<string, Sentence> & Record<CodedKey, Sentence>>;
