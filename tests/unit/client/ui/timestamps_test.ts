import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { Timestamps, type TimeStyle } from "../../../../client/ui/timestamps.ts";
import { testProperty } from "../../../support/property.ts";

const timeZone = "Europe/Madrid";
const at = (text: string) => new Date(`${text}+01:00`).getTime(); // Madrid in winter
const NOON = at("2026-11-21T12:00:00");
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A calendar after the lines of some moments. */
function after(style: TimeStyle, ...moments: number[]): Timestamps {
  const calendar = new Timestamps(style, { timeZone });
  for (const moment of moments) calendar.recordShown(moment);
  return calendar;
}

Deno.test("with HH:MM each line has its time of day", () => {
  const calendar = after("HH:MM", NOON);
  assertEquals(calendar.time(NOON), "12:00");
  assertEquals(calendar.time(at("2026-11-22T00:05:00")), "00:05");
  assertEquals(calendar.time(at("2026-07-01T12:00:00")), "13:00"); // in summer
});

Deno.test("with none there is no time", () => {
  assertEquals(after("none").time(NOON), "");
  assertEquals(after("none", NOON).time(NOON + HOUR), "");
});

Deno.test("with relative a line tells how long after the one above it was said", () => {
  const calendar = after("relative", NOON);
  for (
    const [passed, told] of [
      [0, "+0s  "],
      [999, "+0s  "],
      [5 * SECOND, "+5s  "],
      [MINUTE - 1, "+59s "],
      [MINUTE, "+1m  "],
      [HOUR - 1, "+59m "],
      [HOUR, "+1h  "],
      [11.5 * HOUR, "+11h "],
    ] as const
  ) assertEquals(calendar.time(NOON + passed), told);
});

Deno.test("with relative the time of day stands where there is nothing to count from", () => {
  assertEquals(after("relative").time(NOON), "12:00");
  assertEquals(after("relative", NOON).time(NOON + 24 * HOUR), "12:00");
  assertEquals(after("relative", NOON).time(NOON - MINUTE), "11:59");
});

Deno.test("with relative, clocks that differ by less than a minute do not matter", () => {
  assertEquals(after("relative", NOON).time(NOON - 59 * SECOND), "+0s  ");
});

Deno.test("a line may be counted from another than the last one shown", () => {
  assertEquals(after("relative", NOON).time(NOON + HOUR, NOON + HOUR), "+0s  ");
});

Deno.test("asking for a time changes nothing", () => {
  const calendar = after("relative", NOON);
  assertEquals(calendar.time(NOON + HOUR), calendar.time(NOON + HOUR));
});

Deno.test("a new day is announced in the person's language, once", () => {
  const calendar = after("HH:MM", at("2026-11-21T23:59:59"));
  const sunday = at("2026-11-22T00:00:00");
  assertMatch(calendar.divider(sunday, "en")!, /^Sunday,? 22 November 2026$/);
  assertEquals(calendar.divider(sunday, "es"), "domingo, 22 de noviembre de 2026");
  calendar.recordShown(sunday);
  assertEquals(calendar.divider(sunday + HOUR, "en"), undefined);
});

Deno.test("the first line of all begins no new day", () => {
  assertEquals(after("HH:MM").divider(NOON, "en"), undefined);
});

Deno.test("days change at midnight of the time zone", () => {
  const evening = at("2026-11-21T23:30:00");
  const utc = new Timestamps("HH:MM", { timeZone: "UTC" });
  utc.recordShown(evening);
  assertEquals(utc.divider(evening + HOUR, "en"), undefined);
  assert(after("HH:MM", evening).divider(evening + HOUR, "en"));
});

Deno.test("what is told again may go back to an earlier day, and what follows comes back", () => {
  const calendar = after("HH:MM", NOON);
  const friday = NOON - 24 * HOUR;
  assertMatch(calendar.divider(friday, "en", { isReplay: true })!, /^Friday/);
  calendar.recordShown(friday, { isReplay: true });
  assertMatch(calendar.divider(NOON + MINUTE, "en")!, /^Saturday/);
});

Deno.test("a hub whose clock is behind does not change the day with each of its lines", () => {
  const calendar = after("HH:MM", NOON);
  for (let i = 1; i < 5; i++) {
    const hub = NOON - 24 * HOUR + i * MINUTE;
    assertEquals(calendar.divider(hub, "en"), undefined);
    calendar.recordShown(hub);
    assertEquals(calendar.divider(NOON + i * MINUTE, "en"), undefined);
    calendar.recordShown(NOON + i * MINUTE);
  }
});

testProperty(
  "the times of a style are equally wide, and none looks like an indented line",
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

Deno.test("without a time zone the system's own holds", () => {
  const local = new Date(2026, 0, 2, 9, 5);
  assertEquals(new Timestamps("HH:MM").time(local.getTime()), "09:05");
});
