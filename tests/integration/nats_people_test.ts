/** People, nicks, rules and orders at several hubs by NATS. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { writePerson } from "../../server/cluster/nats/codec.ts";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { idOf, NatsHub } from "../support/nats_hubs.ts";
import type { Rule } from "../../server/types.ts";

const ignore = NATS_MISSING;

Deno.test(
  { name: "each hub meets the people of the others, and each going once", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    const ana = a.put("ana");
    await b.untilEvent("met ana");
    assertEquals(b.people.get(ana.id), ana);
    a.put("ana", { isAway: true, rooms: [["general", 0], ["日本", 7]] });
    await b.untilEvent(`met ana at ${a.id} away`);
    await using c = await NatsHub.open([nats.url]);
    assertEquals(c.people.get(ana.id)?.rooms, [["general", 0], ["日本", 7]]);
    a.cluster.removeUser(ana.id, { reason: "kicked", params: { by: "eva" } });
    for (const hub of [b, c]) {
      await hub.untilEvent("gone");
      assertEquals(hub.gone, [[ana.id, { reason: "kicked", params: { by: "eva" } }]]);
    }
    assertEquals(a.events, []);
    await untilRemoved(nats.monitor, "KV_chat-chat-state");
    assertEquals(b.gone.length, 1);
  },
);

Deno.test({ name: "of much that changes at once the last is met", ignore }, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  for (let n = 1; n <= 500; n++) a.put("ana", { rooms: [["general", n]] });
  await b.until(() => b.people.get(idOf("ana"))?.rooms[0]?.[1] === 500, "the last");
  assert(b.events.length < 500);
});

Deno.test(
  { name: "a nick is of one person, whoever asks for it at the same time", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    const asked = Array.from(
      { length: 20 },
      (_, index) => (index % 2 ? a : b).claim("josé", `id${index}`),
    );
    const outcomes = await Promise.all(asked);
    const winner = outcomes.indexOf("claimed");
    assertEquals(outcomes.filter((outcome) => outcome === "claimed").length, 1);
    assertEquals(outcomes.filter((outcome) => outcome === "taken").length, 19);
    assertEquals(await a.claim("josé", `id${winner}`), "claimed");
    assertEquals(await b.claim("josé", `id${winner}`), "claimed");
    a.cluster.release("josé", "nobody");
    assertEquals(await a.claim("josé", "other"), "taken");
    b.cluster.release("josé", `id${winner}`);
    await b.claim("josé", `id${winner}`); // after the release
    b.cluster.release("josé", `id${winner}`);
    await untilRemoved(nats.monitor, "KV_chat-chat-nicks");
    assertEquals(await a.claim("josé", "other"), "claimed");
  },
);

Deno.test({
  name: "who goes on at another hub is there with its letters, and its hub is told",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await using c = await NatsHub.open([nats.url]);
  const ana = a.put("ana", { correspondent: "x", ignored: [{ id: "i", key: "bob", nick: "Bob" }] });
  await b.untilEvent("met ana");
  for (const text of ["1", "2", "3"]) await c.say("bob", text, { to: ana.id });
  await b.say("eva", "4", { to: ana.id });
  await a.untilEvent("heard 4");
  const taken = await b.take(ana.id, 1);
  assertEquals(taken?.user, { ...ana, hub: b.id });
  assertEquals(taken?.privateMessages.map(({ message }) => [message.id, message.text]), [
    [2, "2"],
    [3, "3"],
    [4, "4"],
  ]);
  await a.untilEvent(`met ana at ${b.id}`);
  await c.untilEvent(`met ana at ${b.id}`);
  await c.say("bob", "5", { to: ana.id });
  await b.untilEvent("heard 5");
  b.put("ana", { isAway: true });
  await a.untilEvent(`met ana at ${b.id} away`);
  assertEquals(a.messages.length, 4);
  assertEquals(await c.take("nobody"), undefined);
  assertEquals(await b.take(ana.id), undefined);
});

Deno.test({
  name: "who has gone on here is not taken for elsewhere by older news, told late",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url], { times: { hold: 200 } });
  await b.open("general");
  const ana = a.put("ana");
  await b.untilEvent("met ana");
  // It is held back until a message is heard that has not come yet.
  const late = writePerson({ ...ana, isAway: true }, a.id, ["general", 999]);
  const stranger = await connect({ servers: nats.url });
  await stranger.request("$KV.chat-chat-state.person.id-of-ana", late);
  await stranger.close();
  const taken = await b.take(ana.id);
  assertEquals(taken?.user, { ...ana, isAway: true, hub: b.id });
  a.put("eva");
  await b.untilEvent("met eva");
  assertEquals(b.events.filter((event) => event.startsWith("met ana")), [`met ana at ${a.id}`]);
  await a.say("bob", "still there?", { to: ana.id });
  await b.untilEvent("still there?");
});

Deno.test({ name: "of two hubs that take somebody at once one has that one", ignore }, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await using c = await NatsHub.open([nats.url]);
  for (let n = 0; n < 10; n++) {
    const { id } = a.put(`ana${n}`);
    await b.untilEvent(`met ana${n}`);
    await c.untilEvent(`met ana${n}`);
    const taken = await Promise.all([b.take(id), c.take(id)]);
    assertEquals(taken.filter((each) => each).length, 1);
  }
});

Deno.test({
  name: "rules hold at all hubs, and at those that come later until they are lifted",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  const state = { topic: "tea", isLocked: true, isPaused: false, slow: 3 };
  const room: Rule = {
    kind: "room",
    room: "general",
    state,
    news: { type: "topic", room: "general", nick: "ana", topic: "tea" },
  };
  const ban: Rule = {
    kind: "ban",
    key: "bob",
    ban: { id: "x", key: "bob", nick: "Bob", host: "::1" },
  };
  const mute: Rule = { kind: "mute", key: "eva", mute: { id: "y", until: 12 } };
  for (const rule of [room, ban, mute]) a.cluster.putRule(rule);
  await b.until(() => b.rules.length === 3, "the rules");
  assertEquals(b.rules.toSorted((x, y) => x.kind < y.kind ? -1 : 1), [ban, mute, room]);
  await using c = await NatsHub.open([nats.url]);
  const known = c.rules.toSorted((x, y) => x.kind < y.kind ? -1 : 1);
  assertEquals(known, [ban, mute, { kind: "room", room: "general", state }]);
  b.cluster.putRule({ kind: "ban", key: "bob", ban: undefined });
  for (const hub of [a, c]) {
    await hub.until(() => hub.rules.at(-1)?.kind === "ban", "the ban to be lifted");
    assertEquals(hub.rules.at(-1), { kind: "ban", key: "bob", ban: undefined });
  }
  await using d = await NatsHub.open([nats.url]);
  assertEquals(d.rules.map(({ kind }) => kind).sort(), ["mute", "room"]);
});

Deno.test({ name: "one hub asks another for something", ignore }, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  a.cluster.sendCommand(b.id, {
    kind: "dismiss",
    id: "x",
    code: "kicked",
    params: { by: "ana" },
    told: { by: "ana" },
  });
  a.cluster.sendCommand(b.id, { kind: "notify", id: "y", code: "away", params: { nick: "eva" } });
  await b.until(() => b.orders.length === 2, "the orders");
  assertEquals(b.orders, [
    { kind: "dismiss", id: "x", code: "kicked", params: { by: "ana" }, told: { by: "ana" } },
    { kind: "notify", id: "y", code: "away", params: { nick: "eva" } },
  ]);
  assertEquals(a.orders, []);
});

Deno.test(
  { name: "who joins is met before it is heard, and heard before it is gone", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    await Promise.all([a.open("general"), b.open("general")]);
    for (let n = 0; n < 50; n++) {
      const { id } = a.put(`ana${n}`);
      await a.say(`ana${n}`, `text${n}`);
      a.cluster.removeUser(id, {});
    }
    await b.until(() => b.gone.length === 50, "all to be gone");
    const order = b.events.filter((event) => event !== "open general");
    assertEquals(
      order.map((event) => event.split(" ")[0]),
      Array.from({ length: 50 }, () => ["met", "heard", "gone"]).flat(),
    );
  },
);

Deno.test({
  name: "the people of a hub that ends are gone a while later, and their nicks free",
  ignore,
}, async () => {
  await using nats = await startNats();
  const a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await using c = await NatsHub.open([nats.url]);
  const ana = a.put("ana");
  const eva = a.put("eva");
  assertEquals(await a.claim("ana", ana.id), "claimed");
  assertEquals(await a.claim("nobody", "lost"), "claimed");
  await b.untilEvent("met eva");
  await c.untilEvent("met eva");
  await a[Symbol.asyncDispose]();
  assertEquals((await b.take(eva.id))?.user.nick, "eva");
  for (const hub of [b, c]) {
    await hub.untilEvent(`gone ${ana.id}`);
    assertEquals(hub.gone, [[ana.id, {}]]);
  }
  await b.until(() => true);
  assertEquals(await claimedInTheEnd(c, "ana"), "claimed");
  assertEquals(await c.claim("nobody", "found"), "claimed");
  await untilKeys(nats.monitor, "KV_chat-chat-state", 1);
  assertEquals(c.gone.length, 1);
});

Deno.test(
  { name: "people whom a hub finds there that have no hub are gone a while later", ignore },
  async () => {
    await using nats = await startNats();
    const a = await NatsHub.open([nats.url]);
    const ana = a.put("ana");
    await untilKeys(nats.monitor, "KV_chat-chat-state", 1);
    await a[Symbol.asyncDispose]();
    await using b = await NatsHub.open([nats.url]);
    assertEquals([...b.people.keys()], [ana.id]);
    await b.untilEvent(`gone ${ana.id}`);
    await untilRemoved(nats.monitor, "KV_chat-chat-state");
  },
);

/** A nick becomes free a moment after who had it is gone. */
async function claimedInTheEnd(hub: NatsHub, key: string): Promise<string> {
  for (;;) {
    const outcome = await hub.claim(key, "someone-else");
    if (outcome !== "taken") return outcome;
  }
}

const untilRemoved = (monitor: string, stream: string) => untilKeys(monitor, stream, 0);

/** Waits until a bucket has so many keys: the server tells nobody when that is. */
async function untilKeys(monitor: string, stream: string, wanted: number): Promise<void> {
  const until = performance.now() + 20_000;
  let keys = -1;
  while (performance.now() < until) {
    const response = await fetch(`${monitor}/jsz?accounts=1&streams=1`);
    const { account_details: accounts } = await response.json() as {
      account_details: { stream_detail: { name: string; state: { messages: number } }[] }[];
    };
    const streams = accounts.flatMap(({ stream_detail: details }) => details);
    keys = streams.find(({ name }) => name === stream)!.state.messages;
    if (keys === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${stream} has ${keys} keys, not ${wanted}`);
}

Deno.test(
  { name: "who is told of a rule by another hub meets one that knows it", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    for (let round = 0; round < 20; round++) {
      const mute = { id: "x", until: round };
      a.cluster.putRule({ kind: "mute", key: `ana${round}`, mute });
      for (const code of ["muted", "unmuted"] as const) {
        a.cluster.sendCommand(b.id, { kind: "notify", id: "x", code, params: { round } });
      }
    }
    await b.until(() => b.orders.length === 40, "the orders");
    const events = b.events.filter((event) => /^(ruled|ordered) /.test(event));
    for (let round = 0; round < 20; round++) {
      const places = [`"key":"ana${round}"`, `"muted","params":{"round":${round}}`]
        .map((part) => events.findIndex((event) => event.includes(part)));
      assert(places[0]! >= 0 && places[0]! < places[1]!, events.join("\n"));
    }
    const codes = b.orders.map((order) => order.code);
    assertEquals(codes, Array.from({ length: 20 }, () => ["muted", "unmuted"]).flat());
  },
);

Deno.test({
  name: "who comes while others write gets each letter once and in order, from the same hub too",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await using c = await NatsHub.open([nats.url]);
  for (let round = 0; round < 60; round++) {
    const ana = a.put(`ana${round}`);
    await Promise.all([b.untilEvent(`met ana${round}`), c.untilEvent(`met ana${round}`)]);
    const early = await c.say("bob", `${round} c`, { to: ana.id });
    const got: string[] = [];
    let wasThere: string[] = [];
    const taken = new Promise<void>((resolve) =>
      b.cluster.takeUser(ana.id, early.message.id, (found) => {
        assert(found && found !== "away");
        got.push(...found.privateMessages.map(({ message }) => message.text));
        wasThere = b.accepted.map(({ id }) => `${id}`);
        resolve();
      })
    );
    const posts = [];
    for (let number = 0; number < 6; number++) {
      // The first one comes at another moment each time.
      if (number >= round % 6) {
        posts.push(await b.say("eva", `${round} b${number}`, { to: ana.id }));
      }
      posts.push(await c.say("bob", `${round} c${number}`, { to: ana.id }));
    }
    await taken;
    const { id: lastId, text: last } = posts.at(-1)!.message;
    if (!got.includes(last)) await b.untilEvent(`heard ${lastId}`);
    const heard = b.messages.map(({ message }) => message.text);
    got.push(...heard.filter((text) => text.startsWith(`${round} `) && !got.includes(text)));
    // What was accepted at the same hub when she was there, that hub tells by itself.
    const due = posts.map(({ message }) => message)
      .filter(({ id, text }) => text.includes("c") || wasThere.includes(`${id}`))
      .map(({ text }) => text);
    assertEquals(got.toSorted(), due.toSorted());
    assertEquals(heard.length, new Set(heard).size);
  }
});

Deno.test(
  { name: "what is written to somebody who is just going on here is in its letters", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    for (let round = 0; round < 40; round++) {
      const { id } = a.put(`bob${round}`);
      const { message: { id: after } } = await a.say("ana", "seen", { to: id });
      await b.untilEvent(`met bob${round}`);
      const { promise: taking, resolve } = Promise.withResolvers<string[]>();
      b.cluster.takeUser(id, after, (taken) => {
        // Until now it was told of by nobody, and from now on as to anybody who is here.
        const before = b.events.length;
        assert(taken && taken !== "away");
        const letters = new Set(taken.privateMessages.map(({ message: { text } }) => text));
        resolve(
          b.events.slice(0, before).filter((event) => {
            const [what, , text = ""] = event.split(" ");
            return what === "accepted" && text.startsWith(`${round}.`) && !letters.has(text);
          }),
        );
      });
      // The first thing that is written comes earlier or later meanwhile.
      const saying = Array.from({ length: 3 }, async (_, n) => {
        for (let k = 0; k < round % 10; k++) await b.say(`eva${n}`, "elsewhere", { to: "nobody" });
        await b.say(`eva${n}`, `${round}.${n}`, { to: id });
      });
      assertEquals(await taking, []);
      await Promise.all(saying);
    }
  },
);
