/** A history file that other programs read, write, move and delete while a hub has it open. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../../common/cli/failure.ts";
import { erase } from "../../../../server/history/erase.ts";
import type { SqliteHistory } from "../../../../server/history/sqlite.ts";
import { contents, made } from "../../../support/history_files.ts";
import {
  contains,
  fill,
  ids,
  openFixture,
  posted,
  rowsOf,
} from "../../../support/sqlite_history.ts";

const IN_USE = "another hub or program is using it; stop that, or choose another file";

/** Lets a history look where its file is, and learn the answer. */
async function sweep(history: SqliteHistory) {
  const notice = history.sweep();
  for (let turn = 0; turn < 9; turn++) await Promise.resolve();
  return (notice ?? history.sweep())?.code;
}

/** What a hub sees at a path. */
function look(path: string) {
  return Promise.resolve(
    contains(path.replace(/\/[^/]*$/, ""), "chat.db") ? Deno.statSync(path) : undefined,
  );
}

Deno.test("other programs read a file that a hub writes to, and a second hub is refused", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 3);
  assertEquals(rowsOf(test.path).length, 3);
  using reader = new DatabaseSync(test.path);
  reader.exec("BEGIN");
  assertEquals(reader.prepare("SELECT count(*) AS n FROM message").get()!["n"], 3);
  history.add(posted(4));
  assertEquals(history.commit(4), undefined);
  const failure = assertThrows(() => test.open(), Failure);
  assertEquals(failure.message, `cannot use the history in ${test.path}: ${IN_USE}`);
  reader.exec("COMMIT");
  assertEquals(rowsOf(test.path).length, 4);
  history.close();
  test.open().close();
});

Deno.test("a hub starts beside a program that reads the file", async () => {
  await using test = await openFixture();
  using reader = new DatabaseSync(made(test.directory));
  reader.exec("BEGIN");
  reader.prepare("SELECT * FROM run").all();
  const history = test.open();
  fill(history, 2);
  history.close();
});

Deno.test("hubs of earlier versions, which lock the file itself, and this one refuse each other", async () => {
  await using test = await openFixture();
  const path = made(test.directory);
  const lock = () => {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    try {
      database.exec("PRAGMA journal_mode = WAL; UPDATE last SET id = 7");
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  const history = test.open();
  assertThrows(lock, Error, "database is locked");
  history.close();
  using _earlier = lock();
  assertThrows(() => test.open(), Failure, IN_USE);
});

Deno.test("while another program writes, messages wait without a notice, for at most 5 seconds", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 1);
  using writer = new DatabaseSync(test.path);
  for (const [seconds, code] of [[4, undefined], [6, "history_unsaved"]] as const) {
    writer.exec("BEGIN IMMEDIATE");
    const id = history.last("general", 1)[0]!.message.id + 1;
    history.add(posted(id));
    assertEquals(history.commit(id), undefined);
    test.now += seconds * 1000;
    assertEquals(history.sweep()?.code, code);
    assertEquals(history.isFailing, code !== undefined);
    assertEquals(ids(history.last("general", 9)).at(-1), id);
    writer.exec("COMMIT");
    assertEquals(history.sweep()?.code, code && "history_saved");
    assertEquals(rowsOf(test.path).length, id);
  }
  assertEquals(test.logged.length, 2, test.logged.join("\n"));
  history.close();
});

Deno.test("more messages than may wait are a failure at once, also while another program writes", async () => {
  await using test = await openFixture();
  const history = test.open({ unsaved: { messages: 2, bytes: 1e9 } });
  using writer = new DatabaseSync(test.path);
  writer.exec("BEGIN IMMEDIATE");
  for (let id = 1; id <= 3; id++) history.add(posted(id));
  assertEquals(history.commit(3)?.code, "history_unsaved");
  writer.exec("COMMIT");
  assertEquals(history.sweep(), { code: "history_saved", params: { lost: 1 } });
  assertEquals(history.takeRemoved(), [], "what was given up was not removed by another program");
  history.close();
});

Deno.test("a file that was moved is a failure until it is back, and has all that was saved before", async () => {
  await using test = await openFixture();
  const history = test.open({ look });
  fill(history, 3);
  const moved = `${test.path}.moved`;
  Deno.renameSync(test.path, moved);
  assertEquals(await sweep(history), "history_unsaved");
  assert(history.isFailing);
  assert(test.logged[0]!.includes("moved, deleted or replaced"), test.logged[0]);
  history.add(posted(4));
  history.commit(4);
  Deno.copyFileSync(moved, `${test.path}.copy`);
  assertEquals(rowsOf(`${test.path}.copy`).length, 3);
  Deno.renameSync(moved, test.path);
  assertEquals(await sweep(history), "history_saved");
  assertEquals(rowsOf(test.path).length, 4);
  await history.close();
  assert(!test.logged.some((line) => line.includes("not at its place")));
});

for (const how of ["moved", "deleted", "replaced"]) {
  Deno.test(`a hub that ends after its file was ${how} says so, and what is lost`, async () => {
    await using test = await openFixture();
    const history = test.open({ look });
    fill(history, 3);
    if (how === "deleted") Deno.removeSync(test.path);
    else Deno.renameSync(test.path, `${test.path}.moved`);
    if (how === "replaced") Deno.writeTextFileSync(test.path, "other");
    assertEquals(await sweep(history), "history_unsaved");
    history.add(posted(4));
    history.commit(4);
    await history.close();
    const [lost, place] = test.logged.slice(-2);
    assertEquals(lost, `history lost ${JSON.stringify({ path: test.path, messages: 1 })}`);
    assert(place!.includes("not at its place") && place!.includes(test.path), place);
    if (how !== "deleted") {
      assertEquals(how === "moved" ? rowsOf(`${test.path}.moved`).length : 3, 3);
    }
  });
}

Deno.test("a file that is moved just before the end has everything, and a new history can begin", async () => {
  await using test = await openFixture();
  const history = test.open({ look });
  fill(history, 3);
  Deno.renameSync(test.path, `${test.directory}/november.db`);
  history.add(posted(4));
  history.commit(4);
  await history.close();
  assert(test.logged.at(-1)!.includes("not at its place"), test.logged.at(-1));
  assertEquals(rowsOf(`${test.directory}/november.db`).length, 4);
  const next = test.open();
  assertEquals(next.last("general", 9), []);
  next.close();
});

for (const side of ["-wal", "-journal"]) {
  Deno.test(`a FILE${side} without its file is refused and stays as it is`, async () => {
    await using test = await openFixture();
    Deno.writeTextFileSync(test.path + side, "x".repeat(5000));
    const before = await contents(test.directory);
    const failure = assertThrows(() => test.open(), Failure);
    assertEquals(
      failure.message,
      `cannot use the history in ${test.path}: ${test.path}${side} is there without it; ` +
        `put ${test.path} back, or move ${test.path}${side} away too`,
    );
    assertEquals(await contents(test.directory), before);
  });
}

Deno.test("messages that another program removes are told once, and leave the count", async () => {
  await using test = await openFixture();
  const history = test.open({ keep: { messages: 5 } });
  for (let id = 1; id <= 3; id++) history.add(posted(id, { room: "dev", nick: "Eva" }));
  for (let id = 4; id <= 7; id++) history.add(posted(id));
  history.commit(7);
  history.sweep(); // prunes 1 and 2
  assertEquals(history.takeRemoved(), []);
  using other = new DatabaseSync(test.path);
  assertEquals(erase(other, [3, 5, 99]), 2);
  const removed = history.takeRemoved();
  assertEquals(removed, [{ room: "dev", ids: [3] }, { room: "general", ids: [5] }]);
  assertEquals(ids(removed.flatMap(({ room, ids }) => history.remove(room, ids))), [3, 5]);
  assertEquals(history.takeRemoved(), []);
  assertEquals(history.diskUse.messages, 3);
  history.close();
});
