/** The leases of the hubs: each renews its own every few seconds, and a hub whose lease expires is dead. */

import type { NatsContext } from "./context.ts";
import type { StreamMessage } from "./stream_reader.ts";

export interface LeasesOptions extends NatsContext {
  /** Renewals of another hub were missed, and so maybe other events too. */
  onMissed(): void;
}

export class Leases {
  readonly #options: LeasesOptions;
  /** Last renewal of each other live hub. */
  readonly #renewedAt: Map<string, number> = new Map();
  /** When the lease of each dead hub that still has users expired. */
  readonly #expiredAt: Map<string, number> = new Map();

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Subscribes to the leases of the other hubs. */
  start(): void {
    const { client, subjects } = this.#options;
    const filter = subjects.republished(subjects.allKeys("hubs"));
    client.subscribe(filter, (message) => this.#onLease(message));
  }

  /** Renews the lease of this hub, or gives it up. @throws {NoResponse | JetStreamApiError} */
  async write({ isEnd = false } = {}): Promise<void> {
    const { client, subjects, instanceId } = this.#options;
    const key = subjects.key("hubs", instanceId);
    if (isEnd) await client.put(key, "", { operation: "DEL" });
    else await client.put(key, JSON.stringify({ v: 1 }));
  }

  /** Reads the leases of the other hubs. @throws {NoResponse | JetStreamApiError} */
  async read(): Promise<void> {
    const { client, subjects } = this.#options;
    const range = { filter: subjects.allKeys("hubs"), from: 1 };
    const leases = client.reader.read(subjects.bucketStream("hubs"), range);
    for await (const { subject, data } of leases) {
      const [hub] = subjects.keyParts("hubs", subject) ?? [];
      if (hub && data !== "") this.#renew(hub);
    }
  }

  #onLease({ subject, data }: StreamMessage): void {
    const { subjects, instanceId, reportInvalid, onMissed } = this.#options;
    const [hub, ...more] = subjects.keyParts("hubs", subjects.original(subject)) ?? [];
    if (!hub || more.length > 0) return reportInvalid(subject, "not a lease");
    if (hub === instanceId) return;
    if (data !== "") return this.#renew(hub) ? onMissed() : undefined;
    if (this.#renewedAt.delete(hub)) this.#expiredAt.set(hub, this.#options.clock.now());
  }

  /** Records a renewal. Returns whether earlier ones were missed, and so maybe other events too. */
  #renew(hub: string): boolean {
    const { instanceId, clock, timeouts } = this.#options;
    if (hub === instanceId) return false;
    const now = clock.now();
    const last = this.#renewedAt.get(hub);
    const wasExpired = this.#expiredAt.delete(hub);
    this.#renewedAt.set(hub, now);
    return wasExpired || last !== undefined && now - last > 2 * timeouts.leaseRenewal;
  }

  /** Restarts all deadlines, after a time in which this hub heard no renewals. */
  restart(): void {
    const now = this.#options.clock.now();
    for (const hubs of [this.#renewedAt, this.#expiredAt]) {
      for (const hub of hubs.keys()) hubs.set(hub, now);
    }
  }

  isAlive(hub: string): boolean {
    return hub === this.#options.instanceId || this.#renewedAt.has(hub);
  }

  /** Whether this hub has the lowest id of all live ones, and so cleans up for all. */
  get isLeader(): boolean {
    return !this.#renewedAt.keys().some((hub) => hub < this.#options.instanceId);
  }

  /** Expires leases, and returns which of these hubs have been dead long enough for their users to be removed. */
  findDead(hubs: ReadonlySet<string>): Set<string> {
    const { clock, timeouts } = this.#options;
    const now = clock.now();
    for (const [hub, last] of this.#renewedAt) {
      if (now - last < timeouts.leaseExpiry) continue;
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
      else if (now - since >= timeouts.orphaned) dead.add(hub);
    }
    return dead;
  }
}
