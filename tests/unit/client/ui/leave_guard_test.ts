import { assertEquals } from "@std/assert";
import { LeaveGuard } from "../../../../client/ui/leave_guard.ts";

/** A guard, with a clock and a number of guests that the test sets. */
function start() {
  const world = { now: 0, others: 2 };
  const guard = new LeaveGuard({ others: () => world.others }, () => world.now);
  return { world, guard };
}

Deno.test("a host with guests is asked once, and a second request confirms", () => {
  const { world, guard } = start();
  assertEquals(guard.requestLeave(), 2);
  world.now = 10_000;
  assertEquals(guard.requestLeave(), 0);
});

Deno.test("a confirmation expires, and the host is asked again", () => {
  const { world, guard } = start();
  guard.requestLeave();
  world.now = 10_001;
  world.others = 1;
  assertEquals(guard.requestLeave(), 1);
  assertEquals(guard.requestLeave(), 0);
});

Deno.test("a host without guests is not asked", () => {
  const { world, guard } = start();
  world.others = 0;
  assertEquals(guard.requestLeave(), 0);
});
