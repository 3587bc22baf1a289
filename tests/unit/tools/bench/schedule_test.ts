import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Schedule } from "../../../../tools/bench/schedule.ts";

Deno.test("messages are due at a steady rate, the first at once", () => {
  const schedule = new Schedule(200, 1.5);
  assertEquals(schedule.total, 300);
  assertEquals([0, 1, 10, 299].map((message) => schedule.dueAt(message)), [0, 5, 50, 1495]);
});

Deno.test("what is due by a moment is what was due until then, however late one asks", () => {
  const schedule = new Schedule(200, 1.5);
  assertEquals([0, 4.9, 5, 52, 1495, 60_000].map((at) => schedule.dueBy(at)), [
    1,
    1,
    2,
    11,
    300,
    300,
  ]);
});

Deno.test("no message is sent before it is due, and none that is due waits", () => {
  const rate = fc.integer({ min: 1, max: 100_000 });
  const moment = fc.double({ min: 0, max: 10_000, noNaN: true });
  fc.assert(fc.property(rate, moment, (rate, moment) => {
    const schedule = new Schedule(rate, 2);
    const due = schedule.dueBy(moment);
    const tolerance = 1e-6;
    assert(due === 0 || schedule.dueAt(due - 1) <= moment + tolerance);
    assert(due === schedule.total || schedule.dueAt(due) >= moment - tolerance);
  }));
});
