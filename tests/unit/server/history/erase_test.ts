/** Erased messages: they leave the rows, the index of words and the bytes of all files, and nothing else does. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../../server/history/database.ts";
import { erase, settle } from "../../../../server/history/erase.ts";
import { wordsOf } from "../../../../server/history/search.ts";
import { openHistory, SqliteHistory } from "../../../../server/history/sqlite.ts";
import type { Posted } from "../../../../server/types.ts";
import { testProperty } from "../../../support/property.ts";
import {
  bytesWith,
  contains,
  details,
  fill,
  ids,
  openFixture,
  posted,
  rowsOf,
  toRow,
} from "../../../support/sqlite_history.ts";

testProperty(
  "erase removes exactly the given messages, wherever they are in a run, and keeps the last id",
  { weight: 0.5 },
  async (check) => {
    await using test = await openFixture();
    check(
      fc.property(
        fc.array(fc.record({ details, times: fc.integer({ min: 1, max: 9 }) }), { maxLength: 8 }),
        fc.array(fc.nat(60), { maxLength: 20 }),
        (steps, erased) => {
          if (contains(test.directory, "chat.db")) Deno.removeSync(test.path);
          const history = test.open();
          const all: Posted[] = [];
          for (const { details, times } of steps) {
            for (let time = 0; time < times; time++) {
              all.push(posted(all.length + 1, { ...details, text: `zq${all.length + 1}x hola` }));
              history.add(all.at(-1)!);
            }
          }
          history.commit(all.length);
          const kept = all.filter(({ message: { id } }) => !erased.includes(id));
          {
            using other = new DatabaseSync(test.path);
            assertEquals(erase(other, erased), all.length - kept.length);
            assertEquals(settle(other), true);
            other.exec("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
          }
          history.close();
          assertEquals(rowsOf(test.path), kept.map(toRow));
          const again = test.open();
          assertEquals(again.lastId, all.length);
          for (const { message: { id, room } } of all) {
            const found = again.search({ room, words: [`zq${id}x`], count: 9 });
            assertEquals(ids([...found.messages]), erased.includes(id) ? [] : [id]);
          }
          again.close();
          for (const id of erased) {
            if (id > 0 && id <= all.length) assertEquals(bytesWith(test.path, `zq${id}x`), []);
          }
        },
      ),
      { numRuns: 40 },
    );
  },
);

Deno.test("messages that are removed leave memory, what waits, the file, its index and its log", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  const say = (id: number, text: string) => {
    history.add(posted(id, { text, ts: 7 }));
    history.commit(id);
  };
  say(1, "zqfirst");
  for (let id = 2; id <= 1998; id++) history.add(posted(id, { ts: 7, text: `m zq${id}x` }));
  say(1999, "zq1999x");
  database.exec("PRAGMA query_only = ON");
  say(2000, "zqwaits");
  assertEquals(ids(history.remove("general", [1, 500, 2000, 9999])), [1, 500, 2000]);
  assertEquals(history.remove("general", [1, 500, 2000]), []);
  assertEquals(ids(history.last("general", 2)), [1998, 1999]);
  for (const word of ["zqfirst", "zq500x", "zqwaits"]) {
    assertEquals(history.search({ room: "general", words: wordsOf(word), count: 9 }).messages, []);
  }
  database.exec("PRAGMA query_only = OFF");
  history.sweep();
  for (const text of ["zqfirst", "zq500x", "zqwaits"]) {
    assertEquals(bytesWith(test.path, text), [], text);
  }
  assertEquals(history.diskUse.messages, 1997);
  assertEquals(rowsOf(test.path).length, 1997);
  history.close();
});

Deno.test("a reader and a writer only delay that removed messages leave the bytes of the files", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 1, { text: "zqfirst" });
  using other = new DatabaseSync(test.path);
  other.exec("BEGIN IMMEDIATE");
  assertEquals(ids(history.remove("general", [1])), [1]);
  history.sweep();
  assertEquals(history.last("general", 9), []);
  other.exec("COMMIT; BEGIN");
  other.prepare("SELECT * FROM run").all();
  history.sweep();
  other.exec("COMMIT");
  history.sweep();
  assertEquals(bytesWith(test.path, "zqfirst"), []);
  history.close();
  assertEquals(test.logged, []);
});

Deno.test("after a kill in the tick of a deletion the message is gone at the next start", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 9, { ts: 7 });
  history.remove("general", [4]);
  history.commit(9);
  const killed = `${test.directory}/killed`;
  Deno.mkdirSync(killed);
  for (const end of ["", "-wal"]) {
    Deno.copyFileSync(test.path + end, `${killed}/chat.db${end}`);
  }
  history.close();
  const path = `${killed}/chat.db`;
  const next = openHistory({ ...test.options(), path });
  assertEquals(ids(next.last("general", 9)), [1, 2, 3, 5, 6, 7, 8, 9]);
  next.close();
  assertEquals(rowsOf(path).length, 8);
  assertEquals(bytesWith(path, "m4"), []);
});

Deno.test("slow work goes on between two sweeps until it is done, and ends with the history", async () => {
  await using test = await openFixture();
  let step: (() => void) | undefined;
  const after = (_: number, call: () => void) => {
    step = call;
    return () => step = undefined;
  };
  const history = test.open({ after });
  const removeAfter = (last: number) => {
    for (let id = last + 1; id <= last + 50; id++) history.add(posted(id, { ts: 7 }));
    history.commit(last + 50);
    assertEquals(history.remove("general", ids(history.last("general", 50))).length, 50);
    history.sweep();
  };
  removeAfter(0);
  for (let left = 50; step; left = rowsOf(test.path).length) {
    const next = step;
    step = undefined;
    next();
    const now = rowsOf(test.path).length;
    assert(now < left && left - now < 25, `${now} of ${left}`);
  }
  assertEquals(rowsOf(test.path), []);
  removeAfter(50);
  assert(step);
  history.close();
  assertEquals(step, undefined);
  assertEquals(rowsOf(test.path), []);
});
