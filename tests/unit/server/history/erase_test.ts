/** Erased messages: they leave the rows, the index of words and the bytes of all files, and nothing else does. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../../server/history/database.ts";
import { erase, settle } from "../../../../server/history/erase.ts";
import { wordsOf } from "../../../../server/history/search.ts";
import { SqliteHistory } from "../../../../server/history/sqlite.ts";
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
