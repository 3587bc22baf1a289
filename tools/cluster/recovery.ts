/** Measures how long each user takes to recover from a fault. */

import { Durations } from "../load/figures.ts";
import type { AwaitedEvent, SimulatedUser } from "./user.ts";

/** In milliseconds. */
const POLL_INTERVAL = 100;

/** Times since a fault. */
export interface RecoveryTimes {
  /** Until a message sent after the fault was acknowledged, for each user. */
  readonly acked: Durations;
  /** Until each user of a killed hub was back. */
  readonly returned: Durations;
  /** How many of these did not happen in time. */
  readonly missing: number;
}

export interface AwaitRecoveryOptions {
  /** The time of the fault. */
  since: number;
  /** The name of the hub whose users must come back. */
  hub?: string | undefined;
  /** In milliseconds. */
  limit: number;
  signal: AbortSignal;
}

/** Lets everybody post, and waits until that is acknowledged and the users of the killed hub are back. */
export async function awaitRecovery(
  users: readonly SimulatedUser[],
  { since, hub, limit, signal }: AwaitRecoveryOptions,
  post: (user: SimulatedUser) => void,
): Promise<RecoveryTimes> {
  const [acked, returned] = [new Durations(), new Durations()];
  let missing = 0;
  const expect = (durations: Durations): AwaitedEvent => {
    missing++;
    return {
      since,
      done: (took) => {
        durations.add(took);
        missing--;
      },
    };
  };
  for (const user of users) {
    if (user.peer?.hub === hub) user.awaitedReturn = expect(returned);
    user.awaitedAck = expect(acked);
    post(user);
  }
  await until(() => missing === 0, AbortSignal.any([signal, AbortSignal.timeout(limit)]));
  for (const user of users) user.awaitedAck = user.awaitedReturn = undefined;
  return { acked, returned, missing };
}

/** Polls until a condition holds, or `signal` aborts. */
export async function until(isMet: () => boolean, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !isMet()) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
}
