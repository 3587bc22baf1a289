/** How long things may take between hubs, in milliseconds. A test has shorter ones. */

export interface NatsTimes {
  /** Until the servers are ready for a hub that starts. */
  readonly open: number;
  /** Until a server has taken a connection. */
  readonly connect: number;
  /** Between two tries to connect again, at least. */
  readonly reconnect: number;
  /** Between two pings; after two without an answer the connection counts as broken. */
  readonly ping: number;
  /** Until what was asked is answered, or what was published accepted: beyond it nothing can be accepted. */
  readonly answer: number;
  /** Between two tries of what has failed. */
  readonly retry: number;
  /** A message and the news of people wait so long for one another. */
  readonly hold: number;
  /** What was accepted is heard so long after that, or asked for. */
  readonly echo: number;
  /** A hub says so often that it lives. */
  readonly renew: number;
  /** A hub that has not said so for this long is absent. */
  readonly late: number;
  /** People whose hub has been absent for so long are gone. */
  readonly absent: number;
  /** Between two looks at who is absent, and at whether a room has lost anything. */
  readonly look: number;
  /** Between two looks at how far the stream is. */
  readonly sample: number;
  /** What came before so long was heard, as far as the connection did not break since. */
  readonly safe: number;
  /** Between two removals of private messages that nobody needs any more. */
  readonly purge: number;
  /** The news that somebody is gone stays so long with the servers. */
  readonly marker: number;
}

export const NATS_TIMES: NatsTimes = {
  open: 10_000,
  connect: 3_000,
  reconnect: 250,
  ping: 2_500,
  answer: 2_000,
  retry: 250,
  hold: 2_000,
  echo: 1_000,
  renew: 4_000,
  late: 12_000,
  absent: 12_000,
  look: 1_000,
  sample: 5_000,
  safe: 10_000,
  purge: 30_000,
  marker: 5_000,
};
