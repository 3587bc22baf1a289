import { assertEquals } from "@std/assert";
import { check } from "../../../../tools/bench/check.ts";
import * as fanOut from "../../../../tools/bench/cases/fan_out.ts";
import * as latency from "../../../../tools/bench/cases/latency.ts";
import { compare, type Metric, type Series } from "../../../../tools/bench/results.ts";

const SPEED: Metric = { name: "heard", unit: "/s", better: "more" };

function row(contestant: string, values: number[], more: Partial<Series> = {}): Series {
  return { case: "fan-out", work: "some", contestant, metric: SPEED, values, ...more };
}

Deno.test("each is held against the floor, run by run, so that a slow moment slows down both", () => {
  const [, text] = compare([row("forwarder", [100, 10, 50]), row("text", [80, 8, 20])]);
  assertEquals(text!.ratio, { median: 0.8, min: 0.4, max: 0.8 });
  assertEquals(text!.summary, { median: 20, min: 8, max: 80 });
});

Deno.test("what has no floor at the same work and measure has no ratio", () => {
  const rows = compare([
    row("forwarder", [1], { work: "other" }),
    row("forwarder", [1], { case: "latency" }),
    row("forwarder", [1], { metric: { ...SPEED, name: "other" } }),
    row("text", [1]),
  ]);
  assertEquals(rows.at(-1)!.ratio, undefined);
});

Deno.test("a floor of nothing, as a clock too coarse gives, makes no ratio without end", () => {
  assertEquals(compare([row("forwarder", [0, 2]), row("text", [1, 1])])[1]!.ratio?.max, 0.5);
  assertEquals(compare([row("forwarder", [0]), row("text", [1])])[1]!.ratio, undefined);
});

/** All that the check looks at, with a contestant that is so many times the forwarder, or that as slow. */
function checked(factor: number): Series[] {
  const hundred = { members: 100, outstanding: 1, from: "one" } as const;
  const works = [hundred, { ...hundred, outstanding: 1000 }].map(fanOut.describe);
  const rows = works.flatMap((work) =>
    [fanOut.SPEED, fanOut.EFFORT].map((metric) => ({ case: fanOut.CASE, work, metric }))
  );
  rows.push({ case: latency.CASE, work: latency.describe(2000), metric: latency.P50 });
  return rows.flatMap((each) => [
    { ...each, contestant: "forwarder", values: [10] },
    {
      ...each,
      contestant: "text",
      values: [each.metric.better === "more" ? 10 / factor : 10 * factor],
    },
  ]);
}

Deno.test("the check holds for a hub that is near the forwarder, and not for one that is far off", () => {
  const holds = (factor: number) =>
    new Set(check(compare(checked(factor)), ["text"]).map(({ holds }) => holds));
  assertEquals(holds(1.5), new Set([true]));
  assertEquals(holds(50), new Set([false]));
});

Deno.test("the check fails for what was not measured", () => {
  const verdicts = check(compare(checked(1).slice(2)), ["text"]);
  assertEquals(verdicts.filter(({ holds }) => !holds).map(({ line }) => line), [
    "text, fan-out, 100 members, 1 outstanding, heard: not measured",
  ]);
});
