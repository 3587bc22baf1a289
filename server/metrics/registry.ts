/** The metrics, by name. All but histograms and counters of events read the hub's state when they are scraped. */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { HubCounts } from "../hub/hub.ts";
import type { Cluster } from "../cluster/mod.ts";
import type { History } from "../history/mod.ts";
import type { Limits } from "../limits.ts";
import { type Log, type LogFields, logTo } from "../log.ts";

/** What the metrics read of the hub. */
export interface HubStats {
  /** Program and version, such as `chat 0.1.0`. */
  readonly name: string;
  readonly limits: Readonly<Pick<Limits, "connections" | "pendingTotal" | "acceptPause">>;
  readonly hub: { readonly counts: HubCounts };
  readonly listener: { readonly size: number };
  readonly outboxes: { readonly pendingBytes: number; readonly sentBytes: number };
  readonly history: Pick<History, "isFailing" | "diskUse">;
  readonly cluster: Pick<Cluster, "isOffline">;
  /** End of the certificate, in milliseconds since 1970; 0 without one. */
  certificateEnd: () => number;
  /** Why nobody can join at the moment, in one line; undefined if everybody can. */
  unready: () => string | undefined;
}

/** Upper bounds of the histograms, in seconds: from unnoticeable to annoying. */
const BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1].flatMap((base) => [base, 2.5 * base, 5 * base]);

/** Help and value by name; a name that ends in `_total` is a counter's, any other a gauge's. */
export type Readings = Readonly<Record<string, readonly [help: string, read: () => number]>>;

function readingsOf(stats: HubStats, counts: () => HubCounts): Readings {
  const { listener, limits, outboxes, history, cluster } = stats;
  return {
    chat_connections: ["Open connections, rejected ones included", () => listener.size],
    chat_connections_limit: [
      "Maximum number of open connections (--max-connections, or what the system allows)",
      () => limits.connections,
    ],
    chat_members: ["Users in the chat that are connected", () => counts().members],
    chat_people_waiting: [
      "Users in the chat that have lost the connection and may return (--grace)",
      () => counts().waiting,
    ],
    chat_rooms: ["Rooms that are open", () => counts().rooms],
    chat_lines_in_total: ["Lines received: messages, commands, pings", () => counts().linesIn],
    chat_messages_in_total: [
      "Messages accepted from users of this hub, including private ones",
      () => counts().messagesIn,
    ],
    chat_messages_out_total: [
      "Messages written to connections, counted once per connection, including replayed ones",
      () => counts().messagesOut,
    ],
    chat_sent_bytes_total: ["Bytes that the hub has written to sockets", () => outboxes.sentBytes],
    chat_pending_bytes: ["Bytes queued for all readers together", () => outboxes.pendingBytes],
    chat_pending_bytes_limit: [
      "Maximum number of these bytes (--max-pending-total)",
      () => limits.pendingTotal,
    ],
    chat_ready: ["1 while users can join, as in /ready, else 0", () => stats.unready() ? 0 : 1],
    chat_backplane_up: [
      "1 while messages can be accepted, 0 while the other hubs cannot be reached; always 1 on a single hub",
      () => cluster.isOffline ? 0 : 1,
    ],
    chat_history_failing: [
      "1 while the history cannot be written to disk (--db), else 0",
      () => history.isFailing ? 1 : 0,
    ],
    chat_certificate_not_after_timestamp_seconds: [
      "End of the hub's certificate, in seconds since 1970; 0 without TLS",
      () => stats.certificateEnd() / 1000,
    ],
    chat_history_messages: ["Messages in the --db file, else 0", () => history.diskUse.messages],
    chat_history_file_bytes: ["Size of the --db file, else 0", () => history.diskUse.fileBytes],
    chat_history_wal_bytes: [
      "Size of the write-ahead log beside the file of the history (--db), else 0",
      () => history.diskUse.walBytes,
    ],
  };
}

/** `by`: a label, and its known cases, which begin at 0: Prometheus must see the first increase. */
interface EventCounter {
  readonly help: string;
  readonly messages: readonly string[];
  readonly by?: readonly [label: string, cases: string];
}

/** Counters of log messages: everything that happens to a single connection is logged, with its reason. */
const EVENT_COUNTERS: Readonly<Record<string, EventCounter>> = {
  chat_accepted_total: { help: "Accepted connections", messages: ["connected"] },
  chat_evictions_total: {
    help: "Connections closed by the hub, by reason, including those that never joined",
    messages: ["dropped"],
    by: [
      "reason",
      "slow_consumer timeout handshake_timeout line_too_long not_tls clear_text " +
      "not_proxied bad_proxy_header other_protocol late_hello auth_failed banned locked cut_off",
    ],
  },
  chat_rejected_total: {
    help: "Connections turned away because a limit was reached, by reason",
    messages: ["rejected", "rejected at once"],
    by: ["reason", "server_full address_full address_busy"],
  },
  chat_wrong_passwords_total: {
    help: "Wrong passwords, by their use: to join, to look at the hub, to become a moderator",
    messages: ["wrong password"],
    by: ["for", "join look mod"],
  },
  chat_throttled_total: {
    help: "Connections that exceeded --rate, each counted once",
    messages: ["throttled"],
  },
  chat_moderation_total: {
    help: "Actions of moderators, by action",
    messages: ["moderation"],
    by: [
      "action",
      "mod kick mute unmute ban unban remove op deop delete lock unlock limit key unkey slow pause unpause announce",
    ],
  },
  chat_faults_total: { help: "Unexpected errors; each is in the log", messages: ["fault"] },
};

export class MetricsRegistry {
  readonly #registry = new Registry();
  /** Counts a log line, by its message. */
  readonly #counters: Map<string, (fields: LogFields) => void> = new Map();
  /** Counts users and messages for all metrics of a scrape: with 10,000 users, that takes a millisecond. */
  #count: () => void = () => {};
  /** Seconds that a tick needed to deliver everything. */
  readonly delivery: Histogram;
  /** Seconds by which the event loop was late. */
  readonly loopDelay: Histogram;

  constructor() {
    this.delivery = this.#histogram(
      "chat_delivery_seconds",
      "Time from the first message of a tick of the event loop until all its output is handed to the connections, " +
        "which have tried to write it; observed once per tick. For the time before a message is read, see chat_event_loop_delay_seconds",
    );
    this.loopDelay = this.#histogram(
      "chat_event_loop_delay_seconds",
      "How late a timer fires that is set every 0.1 s, because the hub was busy",
    );
    for (const [name, counter] of Object.entries(EVENT_COUNTERS)) this.#addCounter(name, counter);
  }

  /** Wraps a log, and counts its lines at every level. */
  countEvents(log: Log): Log {
    return logTo((level, message, fields) => {
      this.#counters.get(message)?.(fields ?? {});
      log[level](message, fields);
    });
  }

  /** Adds all metrics that are read when they are scraped: of the hub, and of its process. Call it once. */
  register(stats: HubStats, process: Readings): void {
    const registers = [this.#registry];
    let { counts } = stats.hub;
    this.#count = () => counts = stats.hub.counts;
    const readings = { ...readingsOf(stats, () => counts), ...process };
    for (const [name, [help, read]] of Object.entries(readings)) {
      const Metric = name.endsWith("_total") ? Counter : Gauge;
      new Metric({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    }
    new Gauge({
      name: "chat_connections_by_dialect",
      help:
        "Users in the chat, by what they speak: text as in nc, frames, IRC, or a page's frames (web)",
      labelNames: ["dialect"],
      registers,
      collect() {
        for (const [dialect, count] of Object.entries(counts.dialects)) {
          this.set({ dialect }, count);
        }
      },
    });
    new Gauge({
      name: "chat_build_info",
      help: "Always 1; the label has the version",
      labelNames: ["version"],
      registers,
    }).set({ version: stats.name.replace(/^chat /, "") }, 1);
  }

  /** All metrics in the text format 0.0.4, and its content type. */
  async expose(): Promise<{ text: string; type: string }> {
    this.#count();
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  #addCounter(name: string, { help, messages, by }: EventCounter): void {
    const [label, cases] = by ?? [];
    const labelNames = label === undefined ? [] : [label];
    const counter = new Counter({ name, help, labelNames, registers: [this.#registry] });
    const count = (by: number, value: unknown) =>
      counter.inc(label === undefined ? {} : { [label]: String(value) }, by);
    for (const value of cases?.split(" ") ?? []) count(0, value);
    for (const message of messages) {
      this.#counters.set(message, (fields) => count(1, label && fields[label]));
    }
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: BUCKETS, registers: [this.#registry] });
  }
}
