/** How many messages a history in a file keeps, and for how many days. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../../server/history/database.ts";
import { RUN_LIMITS } from "../../../../server/history/run.ts";
import { SqliteHistory } from "../../../../server/history/sqlite.ts";
import type { Posted } from "../../../../server/types.ts";
import { testProperty } from "../../../support/property.ts";
import {
  contains,
  DAY,
  details,
  fill,
  ids,
  openFixture,
  posted,
  rowsOf,
  toRow,
} from "../../../support/sqlite_history.ts";

testProperty(
  "SqliteHistory keeps exactly the last messages up to its limit, for any messages",
  { weight: 0.5 },
  async (check) => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ details, times: fc.integer({ min: 1, max: 9 }) }) },
      { weight: 2, arbitrary: fc.constantFrom("private" as const, "reopen" as const) },
    );
    await using test = await openFixture();
    check(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, kept) => {
          if (contains(test.directory, "chat.db")) Deno.removeSync(test.path);
          const open = () => test.open({ keep: { messages: kept } });
          let history = open();
          let lastId = 0;
          const model: Posted[] = [];
          for (const step of [...steps, "reopen"] as const) {
            if (step === "private") lastId++;
            else if (step !== "reopen") {
              for (let time = 0; time < step.times; time++) {
                model.push(posted(++lastId, step.details));
                history.add(model.at(-1)!);
              }
            }
            history.commit(lastId);
            history.sweep();
            if (step !== "reopen") continue;
            history.close();
            assertEquals(rowsOf(test.path), model.slice(-kept).map(toRow));
            history = open();
            assertEquals(history.lastId, lastId);
          }
          history.close();
        },
      ),
      { numRuns: 60 },
    );
  },
);

Deno.test("the number of messages of all rooms together is limited", async () => {
  await using test = await openFixture();
  const first = test.open({ keep: { messages: 3000 } });
  for (let id = 1; id <= 6000; id++) first.add(posted(id, { room: id % 2 === 0 ? "even" : "odd" }));
  first.commit(6000);
  const count = (history: SqliteHistory) => {
    history.close();
    const database = new DatabaseSync(test.path, { readOnly: true });
    const counted = database.prepare("SELECT count(*) AS n, min(id) AS oldest FROM message").get();
    database.close();
    return { ...counted };
  };
  first.sweep();
  assertEquals(count(first), { n: 5744, oldest: 257 }, "a sweep removes one step");
  const second = test.open({ keep: { messages: 3000 } });
  assertEquals(count(second), { n: 3000, oldest: 3001 }, "the beginning removes them all");
});

Deno.test("messages are kept for a number of days", async () => {
  await using test = await openFixture();
  const first = test.open({ keep: { days: 90 } });
  for (let day = 1; day <= 100; day++) first.add(posted(day, { ts: test.now - (100 - day) * DAY }));
  first.commit(100);
  first.close();
  const second = test.open({ keep: { days: 90 } });
  assertEquals(ids(second.last("general", 999)).length, 91);
  test.now += 2 * DAY;
  second.sweep();
  assertEquals(ids(second.last("general", 999))[0], 12);
  test.now += 500 * DAY;
  second.sweep();
  second.sweep();
  assertEquals(second.last("general", 999), []);
  second.close();
  const third = test.open({ keep: { days: 90 } });
  assertEquals(third.lastId, 100);
  third.close();
});

Deno.test("old messages are removed, however many have the same time", async () => {
  await using test = await openFixture();
  const history = test.open({ keep: { days: 90 } });
  const flood = 3 * RUN_LIMITS.messages;
  for (let id = 1; id <= flood; id++) history.add(posted(id, { ts: test.now }));
  history.add(posted(flood + 1, { ts: test.now + DAY }));
  history.commit(flood + 1);
  test.now += 90 * DAY + 1;
  for (let sweep = 0; sweep < 3; sweep++) history.sweep();
  history.close();
  assertEquals(rowsOf(test.path).map(({ id }) => id), [flood + 1]);
});

Deno.test("messages written while the clock was ahead do not keep old ones from being removed", async () => {
  await using test = await openFixture();
  const history = test.open({ keep: { days: 90 } });
  history.add(posted(1, { ts: test.now + 5000 * DAY }));
  history.add(posted(2, { room: "dev", ts: test.now }));
  history.commit(2);
  for (const room of ["general", "dev"]) history.forget(room);
  test.now += 91 * DAY;
  history.sweep();
  assertEquals(ids(history.last("dev", 9)), []);
  assertEquals(ids(history.last("general", 9)), [1]);
  history.close();
});

Deno.test("removing old messages is tried again after a failure, without a notice", async () => {
  await using test = await openFixture();
  const first = test.open();
  fill(first, 10);
  first.close();
  const database = openDatabase(test.path);
  database.exec("PRAGMA query_only = ON");
  const history = new SqliteHistory(database, test.options({ keep: { messages: 4 } }));
  assertEquals(history.sweep(), undefined);
  assertEquals(test.logged.length, 1);
  assertEquals(ids(history.last("general", 99)).length, 10);
  database.exec("PRAGMA query_only = OFF");
  history.sweep();
  assertEquals(ids(history.last("general", 99)), [7, 8, 9, 10]);
  history.close();
});
