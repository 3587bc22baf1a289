/** deploy/alerts.yml, by Prometheus' own tool. */

import { assertEquals } from "@std/assert";
import { resolve } from "node:path";
import { works } from "../support/confined.ts";
import { Program } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const ALERTS = resolve(import.meta.dirname!, "../../deploy/alerts.yml");

const isHere = works("the alerts, by Prometheus", ["promtool", "--version"]);

async function promtool(...args: string[]): Promise<void> {
  await using tool = new Program(["promtool", ...args]);
  const { code } = await tool.exit();
  assertEquals(code, 0, tool.stdout() + tool.stderr());
}

Deno.test({
  name: "Prometheus accepts the alerts",
  ignore: !isHere,
  fn: () => promtool("check", "rules", ALERTS),
});

/** Values of an hour, one a minute. */
function series(metric: string, values: string) {
  return { series: metric, values };
}

/** The instances for which an alert fires after an hour. */
const CASES: [alert: string, firing: string[], series: { series: string; values: string }[]][] = [
  ["ChatHubDown", ["a"], [
    series('up{job="chat", instance="a"}', "1x50 0x10"),
    series('up{job="chat", instance="b"}', "1x60"),
    series('up{job="other", instance="c"}', "0x60"),
  ]],
  ["ChatNotReady", ["a"], [
    series('chat_ready{instance="a"}', "0x60"),
    series('chat_ready{instance="b"}', "1x58 0x2"),
  ]],
  ["ChatHistoryFailing", ["a"], [
    series('chat_history_failing{instance="a"}', "0x50 1x10"),
    series('chat_history_failing{instance="b"}', "0x60"),
  ]],
  // promtool's time begins in 1970; a hub without TLS has 0.
  ["ChatCertificateEnds", ["a"], [
    series('chat_certificate_not_after_timestamp_seconds{instance="a"}', "1200000x60"),
    series('chat_certificate_not_after_timestamp_seconds{instance="b"}', "1300000x60"),
    series('chat_certificate_not_after_timestamp_seconds{instance="c"}', "0x60"),
  ]],
  ["ChatWrongPasswords", ["a"], [
    series('chat_wrong_passwords_total{instance="a", for="join"}', "0+5x60"),
    series('chat_wrong_passwords_total{instance="b", for="join"}', "0+1x60"),
  ]],
  ["ChatDescriptorsNearLimit", ["a"], [
    series('process_open_fds{job="chat", instance="a"}', "95x60"),
    series('process_max_fds{job="chat", instance="a"}', "100x60"),
    series('process_open_fds{job="chat", instance="b"}', "50x60"),
    series('process_max_fds{job="chat", instance="b"}', "100x60"),
  ]],
  ["ChatEventLoopLate", ["a"], [
    series('chat_event_loop_delay_seconds_bucket{instance="a", le="0.5"}', "0x60"),
    series('chat_event_loop_delay_seconds_bucket{instance="a", le="1"}', "0+600x60"),
    series('chat_event_loop_delay_seconds_bucket{instance="a", le="+Inf"}', "0+600x60"),
    series('chat_event_loop_delay_seconds_bucket{instance="b", le="0.5"}', "0+600x60"),
    series('chat_event_loop_delay_seconds_bucket{instance="b", le="+Inf"}', "0+600x60"),
  ]],
];

Deno.test({
  name: "each alert fires for the hubs that it is about, and no others",
  ignore: !isHere,
  async fn() {
    await using folder = await tempDirectory();
    const path = `${folder.path}/alerts.test.yml`;
    for (const [alertname, firing, input_series] of CASES) {
      // Every alert has an instance; what else it says is not the test's matter.
      const expr = `count by (instance) (ALERTS{alertname="${alertname}", alertstate="firing"})`;
      const exp_samples = firing.map((instance) => ({
        labels: `{instance="${instance}"}`,
        value: 1,
      }));
      const promql_expr_test = [{ expr, eval_time: "1h", exp_samples }];
      const tests = [{ interval: "1m", input_series, promql_expr_test }];
      const text = { rule_files: [ALERTS], evaluation_interval: "1m", tests };
      await Deno.writeTextFile(path, JSON.stringify(text)); // YAML, too
      await promtool("test", "rules", path);
    }
  },
});
