/** The dashboard against the metrics that a hub has. */

import { assert, assertEquals } from "@std/assert";
import { PROCESS } from "../../../server/metrics/mod.ts";
import { MetricsRegistry } from "../../../server/metrics/registry.ts";
import { dashboardText } from "../../../tools/dashboard.ts";
import { readExposition } from "../../support/exposition.ts";

interface Panel {
  type: string;
  title: string;
  datasource?: unknown;
  targets?: { expr: string; datasource: unknown }[];
}

interface Variable {
  name: string;
  type: string;
  query: string | { query: string };
  datasource?: unknown;
}

interface Dashboard {
  title: string;
  uid: string;
  schemaVersion: number;
  templating: { list: Variable[] };
  panels: Panel[];
}

const DASHBOARD: Dashboard = JSON.parse(dashboardText());
const DATASOURCE = { type: "prometheus", uid: "${DS_PROMETHEUS}" };
const QUERIES = DASHBOARD.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr }))
);

/** The types of the metrics of a hub, by name. */
async function metrics(): Promise<Map<string, string>> {
  const registry = new MetricsRegistry();
  registry.register({
    name: "chat 0",
    limits: { connections: 1, pendingTotal: 1, acceptPause: 1000 },
    hub: {
      counts: {
        members: 0,
        dialects: { text: 0, frames: 0, irc: 0, web: 0 },
        waiting: 0,
        rooms: 0,
        linesIn: 0,
        messagesIn: 0,
        messagesOut: 0,
      },
    },
    listener: { size: 0 },
    outboxes: { pendingBytes: 0, sentBytes: 0 },
    history: { isFailing: false, diskUse: { fileBytes: 4096, walBytes: 12, messages: 7 } },
    cluster: { isOffline: false },
    certificateEnd: () => 0,
    unready: () => undefined,
  }, { ...PROCESS, ...OTHERS });
  const metrics = readExposition((await registry.expose()).text);
  return new Map(Object.entries(metrics).map(([name, { type }]) => [name, type]));
}

/** Of the process and its log, some only where the system lets the hub read them. */
const OTHERS = {
  chat_log_lines_left_out_total: ["left out", () => 0],
  process_open_fds: ["open", () => 0],
  process_max_fds: ["at most", () => 0],
} as const;

/** The samples that a query uses. */
const samplesIn = (expr: string) => expr.match(/\b(?:chat|process)_\w+/g) ?? [];

Deno.test("every query of the dashboard uses metrics that exist, according to their types", async () => {
  const known = await metrics();
  for (const { title, expr } of QUERIES) {
    const names = samplesIn(expr);
    assert(names.length > 0, `${title}: ${expr}`);
    for (const name of names) {
      const family = name.replace(/_(bucket|sum|count)$/, "");
      const type = known.get(name) ?? known.get(family);
      assert(type !== undefined, `${title}: unknown metric ${name}`);
      assertEquals(type === "histogram", name !== family, `${title}: ${name}`);
      const grows = type === "counter" || type === "histogram";
      assertEquals(/\b(rate|increase)\(/.test(expr), grows, `${title}: ${name} is a ${type}`);
    }
  }
});

Deno.test("every metric is shown on the dashboard", async () => {
  const shown = new Set(
    QUERIES.flatMap(({ expr }) => samplesIn(expr))
      .flatMap((name) => [name, name.replace(/_(bucket|sum|count)$/, "")]),
  );
  const hidden = [...(await metrics()).keys()].filter((name) => !shown.has(name));
  assertEquals(hidden, []);
});

Deno.test("every query selects the chosen hubs, and has balanced brackets", () => {
  for (const { title, expr } of QUERIES) {
    const selectors = expr.match(/\{[^}]*\}/g) ?? [];
    assertEquals(selectors.length, samplesIn(expr).length, title);
    for (const selector of selectors) assert(selector.includes('instance=~"$hub"'), title);
    const open: string[] = [];
    for (const [bracket] of expr.matchAll(/[()[\]{}]/g)) {
      if ("([{".includes(bracket)) open.push(bracket);
      else assert(["()", "[]", "{}"].includes(`${open.pop()}${bracket}`), `${title}: ${expr}`);
    }
    assertEquals(open, [], `${title}: ${expr}`);
  }
});

Deno.test("the dashboard can be imported into any Grafana: it asks for the Prometheus and the hubs", () => {
  assert(DASHBOARD.schemaVersion >= 36);
  assert(DASHBOARD.title !== "" && DASHBOARD.uid !== "");
  assertEquals("id" in DASHBOARD, false);
  const [source, hub, ...others] = DASHBOARD.templating.list;
  assertEquals([source?.name, source?.type, source?.query], [
    "DS_PROMETHEUS",
    "datasource",
    "prometheus",
  ]);
  assertEquals([hub?.name, hub?.type, others], ["hub", "query", []]);
  assertEquals((hub!.query as { query: string }).query, "label_values(chat_build_info, instance)");
  for (const { type, datasource, targets = [] } of DASHBOARD.panels) {
    if (type !== "row") assertEquals(datasource, DATASOURCE);
    for (const target of targets) assertEquals(target.datasource, DATASOURCE);
  }
  assertEquals(hub!.datasource, DATASOURCE);
});
