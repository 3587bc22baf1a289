import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { between, chance, oneOf } from "../../../../tools/load/chance.ts";
import { testProperty } from "../../../support/property.ts";

const SEEDS = fc.integer({ min: 0, max: 2 ** 32 - 1 });

testProperty("the same seed gives the same numbers, from 0 to below 1", { weight: 10 }, (check) => {
  check(fc.property(SEEDS, (seed) => {
    const [one, other] = [chance(seed), chance(seed)];
    for (let count = 0; count < 20; count++) {
      const number = one();
      assert(number >= 0 && number < 1, String(number));
      assertEquals(other(), number);
    }
  }));
});

Deno.test("numbers of a seed are spread evenly, and those of another one differ", () => {
  const random = chance(1);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let count = 0; count < 10_000; count++) tenths[Math.floor(random() * 10)]!++;
  for (const count of tenths) assert(count > 850 && count < 1150, String(tenths));
  assertNotEquals(chance(2)(), chance(1)());
});

testProperty("one of several is one of them", { weight: 10 }, (check) => {
  check(fc.property(fc.array(fc.nat(), { minLength: 1 }), SEEDS, (all, seed) => {
    assert(all.includes(oneOf(all, chance(seed))!));
  }));
});

testProperty("a number between two is neither below nor above", { weight: 10 }, (check) => {
  check(fc.property(fc.nat(), fc.nat(), SEEDS, (from, more, seed) => {
    const number = between(from, from + more, chance(seed));
    assert(number >= from && number <= from + more, String(number));
  }));
});

Deno.test("one of none is nothing", () => {
  assertEquals(oneOf([], chance(1)), undefined);
});
