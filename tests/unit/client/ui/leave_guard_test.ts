import { assertEquals } from "@std/assert";
import { guardLeaving } from "../../../../client/ui/leave_guard.ts";

/** A function that asks, with a clock and a number of guests that the test sets. */
function start() {
  const world = { now: 0, others: 2 };
  return { world, requestLeave: guardLeaving(() => world.others, () => world.now) };
}

Deno.test("a host with guests is asked once, and a second request confirms", () => {
  const { world, requestLeave } = start();
  assertEquals(requestLeave(), 2);
  world.now = 10_000;
  assertEquals(requestLeave(), 0);
});

Deno.test("a confirmation expires, and the host is asked again", () => {
  const { world, requestLeave } = start();
  requestLeave();
  world.now = 10_001;
  world.others = 1;
  assertEquals(requestLeave(), 1);
  assertEquals(requestLeave(), 0);
});

Deno.test("a host without guests is not asked", () => {
  const { world, requestLeave } = start();
  world.others = 0;
  assertEquals(requestLeave(), 0);
});
