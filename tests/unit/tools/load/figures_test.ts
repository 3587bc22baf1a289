import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Durations } from "../../../../tools/load/figures.ts";
import { testProperty } from "../../../support/property.ts";

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
