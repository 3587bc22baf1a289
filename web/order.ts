/** The order of the rows of a room, in which older messages may arrive later. */

import type { Row } from "./log_view.ts";

export type Ordered = Pick<Row, "id" | "moment">;

/** Whether a message with this id is among the rows. */
export function hasMessage(rows: readonly Ordered[], wanted: number): boolean {
  return rows.findLast(({ id }) => id !== undefined && id <= wanted)?.id === wanted;
}

/** Inserts a row last, but before messages of higher ids and, if old, later notices; returns if it is the latest. */
export function insertRow<T extends Ordered>(rows: T[], row: T, isOld = false): boolean {
  const isBefore = ({ id, moment }: Ordered) =>
    id === undefined ? isOld && moment > row.moment : row.id !== undefined && id > row.id;
  let at = rows.length;
  while (at > 0 && isBefore(rows[at - 1]!)) at--;
  const isLatest = rows.slice(at).every(({ id }) => id === undefined);
  rows.splice(at, 0, row);
  return isLatest;
}
