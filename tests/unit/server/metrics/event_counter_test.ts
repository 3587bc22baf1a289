import { assertEquals } from "@std/assert";
import type { Log } from "../../../../server/log.ts";
import { EventCounter } from "../../../../server/metrics/event_counter.ts";

/** A log that records its lines. */
function recordingLog(): { log: Log; lines: unknown[][] } {
  const lines: unknown[][] = [];
  const record = (level: string) => (...args: unknown[]) => void lines.push([level, ...args]);
  const log = {
    debug: record("debug"),
    info: record("info"),
    warning: record("warning"),
    error: record("error"),
  };
  return { log, lines };
}

Deno.test("a counted log is written unchanged", () => {
  const { log, lines } = recordingLog();
  const counted = new EventCounter().wrap(log);
  counted.debug("connected", { peer: "a" });
  counted.info("dropped", { reason: "timeout" });
  counted.warning("others can read a key");
  counted.error("fault", { error: "x" });
  assertEquals(lines, [
    ["debug", "connected", { peer: "a" }],
    ["info", "dropped", { reason: "timeout" }],
    ["warning", "others can read a key", undefined],
    ["error", "fault", { error: "x" }],
  ]);
});

Deno.test("events are counted, by reason if they have one", () => {
  const tally = new EventCounter();
  const log = tally.wrap(recordingLog().log);
  assertEquals([...tally.byCase("dropped")], []);
  assertEquals([...tally.byCase("throttled")], []);
  log.info("dropped", { peer: "a", reason: "timeout" });
  log.info("dropped", { peer: "b", reason: "slow_consumer", queued: 7 });
  log.info("dropped", { peer: "c", reason: "timeout" });
  log.info("throttled", { peer: "a", nick: "ana" });
  log.info("moderation", { action: "kick", by: "ana" });
  log.debug("connected", { peer: "a" });
  log.debug("disconnected", { peer: "a" });
  assertEquals([...tally.byCase("dropped")], [["timeout", 2], ["slow_consumer", 1]]);
  assertEquals([...tally.byCase("throttled")], [["", 1]]);
  assertEquals([...tally.byCase("moderation")], [["kick", 1]]);
  assertEquals([...tally.byCase("connected")], [["", 1]]);
});

Deno.test("log messages that are named like members of objects are not counted", () => {
  const tally = new EventCounter();
  tally.wrap(recordingLog().log).info("toString");
  assertEquals([...tally.byCase("fault")], []);
});
