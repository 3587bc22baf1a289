/** What the parts of a cluster share. */

import type { Clock } from "../../clock.ts";
import type { JetStreamClient } from "./client.ts";
import type { Subjects } from "./subjects.ts";
import type { Timeouts } from "./timeouts.ts";

export interface NatsContext {
  readonly subjects: Subjects;
  readonly instanceId: string;
  readonly client: JetStreamClient;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  /** Logs that a record from the servers is not valid, and is ignored. */
  reportInvalid(subject: string, reason: string): void;
}

const MAX_REQUESTS = 32;

/** Makes a request for each item, {@linkcode MAX_REQUESTS} at a time, until one fails. */
export async function requestEach<T>(
  items: Iterable<T>,
  request: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = [...items];
  while (left.length > 0) await Promise.all(left.splice(0, MAX_REQUESTS).map(request));
}
