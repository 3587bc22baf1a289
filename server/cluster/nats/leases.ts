/**
 * The leases of the other hubs: each renews its lease every few seconds, and one that expires means a dead hub. Time
 * during which this hub was offline does not count.
 */

import type { Clock } from "../../clock.ts";
import type { Timeouts } from "./timeouts.ts";

export class Leases {
  readonly #instanceId: string;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  /** Last renewal of each live hub. */
  readonly #renewedAt: Map<string, number> = new Map();
  /** When the lease of each dead hub that still has users expired. */
  readonly #expiredAt: Map<string, number> = new Map();

  constructor(instanceId: string, clock: Clock, timeouts: Timeouts) {
    this.#instanceId = instanceId;
    this.#clock = clock;
    this.#timeouts = timeouts;
  }

  /** Records a renewal. Returns whether earlier ones were missed, and so maybe other events too. */
  renew(hub: string): boolean {
    if (hub === this.#instanceId) return false;
    const now = this.#clock.now();
    const last = this.#renewedAt.get(hub);
    const wasExpired = this.#expiredAt.delete(hub);
    this.#renewedAt.set(hub, now);
    return wasExpired || last !== undefined && now - last > 2 * this.#timeouts.leaseRenewal;
  }

  /** Records that a hub gave up its lease. */
  release(hub: string): void {
    if (this.#renewedAt.delete(hub)) this.#expiredAt.set(hub, this.#clock.now());
  }

  /** Restarts all deadlines, after a time in which this hub heard no renewals. */
  restart(): void {
    const now = this.#clock.now();
    for (const hubs of [this.#renewedAt, this.#expiredAt]) {
      for (const hub of hubs.keys()) hubs.set(hub, now);
    }
  }

  isAlive(hub: string): boolean {
    return hub === this.#instanceId || this.#renewedAt.has(hub);
  }

  /** Whether this hub has the lowest id of all live ones, and so cleans up for all. */
  get isLeader(): boolean {
    for (const hub of this.#renewedAt.keys()) if (hub < this.#instanceId) return false;
    return true;
  }

  /** Expires leases, and returns which of these hubs have been dead long enough for their users to be removed. */
  findDead(hubs: ReadonlySet<string>): Set<string> {
    const now = this.#clock.now();
    for (const [hub, last] of this.#renewedAt) {
      if (now - last < this.#timeouts.leaseExpiry) continue;
      this.#renewedAt.delete(hub);
      this.#expiredAt.set(hub, now);
    }
    for (const hub of this.#expiredAt.keys()) if (!hubs.has(hub)) this.#expiredAt.delete(hub);
    const dead = new Set<string>();
    for (const hub of hubs) {
      // This hub may be among them: users stored as its own that it does not have come from a failed move.
      if (this.#renewedAt.has(hub)) continue;
      const since = this.#expiredAt.get(hub);
      if (since === undefined) this.#expiredAt.set(hub, now);
      else if (now - since >= this.#timeouts.orphaned) dead.add(hub);
    }
    return dead;
  }
}
