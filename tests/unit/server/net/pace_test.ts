import { assertEquals } from "@std/assert";
import { Pace } from "../../../../server/net/pace.ts";
import { FakeClock, settle } from "../../../support/simulation.ts";

/** A pace whose deliveries are counted. */
function start() {
  const clock = new FakeClock();
  const pace = new Pace((...args) => clock.after(...args));
  const made = { clock, pace, delivered: 0, deliver: () => pace.schedule(() => made.delivered++) };
  return made;
}

Deno.test("a delivery waits for the task to end, and for nothing if no write is under way", async () => {
  const run = start();
  run.deliver();
  assertEquals(run.delivered, 0);
  await settle();
  assertEquals([run.delivered, run.clock.timers], [1, 0]);
});

Deno.test("a delivery waits until the writes of the last one have ended", async () => {
  const run = start();
  const [first, second] = [run.pace.begin(), run.pace.begin()];
  run.deliver();
  await settle();
  run.pace.end(first);
  await settle();
  assertEquals(run.delivered, 0);
  run.pace.end(second);
  await settle();
  assertEquals([run.delivered, run.clock.timers], [1, 0]);
});

Deno.test("a peer can wait until a delayed delivery begins", async () => {
  const run = start();
  run.deliver();
  assertEquals(run.pace.wait, undefined);
  await settle();
  const write = run.pace.begin();
  run.deliver();
  let isOver = false;
  run.pace.wait!.then(() => isOver = true);
  await settle();
  assertEquals(isOver, false);
  run.pace.end(write);
  await settle();
  assertEquals([isOver, run.pace.wait, run.delivered], [true, undefined, 2]);
  run.pace.begin();
  run.deliver();
  run.pace.wait!.then(() => isOver = false);
  await run.clock.advance(6);
  assertEquals([isOver, run.pace.wait, run.delivered], [false, undefined, 3]);
});

Deno.test("a slow reader delays one delivery by 5 ms, and no later one", async () => {
  const run = start();
  const slow = run.pace.begin();
  run.deliver();
  await run.clock.advance(5);
  assertEquals(run.delivered, 0);
  await run.clock.advance(1);
  assertEquals(run.delivered, 1);
  run.deliver();
  await settle();
  assertEquals(run.delivered, 2);
  const next = run.pace.begin();
  run.deliver();
  run.pace.end(slow); // not one of the last delivery's
  await settle();
  assertEquals(run.delivered, 2);
  run.pace.end(next);
  await settle();
  assertEquals([run.delivered, run.clock.timers], [3, 0]);
});

Deno.test("a delivery that has waited for too long is made once, whatever ends later", async () => {
  const run = start();
  run.pace.begin();
  run.deliver();
  await run.clock.advance(6);
  run.pace.end(run.pace.begin());
  await settle();
  assertEquals(run.delivered, 1);
});

Deno.test("the longest wait grows with the number of writes", async () => {
  const run = start();
  for (let write = 0; write < 10_000; write++) run.pace.begin();
  run.deliver();
  await run.clock.advance(100);
  assertEquals(run.delivered, 0);
  await run.clock.advance(5);
  assertEquals(run.delivered, 1);
});
