/**
 * The metrics that Prometheus reads, by name. All but the two histograms are computed on each scrape, and cost nothing
 * between scrapes.
 */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { MetricsSources, ProcessSources } from "./sources.ts";
import type { Event, Tally } from "./tally.ts";

/** In seconds, from delays that nobody notices to delays that everybody does. */
const BUCKETS = [
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
];

/** Label values that are exposed from the start with 0, so that Prometheus sees the first increase. */
const DROPPED = [
  "slow_consumer",
  "timeout",
  "handshake_timeout",
  "line_too_long",
  "not_tls",
  "auth_failed",
  "banned",
  "locked",
];
const REJECTED = ["server_full", "address_full"];
const ACTIONS = [
  "mod",
  "kick",
  "mute",
  "ban",
  "unban",
  "lock",
  "unlock",
  "slow",
  "pause",
  "unpause",
];

export class MetricsRegistry {
  readonly #registry = new Registry();
  readonly #tally: Tally;
  readonly #delivery: Histogram;
  readonly #loopDelay: Histogram;

  constructor(tally: Tally) {
    this.#tally = tally;
    this.#delivery = this.#histogram(
      "chat_delivery_seconds",
      "Time from the first message of a tick of the event loop until all its output is handed to the connections, " +
        "which have tried to write it; observed once per tick. For the time before a message is read, see chat_event_loop_delay_seconds",
    );
    this.#loopDelay = this.#histogram(
      "chat_event_loop_delay_seconds",
      "How late a timer fires that is set every 0.1 s, because the hub was busy",
    );
  }

  /** Records the time, in seconds, that a tick took to deliver all its output. */
  delivered(seconds: number): void {
    this.#delivery.observe(seconds);
  }

  /** Records a delay of the event loop, in seconds. */
  delayed(seconds: number): void {
    this.#loopDelay.observe(seconds);
  }

  /** Adds the metrics that are computed on each scrape. Call it once. */
  read(sources: MetricsSources, process: ProcessSources): void {
    this.#readHub(sources);
    this.#readLog();
    this.#readState(sources);
    this.#readProcess(process);
  }

  /** All metrics in the text format 0.0.4 of Prometheus, and its content type. */
  async expose(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  /** The names of all metrics. */
  get names(): string[] {
    return this.#registry.getMetricsAsArray().map(({ name }) => name);
  }

  #readHub({ counts, connections, pendingBytes, sentBytes, limits }: MetricsSources): void {
    this.#gauge(
      "chat_connections",
      "Open connections, including those that are being turned away",
      connections,
    );
    this.#gauge(
      "chat_connections_limit",
      "Maximum number of open connections (--max-connections, or what the system allows)",
      () => limits.connections,
    );
    this.#gauge("chat_members", "Users in the chat that are connected", () => counts().members);
    this.#gauge(
      "chat_people_waiting",
      "Users in the chat that have lost the connection and may return (--grace)",
      () => counts().waiting,
    );
    this.#gauge("chat_rooms", "Number of open rooms", () => counts().rooms);
    this.#counter(
      "chat_lines_in_total",
      "Lines received from clients: messages, commands, pings",
      () => counts().linesIn,
    );
    this.#counter(
      "chat_messages_in_total",
      "Messages accepted from users of this hub, including private ones",
      () => counts().messagesIn,
    );
    this.#counter(
      "chat_messages_out_total",
      "Messages written to connections, counted once per connection, including replayed ones",
      () => counts().messagesOut,
    );
    this.#counter(
      "chat_sent_bytes_total",
      "Bytes that the hub has written to sockets",
      sentBytes,
    );
    this.#gauge("chat_pending_bytes", "Bytes queued for all readers together", pendingBytes);
    this.#gauge(
      "chat_pending_bytes_limit",
      "Maximum number of bytes queued for all readers together (--max-pending-total)",
      () => limits.pendingTotal,
    );
  }

  #readLog(): void {
    const total = (event: Event) => () => this.#tally.total(event);
    this.#counter("chat_accepted_total", "Accepted connections", total("connected"));
    this.#labelled(
      "chat_evictions_total",
      "Connections closed by the hub, by reason, including those that never joined",
      { label: "reason", values: DROPPED, events: ["dropped"] },
    );
    this.#labelled(
      "chat_rejected_total",
      "Connections turned away because a limit was reached, by reason",
      { label: "reason", values: REJECTED, events: ["rejected", "rejected at once"] },
    );
    this.#counter(
      "chat_throttled_total",
      "Connections that exceeded --rate, each counted once",
      total("throttled"),
    );
    this.#labelled(
      "chat_moderation_total",
      "Actions of moderators, by action",
      { label: "action", values: ACTIONS, events: ["moderation"] },
    );
    this.#counter(
      "chat_faults_total",
      "Unexpected errors; each is in the log",
      total("fault"),
    );
  }

  #readState({ name, isHistoryFailing, isBackplaneUp, unready }: MetricsSources): void {
    this.#gauge(
      "chat_ready",
      "1 while users can join, as in /ready, else 0",
      () => unready() === undefined ? 1 : 0,
    );
    this.#gauge(
      "chat_backplane_up",
      "1 while messages can be accepted, 0 while the other hubs cannot be reached; always 1 on a single hub",
      () => isBackplaneUp() ? 1 : 0,
    );
    this.#gauge(
      "chat_history_failing",
      "1 while the history cannot be written to disk (--db), else 0",
      () => isHistoryFailing() ? 1 : 0,
    );
    const info = new Gauge({
      name: "chat_build_info",
      help: "Always 1; the label has the version",
      labelNames: ["version"],
      registers: [this.#registry],
    });
    info.set({ version: name.replace(/^chat /, "") }, 1);
  }

  #readProcess({ startedAt, residentBytes, heapBytes, cpuSeconds }: ProcessSources): void {
    this.#gauge(
      "process_start_time_seconds",
      "Start time of the process, in seconds since 1970",
      () => startedAt,
    );
    this.#gauge("process_resident_memory_bytes", "Resident memory in bytes", residentBytes);
    this.#gauge("process_heap_bytes", "Heap of V8 in bytes", heapBytes);
    this.#counter(
      "process_cpu_seconds_total",
      "Processor time in user and system mode, in seconds",
      cpuSeconds,
    );
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: BUCKETS, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, value: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(value());
      },
    });
  }

  #counter(name: string, help: string, value: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(value());
      },
    });
  }

  /** A counter of log events by a label, with the values that are known from the start and those that have occurred. */
  #labelled(
    name: string,
    help: string,
    { label, values, events }: { label: string; values: readonly string[]; events: Event[] },
  ): void {
    const tally = this.#tally;
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const value of values) this.inc({ [label]: value }, 0);
        for (const event of events) {
          for (const [value, count] of tally.of(event)) this.inc({ [label]: value }, count);
        }
      },
    });
  }
}
