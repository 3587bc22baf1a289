/** While the disk is full or fails, the chat goes on, and what waits for the disk is limited and counted. */

import { assert, assertEquals } from "@std/assert";
import { databaseFailure, openDatabase } from "../../../../server/history/database.ts";
import type { SqliteOptions } from "../../../../server/history/mod.ts";
import { SEPARATOR } from "../../../../server/history/row.ts";
import { SqliteHistory } from "../../../../server/history/sqlite.ts";
import { contents } from "../../../support/history_files.ts";
import { TestHub } from "../../../support/hub.ts";
import { fill, ids, LARGE, openFixture, posted, setFull } from "../../../support/sqlite_history.ts";

Deno.test("on a full disk the chat goes on, everyone is notified once, and nothing is lost", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  const hub = new TestHub({ history });
  const ana = hub.textMember("ana");
  const eva = hub.framesMember("eva");
  hub.connect(); // not a member, and not notified
  ana.take();
  setFull(database, true);
  for (const text of [LARGE, "dos", "tres"]) {
    ana.send(text);
    hub.tick();
  }
  assertEquals(ana.take(), ["* history is not being saved"]);
  assertEquals(
    eva.takeFrames().map((frame) => frame.type === "notice" ? frame.code : frame.type),
    ["message", "history_unsaved", "message", "message"],
  );
  assertEquals(ids(history.last("general", 9)), [1, 2, 3]);
  hub.hub.sweep();
  hub.tick();
  assertEquals([ana.take(), eva.takeFrames()], [[], []]);

  setFull(database, false);
  assertEquals(ana.ask("cuatro"), [], "it is tried again once a second only");
  hub.hub.sweep();
  hub.tick();
  assertEquals(ana.take(), ["* history is being saved again"]);
  assertEquals(eva.takeFrames().at(-1), {
    type: "notice",
    code: "history_saved",
    params: { lost: 0 },
    text: "history is being saved again",
  });
  history.close();
  const again = test.open();
  assertEquals(ids(again.last("general", 9)), [1, 2, 3, 4]);
  again.close();
});

Deno.test("a write that failed but took effect does not disturb the next one", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  const limits = { messages: 40, bytes: 1e9 };
  const history = new SqliteHistory(database, test.options({ unsaved: limits }));
  fill(history, 1, { ts: 0 });
  for (let id = 2; id <= 20; id++) history.add(posted(id, { ts: 0 }));
  database.exec("PRAGMA query_only = ON");
  assertEquals(history.commit(20)?.code, "history_unsaved");
  database.exec("PRAGMA query_only = OFF");
  // As if it had succeeded: the next attempt has other runs.
  database.prepare("INSERT INTO run VALUES (2, 19, 0, 'general', 'Ana', 'ana', 'say', ?)")
    .run(new Array(19).fill("another attempt").join(SEPARATOR));
  for (let id = 21; id <= 43; id++) history.add(posted(id, { ts: 0 }));
  history.commit(43);
  assertEquals(history.sweep(), { code: "history_saved", params: { lost: 2 } });
  history.close();
  const again = test.open();
  assertEquals(
    again.last("general", 99).map(({ message: { id, text } }) => `${id} ${text}`),
    [1, ...Array.from({ length: 40 }, (_, index) => index + 4)].map((id) => `${id} m${id}`),
  );
  again.close();
});

Deno.test("what waits for the disk is limited, and lost messages are counted", async () => {
  await using test = await openFixture();
  const cases: [SqliteOptions["unsaved"] & object, kept: number[], lost: number][] = [
    [{ messages: 2, bytes: 1e9 }, [4, 5], 3],
    [{ messages: 1e9, bytes: 1100 }, [3, 4, 5], 2],
  ];
  for (const [unsaved, kept, lost] of cases) {
    const database = openDatabase(test.path);
    const history = new SqliteHistory(database, test.options({ unsaved }));
    history.add(posted(1, { text: "x".repeat(100_000) }));
    for (let id = 2; id <= 5; id++) history.add(posted(id, { text: "x".repeat(100) }));
    database.exec("PRAGMA query_only = ON");
    assertEquals(history.commit(5)?.code, "history_unsaved");
    database.exec("PRAGMA query_only = OFF");
    assertEquals(history.sweep(), { code: "history_saved", params: { lost } });
    history.close();
    const again = test.open();
    assertEquals(ids(again.last("general", 9)), kept);
    again.close();
    Deno.removeSync(test.path);
  }
});

Deno.test("a failure is logged once a minute, and its end once", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  setFull(database, true);
  fill(history, 1, { text: LARGE });
  for (let second = 0; second < 150; second++) {
    test.now += 1000;
    history.sweep();
  }
  assertEquals(test.logged.length, 3);
  assert(
    test.logged.every((line) => line.startsWith("history failed") && line.includes("full")),
    test.logged[0],
  );
  assert(test.logged.every((line) => line.includes(test.path)));
  setFull(database, false);
  history.sweep();
  assertEquals(test.logged.slice(3), [
    `history saved again ${JSON.stringify({ path: test.path, lost: 0 })}`,
  ]);
  // It fails again at once: everyone is notified, and nothing is logged.
  setFull(database, true);
  history.add(posted(2, { text: LARGE }));
  assertEquals(history.commit(2)?.code, "history_unsaved");
  setFull(database, false);
  assertEquals(history.sweep()?.code, "history_saved");
  assertEquals(test.logged.length, 4);
  history.close();
});

Deno.test("a hub that ends while the disk is full logs how many messages are lost", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  setFull(database, true);
  fill(history, 1, { text: LARGE });
  history.close();
  assertEquals(test.logged.at(-1), `history lost {"path":"${test.path}","messages":1}`);
  assertEquals(Object.keys(await contents(test.directory)).sort(), ["chat.db", "chat.db-lock"]);
});

Deno.test("nothing throws when the database is gone, and memory goes on", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options({ keep: { days: 1 } }));
  database.close();
  history.add(posted(1));
  assertEquals(history.commit(1)?.code, "history_unsaved");
  assertEquals(history.sweep(), undefined);
  assertEquals(ids(history.last("general", 5)), [1]);
  history.forget("general");
  history.close();
  history.close();
});

Deno.test("a disk without room for the file is reported as full, whether the system or SQLite says so", () => {
  for (const fault of [{ code: "ENOSPC" }, { errcode: 13 }, { errcode: 4874 }]) {
    assertEquals(databaseFailure("chat.db", { ...fault }).key, "failure.db_no_room");
  }
  assertEquals(databaseFailure("chat.db", { errcode: 10 }).key, "failure.db_unusable");
});
