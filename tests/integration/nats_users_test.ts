/** Users, nicks, rules and commands of several hubs over NATS. */

import { assert, assertEquals } from "@std/assert";
import { connect } from "@nats-io/transport-node";
import { encodeRecord } from "../../server/cluster/nats/codec.ts";
import { NATS_MISSING, startNats } from "../support/nats.ts";
import { idOf, NatsHub, testTwoHubs } from "../support/nats_hubs.ts";
import type { Rule } from "../../server/types.ts";

const ignore = NATS_MISSING;

testTwoHubs(
  "each hub gets the users of the others, and each leave once",
  async ({ nats, a, b }) => {
    const ana = a.put("ana");
    await b.untilEvent("user ana");
    assertEquals(b.users.get(ana.id), ana);
    a.put("ana", { isAway: true, rooms: [["general", 0], ["日本", 7]] });
    await b.untilEvent(`user ana at ${a.id} away`);
    await using c = await NatsHub.open([nats.url]);
    assertEquals(c.users.get(ana.id)?.rooms, [["general", 0], ["日本", 7]]);
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

testTwoHubs("of many changes to a user the last one arrives", async ({ a, b }) => {
  for (let n = 1; n <= 500; n++) a.put("ana", { rooms: [["general", n]] });
  await b.until(() => b.users.get(idOf("ana"))?.rooms[0]?.[1] === 500, "the last");
  assert(b.events.length < 500);
});

testTwoHubs("of many simultaneous claims of a nick one succeeds", async ({ nats, a, b }) => {
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
});

testTwoHubs(
  "a user who moves to another hub gets their private messages, and their old hub is notified",
  async ({ nats, a, b }) => {
    await using c = await NatsHub.open([nats.url]);
    const ana = a.put("ana", {
      correspondent: "x",
      ignored: [{ id: "i", key: "bob", nick: "Bob" }],
    });
    await b.untilEvent("user ana");
    for (const text of ["1", "2", "3"]) await c.say("bob", text, { to: ana.id });
    await b.say("eva", "4", { to: ana.id });
    await a.untilEvent("message 4");
    const taken = await b.take(ana.id, 1);
    assertEquals(taken?.user, { ...ana, hub: b.id });
    assertEquals(taken?.privateMessages.map(({ message }) => [message.id, message.text]), [
      [2, "2"],
      [3, "3"],
      [4, "4"],
    ]);
    await a.untilEvent(`user ana at ${b.id}`);
    await c.untilEvent(`user ana at ${b.id}`);
    await c.say("bob", "5", { to: ana.id });
    await b.untilEvent("message 5");
    b.put("ana", { isAway: true });
    await a.untilEvent(`user ana at ${b.id} away`);
    assertEquals(a.messages.length, 4);
    assertEquals(await c.take("nobody"), undefined);
    assertEquals(await b.take(ana.id), undefined);
  },
);

Deno.test({
  name: "an older record that arrives late does not move a user back",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url], { timeouts: { dependency: 200 } });
  await b.open("general");
  const ana = a.put("ana");
  await b.untilEvent("user ana");
  // This record waits for a message that does not exist.
  const late = encodeRecord({
    hub: a.id,
    person: { ...ana, isAway: true },
    after: ["general", 999],
  });
  const stranger = await connect({ servers: nats.url });
  await stranger.request("$KV.chat-chat-state.person.id-of-ana", late);
  await stranger.close();
  const taken = await b.take(ana.id);
  assertEquals(taken?.user, { ...ana, isAway: true, hub: b.id });
  a.put("eva");
  await b.untilEvent("user eva");
  assertEquals(b.events.filter((event) => event.startsWith("user ana")), [`user ana at ${a.id}`]);
  await a.say("bob", "still there?", { to: ana.id });
  await b.untilEvent("still there?");
});

testTwoHubs("of two hubs that take over a user at once one succeeds", async ({ nats, a, b }) => {
  await using c = await NatsHub.open([nats.url]);
  for (let n = 0; n < 10; n++) {
    const { id } = a.put(`ana${n}`);
    await b.untilEvent(`user ana${n}`);
    await c.untilEvent(`user ana${n}`);
    const taken = await Promise.all([b.take(id), c.take(id)]);
    assertEquals(taken.filter((moved) => moved).length, 1);
  }
});

testTwoHubs(
  "rules hold at all hubs, also at later ones, until they are lifted",
  async ({ nats, a, b }) => {
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
  },
);

testTwoHubs(
  "a join comes before the user's messages, and those before the leave",
  async ({ a, b }) => {
    await Promise.all([a.open("general"), b.open("general")]);
    for (let n = 0; n < 50; n++) {
      const { id } = a.put(`ana${n}`);
      await a.say(`ana${n}`, `text${n}`);
      a.cluster.removeUser(id, {});
    }
    await b.until(() => b.gone.length === 50, "all leaves");
    const order = b.events.filter((event) => event !== "open general");
    assertEquals(
      order.map((event) => event.split(" ")[0]),
      Array.from({ length: 50 }, () => ["user", "message", "gone"]).flat(),
    );
  },
);

Deno.test({
  name: "the users of a stopped hub leave a while later, and their nicks are free",
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
  await b.untilEvent("user eva");
  await c.untilEvent("user eva");
  await a[Symbol.asyncDispose]();
  assertEquals((await b.take(eva.id))?.user.nick, "eva");
  for (const hub of [b, c]) {
    await hub.untilEvent(`gone ${ana.id}`);
    assertEquals(hub.gone, [[ana.id, {}]]);
  }
  await b.until(() => true);
  assertEquals(await c.claimEventually("ana", "someone-else"), "claimed");
  assertEquals(await c.claim("nobody", "found"), "claimed");
  await untilKeys(nats.monitor, "KV_chat-chat-state", 1);
  assertEquals(c.gone.length, 1);
});

Deno.test(
  { name: "users without a hub that a new hub finds leave a while later", ignore },
  async () => {
    await using nats = await startNats();
    const a = await NatsHub.open([nats.url]);
    const ana = a.put("ana");
    await untilKeys(nats.monitor, "KV_chat-chat-state", 1);
    await a[Symbol.asyncDispose]();
    await using b = await NatsHub.open([nats.url]);
    assertEquals([...b.users.keys()], [ana.id]);
    await b.untilEvent(`gone ${ana.id}`);
    await untilRemoved(nats.monitor, "KV_chat-chat-state");
  },
);

const untilRemoved = (monitor: string, stream: string) => untilKeys(monitor, stream, 0);

/** Polls until a bucket has this many keys, since the server offers no event for it. */
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

testTwoHubs("a command arrives after the rule that it is about", async ({ a, b }) => {
  for (let round = 0; round < 20; round++) {
    const mute = { id: "x", until: round };
    a.cluster.putRule({ kind: "mute", key: `ana${round}`, mute });
    for (const code of ["muted", "unmuted"] as const) {
      a.cluster.sendCommand(b.id, { kind: "notify", id: "x", code, params: { round } });
    }
  }
  await b.until(() => b.commands.length === 40, "the commands");
  const events = b.events.filter((event) => /^(rule|command) /.test(event));
  for (let round = 0; round < 20; round++) {
    const positions = [`"key":"ana${round}"`, `"muted","params":{"round":${round}}`]
      .map((part) => events.findIndex((event) => event.includes(part)));
    assert(positions[0]! >= 0 && positions[0]! < positions[1]!, events.join("\n"));
  }
  const codes = b.commands.map((order) => order.kind === "notify" && order.code);
  assertEquals(codes, Array.from({ length: 20 }, () => ["muted", "unmuted"] as const).flat());
});

testTwoHubs(
  "a user who moves while others write gets each private message once and in order",
  async ({ nats, a, b }) => {
    await using c = await NatsHub.open([nats.url]);
    for (let round = 0; round < 60; round++) {
      const ana = a.put(`ana${round}`);
      await Promise.all([b.untilEvent(`user ana${round}`), c.untilEvent(`user ana${round}`)]);
      const early = await c.say("bob", `${round} c`, { to: ana.id });
      const got: string[] = [];
      let wasThere: string[] = [];
      const taken = new Promise<void>((resolve) =>
        b.cluster.takeUser(ana.id, early.message.id, (found) => {
          assert(found && found !== "offline");
          got.push(...found.privateMessages.map(({ message }) => message.text));
          wasThere = b.accepted.map(({ id }) => `${id}`);
          resolve();
        })
      );
      const posts = [];
      for (let number = 0; number < 6; number++) {
        // The first message comes at a different moment in each round.
        if (number >= round % 6) {
          posts.push(await b.say("eva", `${round} b${number}`, { to: ana.id }));
        }
        posts.push(await c.say("bob", `${round} c${number}`, { to: ana.id }));
      }
      await taken;
      const { id: lastId, text: last } = posts.at(-1)!.message;
      if (!got.includes(last)) await b.untilEvent(`message ${lastId}`);
      const delivered = b.messages.map(({ message }) => message.text);
      got.push(...delivered.filter((text) => text.startsWith(`${round} `) && !got.includes(text)));
      // Messages of the same hub accepted before the move are among those that the move gives.
      const due = posts.map(({ message }) => message)
        .filter(({ id, text }) => text.includes("c") || wasThere.includes(`${id}`))
        .map(({ text }) => text);
      assertEquals(got.toSorted(), due.toSorted());
      assertEquals(delivered.length, new Set(delivered).size);
    }
  },
);
