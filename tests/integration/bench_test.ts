/** That the bench measures: small runs of its cases, of which only the form is looked at. */

import { assert, assertEquals } from "@std/assert";
import type { CaseOptions } from "../../tools/bench/arena.ts";
import { measureAnywhere } from "../../tools/bench/anywhere.ts";
import { measureFanOut } from "../../tools/bench/cases/fan_out.ts";
import { measureLatency } from "../../tools/bench/cases/latency.ts";
import { measurePresence } from "../../tools/bench/cases/presence.ts";
import { FRAMES_WIRE, TEXT_WIRE, type Wire } from "../../tools/bench/contestants/wire.ts";
import { Crowd } from "../../tools/bench/crowd.ts";
import { Batch } from "../../tools/bench/message.ts";
import { compare, type Series } from "../../tools/bench/results.ts";
import { UNSUPPORTED } from "../../tools/bench/sockets.ts";
import { startHub } from "../support/program.ts";
import { tempDirectory } from "../support/temp.ts";

const ignore = UNSUPPORTED !== undefined;

/** Without places: tests that run at the same time need all processors. */
function caseOptions(folder: string): CaseOptions {
  return {
    places: { measured: undefined, own: undefined },
    quick: true,
    folder,
    say: () => {},
  };
}

function assertMeasured(series: readonly Series[]): void {
  assert(series.length > 0);
  for (const { work, metric, values } of series) {
    assert(values.length > 0, work);
    for (const value of values) assert(value > 0 && value < Infinity, `${work}, ${metric.name}`);
  }
}

Deno.test({ name: "the fan-out is measured, of the hub and of the floor", ignore }, async () => {
  await using folder = await tempDirectory();
  const found = await measureFanOut(caseOptions(folder.path), {
    sizes: [3],
    contestants: ["forwarder", "frames"],
    rounds: 2,
  });
  assertEquals(found.leftOut, []);
  assertMeasured(found.series);
  const speeds = compare(found.series).filter(({ metric }) => metric.name === "heard");
  assertEquals(speeds.map(({ contestant, work }) => `${contestant}: ${work}`).sort(), [
    "forwarder: 3 members, 1 outstanding",
    "forwarder: 3 members, 10 outstanding",
    "forwarder: 3 members, 1000 outstanding",
    "frames: 3 members, 1 outstanding",
    "frames: 3 members, 10 outstanding",
    "frames: 3 members, 1000 outstanding",
  ]);
  for (const { values, ratio } of speeds) assert(values.length === 2 && ratio !== undefined);
});

Deno.test("the fan-out is measured on any system, of both dialects and of the floor", async () => {
  await using folder = await tempDirectory();
  const series = await measureAnywhere({
    contestants: ["forwarder", "text", "frames"],
    loops: [
      { members: 3, outstanding: 1, from: "one" },
      { members: 3, outstanding: 1000, from: "one" },
    ],
    rounds: 2,
    seconds: 0.05,
    folder: folder.path,
  });
  assertMeasured(series);
  assertEquals(series.length, 6);
  for (const { values } of series) assertEquals(values.length, 2);
});

Deno.test({ name: "presence and latency are measured, of the hub in text", ignore }, async () => {
  await using folder = await tempDirectory();
  const options = caseOptions(folder.path);
  const presence = await measurePresence(options, {
    sizes: [3],
    contestants: ["text"],
    rounds: 1,
  });
  const latency = await measureLatency(options, { rates: [50], contestants: ["text"], rounds: 1 });
  for (const { series, leftOut } of [presence, latency]) {
    assertEquals(leftOut, []);
    assertMeasured(series);
  }
  const late = latency.series.map(({ values }) => values[0]!);
  assertEquals(late.toSorted((one, other) => one - other), late, "p50, p99, p99.9, max");
});

async function crowdAt(wires: readonly Wire[], act: (crowd: Crowd) => void): Promise<void> {
  await using hub = await startHub(["--rate", "0", "--grace", "0", "--history", "0"]);
  using crowd = new Crowd(hub.port, wires);
  act(crowd);
}

Deno.test({ name: "a crowd of both dialects hears each message once each", ignore }, async () => {
  await crowdAt([TEXT_WIRE, FRAMES_WIRE], (crowd) => {
    const members = crowd.enter(5);
    crowd.settle(members);
    const before = members.map(({ heard }) => heard);
    for (const speaker of members) {
      crowd.say(speaker, new Batch(speaker.wire.say, 300));
    }
    crowd.hear(crowd.heard + 5 * 4 * 300);
    assertEquals(members.map(({ heard }, index) => heard - before[index]!), Array(5).fill(1200));
  });
});

Deno.test({ name: "members of a crowd come and go, and the others stay", ignore }, async () => {
  await crowdAt([FRAMES_WIRE], (crowd) => {
    const members = crowd.enter(2);
    crowd.leave(crowd.enter(3));
    crowd.settle(members);
    assertEquals(members.map(({ stage }) => stage), ["in", "in"]);
  });
});
