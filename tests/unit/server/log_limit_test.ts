import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Log, LogFields } from "../../../server/log.ts";
import { LogLimit, MAX_LINES, MAX_VISITS } from "../../../server/log_limit.ts";
import { testProperty } from "../../support/property.ts";
import { FakeClock } from "../../support/simulation.ts";

/** A limited log that records what it writes. */
class LimitedLog {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly limit: LogLimit;
  readonly log: Log;

  constructor() {
    const note = (level: string) => (message: string, fields: LogFields = {}) => {
      const shown = Object.entries(fields).map(([name, value]) => ` ${name}=${value}`).join("");
      this.lines.push(`${level} ${message}${shown}`);
    };
    const log = {
      debug: note("debug"),
      info: note("info"),
      warning: note("warning"),
      error: note("error"),
    };
    this.limit = new LogLimit(log, (milliseconds, call) => this.clock.after(milliseconds, call));
    this.log = this.limit.log;
  }

  drop(times: number, reason = "timeout"): void {
    for (let time = 0; time < times; time++) this.log.info("dropped", { peer: `p${time}`, reason });
  }

  /** Takes the lines written since the last call. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

Deno.test("ten lines of a kind a second are written as they are, and the others are counted", async () => {
  const played = new LimitedLog();
  played.drop(MAX_LINES + 123);
  const lines = played.take();
  assertEquals([lines.length, lines[0]], [MAX_LINES, "info dropped peer=p0 reason=timeout"]);
  await played.clock.advance(1000);
  assertEquals(played.take(), ["info dropped reason=timeout left_out=123"]);
  await played.clock.advance(10_000);
  assertEquals(played.take(), []);
});

Deno.test("a thousand users who join in a second are all written", async () => {
  const played = new LimitedLog();
  for (let user = 0; user < MAX_VISITS + 5; user++) {
    played.log.info("joined", { nick: `n${user}`, address: "192.0.2.1" });
  }
  assertEquals(played.take().length, MAX_VISITS);
  await played.clock.advance(1000);
  assertEquals(played.take(), ["info joined left_out=5"]);
});

Deno.test("a reason that a moderator writes makes no kind of its own", async () => {
  const played = new LimitedLog();
  for (let time = 0; time < MAX_LINES + 5; time++) {
    played.log.info("moderation", { by: "ana", action: "kick", reason: `reason ${time}` });
  }
  assertEquals(played.take().length, MAX_LINES);
  await played.clock.advance(1000);
  assertEquals(played.take(), ["info moderation action=kick left_out=5"]);
});

Deno.test("each message and each reason of it has its own limit, at every level", async () => {
  const played = new LimitedLog();
  const { log } = played;
  for (let time = 0; time < MAX_LINES + 1; time++) {
    played.drop(1, "timeout");
    played.drop(1, "slow_consumer");
    log.debug("connected", { peer: `p${time}` });
    log.warning("wrong passwords", { for: "mod" });
    log.warning("wrong passwords", { for: "enter" });
    log.error("fault");
  }
  assertEquals(played.take().length, 6 * MAX_LINES);
  await played.clock.advance(1000);
  assertEquals(played.take(), [
    "info dropped reason=timeout left_out=1",
    "info dropped reason=slow_consumer left_out=1",
    "debug connected left_out=1",
    "warning wrong passwords for=mod left_out=1",
    "warning wrong passwords for=enter left_out=1",
    "error fault left_out=1",
  ]);
});

Deno.test("a quiet log needs no timer", async () => {
  const played = new LimitedLog();
  played.drop(1);
  assertEquals(played.clock.timers, 1);
  await played.clock.advance(1000);
  assertEquals(played.clock.timers, 0);
});

Deno.test("when the hub stops, it tells what was left out, and writes every further line", () => {
  const played = new LimitedLog();
  played.drop(MAX_LINES + 1);
  played.take();
  played.limit.close();
  assertEquals(played.take(), ["info dropped reason=timeout left_out=1"]);
  played.drop(2 * MAX_LINES);
  assertEquals(played.take().length, 2 * MAX_LINES);
  played.limit.close();
  assertEquals([played.take(), played.clock.timers], [[], 0]);
});

testProperty(
  "every line is written or counted, and few are written",
  { weight: 1 },
  (check) =>
    check(
      fc.asyncProperty(
        fc.array(fc.record({ lines: fc.nat(40), pause: fc.nat(2500) }), { maxLength: 20 }),
        async (bursts) => {
          const played = new LimitedLog();
          let logged = 0;
          for (const { lines, pause } of bursts) {
            played.drop(lines);
            logged += lines;
            await played.clock.advance(pause);
          }
          const seconds = played.clock.now() / 1000;
          assert(played.lines.length <= MAX_LINES * (1 + seconds), `${played.lines.length} lines`);
          played.limit.close();
          const counts = played.lines.map((line) => Number(/left_out=(\d+)/.exec(line)?.[1] ?? 1));
          assertEquals(counts.reduce((sum, count) => sum + count, 0), logged);
        },
      ),
      { numRuns: 30 },
    ),
);
