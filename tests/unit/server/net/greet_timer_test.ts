import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Clock } from "../../../../server/clock.ts";
import { GreetTimer } from "../../../../server/net/greet_timer.ts";
import { FakeClock } from "../../../support/simulation.ts";
import { testProperty } from "../../../support/property.ts";

const WAIT = 300;

/** A clock that counts the timers that run on it. */
class CountingClock implements Clock {
  readonly played = new FakeClock();
  timers = 0;

  now(): number {
    return this.played.now();
  }

  after(milliseconds: number, call: () => void): () => void {
    this.timers++;
    const stop = this.played.after(milliseconds, () => {
      this.timers--;
      call();
    });
    let isOver = false;
    return () => {
      if (!isOver) this.timers--;
      isOver = true;
      stop();
    };
  }
}

Deno.test("ten thousand connections share one timer, which is not set while nobody waits", async () => {
  const clock = new CountingClock();
  let called = 0;
  const timer = new GreetTimer<number>(clock, WAIT, () => called++);
  for (let each = 0; each < 10_000; each++) timer.start(each);
  assertEquals(clock.timers, 1);
  for (let each = 1; each < 10_000; each++) timer.cancel(each);
  assertEquals(clock.timers, 1);
  timer.cancel(0);
  assertEquals(clock.timers, 0);
  timer.start(0);
  await clock.played.advance(WAIT);
  assertEquals([called, clock.timers], [1, 0]);
});

Deno.test("a fault in one greeting does not delay the others", async () => {
  const clock = new FakeClock();
  const called: string[] = [];
  const timer = new GreetTimer<string>(clock, WAIT, (each) => {
    if (each === "ana") throw new Error("ana is broken");
    called.push(each);
  });
  timer.start("ana");
  timer.start("bob");
  let fault: unknown;
  try {
    await clock.advance(WAIT);
  } catch (error) {
    fault = error;
  }
  assert(fault instanceof Error && fault.message === "ana is broken");
  await clock.advance(WAIT);
  assertEquals(called, ["bob"]);
});

testProperty(
  "connections that stay are greeted when they are due, while others connect and disconnect",
  {
    weight: 1,
  },
  (check) => {
    const step = fc.record({
      kind: fc.constantFrom("add", "delete"),
      connection: fc.nat(5),
      pause: fc.nat(400),
    });
    return check(fc.asyncProperty(fc.array(step), async (steps) => {
      const clock = new CountingClock();
      const due = new Map<number, number>();
      const timer = new GreetTimer<number>(clock, WAIT, (each) => {
        assertEquals(due.get(each), clock.now());
        due.delete(each);
      });
      for (const { kind, connection, pause } of steps) {
        if (kind === "add") {
          timer.start(connection);
          due.set(connection, clock.now() + WAIT);
        } else {
          timer.cancel(connection);
          due.delete(connection);
        }
        await clock.played.advance(pause);
        assertEquals([...due.values()].filter((time) => time <= clock.now()), []);
        assertEquals(clock.timers, due.size === 0 ? 0 : 1);
      }
    }));
  },
);
