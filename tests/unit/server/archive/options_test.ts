import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseMoment } from "../../../../server/archive/options.ts";
import { testProperty } from "../../../support/property.ts";

const NOW = Date.parse("2026-11-29T12:00Z");
const MINUTE = 60_000;

/** Minutes of this century. */
const moments = fc.integer({
  min: Date.parse("2001-01-01T00:00Z") / MINUTE,
  max: Date.parse("2099-12-31T00:00Z") / MINUTE,
}).map((minutes) => minutes * MINUTE);

/** Day and time by the local clock, as people write them. */
function written(moment: number): string {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` +
    `T${two(date.getHours())}:${two(date.getMinutes())}`;
}

testProperty("a moment is that of the local clock, or of UTC with Z", { weight: 1 }, (check) => {
  check(fc.property(moments, fc.constantFrom("T", " "), (moment, gap) => {
    const local = written(moment);
    assertEquals(written(parseMoment(local.replace("T", gap), NOW)!), local);
    assertEquals(parseMoment(new Date(moment).toJSON().slice(0, 16) + "Z", NOW), moment);
  }));
});

testProperty("a day without a time begins at midnight, and ends with its last minute", {
  weight: 1,
}, (check) => {
  check(fc.property(moments, (moment) => {
    const day = written(moment).slice(0, 10);
    const [start, end] = [parseMoment(day, NOW)!, parseMoment(day, NOW, { isEnd: true })!];
    assert(start <= moment && moment < end);
    assertEquals(written(end - 1).slice(0, 10), day);
    assert(written(end).slice(0, 10) > day);
    const time = written(moment);
    assertEquals(parseMoment(time, NOW, { isEnd: true }), parseMoment(time, NOW));
  }));
});

Deno.test("an age counts back from now, and needs a unit", () => {
  const hour = 60 * MINUTE;
  for (
    const [text, age] of [["30d", 720 * hour], ["12h", 12 * hour], ["90m", 1.5 * hour]] as const
  ) {
    assertEquals(parseMoment(text, NOW), NOW - age, text);
  }
});

testProperty("any other text is refused, and does no harm", { weight: 1 }, (check) => {
  for (
    const text of [
      ...["", "30", "off", "no", "d", "-1d", "1.5d", "30d ago", "yesterday", "Infinityd"],
      ...["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01"],
      ...["2026-11-29T24:00", "2026-11-29T12:60", "2026-11-29T12", "2026-11-29Z", "2026-11-29T"],
      ...["2026-11-29T12:00+01", "+002026-11-29", " 2026-11-29", "2026-11-29\n"],
    ]
  ) assertEquals(parseMoment(text, NOW), undefined, JSON.stringify(text));
  const parts = fc.constantFrom(
    "2026",
    "-",
    "0",
    "1",
    "9",
    "T",
    ":",
    "Z",
    "d",
    "h",
    " ",
    "off",
    "é",
  );
  check(fc.property(fc.array(parts, { maxLength: 9 }), fc.boolean(), (texts, isEnd) => {
    const moment = parseMoment(texts.join(""), NOW, { isEnd });
    assert(moment === undefined || Number.isInteger(moment), `${texts.join("")}: ${moment}`);
  }));
});
