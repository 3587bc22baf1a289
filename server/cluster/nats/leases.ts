/**
 * Which hubs live: each says so every few seconds, and who does not is absent after a while. Time in which this hub itself
 * hears nothing does not count. Pure: the time is given.
 */

import type { Clock } from "../../clock.ts";
import type { NatsTimes } from "./timeouts.ts";

export class Leases {
  readonly #hub: string;
  readonly #clock: Clock;
  readonly #times: NatsTimes;
  /** When each was heard last. */
  readonly #heard: Map<string, number> = new Map();
  /** Since when each of those is absent that are looked for. */
  readonly #absent: Map<string, number> = new Map();

  /** `hub`: the one that this one is. */
  constructor(hub: string, clock: Clock, times: NatsTimes) {
    this.#hub = hub;
    this.#clock = clock;
    this.#times = times;
  }

  /** A hub says that it lives. Gives whether it should have said so before: something may have been lost. */
  renewed(hub: string): boolean {
    if (hub === this.#hub) return false;
    const now = this.#clock.now();
    const last = this.#heard.get(hub);
    const wasAbsent = this.#absent.delete(hub);
    this.#heard.set(hub, now);
    return wasAbsent || last !== undefined && now - last > 2 * this.#times.renew;
  }

  /** A hub says that it ends. */
  ended(hub: string): void {
    if (this.#heard.delete(hub)) this.#absent.set(hub, this.#clock.now());
  }

  /** From now on this hub hears again: nobody can be blamed for what was not heard. */
  restart(): void {
    const now = this.#clock.now();
    for (const hubs of [this.#heard, this.#absent]) {
      for (const hub of hubs.keys()) hubs.set(hub, now);
    }
  }

  isAlive(hub: string): boolean {
    return hub === this.#hub || this.#heard.has(hub);
  }

  /** Whether of all that live this one is the first, who does what one has to do for all. */
  get isFirst(): boolean {
    for (const hub of this.#heard.keys()) if (hub < this.#hub) return false;
    return true;
  }

  /** Those of some hubs that have been absent so long that their people are gone. */
  look(hubs: ReadonlySet<string>): Set<string> {
    const now = this.#clock.now();
    for (const [hub, last] of this.#heard) {
      if (now - last < this.#times.late) continue;
      this.#heard.delete(hub);
      this.#absent.set(hub, now);
    }
    for (const hub of this.#absent.keys()) if (!hubs.has(hub)) this.#absent.delete(hub);
    const gone = new Set<string>();
    for (const hub of hubs) {
      // People that stand as this hub's own, and are not, were taken by it half.
      if (this.#heard.has(hub)) continue;
      const since = this.#absent.get(hub);
      if (since === undefined) this.#absent.set(hub, now);
      else if (now - since >= this.#times.absent) gone.add(hub);
    }
    return gone;
  }
}
