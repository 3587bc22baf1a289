import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { isUnknownZone, Timestamps, type TimeStyle } from "../../../../client/ui/timestamps.ts";
import { testProperty } from "../../../support/property.ts";

const timeZone = "Europe/Madrid";
const at = (text: string) => new Date(`${text}+01:00`).getTime(); // winter time in Madrid
const NOON = at("2026-11-21T12:00:00");
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Timestamps after lines of these moments. */
function after(style: TimeStyle, ...moments: number[]): Timestamps {
  const timestamps = new Timestamps(style, { timeZone });
  for (const moment of moments) timestamps.advance(moment, "en");
  return timestamps;
}

Deno.test("with HH:MM each line has its time of day", () => {
  const timestamps = after("HH:MM", NOON);
  assertEquals(timestamps.time(NOON), "12:00");
  assertEquals(timestamps.time(at("2026-11-22T00:05:00")), "00:05");
  assertEquals(timestamps.time(at("2026-07-01T12:00:00")), "13:00"); // summer time
});

Deno.test("with none, lines have no time", () => {
  assertEquals(after("none").time(NOON), "");
  assertEquals(after("none", NOON).time(NOON + HOUR), "");
});

Deno.test("with relative, a line has the time since the line above", () => {
  const timestamps = after("relative", NOON);
  for (
    const [passed, expected] of [
      [0, "+0s  "],
      [999, "+0s  "],
      [5 * SECOND, "+5s  "],
      [MINUTE - 1, "+59s "],
      [MINUTE, "+1m  "],
      [HOUR - 1, "+59m "],
      [HOUR, "+1h  "],
      [11.5 * HOUR, "+11h "],
    ] as const
  ) assertEquals(timestamps.time(NOON + passed), expected);
});

Deno.test("with relative, a line without one above on the same day has the time of day", () => {
  assertEquals(after("relative").time(NOON), "12:00");
  assertEquals(after("relative", NOON).time(NOON + 24 * HOUR), "12:00");
  assertEquals(after("relative", NOON).time(NOON - MINUTE), "11:59");
});

Deno.test("with relative, clocks may differ by less than a minute", () => {
  assertEquals(after("relative", NOON).time(NOON - 59 * SECOND), "+0s  ");
});

Deno.test("a line may count from an explicit moment", () => {
  assertEquals(after("relative", NOON).time(NOON + HOUR, NOON + HOUR), "+0s  ");
});

Deno.test("formatting a time changes no state", () => {
  const timestamps = after("relative", NOON);
  assertEquals(timestamps.time(NOON + HOUR), timestamps.time(NOON + HOUR));
});

Deno.test("a new day gets one divider, in the user's language", () => {
  const sunday = at("2026-11-22T00:00:00");
  const start = () => after("HH:MM", at("2026-11-21T23:59:59"));
  assertEquals(start().advance(sunday, "es"), "domingo, 22 de noviembre de 2026");
  const timestamps = start();
  assertMatch(timestamps.advance(sunday, "en")!, /^Sunday,? 22 November 2026$/);
  assertEquals(timestamps.advance(sunday + HOUR, "en"), undefined);
});

Deno.test("the first line has no divider", () => {
  assertEquals(after("HH:MM").advance(NOON, "en"), undefined);
});

Deno.test("days change at midnight of the time zone", () => {
  const evening = at("2026-11-21T23:30:00");
  const utc = new Timestamps("HH:MM", { timeZone: "UTC" });
  utc.advance(evening, "en");
  assertEquals(utc.advance(evening + HOUR, "en"), undefined);
  assert(after("HH:MM", evening).advance(evening + HOUR, "en"));
});

Deno.test("a replay may go back to an earlier day, and the next message returns", () => {
  const timestamps = after("HH:MM", NOON);
  const friday = NOON - 24 * HOUR;
  assertMatch(timestamps.advance(friday, "en", { isReplay: true })!, /^Friday/);
  assertMatch(timestamps.advance(NOON + MINUTE, "en")!, /^Saturday/);
});

Deno.test("a hub whose clock is slow does not change the day with each line", () => {
  const timestamps = after("HH:MM", NOON);
  for (let i = 1; i < 5; i++) {
    const hub = NOON - 24 * HOUR + i * MINUTE;
    assertEquals(timestamps.advance(hub, "en"), undefined);
    assertEquals(timestamps.advance(NOON + i * MINUTE, "en"), undefined);
  }
});

testProperty(
  "all times of a style have one width, and none looks like an indent",
  { weight: 5 },
  (check) => {
    const moments = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
    const near = fc.tuple(moments, fc.integer({ min: -3 * 24 * HOUR, max: 3 * 24 * HOUR }))
      .map(([moment, passed]) => [moment, Math.max(0, moment + passed)] as const)
      .filter(([, other]) => other <= 8_640_000_000_000_000);
    check(fc.property(near, ([previous, moment]) => {
      for (const style of ["HH:MM", "relative"] as const) {
        assertMatch(after(style, previous).time(moment), /^(\d\d:\d\d|\+\d{1,2}[smh] {1,2})$/);
      }
    }));
  },
);

Deno.test("the default time zone is the system's", () => {
  const local = new Date(2026, 0, 2, 9, 5);
  assertEquals(new Timestamps("HH:MM").time(local.getTime()), "09:05");
});

Deno.test("a time zone is unknown if the runtime reads another name than one of UTC as UTC", () => {
  const unknown = (value: string | undefined, zone: string | undefined, offset = 0) =>
    isUnknownZone(value, { zone, offset });
  for (const zone of [undefined, "UTC", "Etc/Unknown"]) {
    for (const value of ["<+0330>-3:30", "Nope/Nowhere", "CET-1CEST,M3.5.0,M10.5.0/3"]) {
      assertEquals(unknown(value, zone), true, value);
    }
  }
  for (const value of [undefined, "", "UTC", "Etc/UTC", ":UTC", "UTC0", "GMT0", "Zulu"]) {
    assertEquals(unknown(value, "UTC"), false, value);
  }
  assertEquals(unknown("Europe/London", "Europe/London"), false);
  assertEquals(unknown("JST-9", undefined, -540), false);
});
