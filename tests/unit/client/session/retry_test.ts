import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backoff, Retry } from "../../../../client/session/retry.ts";
import { testProperty } from "../../../support/property.ts";

Deno.test("the longest delays double from one second to thirty", () => {
  const waits = Array.from({ length: 8 }, (_, attempt) => backoff(attempt, () => 1));
  assertEquals(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

/** A retry whose timers a test fires by hand. */
function start(retryFor: number) {
  const timers = new Map<number, () => void>();
  let expired = 0;
  const retry = new Retry({
    retryFor,
    after: (milliseconds, call) => {
      timers.set(milliseconds, call);
      return () => timers.delete(milliseconds);
    },
    random: () => 1,
  }, () => expired++);
  return { retry, timers, expired: () => expired };
}

Deno.test("an outage has one deadline, and the next outage has the whole time again", () => {
  const { retry, timers, expired } = start(5000);
  assertEquals([retry.begin(), retry.begin()], [true, false]);
  assertEquals([retry.nextDelay(), retry.nextDelay()], [1000, 2000]);
  assertEquals([...timers.keys()], [5000]);
  retry.reset();
  assertEquals(timers.size, 0);
  assertEquals([retry.begin(), retry.nextDelay()], [true, 1000]);
  timers.get(5000)!();
  assertEquals(expired(), 1);
});

Deno.test("without a limit an outage has no deadline", () => {
  const { retry, timers } = start(Infinity);
  assertEquals([retry.begin(), retry.begin(), timers.size], [true, false, 0]);
});

Deno.test("a wait ends after its delay, or when it is woken or stopped", async () => {
  const { retry, timers } = start(5000);
  const ends = [() => timers.get(1000)!(), () => retry.wake(), () => retry.stop()];
  for (const end of ends) {
    const waited = retry.wait(1000);
    end();
    await waited;
    assertEquals(timers.size, 0);
  }
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
