import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { percentile, ratios, summarise } from "../../../../tools/bench/statistics.ts";

const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 });

Deno.test("the median is the value in the middle, or halfway between the two", () => {
  assertEquals(summarise([3, 1, 2]), { median: 2, min: 1, max: 3 });
  assertEquals(summarise([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assertEquals(summarise([7]), { median: 7, min: 7, max: 7 });
});

Deno.test("there is no summary and no percentile of nothing", () => {
  assertThrows(() => summarise([]), RangeError);
  assertThrows(() => percentile(new Float64Array(), 0.5), RangeError);
});

Deno.test("values are ordered by size and not by their digits", () => {
  assertEquals(summarise([10, 9, 100]), { median: 10, min: 9, max: 100 });
});

Deno.test("as many values as can be are above the median as below", () => {
  fc.assert(fc.property(values, (values) => {
    const { median, min, max } = summarise(values);
    const below = values.filter((value) => value < median).length;
    const above = values.filter((value) => value > median).length;
    assert(min <= median && median <= max);
    assert(below <= values.length / 2 && above <= values.length / 2);
  }));
});

Deno.test("a percentile is the nearest value of those measured", () => {
  const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);
  assertEquals([0.5, 0.99, 0.999, 1].map((part) => percentile(hundred, part)), [50, 99, 100, 100]);
  assertEquals(percentile(Float64Array.of(5), 0.01), 5);
  assertEquals(percentile(hundred, 0), 1);
});

Deno.test("at least the part that a percentile names is not above it", () => {
  fc.assert(fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (values, part) => {
    const sorted = Float64Array.from(values).sort();
    const found = percentile(sorted, part);
    assert(values.includes(found));
    assert(sorted.filter((value) => value <= found).length >= part * sorted.length - 1e-9);
  }));
});

Deno.test("ratios are made run by run, of the runs that both have", () => {
  assertEquals(ratios([10, 30], [5, 10]), [2, 3]);
  assertEquals(ratios([10, 30, 50], [5]), [2]);
  assertEquals(ratios([10], [5, 10, 20]), [2]);
});
