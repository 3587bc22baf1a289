import { assertEquals } from "@std/assert";
import { LeaveGuard } from "../../../../client/ui/leave_guard.ts";

/** A guard, with its clock and the others in the test's hands. */
function start() {
  const world = { now: 0, others: 2 };
  const guard = new LeaveGuard({ others: () => world.others, now: () => world.now });
  return { world, guard };
}

Deno.test("who leaves others behind is asked once, and leaving again soon is the answer", () => {
  const { world, guard } = start();
  assertEquals(guard.requestLeave(), 2);
  world.now = 10_000;
  assertEquals(guard.requestLeave(), 0);
});

Deno.test("after a while the question is asked again", () => {
  const { world, guard } = start();
  guard.requestLeave();
  world.now = 10_001;
  world.others = 1;
  assertEquals(guard.requestLeave(), 1);
  assertEquals(guard.requestLeave(), 0);
});

Deno.test("who is alone is not asked", () => {
  const { world, guard } = start();
  world.others = 0;
  assertEquals(guard.requestLeave(), 0);
});
