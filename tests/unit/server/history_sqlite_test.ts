import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../cli/failure.ts";
import { databaseFailure, openDatabase } from "../../../server/history/database.ts";
import { MemoryHistory } from "../../../server/history/memory.ts";
import type { Keep, Said } from "../../../server/history/mod.ts";
import { SEPARATOR } from "../../../server/history/row.ts";
import { RUN_LIMITS } from "../../../server/history/run.ts";
import {
  openHistory,
  SqliteHistory,
  type SqliteOptions,
  type UnsavedLimits,
} from "../../../server/history/sqlite.ts";
import type { Log } from "../../../server/log.ts";
import {
  contents,
  made,
  madeByVersion1,
  madeByVersion2,
  USELESS_FILES,
} from "../../support/history_files.ts";
import { TestHub } from "../../support/hub.ts";
import { tempDirectory } from "../../support/temp.ts";
import { testProperty } from "../../support/property.ts";

const DAY = 24 * 60 * 60 * 1000;

interface Details {
  room?: string;
  text?: string;
  ts?: number;
  nick?: string;
  kind?: "say" | "action";
}

function said(
  id: number,
  { room = "general", text = `m${id}`, ts = id, nick = "Ana", kind = "say" }: Details = {},
): Said {
  return {
    message: { type: "message", id, room, nick, text, ts, kind },
    author: { id: "secret", key: nick.toLowerCase(), nick },
  };
}

/** A file of its own, the log's lines, and a clock that the test sets. */
async function bench() {
  const directory = await tempDirectory();
  const path = `${directory.path}/chat.db`;
  const logged: string[] = [];
  const write = (message: string, fields?: unknown) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warning: write, error: write };
  const bench = {
    path,
    directory: directory.path,
    logged,
    now: 1_000 * DAY,
    options(
      { keep = { messages: 1_000_000 }, unsaved }: { keep?: Keep; unsaved?: UnsavedLimits } = {},
    ): SqliteOptions {
      return { path, keep, log, now: () => bench.now, ...(unsaved ? { unsaved } : {}) };
    },
    open: (options: { keep?: Keep } = {}) => openHistory(bench.options(options)),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
  return bench;
}

const ids = (all: Said[]) => all.map(({ message }) => message.id);
const messages = (all: Said[]) => all.map(({ message }) => message);

/** Of what is said, enough that differs to end a run of messages, and enough that does not. */
const details: fc.Arbitrary<Details> = fc.record({
  room: fc.constantFrom("a", "a", "b", "c"),
  ts: fc.constantFrom(1, 1, 1, 2),
  nick: fc.constantFrom("Ana", "Ana", "Eva"),
  kind: fc.constantFrom("say", "say", "action"),
});

/** What a file has, as people see it, who open it with another program. */
function rowsOf(path: string): Record<string, unknown>[] {
  using database = new DatabaseSync(path);
  return database.prepare("SELECT * FROM message").all().map((row) => ({ ...row }));
}

const toRow = ({ message: { id, ts, room, nick, kind, text } }: Said) => ({
  id,
  ts,
  room,
  nick,
  kind,
  text,
});

/** The database takes no more, like a disk that is full; or takes it again. */
function setFull(database: DatabaseSync, isFull: boolean): void {
  database.exec(`PRAGMA max_page_count = ${isFull ? 1 : 1_000_000}`);
}

/** More than fits into pages that are there already. */
const LARGE = "x".repeat(20_000);

Deno.test("what was committed is there in the next life, as it was said, but for the secret", async () => {
  await using test = await bench();
  const first = test.open();
  assertEquals(first.lastId, 0);
  const text = "José: \n日本語 👋 '; DROP TABLE message; --";
  first.add(said(1, { text }));
  first.commit(1);
  assertEquals(first.last("general", 5), [said(1, { text })]);
  first.close();
  const second = test.open();
  const [again] = second.last("general", 5);
  assertEquals(again!.message, said(1, { text }).message);
  assertEquals(again!.author, { id: "", key: "ana", nick: "Ana" });
  second.close();
  assert(!new TextDecoder("latin1").decode(Deno.readFileSync(test.path)).includes("secret"));
});

Deno.test("ids go on from the last one, also when it was private or removed", async () => {
  await using test = await bench();
  const first = test.open({ keep: { messages: 1 } });
  first.add(said(1));
  first.commit(1);
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

Deno.test("what was not committed, and what is private, is not in the file", async () => {
  await using test = await bench();
  const history = test.open();
  const hub = new TestHub({ history });
  const ana = hub.textMember("ana");
  const eva = hub.textMember("eva");
  ana.send("/msg eva entre nosotras");
  ana.send("para todos");
  hub.tick();
  assertEquals(eva.take(), ["[private] ana: entre nosotras", "ana: para todos"]);
  history.add(said(9, { text: "sin acabar" }));
  const log = new TextDecoder("latin1").decode(Deno.readFileSync(`${test.path}-wal`));
  history.close();
  assert(log.includes("para todos"));
  assert(!log.includes("entre nosotras") && !log.includes("sin acabar"));
});

Deno.test("a tick is committed before anybody is told, also in its middle", () => {
  const happened: string[] = [];
  class Noted extends MemoryHistory {
    override commit(lastId?: number): undefined {
      happened.push(`commit ${lastId}`);
    }
  }
  const hub = new TestHub({ history: new Noted() });
  const ana = hub.textMember("ana");
  const eva = hub.textMember("eva");
  eva.session.peer.send = () => void happened.push("told");
  happened.length = 0;
  ana.send("hola");
  eva.send("/lang es"); // answered at once, behind what was told until then
  assertEquals(happened, ["commit 1", "told", "commit 1", "told"]);
  happened.length = 0;
  ana.send("y otra");
  hub.tick();
  assertEquals(happened, ["commit 2", "told"]);
});

testProperty(
  "of any messages a history on disk gives those that a list would give, in all its lives",
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
    await using test = await bench();
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
          const model: Said[] = [];
          for (const step of steps) {
            switch (step.do) {
              case "say":
                for (let time = 0; time < step.times; time++) {
                  model.push(said(++lastId, step.details));
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
  "of any messages a history on disk keeps the last ones, as many as it may and not one more",
  { weight: 0.5 },
  async (check) => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ details, times: fc.integer({ min: 1, max: 9 }) }) },
      { weight: 2, arbitrary: fc.constantFrom("private" as const, "reopen" as const) },
    );
    await using test = await bench();
    check(
      fc.property(
        fc.array(step, { maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, kept) => {
          if (contains(test.directory, "chat.db")) Deno.removeSync(test.path);
          const open = () => test.open({ keep: { messages: kept } });
          let history = open();
          let lastId = 0;
          const model: Said[] = [];
          for (const step of [...steps, "reopen"] as const) {
            if (step === "private") lastId++;
            else if (step !== "reopen") {
              for (let time = 0; time < step.times; time++) {
                model.push(said(++lastId, step.details));
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

Deno.test("a flood is few rows, and has its messages one by one for who opens the file", async () => {
  await using test = await bench();
  const history = test.open();
  const flood = Array.from(
    { length: 1000 },
    (_, index) => said(index + 1, { ts: 7, text: `"${index}"\n\u{1F44B}` }),
  );
  for (const each of flood) history.add(each);
  history.commit(1000);
  history.close();
  assertEquals(rowsOf(test.path), flood.map(toRow));
  using database = new DatabaseSync(test.path, { readOnly: true });
  const { runs } = database.prepare("SELECT count(*) AS runs FROM run").get()!;
  assert(Number(runs) < 10, `${runs}`);
});

Deno.test("what was written is moved into the file when nothing is said for a while", async () => {
  await using test = await bench();
  const history = test.open();
  const before = Deno.statSync(test.path).size;
  const grown = () => Deno.statSync(test.path).size - before;
  for (let id = 1; id <= 200; id++) history.add(said(id, { text: LARGE }));
  history.commit(200);
  history.sweep();
  assertEquals(grown(), 0, "it may go on");
  history.sweep();
  assert(grown() > 200 * LARGE.length);
  history.close();
});

Deno.test("what was written is moved while little is said, and not in a flood", async () => {
  await using test = await bench();
  const history = test.open();
  const before = Deno.statSync(test.path).size;
  const grown = () => Deno.statSync(test.path).size - before;
  let id = 0;
  const say = (messages: number) => {
    for (let count = 0; count < messages; count++) history.add(said(++id, { text: LARGE }));
    history.commit(id);
    history.sweep();
  };
  for (let second = 0; second < 10; second++) say(20);
  assertEquals(grown(), 0, "a flood");
  say(1);
  assert(grown() > 200 * LARGE.length, "somebody always says something");
  history.close();
});

Deno.test("what memory has no more is read from the middle of a run", async () => {
  await using test = await bench();
  const history = test.open();
  for (let id = 1; id <= 1200; id++) history.add(said(id, { ts: 7 }));
  history.commit(1200);
  const known = (count: number) => ids(history.last("general", count));
  assertEquals(known(1001)[0], 200, "memory has a thousand");
  assertEquals(known(1150), Array.from({ length: 1150 }, (_, index) => index + 51));
  assertEquals(known(2000)[0], 1);
  history.close();
});

Deno.test("texts that are damaged are said in the log, and what is newer is there", async () => {
  await using test = await bench();
  for (const texts of [`a${SEPARATOR}b`, SEPARATOR]) {
    const first = test.open();
    for (let id = 1; id <= 3; id++) first.add(said(id));
    first.commit(3);
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

Deno.test("a file of the first version is taken over, with all that it has", async () => {
  await using test = await bench();
  const ids = Array.from({ length: 3000 }, (_, index) => index + 1).filter((id) => id % 7 !== 0);
  const text = (id: number) => `${id} "José" 日本語 👋\n[1]`;
  madeByVersion1(test.directory, { ids, text });
  const before = rowsOf(test.path).map(({ key: _, ...row }) => row);
  assertEquals(before.length, ids.length);
  const history = test.open();
  assertEquals(history.lastId, ids.at(-1)! + 1);
  assertEquals(
    history.last("dev", 2),
    ([[2997, "say"], [3000, "action"]] as const).map(([id, kind]) => ({
      message: said(id, { room: "dev", text: text(id), kind }).message,
      author: { id: "", key: "ana", nick: "Ana" },
    })),
  );
  history.add(said(4000, { text: "nuevo" }));
  history.commit(4000);
  history.close();
  const after = [...before, toRow(said(4000, { text: "nuevo" }))];
  assertEquals(rowsOf(test.path), after);
  const again = test.open({ keep: { messages: 3 } });
  assertEquals(again.lastId, 4000);
  again.close();
  assertEquals(rowsOf(test.path), after.slice(-3));
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
});

Deno.test("a file of the second version is taken over, with all that it has", async () => {
  await using test = await bench();
  const texts = ['1 "José" 日本語 👋', "dos\n[1]", "c:\\u007f"];
  madeByVersion2(test.directory, texts);
  const before = rowsOf(test.path);
  assertEquals(before.map(({ text }) => text), [...texts, "sola"]);
  const history = test.open();
  assertEquals(history.lastId, 9);
  assertEquals(history.last("general", 9).map(({ message }) => message.text), [...texts, "sola"]);
  history.close();
  assertEquals(rowsOf(test.path), before);
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
});

Deno.test("a file of the first version in which nothing was said yet is taken over too", async () => {
  await using test = await bench();
  madeByVersion1(test.directory, { ids: [] });
  const history = test.open();
  assertEquals(history.lastId, 1);
  history.close();
  assertEquals(rowsOf(test.path), []);
});

Deno.test("a room's messages are taken from memory and from the file, none twice", async () => {
  await using test = await bench();
  const first = test.open();
  for (let id = 1; id <= 3; id++) first.add(said(id));
  first.commit(3);
  first.close();
  const second = test.open();
  second.add(said(4));
  second.commit(4);
  second.add(said(5));
  assertEquals(ids(second.last("general", 10)), [1, 2, 3, 4, 5]);
  assertEquals(ids(second.last("general", 4)), [2, 3, 4, 5]);
  assertEquals(ids(second.last("general", 1)), [5]);
  assertEquals(ids(second.last("general", 0)), []);
  assertEquals(ids(second.last("none", 10)), []);
  second.forget("general");
  assertEquals(ids(second.last("general", 10)), [1, 2, 3, 4, 5], "the room was opened again");
  second.close();
});

Deno.test("what is read from the file at once is bounded", async () => {
  await using test = await bench();
  const first = test.open();
  const text = "x".repeat(60_000);
  for (let id = 1; id <= 60; id++) first.add(said(id, { text }));
  first.commit(60);
  first.close();
  const second = test.open();
  const found = second.last("general", 1e9);
  assertEquals(found.at(-1)!.message.id, 60);
  assert(found.length > 10 && found.length < 60, `${found.length}`);
  second.close();
});

Deno.test("who ignores somebody does not see either what the file has of that nick", async () => {
  await using test = await bench();
  const first = test.open();
  first.add(said(1, { text: "grosería" }));
  first.commit(1);
  first.close();
  const history = test.open();
  const hub = new TestHub({ history, recalled: 50 });
  const eva = hub.textMember("eva");
  hub.textMember("ana");
  eva.send("/history");
  hub.tick();
  assert(eva.take().includes("Ana: grosería"));
  eva.send("/ignore ana");
  eva.send("/history");
  hub.tick();
  assertEquals(eva.take().filter((line) => line.includes("grosería")), []);
  history.close();
});

Deno.test("on a full disk the chat goes on, all are told once, and what waited is saved in the end", async () => {
  await using test = await bench();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  const hub = new TestHub({ history });
  const ana = hub.textMember("ana");
  const eva = hub.framesMember("eva");
  hub.connect(); // is no member, and told nothing
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
  ana.send("cuatro");
  hub.tick();
  assertEquals(ana.take(), [], "it is tried again once a second only");
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

Deno.test("an attempt that failed, but had written after all, is not in the way of the next one", async () => {
  await using test = await bench();
  const database = openDatabase(test.path);
  const limits = { messages: 40, bytes: 1e9 };
  const history = new SqliteHistory(database, test.options({ unsaved: limits }));
  history.add(said(1, { ts: 0 }));
  history.commit(1);
  for (let id = 2; id <= 20; id++) history.add(said(id, { ts: 0 }));
  database.exec("PRAGMA query_only = ON");
  assertEquals(history.commit(20)?.code, "history_unsaved");
  database.exec("PRAGMA query_only = OFF");
  // As if that one had succeeded: what is tried again begins and ends elsewhere.
  database.prepare("INSERT INTO run VALUES (2, 19, 0, 'general', 'Ana', 'ana', 'say', ?)")
    .run(new Array(19).fill("another attempt").join(SEPARATOR));
  for (let id = 21; id <= 43; id++) history.add(said(id, { ts: 0 }));
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

Deno.test("what waits for the disk is bounded, and what was given up is counted", async () => {
  await using test = await bench();
  const cases: [UnsavedLimits, kept: number[], lost: number][] = [
    [{ messages: 2, bytes: 1e9 }, [4, 5], 3],
    [{ messages: 1e9, bytes: 1100 }, [3, 4, 5], 2],
  ];
  for (const [unsaved, kept, lost] of cases) {
    const database = openDatabase(test.path);
    const history = new SqliteHistory(database, test.options({ unsaved }));
    history.add(said(1, { text: "x".repeat(100_000) }));
    for (let id = 2; id <= 5; id++) history.add(said(id, { text: "x".repeat(100) }));
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

Deno.test("the log has one line a minute of a failure, and one of its end", async () => {
  await using test = await bench();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  setFull(database, true);
  history.add(said(1, { text: LARGE }));
  history.commit(1);
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
  // It fails again at once: everyone is told, the log is not.
  setFull(database, true);
  history.add(said(2, { text: LARGE }));
  assertEquals(history.commit(2)?.code, "history_unsaved");
  setFull(database, false);
  assertEquals(history.sweep()?.code, "history_saved");
  assertEquals(test.logged.length, 4);
  history.close();
});

Deno.test("a hub that ends while the disk is full says in the log how much is lost", async () => {
  await using test = await bench();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options());
  setFull(database, true);
  history.add(said(1, { text: LARGE }));
  history.commit(1);
  history.close();
  assertEquals(test.logged.at(-1), `history lost {"path":"${test.path}","messages":1}`);
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
});

Deno.test("nothing throws when the database is gone, and memory goes on", async () => {
  await using test = await bench();
  const database = openDatabase(test.path);
  const history = new SqliteHistory(database, test.options({ keep: { days: 1 } }));
  database.close();
  history.add(said(1));
  assertEquals(history.commit(1)?.code, "history_unsaved");
  assertEquals(history.sweep(), undefined);
  assertEquals(ids(history.last("general", 5)), [1]);
  history.forget("general");
  history.close();
  history.close();
});

Deno.test("so many messages are kept, of all rooms together", async () => {
  await using test = await bench();
  const first = test.open({ keep: { messages: 3000 } });
  for (let id = 1; id <= 6000; id++) first.add(said(id, { room: id % 2 === 0 ? "even" : "odd" }));
  first.commit(6000);
  const count = (history: SqliteHistory) => {
    history.close();
    const database = new DatabaseSync(test.path, { readOnly: true });
    const counted = database.prepare("SELECT count(*) AS n, min(id) AS oldest FROM message").get();
    database.close();
    return { ...counted };
  };
  first.sweep();
  assertEquals(count(first), { n: 4976, oldest: 1025 }, "a sweep removes so many");
  const second = test.open({ keep: { messages: 3000 } });
  assertEquals(count(second), { n: 3000, oldest: 3001 }, "the beginning removes them all");
});

Deno.test("so many days are kept", async () => {
  await using test = await bench();
  const first = test.open({ keep: { days: 90 } });
  for (let day = 1; day <= 100; day++) first.add(said(day, { ts: test.now - (100 - day) * DAY }));
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

Deno.test("what is too old is removed, however much was said at one moment", async () => {
  await using test = await bench();
  const history = test.open({ keep: { days: 90 } });
  const flood = 3 * RUN_LIMITS.messages;
  for (let id = 1; id <= flood; id++) history.add(said(id, { ts: test.now }));
  history.add(said(flood + 1, { ts: test.now + DAY }));
  history.commit(flood + 1);
  test.now += 90 * DAY + 1;
  for (let sweep = 0; sweep < 3; sweep++) history.sweep();
  history.close();
  assertEquals(rowsOf(test.path).map(({ id }) => id), [flood + 1]);
});

Deno.test("what was said while the clock was ahead does not keep what is too old", async () => {
  await using test = await bench();
  const history = test.open({ keep: { days: 90 } });
  history.add(said(1, { ts: test.now + 5000 * DAY }));
  history.add(said(2, { room: "dev", ts: test.now }));
  history.commit(2);
  for (const room of ["general", "dev"]) history.forget(room);
  test.now += 91 * DAY;
  history.sweep();
  assertEquals(ids(history.last("dev", 9)), []);
  assertEquals(ids(history.last("general", 9)), [1]);
  history.close();
});

Deno.test("removing what is old is tried again when it fails, and nobody is told", async () => {
  await using test = await bench();
  const first = test.open();
  for (let id = 1; id <= 10; id++) first.add(said(id));
  first.commit(10);
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

Deno.test("a new file is its owner's alone, and after the end it is one file", async () => {
  await using test = await bench();
  const history = test.open();
  history.add(said(1));
  history.commit(1);
  const files = [...Deno.readDirSync(test.directory)].map(({ name }) => name).sort();
  assertEquals(files, ["chat.db", "chat.db-wal"]);
  for (const name of files) {
    if (Deno.build.os === "windows") continue;
    assertEquals(Deno.statSync(`${test.directory}/${name}`).mode! & 0o777, 0o600, name);
  }
  history.close();
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
});

Deno.test("an empty file is taken for a new history", async () => {
  await using test = await bench();
  Deno.writeTextFileSync(test.path, "");
  const history = test.open();
  history.add(said(1));
  history.commit(1);
  history.close();
  const again = test.open();
  assertEquals(ids(again.last("general", 5)), [1]);
  again.close();
});

Deno.test("a name that SQLite takes for something else is a file like any other", async () => {
  await using test = await bench();
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

Deno.test("a hub that was killed while it made the tables leaves a file that works", async () => {
  await using test = await bench();
  const database = new DatabaseSync(test.path);
  // So little memory that the pages are written before the end.
  database.exec("PRAGMA cache_size = 1; BEGIN; PRAGMA application_id = 1667785076");
  database.exec("CREATE TABLE last (only INTEGER); CREATE TABLE message (text TEXT)");
  for (let row = 0; row < 50; row++) database.exec(`INSERT INTO message VALUES ('${LARGE}')`);
  const journal = Deno.readFileSync(`${test.path}-journal`);
  database.exec("COMMIT");
  database.close();
  assert(journal.length > 0);
  Deno.writeFileSync(`${test.path}-journal`, journal);
  const history = test.open();
  history.add(said(1));
  assertEquals(history.commit(1), undefined);
  history.close();
  assertEquals(Object.keys(await contents(test.directory)), ["chat.db"]);
});

for (const { name, make, complaint } of USELESS_FILES) {
  Deno.test(`a history is not kept in ${name}, which stays as it is`, async () => {
    await using test = await bench();
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

Deno.test("a file that another one has open is not taken, and not changed", async () => {
  await using test = await bench();
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

Deno.test("a file with an id beyond all that JavaScript counts is damaged", async () => {
  await using test = await bench();
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

Deno.test("a disk without room for the file is said as that, by the system or by SQLite", () => {
  for (const fault of [{ code: "ENOSPC" }, { errcode: 13 }, { errcode: 4874 }]) {
    assertEquals(databaseFailure("chat.db", { ...fault }).key, "failure.db_no_room");
  }
  assertEquals(databaseFailure("chat.db", { errcode: 10 }).key, "failure.db_unusable");
});
