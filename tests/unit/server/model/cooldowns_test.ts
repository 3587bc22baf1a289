import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Cooldowns } from "../../../../server/model/cooldowns.ts";
import { testProperty } from "../../../support/property.ts";

const ANA = { id: "t1", key: "ana" };

Deno.test("the table is full until cooldowns expire, and then has room again", () => {
  const waits = new Cooldowns(2);
  waits.set(ANA, 1000, 0);
  waits.set({ id: "t2", key: "eva" }, 2000, 0);
  const luis = { id: "t3", key: "luis" };
  assertEquals([waits.set(luis, 3000, 999), waits.left(luis, 999)], ["full", 0]);
  assertEquals(waits.set(ANA, 1500, 999), "set", "a person in the table can be set again");
  assertEquals(waits.set(luis, 3000, 1500), "set");
  waits.clear();
  assertEquals(waits.left(luis, 0), 0);
});

/** Few ids and keys, so that they meet often. */
const person = fc.record({
  id: fc.constantFrom("t1", "t2", "t3", "t4"),
  key: fc.constantFrom("ana", "eva", "luis"),
});
const step = fc.oneof(
  fc.record({ do: fc.constant("set" as const), person, for: fc.nat(50) }),
  fc.record({ do: fc.constant("pass" as const), time: fc.nat(20) }),
);

testProperty(
  "after any steps, a cooldown is what was last set for the id or for the key",
  { weight: 10 },
  (check) => {
    check(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(person), (steps, asked) => {
        const max = 4; // the number of ids, so it is never full
        const waits = new Cooldowns(max);
        let now = 1;
        const settings: { id: string; key: string; until: number }[] = [];
        for (const each of steps) {
          if (each.do === "pass") {
            now += each.time;
            continue;
          }
          const until = now + each.for;
          assertEquals(waits.set(each.person, until, now), "set");
          settings.push({ ...each.person, until });
        }
        for (const { id, key } of asked) {
          const byId = settings.findLast((setting) => setting.id === id)?.until ?? 0;
          const byKey = settings.findLast((setting) => setting.key === key)?.until ?? 0;
          assertEquals(waits.left({ id, key }, now), Math.max(0, byId - now, byKey - now));
        }
      }),
    );
  },
);
