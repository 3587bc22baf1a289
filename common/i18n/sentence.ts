/** The type of a sentence, and the sentences that the codes on the wire require. */

import type { ByeCode, ErrorCode, NoticeCode, Params } from "../protocol/codes.ts";
import type { NickFault } from "../protocol/names.ts";

/**
 * A sentence with holes, or a function if the wording depends on the params. `{name}` is a param, `{kind.name}` the
 * sentence `kind.<param>` or else the param itself, and `{name:one|several}` depends on a number, which stands for `#`.
 * A command is between backticks, which are not shown: lines are not broken there.
 */
export type Sentence = string | ((params: Params) => string);

/** The kind and the name of a hole, and its wording for one and for several. */
export const HOLE = /\{(?:([\w.]+)\.)?(\w+)(?::(.*?)\|(.*?))?\}/g;

/** A time in minutes, as whole days, hours or minutes; rounded where there are at least two of the larger unit. */
export function timeUnit(minutes: unknown): [count: unknown, unit: "minute" | "hour" | "day"] {
  for (const [unit, length] of [["day", 24 * 60], ["hour", 60]] as const) {
    const count = Math.round(Number(minutes) / length);
    if (count >= 2 || Number(minutes) === length) return [count, unit];
  }
  return [minutes, "minute"];
}

/** Every code that the hub may send has a sentence: a missing sentence is a type error. */
type CodedKey =
  | `error.${ErrorCode}`
  | `notice.${NoticeCode}`
  | `bye.${ByeCode}`
  | `left.${ByeCode}`
  | `fault.${NickFault | "has_spaces" | "taken" | "banned"}`;

export type Sentences = Readonly<Record<string, Sentence> & Record<CodedKey, Sentence>>;

/** Another language: the same keys. A missing or an unknown key is a type error. */
export type Translation<English> = Readonly<Record<keyof English, Sentence>>;
