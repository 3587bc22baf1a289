import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type RateLimit, TokenBucket } from "../../../common/rate_limit.ts";
import { testProperty } from "../../support/property.ts";

/** A clock that stands still until it is set. */
function clock(at = 0): { at: number; now: () => number } {
  const it = { at, now: () => it.at };
  return it;
}

function bucketOf(limit: RateLimit, at?: number): { bucket: TokenBucket; time: { at: number } } {
  const time = clock(at);
  return { bucket: new TokenBucket(limit, time.now), time };
}

Deno.test("a burst passes at once, and what follows waits", () => {
  const { bucket } = bucketOf({ rate: 5, burst: 3 });
  assertEquals(Array.from({ length: 6 }, () => bucket.take()), [0, 0, 0, 200, 400, 600]);
});

Deno.test("after a silence there is a whole burst again, and no more", () => {
  const { bucket, time } = bucketOf({ rate: 5, burst: 2 });
  bucket.take();
  bucket.take();
  time.at += 1_000_000;
  assertEquals([bucket.take(), bucket.take(), bucket.take()], [0, 0, 200]);
});

Deno.test("several tokens are taken all or not at all", () => {
  const { bucket, time } = bucketOf({ rate: 10, burst: 30 });
  assertEquals([bucket.tryTake(20), bucket.tryTake(20), bucket.tryTake(10)], [true, false, true]);
  time.at += 1900;
  assertEquals(bucket.tryTake(20), false);
  time.at += 100;
  assertEquals(bucket.tryTake(20), true);
});

Deno.test("more tokens than a burst can be taken after a longer silence, and no more are saved", () => {
  const { bucket, time } = bucketOf({ rate: 10, burst: 30 });
  assertEquals(bucket.tryTake(100), false);
  time.at += 6900;
  assertEquals(bucket.tryTake(100), false);
  time.at += 1_000_000;
  assertEquals([bucket.tryTake(100), bucket.tryTake(1)], [true, false]);
  time.at += 1_000_000;
  assertEquals([bucket.tryTake(30), bucket.tryTake(1)], [true, false]);
});

Deno.test("a rate or burst of zero means no limit", () => {
  for (const limit of [{ rate: 0, burst: 10 }, { rate: 5, burst: 0 }, { rate: 0, burst: 0 }]) {
    const { bucket } = bucketOf(limit);
    for (let turn = 0; turn < 1000; turn++) assertEquals(bucket.take(), 0);
    assertEquals(bucket.tryTake(1_000_000), true);
  }
});

Deno.test("a clock that stands still adds no tokens, and a clock that jumps back takes none", () => {
  const { bucket, time } = bucketOf({ rate: 10, burst: 1 }, 5000);
  assertEquals(bucket.take(), 0);
  time.at = 1000;
  assertEquals(bucket.take(), 100); // as if the clock had stood still
  time.at = 1200;
  assertEquals(bucket.take(), 0); // from there on it counts again
});

testProperty(
  "in the long run nobody is faster than the rate",
  { weight: 10 },
  (check) => {
    const limits = fc.record({
      rate: fc.integer({ min: 1, max: 50 }),
      burst: fc.integer({ min: 1, max: 20 }),
    });
    const pauses = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 200 });
    check(fc.property(limits, pauses, (limit, each) => {
      const { bucket, time } = bucketOf(limit);
      const sent: number[] = [];
      for (const pause of each) {
        time.at += pause;
        time.at += bucket.take(); // reading pauses
        sent.push(time.at);
      }
      // No period has more than the burst and the rate times its length.
      for (let first = 0; first < sent.length; first += 7) {
        for (let last = first; last < sent.length; last++) {
          const allowed = limit.burst + (sent[last]! - sent[first]!) * limit.rate / 1000;
          assert(last - first + 1 <= allowed + 1e-6, `${last - first + 1} of ${allowed}`);
        }
      }
    }));
  },
);

testProperty("whoever keeps to the rate never waits", { weight: 10 }, (check) => {
  check(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 9 }), (rate, burst) => {
      const { bucket, time } = bucketOf({ rate, burst });
      for (let turn = 0; turn < 100; turn++) {
        assert(bucket.take() < 1e-6);
        time.at += 1000 / rate;
      }
    }),
  );
});

testProperty(
  "a clock that jumps never makes the wait longer than the debt",
  { weight: 10 },
  (check) => {
    check(fc.property(fc.array(fc.integer({ min: -1000, max: 1000 })), (jumps) => {
      const { bucket, time } = bucketOf({ rate: 10, burst: 5 });
      jumps.forEach((jump, index) => {
        time.at += jump;
        const wait = bucket.take();
        assert(wait >= 0 && wait <= Math.max(0, index + 1 - 5) * 100 + 1e-6);
      });
    }));
  },
);
