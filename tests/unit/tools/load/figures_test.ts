import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Durations, slope } from "../../../../tools/load/figures.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("percentiles of nothing are nothing", () => {
  const durations = new Durations();
  assertEquals([durations.percentile(50), durations.percentile(99), durations.max], [0, 0, 0]);
});

testProperty("a percentile is that of the sorted values, to 2 %", { weight: 10 }, (check) => {
  const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 });
  check(fc.property(values, fc.integer({ min: 1, max: 100 }), (values, percent) => {
    const durations = new Durations();
    for (const value of values) durations.add(value);
    const exact = values.toSorted((a, b) => a - b)[Math.ceil(values.length * percent / 100) - 1]!;
    const found = durations.percentile(percent);
    assert(found >= exact * 0.999 && found <= exact * 1.021, `${found} for ${exact}`);
    assertEquals(durations.max, Math.max(...values));
  }));
});

testProperty("durations of two have those of both", { weight: 10 }, (check) => {
  const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }));
  check(fc.property(values, values, (some, others) => {
    const [one, two, both] = [new Durations(), new Durations(), new Durations()];
    for (const value of some) one.add(value);
    for (const value of others) two.add(value);
    for (const value of [...some, ...others]) both.add(value);
    one.addAll(two);
    const told = (it: Durations) => [it.count, it.max, it.percentile(50), it.percentile(99)];
    assertEquals(told(one), told(both));
  }));
});

Deno.test("a slope is that of the line through the points, or through the middle of them", () => {
  assertEquals(slope([]), 0);
  assertEquals(slope([{ x: 1, y: 1 }]), 0);
  assertEquals(slope([{ x: 0, y: 1 }, { x: 1, y: 3 }, { x: 2, y: 5 }]), 2);
  assertEquals(slope([{ x: 0, y: 0 }, { x: 1, y: 2 }, { x: 2, y: 0 }]), 0);
});
