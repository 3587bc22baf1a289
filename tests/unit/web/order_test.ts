/** Older messages that arrive later have their place in the log. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { insertRow, type Ordered } from "../../../web/order.ts";

const message = (id: number): Ordered => ({ id, moment: id * 1000 });

Deno.test("messages are in the order of their ids, in any order of arrival", () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(1000)), (ids) => {
    const rows: Ordered[] = [];
    for (const id of ids) {
      const isLatest = insertRow(rows, message(id), true);
      assertEquals(isLatest, rows.every((row) => row.id! <= id));
    }
    assertEquals(rows.map(({ id }) => id), ids.toSorted((a, b) => a - b));
  }));
});

Deno.test("an old message goes above the notices that came after it, a new one below them", () => {
  const rows: Ordered[] = [message(1), { moment: 1500 }, { moment: 9000 }];
  assertEquals(insertRow(rows, message(2), true), true);
  assertEquals(insertRow(rows, message(3)), true);
  assertEquals(rows.map(({ moment }) => moment), [1000, 1500, 2000, 9000, 3000]);
});

Deno.test("the answer to a message that others overtook is above theirs", () => {
  const rows = [message(1), message(3)];
  assertEquals(insertRow(rows, message(2)), false);
  assertEquals(rows.map(({ id }) => id), [1, 2, 3]);
});
