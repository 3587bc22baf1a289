/** The metrics and their values after something has happened. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Log } from "../../../../server/log.ts";
import { type HubStats, MetricsRegistry } from "../../../../server/metrics/registry.ts";
import { readExposition, samplesOf } from "../../../support/exposition.ts";
import { TestHub } from "../../../support/hub.ts";

const PROCESS = {
  process_start_time_seconds: 1_795_000_000.5,
  process_resident_memory_bytes: 50_000_000,
  process_heap_bytes: 20_000_000,
  process_cpu_seconds_total: 1.25,
};

const HISTORY = { isFailing: false, diskUse: { fileBytes: 4096, walBytes: 12, messages: 7 } };

function statsOf({ hub }: TestHub): HubStats {
  return {
    name: "chat 1.2.3",
    limits: { connections: 100, pendingTotal: 4096, acceptPause: 1000 },
    hub,
    listener: { size: 3 },
    outboxes: { pendingBytes: 17, sentBytes: 1000 },
    history: HISTORY,
    cluster: { isOffline: false },
    certificateEnd: () => 0,
    unready: () => undefined,
  };
}

/** A registry of a hub, and its current samples. */
function observed(test: TestHub, given: Partial<HubStats> = {}) {
  const registry = new MetricsRegistry();
  const process = Object.entries(PROCESS).map(([name, value]) =>
    [name, ["of the process", () => value]] as const
  );
  registry.register({ ...statsOf(test), ...given }, Object.fromEntries(process));
  const nothing = () => {};
  return {
    registry,
    log: registry.countEvents({ debug: nothing, info: nothing, warning: nothing, error: nothing }),
    text: async () => (await registry.expose()).text,
    samples: async () => samplesOf((await registry.expose()).text),
  };
}

Deno.test("each metric has a type, a help text and a name as Prometheus requires", async () => {
  const { registry, text } = observed(new TestHub());
  const metrics = readExposition(await text());
  for (const [name, { type, help, samples }] of Object.entries(metrics)) {
    assertMatch(name, /^(chat|process)_[a-z]+(_[a-z]+)*$/);
    assertEquals(name.endsWith("_total"), type === "counter", name);
    const isDuration = /(?<!_timestamp)_seconds$/.test(name) && !name.startsWith("process");
    assertEquals(isDuration, type === "histogram");
    assert(help.length > 10 && Object.keys(samples).length > 0, name);
  }
  assertEquals((await registry.expose()).type, "text/plain; version=0.0.4; charset=utf-8");
});

Deno.test("before anything has happened, every metric exists and is zero", async () => {
  const samples = await observed(new TestHub()).samples();
  for (const [name, value] of Object.entries(samples)) {
    if (/^chat_.*(_total|_count|_sum|_bucket)\b/.test(name)) {
      assertEquals(value, name.startsWith("chat_sent") ? 1000 : 0, name);
    }
  }
  for (const reason of ["slow_consumer", "cut_off", "bad_proxy_header"]) {
    assertEquals(samples[`chat_evictions_total{reason="${reason}"}`], 0, reason);
  }
  for (const action of ["kick", "unmute", "remove", "delete", "announce"]) {
    assertEquals(samples[`chat_moderation_total{action="${action}"}`], 0, action);
  }
});

Deno.test("a scrape counts the users once for all metrics", async () => {
  const { hub } = new TestHub();
  let asked = 0;
  const counting = {
    get counts() {
      asked++;
      return hub.counts;
    },
  };
  const { samples } = observed(new TestHub(), { hub: counting });
  asked = 0;
  await samples();
  assertEquals(asked, 1);
});

Deno.test("users, rooms and messages are counted as of the scrape", async () => {
  const test = new TestHub();
  const { samples } = observed(test);
  const ana = test.textMember("ana");
  test.framesMember("eva").drop();
  test.textMember("luis").send("/join tea");
  ana.send("hola", "/msg luis hola");
  test.tick();
  const values = await samples();
  assertEquals(
    Object.fromEntries(
      Object.entries(values).filter(([name]) =>
        /^chat_(members|people|rooms|lines|messages)/.test(name)
      ),
    ),
    {
      chat_members: 2,
      chat_people_waiting: 1,
      chat_rooms: 2,
      chat_lines_in_total: 6,
      chat_messages_in_total: 2,
      chat_messages_out_total: 2,
    },
  );
  ana.drop();
  assertEquals((await samples())["chat_members"], 1);
});

Deno.test("connections, pending bytes and process values are shown with their limits", async () => {
  const values = await observed(new TestHub()).samples();
  const expected = {
    chat_connections: 3,
    chat_connections_limit: 100,
    chat_pending_bytes: 17,
    chat_pending_bytes_limit: 4096,
    chat_sent_bytes_total: 1000,
    chat_history_messages: 7,
    chat_history_file_bytes: 4096,
    chat_history_wal_bytes: 12,
    'chat_build_info{version="1.2.3"}': 1,
    ...PROCESS,
  };
  for (const [name, value] of Object.entries(expected)) assertEquals(values[name], value, name);
});

Deno.test("scraping twice does not add counters up", async () => {
  const test = new TestHub();
  const { samples, log } = observed(test);
  test.textMember("ana");
  log.info("dropped", { reason: "timeout" });
  const first = await samples();
  assertEquals(await samples(), first);
  assertEquals(first["chat_lines_in_total"], 1);
  assertEquals(first['chat_evictions_total{reason="timeout"}'], 1);
});

Deno.test("log events are counted by reason, new reasons included", async () => {
  const { samples, log } = observed(new TestHub());
  for (const reason of ["slow_consumer", "slow_consumer", "new_one"]) {
    log.info("dropped", { peer: "a", reason });
  }
  log.info("rejected", { reason: "server_full" });
  log.debug("rejected at once", { reason: "server_full" });
  log.info("throttled", { peer: "a" });
  log.info("moderation", { action: "ban", by: "ana" });
  log.debug("connected", { peer: "a" });
  log.error("fault", { error: "x" });
  const values = await samples();
  const expected = {
    'chat_evictions_total{reason="slow_consumer"}': 2,
    'chat_evictions_total{reason="new_one"}': 1,
    'chat_evictions_total{reason="timeout"}': 0,
    'chat_rejected_total{reason="server_full"}': 2,
    'chat_rejected_total{reason="address_full"}': 0,
    'chat_moderation_total{action="ban"}': 1,
    chat_throttled_total: 1,
    chat_accepted_total: 1,
    chat_faults_total: 1,
  };
  for (const [name, value] of Object.entries(expected)) assertEquals(values[name], value, name);
});

Deno.test("a counted log is written unchanged, also messages that are named like members of objects", () => {
  const lines: unknown[][] = [];
  const record = (level: string) => (...args: unknown[]) => void lines.push([level, ...args]);
  const log: Log = {
    debug: record("debug"),
    info: record("info"),
    warning: record("warning"),
    error: record("error"),
  };
  const counted = new MetricsRegistry().countEvents(log);
  counted.debug("connected", { peer: "a" });
  counted.info("dropped", { reason: "timeout" });
  counted.warning("toString");
  counted.error("fault", { error: "x" });
  assertEquals(lines, [
    ["debug", "connected", { peer: "a" }],
    ["info", "dropped", { reason: "timeout" }],
    ["warning", "toString", undefined],
    ["error", "fault", { error: "x" }],
  ]);
});

Deno.test("states are 0 or 1", async () => {
  const well = await observed(new TestHub()).samples();
  const unwell = await observed(new TestHub(), {
    history: { ...HISTORY, isFailing: true },
    cluster: { isOffline: true },
    unready: () => "the hub is stopping",
  }).samples();
  const states = ["chat_ready", "chat_backplane_up", "chat_history_failing"];
  assertEquals(states.map((name) => well[name]), [1, 1, 0]);
  assertEquals(states.map((name) => unwell[name]), [0, 0, 1]);
});

Deno.test("durations are shown in cumulative buckets", async () => {
  const { registry, samples } = observed(new TestHub());
  for (const seconds of [0, 0.0002, 0.003, 0.003, 60]) registry.delivery.observe(seconds);
  registry.loopDelay.observe(0.2);
  const values = await samples();
  const bucket = (le: string) => values[`chat_delivery_seconds_bucket{le="${le}"}`];
  assertEquals(
    ["0.0001", "0.00025", "0.001", "0.005", "5", "+Inf"].map(bucket),
    [1, 2, 2, 4, 4, 5],
  );
  assertEquals(values["chat_delivery_seconds_count"], 5);
  assertEquals(values["chat_event_loop_delay_seconds_sum"], 0.2);
});
