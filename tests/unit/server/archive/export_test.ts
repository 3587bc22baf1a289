import { assertEquals } from "@std/assert";
import { readMessages } from "../../../../server/archive/export.ts";
import { openDatabase } from "../../../../server/history/database.ts";
import { erase } from "../../../../server/history/erase.ts";
import { SEPARATOR } from "../../../../server/history/row.ts";
import { tempDirectory } from "../../../support/temp.ts";

/** A file with rows of these numbers of messages. */
function fill(path: string, rows: readonly number[]) {
  const database = openDatabase(path);
  const insert = database.prepare(
    "INSERT INTO run VALUES (?, ?, 1, 'general', 'ana', 'ana', 'say', ?)",
  );
  let id = 1;
  for (const messages of rows) {
    insert.run(id, messages, Array.from({ length: messages }, () => "hola").join(SEPARATOR));
    id += messages;
  }
  return { database, last: id - 1 };
}

Deno.test("what is removed and said during an export neither repeats nor hides another message", async () => {
  await using folder = await tempDirectory();
  const rows = Array.from({ length: 1000 }, (_, index) => 1 + index % 4);
  const { database, last } = fill(`${folder.path}/chat.db`, rows);
  const exported: number[] = [];
  const erased: number[] = [];
  for (const { id } of readMessages(database, [["general"]], [-Infinity, Infinity])) {
    exported.push(id);
    // Before, at and after what is being read, and in all places of a row.
    if (id % 7 !== 0) continue;
    const ids = [id - 3, id, id + 30, id + 1500].filter((each) => each > 0 && each <= last);
    erase(database, ids);
    erased.push(...ids);
    database.exec(
      `INSERT INTO run VALUES (${last + id}, 1, 1, 'general', 'eva', 'eva', 'say', 'hola')`,
    );
  }
  database.close();
  assertEquals(exported, [...new Set(exported)].sort((a, b) => a - b));
  const ids = Array.from({ length: last }, (_, index) => index + 1);
  assertEquals(ids.filter((id) => !exported.includes(id) && !erased.includes(id)), []);
  assertEquals(exported.filter((id) => id > last), []);
});
