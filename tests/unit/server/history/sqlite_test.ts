/** A history in a file returns after a restart what was committed, and keeps nothing that was private. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../../server/history/database.ts";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import { SEPARATOR } from "../../../../server/history/row.ts";
import { MAX_LOOKED_AT, SqliteHistory } from "../../../../server/history/sqlite.ts";
import type { Posted } from "../../../../server/types.ts";
import { TestHub } from "../../../support/hub.ts";
import { testProperty } from "../../../support/property.ts";
import {
  contains,
  details,
  fill,
  ids,
  LARGE,
  messages,
  openFixture,
  posted,
  rowsOf,
  setFull,
  toRow,
} from "../../../support/sqlite_history.ts";

Deno.test("what was committed is there after a restart, without the author's id", async () => {
  await using test = await openFixture();
  const first = test.open();
  assertEquals(first.lastId, 0);
  const text = "José: \n日本語 👋 '; DROP TABLE message; --";
  fill(first, 1, { text });
  assertEquals(first.last("general", 5), [posted(1, { text })]);
  first.close();
  const second = test.open();
  const [again] = second.last("general", 5);
  assertEquals(again!.message, posted(1, { text }).message);
  assertEquals(again!.author, { id: "", key: "ana", nick: "Ana" });
  second.close();
  assert(!new TextDecoder("latin1").decode(Deno.readFileSync(test.path)).includes("secret"));
});

Deno.test("ids continue after the last one, even if its message was private or removed", async () => {
  await using test = await openFixture();
  const first = test.open({ keep: { messages: 1 } });
  fill(first, 1);
  first.commit(5);
  first.close();
  const second = test.open({ keep: { messages: 1 } });
  assertEquals(second.lastId, 5);
  const hub = new TestHub({ history: second });
  const ana = hub.framesMember("ana");
  ana.send('{"type":"say","ref":"1","text":"hola"}');
  hub.tick();
  assertEquals(ana.takeFrames().map((frame) => "id" in frame && frame.id), [6]);
  second.close();
});

Deno.test("what was not committed, and private messages, are not in the file", async () => {
  await using test = await openFixture();
  const history = test.open();
  const hub = new TestHub({ history });
  const ana = hub.textMember("ana");
  const eva = hub.textMember("eva");
  ana.send("/msg eva entre nosotras", "para todos");
  hub.tick();
  assertEquals(eva.take(), ["[private] ana: entre nosotras", "ana: para todos"]);
  history.add(posted(9, { text: "sin acabar" }));
  const log = new TextDecoder("latin1").decode(Deno.readFileSync(`${test.path}-wal`));
  history.close();
  assert(log.includes("para todos"));
  assert(!log.includes("entre nosotras") && !log.includes("sin acabar"));
});

Deno.test("a tick is committed before anything is delivered, also by a flush within it", () => {
  const happened: string[] = [];
  class RecordingHistory extends MemoryHistory {
    override commit(lastId?: number): undefined {
      happened.push(`commit ${lastId}`);
    }
  }
  const hub = new TestHub({ history: new RecordingHistory() });
  const ana = hub.textMember("ana");
  const eva = hub.textMember("eva");
  eva.session.peer.send = () => void happened.push("delivered");
  happened.length = 0;
  ana.send("hola");
  eva.send("/lang es"); // answered at once, after what was delivered until then
  assertEquals(happened, ["commit 1", "delivered", "commit 1", "delivered"]);
  happened.length = 0;
  ana.send("y otra");
  hub.tick();
  assertEquals(happened, ["commit 2", "delivered"]);
});

testProperty(
  "across restarts SqliteHistory returns what a plain list would, for any messages",
  { weight: 0.5 },
  async (check) => {
    const room = fc.constantFrom("a", "b", "c");
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant("say" as const),
          details,
          times: fc.integer({ min: 1, max: 4 }),
        }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant("tick" as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant("forget" as const), room }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("private" as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("full" as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
    );
    await using test = await openFixture();
    check(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (steps, count) => {
          for (const end of ["", "-wal"]) {
            if (contains(test.directory, `chat.db${end}`)) Deno.removeSync(test.path + end);
          }
          let database = openDatabase(test.path);
          let history = new SqliteHistory(database, test.options());
          let lastId = 0;
          const model: Posted[] = [];
          for (const step of steps) {
            switch (step.do) {
              case "say":
                for (let time = 0; time < step.times; time++) {
                  model.push(posted(++lastId, step.details));
                  history.add(model.at(-1)!);
                }
                break;
              case "private":
                lastId++;
                break;
              case "tick":
                history.commit(lastId);
                break;
              case "forget":
                history.forget(step.room);
                break;
              case "full":
                setFull(database, true);
                history.commit(lastId);
                setFull(database, false);
                history.sweep();
                break;
              case "reopen":
                history.commit(lastId);
                history.close();
                database = openDatabase(test.path);
                history = new SqliteHistory(database, test.options());
                assertEquals(history.lastId, lastId);
            }
            for (const each of ["a", "b", "c"]) {
              const expected = model.filter(({ message }) => message.room === each).slice(-count);
              assertEquals(messages(history.last(each, count)), messages(expected));
            }
          }
          history.commit(lastId);
          history.close();
          assertEquals(rowsOf(test.path), model.map(toRow));
        },
      ),
      { numRuns: 60 },
    );
  },
);

Deno.test("a flood takes few rows, and the view of the file has one row for each message", async () => {
  await using test = await openFixture();
  const history = test.open();
  const flood = Array.from(
    { length: 1000 },
    (_, index) => posted(index + 1, { ts: 7, text: `"${index}"\n\u{1F44B}` }),
  );
  for (const each of flood) history.add(each);
  history.commit(1000);
  history.close();
  assertEquals(rowsOf(test.path), flood.map(toRow));
  using database = new DatabaseSync(test.path, { readOnly: true });
  const { runs } = database.prepare("SELECT count(*) AS runs FROM run").get()!;
  assert(Number(runs) < 10, `${runs}`);
});

Deno.test("the write-ahead log is moved into the file while little is written, and not in a flood", async () => {
  await using test = await openFixture();
  const history = test.open();
  let id = 0;
  const say = (messages: number) => {
    for (let count = 0; count < messages; count++) history.add(posted(++id, { text: LARGE }));
    history.commit(id);
    history.sweep();
  };
  for (const few of [0, 1]) {
    const before = Deno.statSync(test.path).size;
    const grown = () => Deno.statSync(test.path).size - before;
    for (let second = 0; second < 10; second++) say(20);
    assertEquals(grown(), 0, "a flood");
    say(few);
    assert(grown() > 200 * LARGE.length, `${few} messages a second`);
  }
  history.close();
});

Deno.test("messages that memory has dropped are read from the middle of a run", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 1200, { ts: 7 });
  const known = (count: number) => ids(history.last("general", count));
  assertEquals(known(1001)[0], 200, "memory has a thousand");
  assertEquals(known(1150), Array.from({ length: 1150 }, (_, index) => index + 51));
  assertEquals(known(2000)[0], 1);
  history.close();
});

Deno.test("damaged texts are logged, and newer messages are still returned", async () => {
  await using test = await openFixture();
  for (const texts of [`a${SEPARATOR}b`, SEPARATOR]) {
    const first = test.open();
    fill(first, 3);
    first.close();
    const database = openDatabase(test.path);
    database.prepare("UPDATE run SET texts = ? WHERE first = 2").run(texts);
    const second = new SqliteHistory(database, test.options());
    assertEquals(ids(second.last("general", 9)), [3]);
    assertEquals(test.logged.length, 1, JSON.stringify(texts));
    second.close();
    Deno.removeSync(test.path);
    test.logged.length = 0;
  }
});

Deno.test("what is read from the file in one step is limited", async () => {
  await using test = await openFixture();
  const first = test.open();
  const text = "x".repeat(60_000);
  fill(first, 60, { text });
  first.close();
  const second = test.open();
  const found = second.last("general", 1e9);
  assertEquals(found.at(-1)!.message.id, 60);
  assert(found.length > 10 && found.length < 60, `${found.length}`);
  second.close();
});

Deno.test("messages in the file by an ignored nick are not replayed either", async () => {
  await using test = await openFixture();
  const first = test.open();
  fill(first, 1, { text: "grosería" });
  first.close();
  const history = test.open();
  const hub = new TestHub({ history, historyOnJoin: 50 });
  const eva = hub.textMember("eva");
  hub.textMember("ana");
  assert(eva.ask("/history").includes("Ana: grosería"));
  assertEquals(eva.ask("/ignore ana", "/history").filter((line) => line.includes("grosería")), []);
  history.close();
});

Deno.test("the last messages without those of hidden authors, in memory and in the file, wherever they are", async () => {
  await using test = await openFixture();
  const hidden = { keys: ["flood"], hides: ({ key }: { key: string }) => key === "flood" };
  const history = test.open();
  const add = (from: number, to: number, nick: string) => {
    // Each at a time of its own, and so in a run of its own.
    for (let id = from; id <= to; id++) history.add(posted(id, { nick, ts: id }));
    history.commit(to);
  };
  add(1, 3, "Ana");
  add(4, 1500, "flood"); // more than memory keeps
  add(1501, 1501, "Ana");
  add(1502, 1510, "flood");
  assertEquals(ids(history.last("general", 3, hidden)), [2, 3, 1501]);
  assertEquals(ids(history.last("general", 9, hidden)), [1, 2, 3, 1501]);
  assertEquals(ids(history.last("general", 2)), [1509, 1510]);
  history.close();
  const again = test.open();
  assertEquals(ids(again.last("general", 2, hidden)), [3, 1501]);
  again.close();
});

Deno.test("behind very many messages of hidden authors the history is not searched", async () => {
  await using test = await openFixture();
  const hidden = { keys: ["flood"], hides: ({ key }: { key: string }) => key === "flood" };
  const history = test.open();
  history.add(posted(1));
  for (let id = 2; id <= MAX_LOOKED_AT + 1001; id++) {
    history.add(posted(id, { nick: "flood", ts: id }));
  }
  history.commit(MAX_LOOKED_AT + 1001);
  assertEquals(ids(history.last("general", 5, hidden)), []); // a thousand are in memory
  history.close();
  const again = test.open();
  assertEquals(ids(again.last("general", 5, hidden)), []);
  assertEquals(ids(again.last("general", 2)), [MAX_LOOKED_AT + 1000, MAX_LOOKED_AT + 1001]);
  again.close();
});
