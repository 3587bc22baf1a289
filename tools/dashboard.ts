/** Writes a Grafana dashboard for a hub's metrics to standard output: `deno task dashboard > grafana.json`. */

/** PromQL by legend, as {@linkcode complete} takes it. */
type Queries = Readonly<Record<string, string>>;

interface Panel {
  readonly title: string;
  /** Shown when a reader points at the panel's "i". */
  readonly help: string;
  readonly queries: Queries;
  /** Of 24 columns. */
  readonly width: number;
  readonly height: number;
  /** What Grafana draws, and how. */
  readonly look: { readonly type: string } & Readonly<Record<string, unknown>>;
}

/** Restricts each metric to the chosen hubs, and adds the interval to rates without one. */
function complete(query: string): string {
  return query
    .replaceAll(/\b(?:chat|process)_\w+/g, (metric) => `${metric}{instance=~"$hub"}`)
    .replaceAll(/\b(rate|increase)\(([^()[\]]+)\)/g, "$1($2[$$__rate_interval])");
}

/** A single number, or a word for each of two states, of which one is good. */
function stat(
  title: string,
  help: string,
  query: string,
  { words = [], good, unit = "short", legend = "", alarm = false }: {
    words?: readonly string[];
    good?: 0 | 1;
    unit?: string;
    /** Shown in place of the number. */
    legend?: string;
    /** Red above 0. */
    alarm?: boolean;
  },
): Panel {
  const options = Object.fromEntries(
    words.map((text, value) => [value, { text, color: value === good ? "green" : "red" }]),
  );
  const steps = [{ color: alarm ? "green" : "blue", value: null as number | null }];
  if (alarm) steps.push({ color: "red", value: 0.5 });
  const defaults = {
    unit,
    ...(alarm ? { decimals: 0 } : {}),
    color: { mode: "thresholds" },
    mappings: words.length > 0 ? [{ type: "value", options }] : [],
    thresholds: { mode: "absolute", steps },
  };
  const look = {
    type: "stat",
    fieldConfig: { defaults, overrides: [] },
    options: {
      colorMode: words.length > 0 ? "background" : "value",
      graphMode: "none",
      textMode: legend ? "name" : "auto",
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
    },
  };
  return { title, help, queries: { [legend]: query }, width: 4, height: 4, look };
}

/** Lines over time; stacked ones add up to their sum. */
function graph(
  title: string,
  help: string,
  queries: Queries,
  { width = 8, isStacked = false, ...defaults }: {
    width?: number;
    isStacked?: boolean;
    unit?: string;
    decimals?: number;
    max?: number;
  } = {},
): Panel {
  const custom = {
    drawStyle: "line",
    lineWidth: 1,
    fillOpacity: isStacked ? 20 : 8,
    showPoints: "never",
    stacking: { mode: isStacked ? "normal" : "none", group: "A" },
  };
  const limit = {
    matcher: { id: "byRegexp", options: "limit of .*" },
    properties: [
      { id: "custom.lineStyle", value: { fill: "dash", dash: [10, 10] } },
      { id: "custom.fillOpacity", value: 0 },
      { id: "color", value: { mode: "fixed", fixedColor: "red" } },
    ],
  };
  const look = {
    type: "timeseries",
    fieldConfig: {
      defaults: { unit: "short", min: 0, ...defaults, color: { mode: "palette-classic" }, custom },
      overrides: [limit],
    },
    options: {
      legend: { displayMode: "list", placement: "bottom", showLegend: true, calcs: [] },
      tooltip: { mode: "multi", sort: "desc" },
    },
  };
  return { title, help, queries, width, height: 8, look };
}

/** A histogram's quantiles and its mean. */
function quantiles(title: string, help: string, histogram: string): Panel {
  const rate = (suffix: string) => `rate(${histogram}_${suffix})`;
  const quantile = (part: number) => `histogram_quantile(${part}, sum by (le) (${rate("bucket")}))`;
  return graph(title, help, {
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    mean: `sum(${rate("sum")}) / sum(${rate("count")})`,
  }, { unit: "s", width: 12 });
}

/** The distribution of a histogram's values over time. */
function heatmap(title: string, help: string, histogram: string): Panel {
  const look = {
    type: "heatmap",
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: "scheme", scheme: "Blues", scale: "exponential", exponent: 0.5, steps: 64 },
      filterValues: { le: 1e-9 },
      yAxis: { unit: "s", axisPlacement: "left" },
      tooltip: { mode: "single" },
      legend: { show: true },
    },
  };
  const queries = { "{{le}}": `sum by (le) (increase(${histogram}_bucket))` };
  return { title, help, queries, width: 12, height: 8, look };
}

/** A curve for each hub; counters as events a second. */
const each = (query: string) => ({ "{{instance}}": query });
const eachRate = (counter: string) => each(`sum by (instance) (rate(${counter}))`);
const by = (label: string, counter: string) => ({
  [`{{${label}}}`]: `sum by (${label}) (rate(${counter}))`,
});

const ROWS: Readonly<Record<string, readonly Panel[]>> = {
  "Health": [
    stat("Ready", "Whether users can join, as /ready says.", "min(chat_ready)", {
      words: ["not ready", "ready"],
      good: 1,
    }),
    stat("Cluster", "Always up where a hub is alone.", "min(chat_backplane_up)", {
      words: ["down", "up"],
      good: 1,
    }),
    stat("History", "Whether messages are saved (--db).", "max(chat_history_failing)", {
      words: ["saved", "not being saved"],
      good: 0,
    }),
    stat(
      "Faults",
      "Unexpected errors in the time shown; see the log.",
      "sum(increase(chat_faults_total[$__range]))",
      {
        alarm: true,
      },
    ),
    stat("Uptime", "Of the last hub to start.", "min(time() - process_start_time_seconds)", {
      unit: "s",
    }),
    stat(
      "Certificate",
      "Time until the first one ends; nothing without TLS.",
      "min(chat_certificate_not_after_timestamp_seconds > 0) - time()",
      { unit: "s" },
    ),
    stat("Version", "Of each hub.", "count by (version) (chat_build_info)", {
      legend: "{{version}}",
    }),
  ],
  "Members and connections": [
    graph("Members", "Connected, or in the grace period after a broken connection.", {
      connected: "sum(chat_members)",
      "in the grace period": "sum(chat_people_waiting)",
    }, { decimals: 0, isStacked: true }),
    graph("Connections", "Open at each hub, and the limit.", {
      ...each("chat_connections"),
      "limit of {{instance}}": "chat_connections_limit",
    }, { decimals: 0 }),
    graph("Dialects", "What the connections speak.", {
      "{{dialect}}": "sum by (dialect) (chat_connections_by_dialect)",
    }, { decimals: 0, isStacked: true }),
    graph("Rooms", "Open at each hub.", each("chat_rooms"), { decimals: 0 }),
    graph("Accepted", "New connections.", eachRate("chat_accepted_total"), { unit: "cps" }),
    graph(
      "Rejected",
      "Connections over a limit, by reason.",
      by("reason", "chat_rejected_total"),
      { unit: "cps", isStacked: true },
    ),
    graph(
      "Closed by the hub",
      "Connections that the hub ended, by reason.",
      by("reason", "chat_evictions_total"),
      { unit: "cps", isStacked: true },
    ),
  ],
  "Messages": [
    graph("Messages in", "Accepted messages; lines include commands and pings.", {
      messages: "sum(rate(chat_messages_in_total))",
      lines: "sum(rate(chat_lines_in_total))",
    }, { unit: "cps" }),
    graph("Messages out", "Delivered, per connection.", eachRate("chat_messages_out_total"), {
      unit: "cps",
    }),
    graph("Moderation and floods", "By moderators, rate-limited senders, and guesses.", {
      "{{action}}": "sum by (action) (increase(chat_moderation_total)) > 0",
      "slowed down": "sum(increase(chat_throttled_total))",
      "wrong passwords: {{for}}": "sum by (for) (increase(chat_wrong_passwords_total)) > 0",
    }, { decimals: 0 }),
  ],
  "Slow consumers": [
    graph("Bytes sent", "Written to sockets.", eachRate("chat_sent_bytes_total"), { unit: "Bps" }),
    graph("Bytes queued", "For all members.", each("chat_pending_bytes"), { unit: "bytes" }),
    graph(
      "Share of the queue limit",
      "At 1, members with more than a fair share queued are dropped (--max-pending-total).",
      each("chat_pending_bytes / chat_pending_bytes_limit"),
      { unit: "percentunit", max: 1 },
    ),
  ],
  "Latency": [
    quantiles(
      "Delivery",
      "From a tick's first message until all of them are with the connections.",
      "chat_delivery_seconds",
    ),
    quantiles(
      "Event loop delay",
      "How long input waited while the hub was busy with something else.",
      "chat_event_loop_delay_seconds",
    ),
    heatmap("Delivery, distribution", "Ticks by duration.", "chat_delivery_seconds"),
    heatmap("Event loop delay, distribution", "By delay.", "chat_event_loop_delay_seconds"),
  ],
  "History on disk": [
    graph("Messages kept", "With --db.", each("chat_history_messages"), {
      decimals: 0,
      width: 12,
    }),
    graph("Size", "Of the file, and of the write-ahead log beside it.", {
      ...each("chat_history_file_bytes"),
      "write-ahead log of {{instance}}": "chat_history_wal_bytes",
    }, { unit: "bytes", width: 12 }),
  ],
  "Process": [
    graph("Processor", "Share of one processor.", each("rate(process_cpu_seconds_total)"), {
      unit: "percentunit",
      width: 12,
    }),
    graph("Open files", "Of the process, and the limit.", {
      ...each("process_open_fds"),
      "limit of {{instance}}": "process_max_fds",
    }, { decimals: 0, width: 12 }),
    graph(
      "Log lines left out",
      "Of kinds that came too often.",
      eachRate("chat_log_lines_left_out_total"),
      { unit: "cps", width: 12 },
    ),
    graph("Memory", "Resident memory, and V8's heap as part of it.", {
      ...each("process_resident_memory_bytes"),
      "heap of {{instance}}": "process_heap_bytes",
    }, { unit: "bytes", width: 12 }),
  ],
};

const DATASOURCE = { type: "prometheus", uid: "${DS_PROMETHEUS}" };
const HUBS = "label_values(chat_build_info, instance)";

/** The dashboard in Grafana's JSON model, schema 39, with variables for the data source and the hubs. */
export function makeDashboard() {
  const hub = {
    name: "hub",
    label: "Hub",
    type: "query",
    datasource: DATASOURCE,
    query: { qryType: 1, query: HUBS, refId: "hubs" },
    multi: true,
    includeAll: true,
    allValue: ".*",
    refresh: 2,
    sort: 1,
    current: { text: ["All"], value: ["$__all"] },
  };
  return {
    title: "chat",
    uid: "chat-hub",
    description: "Hubs of chat, by their --metrics.",
    tags: ["chat"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [
        { name: "DS_PROMETHEUS", label: "Prometheus", type: "datasource", query: "prometheus" },
        hub,
      ],
    },
    panels: layOut(),
  };
}

/** Panels from left to right under the titles of their rows. */
function layOut() {
  const placed: Record<string, unknown>[] = [];
  let y = 0;
  for (const [title, panels] of Object.entries(ROWS)) {
    const gridPos = { x: 0, y: y++, w: 24, h: 1 };
    placed.push({
      id: placed.length + 1,
      type: "row",
      title,
      collapsed: false,
      panels: [],
      gridPos,
    });
    let x = 0;
    for (const { title, help, queries, width: w, height: h, look } of panels) {
      placed.push({
        id: placed.length + 1,
        title,
        description: help,
        datasource: DATASOURCE,
        gridPos: { x, y, w, h },
        targets: Object.entries(queries).map(([legendFormat, query], index) => ({
          refId: "ABCD".charAt(index),
          datasource: DATASOURCE,
          expr: complete(query),
          legendFormat,
          range: true,
          ...(look.type === "heatmap" ? { format: "heatmap" } : {}),
        })),
        ...look,
      });
      x += w;
      if (x === 24) [x, y] = [0, y + h];
    }
  }
  return placed;
}

/** The dashboard as a file to import. */
export function dashboardText(): string {
  return `${JSON.stringify(makeDashboard(), null, 2)}\n`;
}

if (import.meta.main) await Deno.stdout.write(new TextEncoder().encode(dashboardText()));
