import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Durations } from "../../../../tools/load/figures.ts";
import { testProperty } from "../../../support/property.ts";

testProperty("a percentile is that of the sorted values, to 2 %", { weight: 10 }, (check) => {
  const values = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { minLength: 1 });
  check(fc.property(values, values, fc.integer({ min: 1, max: 100 }), (some, others, percent) => {
    const [durations, added] = [new Durations(), new Durations()];
    for (const value of some) durations.add(value);
    for (const value of others) added.add(value);
    durations.addAll(added);
    const all = [...some, ...others].sort((a, b) => a - b);
    const exact = all[Math.ceil(all.length * percent / 100) - 1]!;
    const found = durations.percentile(percent);
    assert(found >= exact * 0.999 && found <= exact * 1.021, `${found} for ${exact}`);
    assertEquals([durations.count, durations.max], [all.length, all.at(-1)!]);
  }));
});
