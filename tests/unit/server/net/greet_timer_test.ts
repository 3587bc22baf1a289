import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Clock } from "../../../../server/clock.ts";
import { Delay } from "../../../../server/net/greet_timer.ts";
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

Deno.test("each one is called when its time has come, in the order in which they came", async () => {
  const clock = new FakeClock();
  const called: [string, number][] = [];
  const delay = new Delay<string>(clock, WAIT, (each) => called.push([each, clock.now()]));
  delay.add("ana");
  await clock.advance(100);
  delay.add("bob");
  delay.add("cai");
  await clock.advance(1000);
  assertEquals(called, [["ana", 300], ["bob", 400], ["cai", 400]]);
});

Deno.test("who has gone meanwhile is not called", async () => {
  const clock = new FakeClock();
  const called: string[] = [];
  const delay = new Delay<string>(clock, WAIT, (each) => called.push(each));
  delay.add("ana");
  delay.add("bob");
  delay.delete("ana");
  delay.delete("nobody");
  await clock.advance(1000);
  assertEquals(called, ["bob"]);
});

Deno.test("ten thousand wait by one timer, and none is left when nobody waits", async () => {
  const clock = new CountingClock();
  let called = 0;
  const delay = new Delay<number>(clock, WAIT, () => called++);
  for (let each = 0; each < 10_000; each++) delay.add(each);
  assertEquals(clock.timers, 1);
  for (let each = 1; each < 10_000; each++) delay.delete(each);
  assertEquals(clock.timers, 1);
  delay.delete(0);
  assertEquals(clock.timers, 0);
  delay.add(0);
  await clock.played.advance(WAIT);
  assertEquals([called, clock.timers], [1, 0]);
});

Deno.test("what goes wrong with one does not keep the others waiting", async () => {
  const clock = new FakeClock();
  const called: string[] = [];
  const delay = new Delay<string>(clock, WAIT, (each) => {
    if (each === "ana") throw new Error("ana is broken");
    called.push(each);
  });
  delay.add("ana");
  delay.add("bob");
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

testProperty("whoever comes and goes whenever, those are called who stayed, at their time", {
  weight: 1,
}, (check) => {
  const step = fc.record({
    kind: fc.constantFrom("add", "delete"),
    who: fc.nat(5),
    pause: fc.nat(400),
  });
  return check(fc.asyncProperty(fc.array(step), async (steps) => {
    const clock = new CountingClock();
    const due = new Map<number, number>();
    const delay = new Delay<number>(clock, WAIT, (each) => {
      assertEquals(due.get(each), clock.now());
      due.delete(each);
    });
    for (const { kind, who, pause } of steps) {
      if (kind === "add") {
        delay.add(who);
        due.set(who, clock.now() + WAIT);
      } else {
        delay.delete(who);
        due.delete(who);
      }
      await clock.played.advance(pause);
      assertEquals([...due.values()].filter((time) => time <= clock.now()), []);
      assertEquals(clock.timers, due.size === 0 ? 0 : 1);
    }
  }));
});
