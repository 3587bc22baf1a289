import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoff } from "../../../../client/session/retry.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("the longest delays double from one second to thirty", () => {
  const waits = Array.from({ length: 8 }, (_, attempt) => backoff(attempt, () => 1));
  assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

testProperty(
  "a delay is between half and the whole of the longest one",
  { weight: 10 },
  (check) => {
    check(
      fc.property(
        fc.nat({ max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempt, by) => {
          const wait = backoff(attempt, () => by);
          const longest = backoff(attempt, () => 1);
          assert(wait >= longest / 2 && wait <= longest && longest <= 30_000, `${wait}`);
          assert(
            backoff(attempt + 1, () => by) >= wait,
            "a later delay is not shorter for the same random number",
          );
        },
      ),
    );
  },
);
