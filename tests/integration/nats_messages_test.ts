/** Messages of several hubs over NATS: one order for all, nothing lost or duplicated. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { authorOf, idOf, NatsHub, testTwoHubs } from "../support/nats_hubs.ts";
import { testProperty } from "../support/property.ts";

const ignore = NATS_MISSING;
const testNats: typeof testProperty = (...args) => NATS_MISSING || testProperty(...args);

testTwoHubs("messages of several hubs have one order at all of them", async ({ nats, a, b }) => {
  await using c = await NatsHub.open([nats.url]);
  const hubs = [a, b, c];
  assertEquals(new Set(hubs.map(({ cluster }) => cluster.epoch)).size, 1);
  assertEquals(new Set(hubs.map(({ id }) => id)).size, 3);
  for (const hub of hubs) assertEquals(await hub.open("general"), []);
  await Promise.all(hubs.map(async (hub, index) => {
    for (let n = 0; n < 100; n++) await hub.say(`ana${index}`, `${index}:${n}`);
  }));
  for (const hub of hubs) {
    await hub.until(() => hub.texts.length === 300, "all messages");
    assertEquals(hub.texts, a.texts);
    assertEquals(hub.accepted.length, 100);
    assertEquals(hub.accepted.every(({ isDuplicate }) => !isDuplicate), true);
    assertEquals(hub.messages.length, 200);
  }
  const ids = a.texts.map((line) => Number(line.split(" ")[0]));
  assertEquals(ids, Array.from({ length: 300 }, (_, index) => index + 1));
  assertEquals(
    b.messages.find(({ message }) => message.text === "0:7")?.author,
    authorOf("ana0"),
  );
});

Deno.test({
  name: "a room's history comes in order, and a new hub knows the last id",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await a.open("日本.1_ー");
  for (let n = 0; n < 10; n++) await a.say("ana", `${n}\ntwo lines`, { room: "日本.1_ー" });
  await using b = await NatsHub.open([nats.url]);
  assertEquals(b.cluster.lastId, 10);
  const history = await b.open("日本.1_ー");
  assertEquals(
    history?.map(({ message }) => message.text),
    a.texts.map((_, n) => `${n}\ntwo lines`),
  );
  assertEquals(history?.[0]?.message.room, "日本.1_ー");
  assertEquals(history?.[0]?.author.id, idOf("ana"));
  await b.say("bob", "hello", { room: "日本.1_ー" });
  await a.untilEvent("hello");
  assertEquals(b.messages, []);
});

testTwoHubs(
  "an erased message is in no history, and later messages still come",
  async ({ nats, a, b }) => {
    await Promise.all([a.open("general"), b.open("general")]);
    for (const text of ["kept", "SECRET", "SECRET"]) await a.say("ana", text);
    a.cluster.erase([2, 3]);
    await a.say("ana", "after");
    await b.untilEvent("after");
    await using c = await NatsHub.open([nats.url]);
    const texts = async () => (await c.open("general"))?.map(({ message }) => message.text).join();
    while (await texts() !== "kept,after") c.cluster.closeRoom("general");
    assertEquals(a.log.filter(({ level }) => level === "error"), []);
  },
);

testTwoHubs("a message published again, at any hub, is stored once", async ({ nats, a, b }) => {
  await Promise.all([a.open("general"), b.open("general")]);
  await a.say("ana", "once", { ref: "r\n1" });
  await b.untilEvent("message 1 once");
  await a.say("ana", "once", { ref: "r\n1" });
  await b.say("ana", "once", { ref: "r\n1" });
  await b.say("ana", "twice", { ref: "r2" });
  await a.untilEvent("twice");
  assertEquals(a.texts, ["1 once", "1 once", "2 twice"]);
  assertEquals(b.texts, ["1 once", "1 once", "2 twice"]);
  assertEquals([...a.accepted, ...b.accepted].map(({ isDuplicate }) => isDuplicate), [
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
  // Published again before it was accepted, as by a user who moved to another hub and back.
  const again = () => a.say("ana", "thrice", { ref: "r3" });
  await Promise.all([again(), again(), again()]);
  assertEquals(a.accepted.slice(2).map(({ id, isDuplicate }) => [id, isDuplicate]), [
    [3, false],
    [3, true],
    [3, true],
  ]);
});

testTwoHubs(
  "a private message reaches its recipient's hub, and the sender's own hub in order",
  async ({ nats, a, b }) => {
    await using c = await NatsHub.open([nats.url]);
    const bob = b.put("bob");
    await c.open("general");
    await a.untilEvent("user bob");
    await a.say("ana", "psst", { to: bob.id });
    await b.untilEvent(`message 1 psst to ${bob.id}`);
    await b.say("eva", "you too", { to: bob.id });
    await c.say("leo", "loud");
    assertEquals(b.texts, [`1 psst to ${bob.id}`, "2 you too"]);
    assertEquals(a.messages, []);
    assertEquals(c.texts, ["3 loud"]);
  },
);

testTwoHubs(
  "a room's messages are delivered while it is open, and the hub is not subscribed otherwise",
  async ({ nats, a, b }) => {
    await Promise.all([a.open("general"), b.open("general"), b.open("other")]);
    await b.say("bob", "1");
    await a.untilEvent("message 1");
    a.cluster.closeRoom("general");
    await a.claim("ana", "x"); // so that the server has handled the unsubscribe
    assertEquals(await countSubscriptions(nats.monitor, "chat-told.chat.room.general"), 1);
    await b.say("bob", "2");
    await a.open("other");
    await b.say("bob", "3", { room: "other" });
    await a.untilEvent("message 3");
    assertEquals(a.texts, ["1 1", "3 3"]);
    assertEquals((await a.open("general"))?.map(({ message }) => message.id), [1, 2]);
  },
);

/** The number of subscriptions to a subject. */
async function countSubscriptions(monitor: string, subject: string): Promise<number> {
  const response = await fetch(`${monitor}/subsz?subs=1&limit=10000`);
  const { subscriptions_list: list } = await response.json() as {
    subscriptions_list: { subject: string }[];
  };
  return list.filter((subscription) => subscription.subject === subject).length;
}

testNats("nothing is lost or duplicated between a room's history and the messages after it", {
  weight: 0.05,
}, (check) =>
  check(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }),
      async (openings) => {
        await using nats = await startNats();
        await using a = await NatsHub.open([nats.url]);
        await a.open("general");
        let isDone = false;
        const talking = (async () => {
          while (!isDone) await a.say("ana", "text");
        })();
        const hubs: NatsHub[] = [];
        const histories: number[][] = [];
        for (const wait of openings) {
          const from = a.texts.length;
          await a.until(() => a.texts.length >= from + wait, "more messages");
          const hub = await NatsHub.open([nats.url]);
          hubs.push(hub);
          const history = await hub.open("general");
          histories.push(history!.map(({ message }) => message.id));
        }
        const from = a.texts.length;
        await a.until(() => a.texts.length > from + 20, "more messages");
        isDone = true;
        await talking;
        for (const [index, hub] of hubs.entries()) {
          const ids = () => [
            ...histories[index]!,
            ...hub.messages.map(({ message }) => message.id),
          ];
          await hub.until(() => ids().at(-1) === a.texts.length, "the last message");
          assertEquals(ids(), Array.from({ length: a.texts.length }, (_, n) => n + 1));
          await hub[Symbol.asyncDispose]();
        }
      },
    ),
    { numRuns: 10 },
  ));

Deno.test({
  name: "a long history gives the last thousand messages, and all after the last one seen",
  ignore,
}, async () => {
  await using nats = await startNats();
  // A slow machine must not make it go offline, and send everything again.
  const timeouts = { response: 60_000 };
  await using a = await NatsHub.open([nats.url], { keep: { messages: 100_000 }, timeouts });
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
