/** Where in a stream the last messages of a subject begin, found with few questions. Pure: the connection is given. */

import type { Engine } from "./client.ts";

/** So many of the last messages are wanted, at least. */
const LAST = 1000;
/** At most so many, where more came after the one that was seen last. */
export const MAX_PAST = 5000;

/** What is asked of the servers. */
export type Counter = Pick<Engine, "info" | "count">;

/**
 * A place from which on there are the last {@linkcode LAST} messages of a subject or more, as far as there are so many, and
 * all after the message of an id, as far as those are no more than {@linkcode MAX_PAST}.
 *
 * @throws {Unanswered | Refused}
 */
export async function findTail(
  engine: Counter,
  stream: string,
  subject: string,
  after: number,
): Promise<number> {
  const { state: { first_seq: first, last_seq: last } } = await engine.info(stream);
  const count = (from: number) => engine.count(stream, subject, from);
  let wanted = LAST;
  if (after > 0 && after < last - LAST) {
    wanted = Math.min(MAX_PAST, Math.max(LAST, await count(after + 1)));
  }
  // From the nearer place on there are too few.
  let nearer = last + 1;
  let from = nearer;
  let found = 0;
  for (let span = wanted; found < wanted && from > first; span *= 4) {
    nearer = from;
    from = Math.max(first, last + 1 - span);
    if (from > first) found = await count(from);
  }
  if (from <= first && last - first < 4 * wanted) return from;
  if (from <= first) found = await count(from);
  while (found > 2 * wanted && nearer - from > 1) {
    const middle = Math.floor((from + nearer) / 2);
    const there = await count(middle);
    if (there < wanted) nearer = middle;
    else [from, found] = [middle, there];
  }
  return from;
}
