/** Finds where to start reading a room's recent history, with few requests to the servers. */

import type { JetStreamClient } from "./client.ts";

/** Messages to find, at least. */
const MIN_HISTORY = 1000;
/** Messages to find at most, if more came after the last one seen. */
export const MAX_HISTORY = 5000;

/**
 * A sequence number from which there are at least {@linkcode MIN_HISTORY} messages of a subject, if it has that many,
 * and all messages after `after`, up to {@linkcode MAX_HISTORY}. Doubles back in growing spans, then bisects.
 * @throws {NoResponse | JetStreamApiError}
 */
export async function findHistoryStart(
  client: JetStreamClient,
  stream: string,
  subject: string,
  after: number,
): Promise<number> {
  const { state: { first_seq: first, last_seq: last } } = await client.streamInfo(stream);
  const count = (from: number) => client.reader.count(stream, subject, from);
  let wanted = MIN_HISTORY;
  if (after > 0 && after < last - MIN_HISTORY) {
    wanted = Math.min(MAX_HISTORY, Math.max(MIN_HISTORY, await count(after + 1)));
  }
  // From `nearer` on there are too few messages.
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
    const foundFromMiddle = await count(middle);
    if (foundFromMiddle < wanted) nearer = middle;
    else [from, found] = [middle, foundFromMiddle];
  }
  return from;
}
