/** Timeouts and intervals of the cluster, in milliseconds. Tests use shorter ones. */

export const DEFAULT_TIMEOUTS = {
  /** Until the servers are ready when a hub starts. */
  open: 10_000,
  /** Until a server accepts a connection. */
  connect: 3_000,
  /** Minimum time between attempts to reconnect. */
  reconnect: 250,
  /** Between pings; two without an answer count as a broken connection. */
  ping: 2_500,
  /** For the response to a request or a publish; without one for this long, the hub goes offline. */
  response: 2_000,
  /** Between retries of a failed request. */
  retry: 250,
  /** How long a message waits for its author's record, and a record for the message before it. */
  dependency: 2_000,
  /** How long after its acknowledgement a message may take to be delivered before it is fetched. */
  echo: 1_000,
  /** Between renewals of this hub's lease. */
  leaseRenewal: 4_000,
  /** After its last renewal, a lease expires. */
  leaseExpiry: 12_000,
  /** How long users stay after the lease of their hub expired. */
  orphaned: 12_000,
  /** Between checks for dead hubs and for undelivered room messages. */
  check: 1_000,
  /** Between samples of the stream's position. */
  sample: 5_000,
  /** The age at which a message counts as delivered if the connection did not break since. */
  delivered: 10_000,
  /** Between purges of old private messages. */
  purge: 30_000,
  /** How long the record of a departure or of a lifted rule is kept. */
  tombstone: 5_000,
};

export type Timeouts = Readonly<typeof DEFAULT_TIMEOUTS>;
