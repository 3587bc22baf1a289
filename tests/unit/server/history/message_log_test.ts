import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Queue } from "../../../../server/history/message_log.ts";
import { testProperty } from "../../../support/property.ts";

testProperty(
  "a queue returns what was pushed, in order",
  { weight: 20 },
  (check) => {
    const steps = fc.array(fc.tuple(fc.nat(600), fc.nat(600), fc.nat(1000)), { maxLength: 8 });
    check(fc.property(steps, (steps) => {
      const queue = new Queue<number>();
      let wanted: number[] = [];
      let next = 0;
      for (const [added, taken, place] of steps) {
        for (let count = 0; count < added; count++) {
          queue.push(next);
          wanted.push(next++);
        }
        const shifted = Array.from({ length: taken }, () => queue.shift());
        assertEquals(shifted, Array.from({ length: taken }, (_, index) => wanted[index]));
        wanted = wanted.slice(taken);
        assertEquals(queue.length, wanted.length);
        assertEquals(queue.slice(place), wanted.slice(place));
        assertEquals(queue.at(place), wanted[place]);
        assertEquals([queue.at(0), queue.at(-1)], [wanted[0], wanted.at(-1)]);
        if (wanted.length > 0) queue.replaceFirst(wanted[0] = -place);
        assertEquals(queue.slice(0), wanted);
      }
      queue.clear();
      assertEquals([queue.length, queue.shift()], [0, undefined]);
    }));
  },
);
