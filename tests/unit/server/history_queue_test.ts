import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Queue } from "../../../server/history/queue.ts";
import { testProperty } from "../../support/property.ts";

testProperty("a queue has at any moment what an array would have", { weight: 10 }, (check) => {
  const step = fc.record({ pushed: fc.nat(300), taken: fc.nat(300), count: fc.nat(400) });
  check(fc.property(fc.array(fc.nat()), fc.array(step, { maxLength: 8 }), (first, steps) => {
    const queue = new Queue(first);
    const model = [...first];
    for (const { pushed, taken, count } of steps) {
      for (let number = 0; number < pushed; number++) {
        queue.push(number);
        model.push(number);
      }
      for (let number = 0; number < taken; number++) assertEquals(queue.shift(), model.shift());
      assertEquals(queue.length, model.length);
      assertEquals(queue.toArray(), model);
      assertEquals(queue.last(count), count === 0 ? [] : model.slice(-count));
    }
  }));
});

Deno.test("nothing is the last of a queue where none is asked for, or of an empty one", () => {
  const queue = new Queue([1, 2]);
  assertEquals([queue.last(0), queue.last(-1), queue.last(9)], [[], [], [1, 2]]);
  queue.shift();
  queue.shift();
  assertEquals([queue.shift(), queue.length, queue.last(9)], [undefined, 0, []]);
});
