/**
 * Whose each nick is, so that no two people at whatever hubs have the same one. Pure: the connection and the time are given.
 */

import type { Clock } from "../../clock.ts";
import { type Engine, REFUSED, Refused } from "./client.ts";
import type { Names } from "./subjects.ts";
import { type Claim, readClaim, writeClaim } from "./codec.ts";
import type { NatsTimes } from "./timeouts.ts";

export type Outcome = "claimed" | "taken" | "away";

export interface ClaimsOptions {
  readonly names: Names;
  /** The id of this hub's life. */
  readonly hub: string;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly times: NatsTimes;
  /** Whether somebody has it rightly, other than who claims it now. */
  isHeld(claim: Claim): boolean;
  isAway(): boolean;
}

export class Claims {
  readonly #options: ClaimsOptions;
  /** What is done about a nick, by its subject: one thing after another. */
  readonly #work: Map<string, Promise<unknown>> = new Map();
  /** The nicks of those who claimed them here, by key. */
  readonly #held: Map<string, string> = new Map();
  #isClosed = false;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Makes a nick that of a person; "away" where that could not be done in bounded time. */
  async claim(key: string, id: string): Promise<Outcome> {
    const { clock, times, isAway } = this.#options;
    if (isAway()) return "away";
    let isLate = false;
    let stop = () => {};
    const late = new Promise<Outcome>((resolve) => {
      stop = clock.after(2 * times.answer, () => {
        isLate = true;
        resolve("away");
      });
    });
    const outcome = await Promise.race([
      this.#inTurn(key, () => isLate ? Promise.resolve("away" as const) : this.#try(key, id)),
      late,
    ]);
    stop();
    if (outcome === "claimed") this.#held.set(key, id);
    // It may have become that one's all the same.
    else if (outcome === "away" && this.#held.get(key) !== id) this.release(key, id);
    return outcome;
  }

  /** A nick is free again, where it is that person's, as soon as that can be done. */
  release(key: string, id: string): void {
    if (this.#held.get(key) === id) this.#held.delete(key);
    this.#inTurn(key, () => this.#release(key, id));
  }

  /** Resolves when all is released that was to be. */
  async released(): Promise<void> {
    await Promise.all(this.#work.values());
  }

  /** Nothing is tried any more. */
  close(): void {
    this.#isClosed = true;
  }

  async #try(key: string, id: string): Promise<Outcome> {
    const { engine, names, hub, isHeld } = this.#options;
    const subject = names.key("nicks", key);
    const data = writeClaim({ id, hub });
    let expected = 0;
    try {
      for (let tries = 0; tries < 3; tries++) {
        if (await this.#store(subject, data, expected)) return "claimed";
        const found = await engine.last(names.bucketStream("nicks"), subject);
        const claim = found && readClaim(found.data);
        if (claim?.id === id) {
          if (claim.hub !== hub) await this.#store(subject, data, found!.seq);
          return "claimed";
        }
        if (claim && isHeld(claim)) return "taken";
        expected = found?.seq ?? 0;
      }
      return "taken";
    } catch {
      return "away";
    }
  }

  /** Whether it was stored: not, where something else stood there than was expected. */
  async #store(subject: string, data: string, expected: number): Promise<boolean> {
    try {
      await this.#options.engine.store(subject, data, { expected });
      return true;
    } catch (error) {
      if (error instanceof Refused && error.code === REFUSED.wrongRevision) return false;
      throw error;
    }
  }

  async #release(key: string, id: string): Promise<void> {
    const { engine, names, clock, times } = this.#options;
    const subject = names.key("nicks", key);
    const stream = names.bucketStream("nicks");
    while (!this.#isClosed) {
      try {
        const found = await engine.last(stream, subject);
        if (!found || readClaim(found.data)?.id !== id) return;
        return await engine.purge(stream, subject, found.seq);
      } catch {
        await new Promise<void>((resolve) => clock.after(times.retry, resolve));
      }
    }
  }

  #inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const before = this.#work.get(key) ?? Promise.resolve();
    const work = before.then(run);
    this.#work.set(key, work);
    work.finally(() => {
      if (this.#work.get(key) === work) this.#work.delete(key);
    });
    return work;
  }
}
