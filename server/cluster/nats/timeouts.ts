/** Timeouts and intervals of the cluster, in milliseconds. Tests use shorter ones. */

export interface Timeouts {
  /** Until the servers are ready when a hub starts. */
  readonly open: number;
  /** Until a server accepts a connection. */
  readonly connect: number;
  /** Minimum time between attempts to reconnect. */
  readonly reconnect: number;
  /** Between pings; two without an answer count as a broken connection. */
  readonly ping: number;
  /** For the response to a request or a publish; without one for this long, the hub goes offline. */
  readonly response: number;
  /** Between retries of a failed request. */
  readonly retry: number;
  /** How long a message waits for its author's record, and a record for the message before it. */
  readonly dependency: number;
  /** How long after its acknowledgement a message may take to be delivered before it is fetched. */
  readonly echo: number;
  /** Between renewals of this hub's lease. */
  readonly leaseRenewal: number;
  /** After its last renewal, a lease expires. */
  readonly leaseExpiry: number;
  /** How long users stay after the lease of their hub expired. */
  readonly orphaned: number;
  /** Between checks for dead hubs and for undelivered room messages. */
  readonly check: number;
  /** Between samples of the stream's position. */
  readonly sample: number;
  /** The age at which a message counts as delivered if the connection did not break since. */
  readonly delivered: number;
  /** Between purges of old private messages. */
  readonly purge: number;
  /** How long the record of a departure or of a lifted rule is kept. */
  readonly tombstone: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = {
  open: 10_000,
  connect: 3_000,
  reconnect: 250,
  ping: 2_500,
  response: 2_000,
  retry: 250,
  dependency: 2_000,
  echo: 1_000,
  leaseRenewal: 4_000,
  leaseExpiry: 12_000,
  orphaned: 12_000,
  check: 1_000,
  sample: 5_000,
  delivered: 10_000,
  purge: 30_000,
  tombstone: 5_000,
};
