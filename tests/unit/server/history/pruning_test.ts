/** What pruning leaves on the disk, what the log tells of it, and clocks that jump. */

import { assert, assertEquals } from "@std/assert";
import {
  bytesWith,
  DAY,
  ids,
  openFixture,
  posted,
  rowsOf,
} from "../../../support/sqlite_history.ts";

const SECRETS = Array.from({ length: 6 }, (_, index) => `zqsecret${index}x`);
const HOUR = DAY / 24;

Deno.test("messages that are too many leave the bytes of the file, at the start and while the hub runs", async () => {
  await using test = await openFixture();
  const first = test.open();
  for (const [index, text] of SECRETS.entries()) first.add(posted(index + 1, { text }));
  first.commit(SECRETS.length);
  first.close();
  const left = () => SECRETS.filter((text) => bytesWith(test.path, text).length > 0);
  assertEquals(left(), SECRETS);
  const second = test.open({ keep: { messages: 4 } });
  assertEquals(left(), SECRETS.slice(2));
  second.close();
  const third = test.open({ keep: { messages: 4 } });
  third.add(posted(7));
  third.add(posted(8));
  third.commit(8);
  for (let sweep = 0; sweep < 10; sweep++) third.sweep();
  assertEquals(left(), SECRETS.slice(4));
  third.close();
  assertEquals(
    test.logged.filter((line) => line.startsWith("history pruned")),
    [2, 2].map((messages) => `history pruned ${JSON.stringify({ path: test.path, messages })}`),
  );
});

Deno.test("the log tells at most once an hour how many messages were pruned", async () => {
  await using test = await openFixture();
  const history = test.open({ keep: { messages: 1 } });
  let pruned: string[] = [];
  for (let id = 1; id <= 150; id++) {
    history.add(posted(id));
    history.commit(id);
    test.now += HOUR / 50;
    history.sweep();
    pruned = test.logged.filter((line) => line.startsWith("history pruned"));
  }
  history.close();
  assertEquals(pruned.length, 3, pruned.join("\n"));
});

Deno.test("the file shrinks, at the start at once and in short steps while the hub runs", async () => {
  await using test = await openFixture();
  const sizeOf = () => Deno.statSync(test.path).size;
  const text = "x".repeat(3000);
  const first = test.open({ keep: { days: 30 } });
  const say = (from: number, to: number) => {
    for (let id = from; id <= to; id++) first.add(posted(id, { text, ts: test.now + id }));
    first.commit(to);
  };
  say(1, 1000);
  test.now += 31 * DAY;
  say(1001, 1300);
  for (let sweep = 0; sweep < 7; sweep++) first.sweep();
  const large = sizeOf();
  for (let sweep = 0; sweep < 60; sweep++) first.sweep();
  assert(sizeOf() < large / 2, `${sizeOf()} of ${large}`);
  say(1301, 2600);
  first.close();
  test.open({ keep: { messages: 10 } }).close();
  assert(sizeOf() < 200_000, `${sizeOf()}`);
  assert(test.logged.some((line) => line.startsWith("compacting history")));
});

Deno.test("a clock that was set wrong while the hub was down removes nothing for a day", async () => {
  await using test = await openFixture();
  const keep = { days: 30 };
  const first = test.open({ keep });
  for (let day = 1; day <= 3; day++) first.add(posted(day, { ts: test.now - (3 - day) * DAY }));
  first.commit(3);
  first.close();
  test.jumped = 60 * DAY;
  for (const id of [4, 5]) { // also at the second start with the wrong clock
    const wrong = test.open({ keep });
    wrong.add(posted(id, { ts: test.now + test.jumped }));
    wrong.commit(id);
    for (let sweep = 0; sweep < 3; sweep++) wrong.sweep();
    wrong.close();
  }
  assertEquals(test.logged.length, 2);
  assert(
    test.logged.every((line) => line.startsWith("the clock may be wrong")),
    test.logged.join("\n"),
  );
  test.jumped = 0;
  const right = test.open({ keep });
  right.sweep();
  assertEquals(ids(right.last("general", 9)), [1, 2, 3, 4, 5]);
  right.close();
  assertEquals(test.logged.length, 2);
});

Deno.test("a clock that jumps while the hub runs removes nothing for a day, and then it does", async () => {
  await using test = await openFixture();
  const history = test.open({ keep: { days: 30 } });
  history.add(posted(1, { ts: test.now }));
  history.commit(1);
  history.sweep();
  test.jumped = 60 * DAY;
  for (let hour = 0; hour < 24; hour++) {
    history.sweep();
    assertEquals(rowsOf(test.path).length, 1, `${hour}`);
    test.now += HOUR;
  }
  history.sweep();
  assertEquals(rowsOf(test.path).length, 0);
  assertEquals(test.logged.length, 2, test.logged.join("\n"));
  history.close();
});
