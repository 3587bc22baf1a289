import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { tickTime, withoutStandstills } from "../../../server/clock.ts";
import { TestHub } from "../../support/hub.ts";
import { testProperty } from "../../support/property.ts";

const HOUR = 60 * 60 * 1000;
const YEARS = 5 * 365 * 24 * HOUR;

Deno.test("the clock of deadlines follows the system's clock", () => {
  let now = 1000;
  const clock = withoutStandstills(() => now);
  const begun = clock();
  for (const step of [0, 1, 1000, 5000]) {
    now += step;
    clock();
  }
  assertEquals(clock() - begun, 6001);
});

Deno.test("the time stays the same until the current task is done, and no longer", async () => {
  let now = 1000;
  const clock = tickTime(() => now);
  for (let task = 0; task < 3; task++) {
    const begun = now;
    assertEquals(clock(), begun);
    now += 7;
    assertEquals(clock(), begun);
    await Promise.resolve();
    assertEquals(clock(), now);
    await Promise.resolve();
    now += 1000;
  }
});

Deno.test("the clock of deadlines leaves out the time in which the hub stood still", () => {
  let now = 1000;
  const clock = withoutStandstills(() => now);
  const begun = clock();
  now += 8 * HOUR;
  assertEquals(clock() - begun, 0);
  now += 1000;
  assertEquals(clock() - begun, 1000);
});

testProperty("the clock of deadlines never goes back, and counts every step while the hub runs", {
  weight: 10,
}, (check) => {
  const steps = fc.array(fc.oneof(fc.nat(5000), fc.integer({ min: 5001, max: HOUR })));
  check(fc.property(steps, (all) => {
    let now = 0;
    const clock = withoutStandstills(() => now);
    let counted = 0;
    for (const step of all) {
      now += step;
      if (step <= 5000) counted += step;
      assertEquals(clock(), counted);
    }
  }));
});

/** Sets the clock to another time of day; the time since the start goes on as before. */
const JUMPS: readonly [name: string, by: number][] = [
  ["an hour back", -HOUR],
  ["an hour forth", HOUR],
  ["years back", -YEARS],
  ["years forth", YEARS],
];

for (const [name, by] of JUMPS) {
  const begin = () => {
    const test = new TestHub({ historyOnJoin: 10, modPassword: "mod" });
    test.now = 2 * YEARS;
    return { test, ana: test.framesMember("ana"), nc: test.textMember("nc") };
  };

  Deno.test(`a clock that jumps ${name} changes neither the order of messages nor the replay`, () => {
    const { test, ana, nc } = begin();
    ana.send('{"type":"say","ref":"1","text":"before"}');
    test.now += by;
    ana.send('{"type":"say","ref":"2","text":"after"}');
    nc.send("last");
    test.tick();
    const texts = (lines: string[]) =>
      lines.flatMap((line) => /: (before|after|last)$/.exec(line)?.[1] ?? []);
    assertEquals(texts(nc.take()), ["before", "after"]);
    const late = test.connect();
    late.send('{"type":"hello","protocol":1,"nick":"late"}');
    test.tick();
    const replayed = late.takeFrames().filter((frame) => frame.type === "message");
    assertEquals(replayed.map(({ id, text }) => [id, text]), [
      [1, "before"],
      [2, "after"],
      [3, "last"],
    ]);
  });

  Deno.test(`a clock that jumps ${name} during a grace period costs neither the session nor a message`, () => {
    const { test, ana, nc } = begin();
    const { token } = ana.session;
    nc.send("before");
    test.tick();
    ana.drop();
    test.now += by;
    test.hub.sweep();
    nc.send("meanwhile");
    test.tick();
    const back = test.connect();
    const hello = { type: "hello", protocol: 1, nick: "ana", resume: { token, after: 1 } };
    back.send(JSON.stringify(hello));
    test.tick();
    const frames = back.takeFrames();
    assertEquals(frames.map(({ type }) => type), ["welcome", "notice", "message"]);
    assertEquals(frames.flatMap((frame) => frame.type === "message" ? [frame.text] : []), [
      "meanwhile",
    ]);
    assertEquals(nc.take(), [], "nobody has seen her go");
  });

  Deno.test(`a clock that jumps ${name} neither prolongs nor ends a wait`, () => {
    const { test, ana, nc } = begin();
    ana.send('{"type":"command","ref":"1","line":"/mod mod"}');
    ana.send('{"type":"command","ref":"2","line":"/mute nc 10"}');
    test.tick();
    nc.take();
    test.now += by;
    nc.send("muted");
    test.tick();
    assertEquals(nc.take(), ["! you are muted: you may write again in 10 minutes"]);
    test.elapsed += 10 * 60_000;
    nc.send("too late");
    ana.send('{"type":"command","ref":"3","line":"/slow 30"}');
    test.tick();
    nc.take();
    nc.send("one");
    test.now += by;
    nc.send("two");
    test.tick();
    assertEquals(nc.take(), ["! #general is in slow mode: you may write again in 30 seconds"]);
    test.elapsed += 30_000;
    nc.send("three");
    test.tick();
    const posted = ana.takeFrames().flatMap((frame) =>
      frame.type === "message" ? [frame.text] : []
    );
    assertEquals(posted, ["too late", "one", "three"]);
  });
}
