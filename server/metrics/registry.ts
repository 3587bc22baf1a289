/** The metrics, by name. All but the two histograms read the hub's state when they are scraped, and cost nothing otherwise. */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { HubCounts } from "../hub/hub.ts";
import type { Limits } from "../limits.ts";
import type { EventCounter, LoggedEvent } from "./event_counter.ts";

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
  /** Whether the hub has a connection to its cluster, or is alone. */
  isClusterUp: () => boolean;
  /** Why nobody can join at the moment, in one line; undefined if everybody can. */
  unready: () => string | undefined;
}

/** What the metrics read of the process. */
export interface ProcessStats {
  /** Seconds since 1970. */
  readonly startedAt: number;
  residentBytes: () => number;
  heapBytes: () => number;
  cpuSeconds: () => number;
}

/** Upper bounds of the histograms, in seconds: from unnoticeable to annoying. */
const BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1].flatMap((base) => [base, 2.5 * base, 5 * base]);

/** Known reasons and actions. Each counter exists from the start at 0, so that Prometheus sees its first increase. */
const DROPPED = ("slow_consumer timeout handshake_timeout line_too_long not_tls clear_text " +
  "not_proxied other_protocol late_hello auth_failed banned locked").split(" ");
const REJECTED = ["server_full", "address_full", "address_busy"];
const PURPOSES = ["join", "look", "mod"];
const ACTIONS = "mod kick mute ban unban lock unlock slow pause unpause".split(" ");

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

  /** Adds all metrics that are read when they are scraped. Call it once. */
  register(hub: HubStats, process: ProcessStats): void {
    this.#registerHub(hub);
    this.#registerEvents();
    this.#registerState(hub);
    this.#registerProcess(process);
  }

  /** All metrics in the text format 0.0.4, and its content type. */
  async expose(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  get names(): string[] {
    return this.#registry.getMetricsAsArray().map(({ name }) => name);
  }

  #registerHub({ counts, connections, pendingBytes, sentBytes, limits }: HubStats): void {
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
    this.#counter("chat_sent_bytes_total", "Bytes that the hub has written to sockets", sentBytes);
    this.#gauge("chat_pending_bytes", "Bytes queued for all readers together", pendingBytes);
    this.#gauge(
      "chat_pending_bytes_limit",
      "Maximum number of bytes queued for all readers together (--max-pending-total)",
      () => limits.pendingTotal,
    );
  }

  #registerEvents(): void {
    const total = (event: LoggedEvent) => () => this.#events.total(event);
    this.#counter("chat_accepted_total", "Accepted connections", total("connected"));
    this.#countEvents(
      "chat_evictions_total",
      "Connections closed by the hub, by reason, including those that never joined",
      { label: "reason", values: DROPPED, events: ["dropped"] },
    );
    this.#countEvents(
      "chat_rejected_total",
      "Connections turned away because a limit was reached, by reason",
      { label: "reason", values: REJECTED, events: ["rejected", "rejected at once"] },
    );
    this.#countEvents(
      "chat_wrong_passwords_total",
      "Wrong passwords, by what they were tried for: to join, to look at the hub, or to become a moderator",
      { label: "for", values: PURPOSES, events: ["wrong password"] },
    );
    this.#counter(
      "chat_throttled_total",
      "Connections that exceeded --rate, each counted once",
      total("throttled"),
    );
    this.#countEvents(
      "chat_moderation_total",
      "Actions of moderators, by action",
      { label: "action", values: ACTIONS, events: ["moderation"] },
    );
    this.#counter("chat_faults_total", "Unexpected errors; each is in the log", total("fault"));
  }

  #registerState({ name, isHistoryFailing, isClusterUp, unready }: HubStats): void {
    this.#gauge(
      "chat_ready",
      "1 while users can join, as in /ready, else 0",
      () => unready() === undefined ? 1 : 0,
    );
    this.#gauge(
      "chat_backplane_up",
      "1 while messages can be accepted, 0 while the other hubs cannot be reached; always 1 on a single hub",
      () => isClusterUp() ? 1 : 0,
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

  #registerProcess({ startedAt, residentBytes, heapBytes, cpuSeconds }: ProcessStats): void {
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

  /** A counter of events by case: the known cases, and any other that occurs. */
  #countEvents(
    name: string,
    help: string,
    { label, values, events }: { label: string; values: readonly string[]; events: LoggedEvent[] },
  ): void {
    const counter = this.#events;
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const value of values) this.inc({ [label]: value }, 0);
        for (const event of events) {
          for (const [value, count] of counter.byCase(event)) this.inc({ [label]: value }, count);
        }
      },
    });
  }
}
