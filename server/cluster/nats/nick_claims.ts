/** Claims nicks in a bucket, so that no two users of any hubs have the same one. */

import { pause, within } from "../../../common/cli/timers.ts";
import type { ClaimOutcome } from "../mod.ts";
import { decodeClaim, encodeRecord } from "./codec.ts";
import type { NatsContext } from "./context.ts";
import type { NickClaim } from "./record_schema.ts";

export interface NickClaimsOptions extends NatsContext {
  /** Whether another user's claim still holds. */
  isValid(claim: NickClaim): boolean;
  isOffline(): boolean;
}

/** Attempts at a claim that others change meanwhile. */
const MAX_TRIES = 3;

export class NickClaims {
  readonly #options: NickClaimsOptions;
  /** The last task of each nick; tasks of one nick run in turn. */
  readonly #tasks: Map<string, Promise<unknown>> = new Map();
  /** The local holder of each nick, by key. */
  readonly #holders: Map<string, string> = new Map();
  #isClosed = false;

  constructor(options: NickClaimsOptions) {
    this.#options = options;
  }

  /** Claims a nick; `offline` after twice the response timeout. */
  async claim(key: string, id: string): Promise<ClaimOutcome> {
    const { clock, timeouts, isOffline } = this.#options;
    if (isOffline()) return "offline";
    let isLate = false;
    const attempt = async () => isLate ? "offline" as const : await this.#tryClaim(key, id);
    const claimed = this.#enqueue(key, attempt);
    const result = await within(claimed, { milliseconds: 2 * timeouts.response, clock });
    isLate = result === "late";
    const outcome = result === "late" ? "offline" : result;
    if (outcome === "claimed") this.#holders.set(key, id);
    // The claim may have been stored although no response came.
    else if (outcome === "offline" && this.#holders.get(key) !== id) this.release(key, id);
    return outcome;
  }

  /** Frees a nick if this user has it, retrying until that succeeds. */
  release(key: string, id: string): void {
    if (this.#holders.get(key) === id) this.#holders.delete(key);
    this.#enqueue(key, () => this.#releaseClaim(key, id));
  }

  async whenReleased(): Promise<void> {
    await Promise.all(this.#tasks.values());
  }

  /** Stops retrying. */
  close(): void {
    this.#isClosed = true;
  }

  async #tryClaim(key: string, id: string): Promise<ClaimOutcome> {
    const { client, subjects, instanceId, isValid } = this.#options;
    const subject = subjects.key("nicks", key);
    const data = encodeRecord({ id, hub: instanceId });
    let expected = 0;
    try {
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        if (await client.put(subject, data, { expected })) return "claimed";
        const found = await client.last(subjects.bucketStream("nicks"), subject);
        const claim = found && decodeClaim(found.data);
        if (claim?.id === id) {
          if (claim.hub !== instanceId) await client.put(subject, data, { expected: found!.seq });
          return "claimed";
        }
        if (claim && isValid(claim)) return "taken";
        expected = found?.seq ?? 0;
      }
      return "taken";
    } catch {
      return "offline";
    }
  }

  async #releaseClaim(key: string, id: string): Promise<void> {
    const { client, subjects, clock, timeouts } = this.#options;
    const subject = subjects.key("nicks", key);
    const stream = subjects.bucketStream("nicks");
    while (!this.#isClosed) {
      try {
        const found = await client.last(stream, subject);
        if (!found || decodeClaim(found.data)?.id !== id) return;
        return await client.purge(stream, subject, found.seq);
      } catch {
        await pause(timeouts.retry, clock);
      }
    }
  }

  #enqueue<T>(key: string, run: () => Promise<T>): Promise<T> {
    const previous = this.#tasks.get(key) ?? Promise.resolve();
    const task = previous.then(run);
    this.#tasks.set(key, task);
    task.finally(() => {
      if (this.#tasks.get(key) === task) this.#tasks.delete(key);
    });
    return task;
  }
}
