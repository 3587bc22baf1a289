/** The signs that the client itself draws beside people's text, which stays as it is. Pure. */

export interface Marks {
  /** Before a command that one typed. */
  typed: string;
  /** In place of the time, beside a message that the hub has not accepted yet. */
  pending: string;
  /** Behind what is not shown whole. */
  ellipsis: string;
}

export const MARKS: Marks = { typed: "›", pending: "…", ellipsis: "…" };
/** For terminals and fonts that have no other signs. */
export const ASCII_MARKS: Marks = { typed: ">", pending: "...", ellipsis: "..." };
