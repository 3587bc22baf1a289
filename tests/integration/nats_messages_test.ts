/** What is said at several hubs by NATS: one order, for everyone, with nothing lost or doubled. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { authorOf, idOf, NatsHub } from "../support/nats_hubs.ts";
import { testProperty } from "../support/property.ts";

const ignore = NATS_MISSING;
const testNats: typeof testProperty = (...args) => NATS_MISSING || testProperty(...args);

Deno.test(
  { name: "what is said at several hubs has one order, which all hear", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    await using c = await NatsHub.open([nats.url]);
    const hubs = [a, b, c];
    assertEquals(new Set(hubs.map(({ cluster }) => cluster.epoch)).size, 1);
    assertEquals(new Set(hubs.map(({ id }) => id)).size, 3);
    for (const hub of hubs) assertEquals(await hub.open("general"), []);
    await Promise.all(hubs.map(async (hub, index) => {
      for (let n = 0; n < 100; n++) await hub.say(`ana${index}`, `${index}:${n}`);
    }));
    for (const hub of hubs) {
      await hub.until(() => hub.said.length === 300, "all");
      assertEquals(hub.said, a.said);
      assertEquals(hub.accepted.length, 100);
      assertEquals(hub.accepted.every(({ isOld }) => !isOld), true);
      assertEquals(hub.messages.length, 200);
    }
    const ids = a.said.map((each) => Number(each.split(" ")[0]));
    assertEquals(ids, Array.from({ length: 300 }, (_, index) => index + 1));
    assertEquals(
      b.messages.find(({ message }) => message.text === "0:7")?.author,
      authorOf("ana0"),
    );
  },
);

Deno.test({
  name: "a room's past is given in order, and a hub that comes knows the last id",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await a.open("日本.1_ー");
  for (let n = 0; n < 10; n++) await a.say("ana", `${n}\ntwo lines`, { room: "日本.1_ー" });
  await using b = await NatsHub.open([nats.url]);
  assertEquals(b.cluster.lastId, 10);
  const past = await b.open("日本.1_ー");
  assertEquals(past?.map(({ message }) => message.text), a.said.map((_, n) => `${n}\ntwo lines`));
  assertEquals(past?.[0]?.message.room, "日本.1_ー");
  assertEquals(past?.[0]?.author.id, idOf("ana"));
  await b.say("bob", "hello", { room: "日本.1_ー" });
  await a.untilEvent("hello");
  assertEquals(b.messages, []);
});

Deno.test(
  { name: "the same message is accepted once, at whatever hub it comes again", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    await Promise.all([a.open("general"), b.open("general")]);
    await a.say("ana", "once", { ref: "r\n1" });
    await b.untilEvent("heard 1 once");
    await a.say("ana", "once", { ref: "r\n1" });
    await b.say("ana", "once", { ref: "r\n1" });
    await b.say("ana", "twice", { ref: "r2" });
    await a.untilEvent("twice");
    assertEquals(a.said, ["1 once", "1 once", "2 twice"]);
    assertEquals(b.said, ["1 once", "1 once", "2 twice"]);
    assertEquals([...a.accepted, ...b.accepted].map(({ isOld }) => isOld), [
      false,
      true,
      true,
      false,
    ]);
    assert(a.accepted[0]!.ts > 0);
    assertEquals(a.accepted[0]!.ts, b.accepted[0]!.ts);
    await using c = await NatsHub.open([nats.url]);
    await c.say("ana", "once", { ref: "r\n1" });
    assertEquals(c.accepted[0]!.id, 1);
    // Again before it is accepted, as of who went to another hub and came back meanwhile.
    const again = () => a.say("ana", "thrice", { ref: "r3" });
    await Promise.all([again(), again(), again()]);
    assertEquals(a.accepted.slice(2).map(({ id, isOld }) => [id, isOld]), [
      [3, false],
      [3, true],
      [3, true],
    ]);
  },
);

Deno.test({
  name: "a private message reaches the hub of whom it is for, and its own in its place",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await using c = await NatsHub.open([nats.url]);
  const bob = b.put("bob");
  await c.open("general");
  await a.untilEvent("met bob");
  await a.say("ana", "psst", { to: bob.id });
  await b.untilEvent(`heard 1 psst to ${bob.id}`);
  await b.say("eva", "you too", { to: bob.id });
  await c.say("leo", "loud");
  assertEquals(b.said, [`1 psst to ${bob.id}`, "2 you too"]);
  assertEquals(a.messages, []);
  assertEquals(c.said, ["3 loud"]);
});

Deno.test(
  { name: "a room is heard while it is open, and not listened to otherwise", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    await Promise.all([a.open("general"), b.open("general"), b.open("other")]);
    await b.say("bob", "1");
    await a.untilEvent("heard 1");
    a.cluster.closeRoom("general");
    await a.claim("ana", "x"); // the server has taken what was asked before
    assertEquals(await subjects(nats.monitor, "chat-told.chat.room.general"), 1);
    await b.say("bob", "2");
    await a.open("other");
    await b.say("bob", "3", { room: "other" });
    await a.untilEvent("heard 3");
    assertEquals(a.said, ["1 1", "3 3"]);
    assertEquals((await a.open("general"))?.map(({ message }) => message.id), [1, 2]);
  },
);

/** How many listen to a subject. */
async function subjects(monitor: string, subject: string): Promise<number> {
  const response = await fetch(`${monitor}/subsz?subs=1&limit=10000`);
  const { subscriptions_list: list } = await response.json() as {
    subscriptions_list: { subject: string }[];
  };
  return list.filter((each) => each.subject === subject).length;
}

testNats("nothing is lost or doubled between what was said before a room is opened and after", {
  weight: 0.05,
}, (check) =>
  check(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
      async (openings) => {
        await using nats = await startNats();
        await using a = await NatsHub.open([nats.url]);
        await a.open("general");
        let isOver = false;
        const talking = (async () => {
          while (!isOver) await a.say("ana", "text");
        })();
        const hubs: NatsHub[] = [];
        const pasts: number[][] = [];
        for (const wait of openings) {
          const from = a.said.length;
          await a.until(() => a.said.length >= from + wait, "talk");
          const hub = await NatsHub.open([nats.url]);
          hubs.push(hub);
          const past = await hub.open("general");
          pasts.push(past!.map(({ message }) => message.id));
        }
        const from = a.said.length;
        await a.until(() => a.said.length > from + 20, "talk");
        isOver = true;
        await talking;
        for (const [index, hub] of hubs.entries()) {
          const ids = () => [...pasts[index]!, ...hub.messages.map(({ message }) => message.id)];
          await hub.until(() => ids().at(-1) === a.said.length, "the last");
          assertEquals(ids(), Array.from({ length: a.said.length }, (_, n) => n + 1));
          await hub[Symbol.asyncDispose]();
        }
      },
    ),
    { numRuns: 10 },
  ));

Deno.test({
  name: "of a long past the last thousand are given, and all after what was seen",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url], { keep: { messages: 100_000 } });
  await a.open("general");
  const say = (count: number, room: string) =>
    Promise.all(Array.from({ length: count }, (_, n) => a.say(`ana${n}`, "x", { room })));
  await say(2500, "general");
  await say(3000, "other");
  await using b = await NatsHub.open([nats.url], { keep: { messages: 100_000 } });
  const ids = async (after: number) =>
    (await b.open("general", after))!.map(({ message }) => message.id);
  const last = await ids(0);
  assert(last.length >= 1000 && last.length <= 2500);
  assertEquals(last, Array.from({ length: last.length }, (_, n) => 2501 - last.length + n));
  b.cluster.closeRoom("general");
  const missed = await ids(100);
  assertEquals(missed.slice(-2400), Array.from({ length: 2400 }, (_, n) => 101 + n));
});
