import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../../common/cli/failure.ts";
import { databaseFailure, openDatabase } from "../../../../server/history/database.ts";
import { MemoryHistory } from "../../../../server/history/memory.ts";
import type { Retention } from "../../../../server/history/mod.ts";
import { SEPARATOR } from "../../../../server/history/row.ts";
import { RUN_LIMITS } from "../../../../server/history/run.ts";
import {
  openHistory,
  SqliteHistory,
  type SqliteOptions,
  type UnsavedLimits,
} from "../../../../server/history/sqlite.ts";
import type { Log } from "../../../../server/log.ts";
import { contents, made, USELESS_FILES } from "../../../support/history_files.ts";
import { TestHub } from "../../../support/hub.ts";
import { tempDirectory } from "../../../support/temp.ts";
import { testProperty } from "../../../support/property.ts";
import type { Posted } from "../../../../server/types.ts";

const DAY = 24 * 60 * 60 * 1000;

interface Details {
  room?: string;
  text?: string;
  ts?: number;
  nick?: string;
  kind?: "say" | "action";
}

function posted(
  id: number,
  { room = "general", text = `m${id}`, ts = id, nick = "Ana", kind = "say" }: Details = {},
): Posted {
  return {
    message: { type: "message", id, room, nick, text, ts, kind },
    author: { id: "secret", key: nick.toLowerCase(), nick },
  };
}

/** A history file, the lines of the log, and a clock that the test sets. */
async function openFixture() {
  const directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  const logged: string[] = [];
  const write = (message: string, fields?: unknown) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warning: write, error: write };
  const fixture = {
    path,
    directory: directory.path,
    logged,
    now: 1_000 * DAY,
    options(
      { keep = { messages: 1_000_000 }, unsaved }: { keep?: Retention; unsaved?: UnsavedLimits } =
        {},
    ): SqliteOptions {
      return { path, keep, log, now: () => fixture.now, ...(unsaved ? { unsaved } : {}) };
    },
    open: (options: { keep?: Retention } = {}) => openHistory(fixture.options(options)),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
  return fixture;
}

/** Adds messages up to an id, and commits them. */
function fill(history: SqliteHistory, lastId: number, details: Details = {}): void {
  for (let id = 1; id <= lastId; id++) history.add(posted(id, details));
  history.commit(lastId);
}

const ids = (all: Posted[]) => all.map(({ message }) => message.id);
const messages = (all: Posted[]) => all.map(({ message }) => message);

/** Random messages, of which some continue a run and some do not. */
const details: fc.Arbitrary<Details> = fc.record({
  room: fc.constantFrom("a", "a", "b", "c"),
  ts: fc.constantFrom(1, 1, 1, 2),
  nick: fc.constantFrom("Ana", "Ana", "Eva"),
  kind: fc.constantFrom("say", "say", "action"),
});

/** The messages of a file, as people see them in another program. */
function rowsOf(path: string): Record<string, unknown>[] {
  using database = new DatabaseSync(path);
  return database.prepare("SELECT * FROM message").all().map((row) => ({ ...row }));
}

const toRow = ({ message: { id, ts, room, nick, kind, text } }: Posted) => ({
  id,
  ts,
  room,
  nick,
  kind,
  text,
});

/** Makes the database full, like a full disk, or not full again. */
function setFull(database: DatabaseSync, isFull: boolean): void {
  database.exec(`PRAGMA max_page_count = ${isFull ? 1 : 1_000_000}`);
}

/** More than fits into the existing pages. */
const LARGE = "x".repeat(20_000);

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
  const cases: [UnsavedLimits, kept: number[], lost: number][] = [
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
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
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
  assertEquals(count(first), { n: 4976, oldest: 1025 }, "a sweep removes one step");
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

Deno.test("a new file is readable by its owner only, and after the end it is one file", async () => {
  await using test = await openFixture();
  const history = test.open();
  fill(history, 1);
  const files = [...Deno.readDirSync(test.directory)].map(({ name }) => name).sort();
  assertEquals(files, ["chat.db", "chat.db-wal"]);
  for (const name of files) {
    if (Deno.build.os === "windows") continue;
    assertEquals(Deno.statSync(`${test.directory}/${name}`).mode! & 0o777, 0o600, name);
  }
  history.close();
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
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
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
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
    assertEquals(failure.message, `cannot keep the history in ${path}: ${complaint}`);
    assertEquals(failure.exitCode, 1);
    assertEquals(await contents(test.directory), before);
  });
}

Deno.test("a file that another hub has open is refused, and not changed", async () => {
  await using test = await openFixture();
  const path = made(test.directory);
  using reader = new DatabaseSync(path);
  reader.exec("BEGIN");
  reader.prepare("SELECT * FROM run").all();
  const failure = assertThrows(() => test.open(), Failure);
  assertEquals(
    failure.message,
    `cannot keep the history in ${path}: another hub or program is using it; stop that, or ` +
      "choose another file",
  );
  reader.exec("COMMIT");
});

Deno.test("a file with an id beyond the safe integers is damaged", async () => {
  await using test = await openFixture();
  const database = openDatabase(test.path);
  database.exec("UPDATE last SET id = 9007199254740993");
  database.close();
  const before = await contents(test.directory);
  const failure = assertThrows(() => test.open(), Failure);
  assert(failure.message.startsWith(`cannot keep the history in ${test.path}: `), failure.message);
  assertEquals(await contents(test.directory), before);
});

function contains(directory: string, name: string): boolean {
  return [...Deno.readDirSync(directory)].some((each) => each.name === name);
}

Deno.test("a disk without room for the file is reported as full, whether the system or SQLite says so", () => {
  for (const fault of [{ code: "ENOSPC" }, { errcode: 13 }, { errcode: 4874 }]) {
    assertEquals(databaseFailure("chat.db", { ...fault }).key, "failure.db_no_room");
  }
  assertEquals(databaseFailure("chat.db", { errcode: 10 }).key, "failure.db_unusable");
});
