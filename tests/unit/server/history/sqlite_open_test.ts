/** Which files a history is opened in, how it makes a new one, and which it refuses and leaves as they are. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../../common/cli/failure.ts";
import { openDatabase } from "../../../../server/history/database.ts";
import { wordsOf } from "../../../../server/history/search.ts";
import { openHistory } from "../../../../server/history/sqlite.ts";
import { contents, USELESS_FILES } from "../../../support/history_files.ts";
import {
  contains,
  fill,
  ids,
  LARGE,
  openFixture,
  posted,
} from "../../../support/sqlite_history.ts";

Deno.test("new files are readable by their owner only, and after the end an empty lock remains", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 1);
  const files = [...Deno.readDirSync(test.directory)].map(({ name }) => name).sort();
  assertEquals(files, ["chat.db", "chat.db-lock", "chat.db-shm", "chat.db-wal"]);
  for (const name of files) {
    if (Deno.build.os === "windows") continue;
    assertEquals(Deno.statSync(`${test.directory}/${name}`).mode! & 0o777, 0o600, name);
  }
  history.close();
  assertEquals(Object.keys(await contents(test.directory)).sort(), ["chat.db", "chat.db-lock"]);
});

Deno.test("an empty file becomes a new history", async () => {
  await using test = await openFixture();
  Deno.writeTextFileSync(test.path, "");
  const history = test.open();
  fill(history, 1);
  history.close();
  const again = test.open();
  assertEquals(ids(again.last("general", 5)), [1]);
  again.close();
});

Deno.test("a name with a special meaning in SQLite is a file like any other", async () => {
  await using test = await openFixture();
  const before = Deno.cwd();
  Deno.chdir(test.directory);
  try {
    for (const path of [":memory:", "file:chat.db?mode=memory", "a b%20c?d#e"]) {
      openHistory({ ...test.options(), path }).close();
      assert(contains(test.directory, path), path);
    }
  } finally {
    Deno.chdir(before);
  }
});

Deno.test("a hub that was killed while it created the tables leaves a usable file", async () => {
  await using test = await openFixture();
  const database = new DatabaseSync(test.path);
  // With little memory, pages are written before the transaction ends.
  database.exec("PRAGMA cache_size = 1; BEGIN; PRAGMA application_id = 1667785076");
  database.exec("CREATE TABLE last (only INTEGER); CREATE TABLE message (text TEXT)");
  for (let row = 0; row < 50; row++) database.exec(`INSERT INTO message VALUES ('${LARGE}')`);
  const journal = Deno.readFileSync(`${test.path}-journal`);
  database.exec("COMMIT");
  database.close();
  assert(journal.length > 0);
  Deno.writeFileSync(`${test.path}-journal`, journal);
  const history = test.open();
  history.add(posted(1));
  assertEquals(history.commit(1), undefined);
  history.close();
  assertEquals(Object.keys(await contents(test.directory)).sort(), ["chat.db", "chat.db-lock"]);
});

for (const { name, make, complaint } of USELESS_FILES) {
  Deno.test(`a history is not opened in ${name}, which stays as it is`, async () => {
    await using test = await openFixture();
    const path = make(test.directory);
    const before = await contents(test.directory);
    const failure = assertThrows(
      () => openHistory({ ...test.options(), path }),
      Failure,
    );
    assertEquals(failure.message, `cannot use the history in ${path}: ${complaint}`);
    assertEquals(failure.exitCode, 1);
    assertEquals(await contents(test.directory), before);
  });
}

Deno.test("a view and an index of the owner's own may stay in the file", async () => {
  await using test = await openFixture();
  test.open().close();
  using own = new DatabaseSync(test.path);
  own.exec("CREATE VIEW mine AS SELECT nick FROM run; CREATE INDEX by_nick ON run (nick)");
  const history = test.open();
  fill(history, 2);
  assertEquals(own.prepare("SELECT * FROM mine").all().length, 2);
  history.close();
});

Deno.test("a file with an id beyond the safe integers is damaged", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  database.exec("UPDATE last SET id = 9007199254740993");
  database.close();
  const before = await contents(test.directory);
  const failure = assertThrows(() => test.open(), Failure);
  assert(failure.message.startsWith(`cannot use the history in ${test.path}: `), failure.message);
  assertEquals(await contents(test.directory), before);
});

Deno.test("the file of an earlier version loses no message, and rooms that it kept apart are one", async () => {
  await using test = await openFixture();
  const history = test.open();
  const rooms = ["istanbul", "i\u0307stanbul", "ıstanbul", "general", "ςοφος", "σοφος"];
  for (const [index, room] of rooms.entries()) history.add(posted(index + 1, { room }));
  history.commit(rooms.length);
  history.close();
  const earlier = openAsVersion6(test.path);
  earlier.exec("DROP INDEX run_room; CREATE INDEX run_room ON run (room, first)");
  earlier.exec(
    "DROP TABLE rule; DROP TABLE erasing; DROP TRIGGER run_added; DROP TRIGGER run_removed; DROP TABLE search",
  );
  earlier.exec("PRAGMA user_version = 3");
  earlier.close();
  test.open().close();
  const again = test.open();
  const last = (room: string) =>
    again.last(room, 9).map(({ message }) => [message.id, message.room]);
  assertEquals(last("istanbul"), [1, 2, 3].map((id) => [id, "istanbul"]));
  assertEquals(last("σοφος"), [5, 6].map((id) => [id, "σοφος"]));
  assertEquals(last("general"), [[4, "general"]]);
  const found = again.search({ room: "istanbul", words: wordsOf("m2"), count: 9 });
  assertEquals(ids([...found.messages]), [2]);
  again.close();
});

Deno.test("a file of version 5 gets a table of rules, and keeps its messages", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 3);
  history.close();
  const earlier = openAsVersion6(test.path);
  earlier.exec("DROP TABLE rule; DROP TABLE erasing; PRAGMA user_version = 5");
  earlier.close();
  for (const stored of [0, 1]) {
    const again = test.open();
    assertEquals(ids(again.last("general", 9)), [1, 2, 3]);
    assertEquals(again.rules.stored.length, stored);
    again.rules.put("ban", "eva", "{}");
    again.close();
  }
});

Deno.test("a file of version 6 takes notices, and keeps its messages and what its owner added", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 3);
  history.close();
  const earlier = openAsVersion6(test.path);
  earlier.exec("CREATE VIEW mine AS SELECT nick FROM run; CREATE INDEX by_nick ON run (nick)");
  earlier.close();
  test.open().close();
  const again = test.open();
  again.add(posted(4, { kind: "notice" }));
  assertEquals(again.commit(4), undefined);
  const kinds = again.last("general", 9).map(({ message }) => [message.id, message.kind]);
  assertEquals(kinds, [[1, "say"], [2, "say"], [3, "say"], [4, "notice"]]);
  const words = { room: "general", words: wordsOf("m2"), count: 9 };
  assertEquals(ids([...again.search(words).messages]), [2]);
  again.close();
  using own = new DatabaseSync(test.path);
  assertEquals(own.prepare("SELECT * FROM mine").all().length, 4);
  assertEquals(own.prepare("PRAGMA index_info(by_nick)").all().length, 1);
});

/** Opens a file after it was made one of version 6, whose table of runs took no notices. */
function openAsVersion6(path: string): DatabaseSync {
  const file = new DatabaseSync(path);
  const schema = file.prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = 'run'").all();
  const [table, ...others] = schema.map(({ sql }) => String(sql).replace(", 'notice'", ""));
  file.exec("CREATE TABLE kept AS SELECT * FROM run; DROP TABLE run");
  file.exec(`${table}; INSERT INTO run SELECT * FROM kept; DROP TABLE kept`);
  file.exec(`${others.join("; ")}; PRAGMA user_version = 6`);
  return file;
}
