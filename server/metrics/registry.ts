/** The metrics, by name. All but the two histograms read the hub's state when they are scraped, and cost nothing otherwise. */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { DiskUse } from "../history/mod.ts";
import type { HubCounts } from "../hub/hub.ts";
import type { Limits } from "../limits.ts";
import { type EventCounter, EVENTS, type LoggedEvent } from "./event_counter.ts";

/** What the metrics read of the hub. */
export interface HubStats {
  /** Program and version, such as `chat 0.1.0`. */
  readonly name: string;
  readonly limits: Readonly<Pick<Limits, "connections" | "pendingTotal" | "acceptPause">>;
  counts: () => HubCounts;
  /** Open connections. */
  connections: () => number;
  /** Bytes pending for all readers together. */
  pendingBytes: () => number;
  /** Bytes that the system has accepted from the hub. */
  sentBytes: () => number;
  /** Whether history cannot be written to the disk. */
  isHistoryFailing: () => boolean;
  /** End of the certificate, in milliseconds since 1970; 0 without one. */
  certificateEnd: () => number;
  diskUse: () => DiskUse;
  /** Whether the hub has a connection to its cluster, or is alone. */
  isClusterUp: () => boolean;
  /** Why nobody can join at the moment, in one line; undefined if everybody can. */
  unready: () => string | undefined;
}

/** Upper bounds of the histograms, in seconds: from unnoticeable to annoying. */
const BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1].flatMap((base) => [base, 2.5 * base, 5 * base]);

/** Help and value by name; a name that ends in `_total` is a counter's, any other a gauge's. */
export type Readings = Readonly<
  Record<string, readonly [help: string, read: (hub: HubStats) => number]>
>;

const READINGS: Readings = {
  chat_connections: [
    "Open connections, including those that are being turned away",
    (hub) => hub.connections(),
  ],
  chat_connections_limit: [
    "Maximum number of open connections (--max-connections, or what the system allows)",
    ({ limits }) => limits.connections,
  ],
  chat_members: ["Users in the chat that are connected", ({ counts }) => counts().members],
  chat_people_waiting: [
    "Users in the chat that have lost the connection and may return (--grace)",
    ({ counts }) => counts().waiting,
  ],
  chat_rooms: ["Number of open rooms", ({ counts }) => counts().rooms],
  chat_lines_in_total: [
    "Lines received from clients: messages, commands, pings",
    ({ counts }) => counts().linesIn,
  ],
  chat_messages_in_total: [
    "Messages accepted from users of this hub, including private ones",
    ({ counts }) => counts().messagesIn,
  ],
  chat_messages_out_total: [
    "Messages written to connections, counted once per connection, including replayed ones",
    ({ counts }) => counts().messagesOut,
  ],
  chat_sent_bytes_total: ["Bytes that the hub has written to sockets", (hub) => hub.sentBytes()],
  chat_pending_bytes: ["Bytes queued for all readers together", (hub) => hub.pendingBytes()],
  chat_pending_bytes_limit: [
    "Maximum number of bytes queued for all readers together (--max-pending-total)",
    ({ limits }) => limits.pendingTotal,
  ],
  chat_ready: [
    "1 while users can join, as in /ready, else 0",
    (hub) => hub.unready() === undefined ? 1 : 0,
  ],
  chat_backplane_up: [
    "1 while messages can be accepted, 0 while the other hubs cannot be reached; always 1 on a single hub",
    (hub) => hub.isClusterUp() ? 1 : 0,
  ],
  chat_history_failing: [
    "1 while the history cannot be written to disk (--db), else 0",
    (hub) => hub.isHistoryFailing() ? 1 : 0,
  ],
  chat_certificate_not_after_timestamp_seconds: [
    "End of the hub's certificate, in seconds since 1970; 0 without TLS",
    (hub) => hub.certificateEnd() / 1000,
  ],
  chat_history_messages: [
    "Messages in the history on disk (--db), else 0",
    (hub) => hub.diskUse().messages,
  ],
  chat_history_file_bytes: [
    "Size of the file of the history (--db), else 0",
    (hub) => hub.diskUse().fileBytes,
  ],
  chat_history_wal_bytes: [
    "Size of the write-ahead log beside the file of the history (--db), else 0",
    (hub) => hub.diskUse().walBytes,
  ],
};

/** Counters of logged events. Each known case exists from the start at 0, so that Prometheus sees its first increase. */
const EVENT_COUNTERS: Readonly<
  Record<
    string,
    { help: string; events: [LoggedEvent, ...LoggedEvent[]]; cases?: readonly string[] }
  >
> = {
  chat_accepted_total: { help: "Accepted connections", events: ["connected"] },
  chat_evictions_total: {
    help: "Connections closed by the hub, by reason, including those that never joined",
    events: ["dropped"],
    cases: ("slow_consumer timeout handshake_timeout line_too_long not_tls clear_text " +
      "not_proxied other_protocol late_hello auth_failed banned locked").split(" "),
  },
  chat_rejected_total: {
    help: "Connections turned away because a limit was reached, by reason",
    events: ["rejected", "rejected at once"],
    cases: ["server_full", "address_full", "address_busy"],
  },
  chat_wrong_passwords_total: {
    help:
      "Wrong passwords, by what they were tried for: to join, to look at the hub, or to become a moderator",
    events: ["wrong password"],
    cases: ["join", "look", "mod"],
  },
  chat_throttled_total: {
    help: "Connections that exceeded --rate, each counted once",
    events: ["throttled"],
  },
  chat_moderation_total: {
    help: "Actions of moderators, by action",
    events: ["moderation"],
    cases: "mod kick mute ban unban lock unlock slow pause unpause".split(" "),
  },
  chat_faults_total: { help: "Unexpected errors; each is in the log", events: ["fault"] },
};

export class MetricsRegistry {
  readonly #registry = new Registry();
  readonly #events: EventCounter;
  /** Seconds that a tick needed to deliver everything. */
  readonly delivery: Histogram;
  /** Seconds by which the event loop was late. */
  readonly loopDelay: Histogram;

  constructor(events: EventCounter) {
    this.#events = events;
    this.delivery = this.#histogram(
      "chat_delivery_seconds",
      "Time from the first message of a tick of the event loop until all its output is handed to the connections, " +
        "which have tried to write it; observed once per tick. For the time before a message is read, see chat_event_loop_delay_seconds",
    );
    this.loopDelay = this.#histogram(
      "chat_event_loop_delay_seconds",
      "How late a timer fires that is set every 0.1 s, because the hub was busy",
    );
  }

  /** Adds all metrics that are read when they are scraped: of the hub, and of its process. Call it once. */
  register(hub: HubStats, process: Readings): void {
    const registers = [this.#registry];
    for (const [name, [help, read]] of Object.entries({ ...READINGS, ...process })) {
      const Metric = name.endsWith("_total") ? Counter : Gauge;
      new Metric({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read(hub));
        },
      });
    }
    const counts = this.#events;
    for (const [name, { help, events, cases = [] }] of Object.entries(EVENT_COUNTERS)) {
      const label = EVENTS[events[0]];
      const labelsOf = (value: string) => label === undefined ? {} : { [label]: value };
      new Counter({
        name,
        help,
        labelNames: label === undefined ? [] : [label],
        registers,
        collect() {
          this.reset();
          for (const value of cases) this.inc(labelsOf(value), 0);
          for (const [value, count] of events.flatMap((event) => [...counts.byCase(event)])) {
            this.inc(labelsOf(value), count);
          }
        },
      });
    }
    new Gauge({
      name: "chat_connections_by_dialect",
      help: "Connections of users in the chat, by what they speak: text as in nc, or frames",
      labelNames: ["dialect"],
      registers,
      collect() {
        const { framesMembers, members } = hub.counts();
        this.set({ dialect: "frames" }, framesMembers);
        this.set({ dialect: "text" }, members - framesMembers);
      },
    });
    const info = new Gauge({
      name: "chat_build_info",
      help: "Always 1; the label has the version",
      labelNames: ["version"],
      registers,
    });
    info.set({ version: hub.name.replace(/^chat /, "") }, 1);
  }

  /** All metrics in the text format 0.0.4, and its content type. */
  async expose(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: BUCKETS, registers: [this.#registry] });
  }
}
