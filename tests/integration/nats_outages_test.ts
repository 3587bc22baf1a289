/** Hubs whose NATS servers go, stand still or change places: what is said is accepted once, and heard by all in one order. */

import { assert, assertEquals } from "@std/assert";
import { NATS_MISSING, startNats, startNatsCluster } from "../support/nats.ts";
import { idOf, NatsHub, SHORT_TIMES } from "../support/nats_hubs.ts";
import { DEADLINE_MS } from "../support/watch.ts";

const ignore = NATS_MISSING;

Deno.test({
  name: "what is said while the server is away is accepted once when it is back",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await Promise.all([a.open("general"), b.open("general")]);
  a.put("ana");
  await b.untilEvent("met ana");
  await a.say("ana", "before");
  await b.untilEvent("before");
  await nats.kill();
  for (const hub of [a, b]) await hub.untilEvent("away true");
  assert(a.cluster.isOffline);
  const waiting = Array.from({ length: 20 }, (_, n) => a.say(`ana${n}`, `a${n}`));
  waiting.push(...Array.from({ length: 20 }, (_, n) => b.say(`bob${n}`, `b${n}`)));
  a.put("ana", { isAway: true });
  assertEquals(await a.claim("x", "y"), "away");
  assertEquals(await b.open("other"), undefined);
  assertEquals(
    await new Promise((resolve) => b.cluster.takeUser(idOf("ana"), 0, resolve)),
    "away",
  );
  await nats.start();
  await Promise.all(waiting);
  for (const hub of [a, b]) {
    await hub.until(() => hub.said.length === 41, "all");
    assertEquals(hub.said, a.said);
    const told = hub.events.filter((event) => event.startsWith("away"));
    assertEquals(told, ["away true", "away false"]);
    assert(!hub.cluster.isOffline);
  }
  await b.untilEvent(`met ana at ${a.id} away`);
  for (const [hub, letter] of [[a, "a"], [b, "b"]] as const) {
    const own = hub.events.filter((event) => event.startsWith("accepted"))
      .map((event) => event.split(" ")[2]).filter((text) => text !== "before");
    assertEquals(own, Array.from({ length: 20 }, (_, n) => `${letter}${n}`));
  }
  await a.say("ana", "later", { room: "other" });
  await b.untilEvent("later");
  assertEquals(await a.claim("x", "y"), "claimed");
});

Deno.test({ name: "what is said as the server is killed is accepted once", ignore }, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await Promise.all([a.open("general"), b.open("general")]);
  const hubs = [a, b];
  let isOver = false;
  const talking = hubs.map(async (hub, index) => {
    let n = 0;
    while (!isOver) await hub.say(`ana${index}`, `${index}:${n++}`);
    return n;
  });
  for (let round = 1; round <= 3; round++) {
    await a.until(() => a.said.length > 100 * round && !a.cluster.isOffline, "talk");
    await b.until(() => !b.cluster.isOffline, "b to be back");
    await nats.kill();
    for (const hub of hubs) {
      const times = () => hub.events.filter((event) => event === "away true").length;
      await hub.until(() => times() === round, "it to be noticed");
    }
    await nats.start();
  }
  await a.until(() => a.said.length > 500, "talk");
  isOver = true;
  const [first = 0, second = 0] = await ended(talking);
  for (const hub of hubs) {
    await hub.until(() => hub.said.length >= first + second, "all");
    assertEquals(hub.said, a.said);
    assertEquals(new Set(hub.said).size, first + second);
  }
});

Deno.test({
  name: "a server that stands still is noticed, and nothing is lost when it goes on",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await Promise.all([a.open("general"), b.open("general")]);
  await a.say("ana", "1");
  await b.untilEvent("heard 1 1");
  nats.pause();
  const waiting = a.say("ana", "2");
  for (const hub of [a, b]) await hub.untilEvent("away true");
  nats.resume();
  await waiting;
  await b.untilEvent("heard 2 2");
  await b.say("bob", "3");
  await a.untilEvent("heard 3 3");
  assertEquals(a.said, b.said);
  assertEquals(a.accepted.map(({ id }) => id), [1, 2]);
  for (const hub of [a, b]) await hub.untilEvent("away false");
});

Deno.test({
  name: "people who came, changed and went while nobody told it are known afterwards",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  const ana = a.put("ana");
  a.put("eva");
  await b.untilEvent("met eva");
  await nats.kill();
  for (const hub of [a, b]) await hub.untilEvent("away true");
  a.cluster.removeUser(ana.id, {});
  a.put("eva", { isModerator: true });
  a.put("leo");
  await nats.start();
  await b.untilEvent("met leo");
  await b.untilEvent(`gone ${ana.id}`);
  await b.until(() => b.people.get(idOf("eva"))?.isModerator, "the moderator");
  assertEquals([...b.people.keys()].sort(), [idOf("eva"), idOf("leo")]);
  assertEquals(b.gone.length, 1);
});

Deno.test({
  name: "a hub whose connection broke hears what was said meanwhile before it may go on",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using proxied = await cuttable(nats.port);
  await using b = await NatsHub.open([`nats://127.0.0.1:${proxied.port}`]);
  await Promise.all([a.open("general"), b.open("general")]);
  const bob = b.put("bob");
  await a.untilEvent("met bob");
  await a.say("ana", "1");
  await b.untilEvent("heard 1");
  proxied.cut();
  await b.untilEvent("away true");
  for (let n = 2; n <= 30; n++) await a.say("ana", `${n}`);
  await a.say("ana", "31", { to: bob.id });
  a.put("ana");
  const waiting = b.say("bob", "32");
  proxied.mend();
  await waiting;
  assertEquals(b.said, [
    ...Array.from({ length: 30 }, (_, n) => `${n + 1} ${n + 1}`),
    `31 31 to ${bob.id}`,
    "32 32",
  ]);
  const back = b.events.indexOf("away false");
  assert(back > b.events.findIndex((event) => event.startsWith("heard 31")));
  assert(back > b.events.findIndex((event) => event.startsWith("met ana")));
  assert(back < b.events.findIndex((event) => event.startsWith("accepted 32")));
});

Deno.test({
  name: "a hub that was away so long that others took it for dead comes back with its people",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url], { times: { late: 2000 } });
  await using proxied = await cuttable(nats.port);
  await using b = await NatsHub.open([`nats://127.0.0.1:${proxied.port}`]);
  const bob = b.put("bob");
  const eva = b.put("eva");
  assertEquals(await b.claim("bob", bob.id), "claimed");
  assertEquals(await b.claim("eva", eva.id), "claimed");
  await a.untilEvent("met eva");
  proxied.cut();
  await a.untilEvent(`gone ${bob.id}`);
  await a.untilEvent(`gone ${eva.id}`);
  assertEquals(await claimedInTheEnd(a, "bob", "other"), "claimed");
  proxied.mend();
  await b.untilEvent("away false");
  await a.until(() => a.people.get(eva.id), "eva");
  await b.until(() => b.orders.length === 1, "bob's end");
  assertEquals(b.orders[0], { kind: "dismiss", id: bob.id, code: "shutdown", params: {} });
  assertEquals(await claimedInTheEnd(b, "eva", eva.id), "claimed");
  assertEquals(await a.claim("eva", "other"), "taken");
});

Deno.test(
  { name: "in a cluster all goes on when the server in charge is killed", ignore },
  async () => {
    await using cluster = await startNatsCluster(3);
    const options = { keep: { messages: 1_000_000 }, times: { late: 10_000 } };
    await using a = await NatsHub.open(cluster.urls, options);
    await using b = await NatsHub.open(cluster.urls, options);
    assertEquals(a.log.find(({ message }) => message === "at nats")?.fields["replicas"], 3);
    await Promise.all([a.open("general"), b.open("general")]);
    const hubs = [a, b];
    let isOver = false;
    const talking = hubs.map(async (hub, index) => {
      let n = 0;
      while (!isOver) await hub.say(`ana${index}`, `${index}:${n++}`);
      return n;
    });
    await a.until(() => a.said.length > 100, "talk");
    const leader = await cluster.leader("chat-chat");
    await leader.kill();
    const so = a.said.length;
    await a.until(() => a.said.length > so + 100 && !a.cluster.isOffline, "more talk");
    isOver = true;
    const [first = 0, second = 0] = await ended(talking);
    for (const hub of hubs) {
      await hub.until(() => hub.said.length >= first + second, "all");
      assertEquals(hub.said, a.said);
      assertEquals(new Set(hub.said).size, first + second);
    }
  },
);

/** How much each hub has said, as soon as all of it is accepted. */
async function ended(talking: readonly Promise<number>[]): Promise<number[]> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error("some of what was said was not accepted"));
  }, DEADLINE_MS);
  try {
    return await Promise.race([Promise.all(talking), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function claimedInTheEnd(hub: NatsHub, key: string, id: string): Promise<string> {
  for (;;) {
    const outcome = await hub.claim(key, id);
    if (outcome !== "taken") return outcome;
  }
}

/** A way to a server that can be cut. */
async function cuttable(port: number) {
  let listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port: own } = listener.addr as Deno.NetAddr;
  let open = new Set<Deno.Conn>();
  let work: Promise<unknown>[] = [];
  const pipe = async (from: Deno.Conn, to: Deno.Conn) => {
    await from.readable.pipeTo(to.writable).catch(() => {});
    cutOne(from);
    cutOne(to);
  };
  const cutOne = (conn: Deno.Conn) => {
    open.delete(conn);
    try {
      conn.close();
    } catch {
      // closed by its pipe
    }
  };
  const run = async () => {
    for await (const conn of listener) {
      const other = await Deno.connect({ hostname: "127.0.0.1", port });
      open.add(conn).add(other);
      work.push(pipe(conn, other), pipe(other, conn));
    }
  };
  let running = run();
  const cut = () => {
    listener.close();
    for (const conn of open) cutOne(conn);
  };
  await Promise.resolve();
  return {
    port: own,
    cut,
    mend() {
      listener = Deno.listen({ hostname: "127.0.0.1", port: own });
      running = run();
    },
    async [Symbol.asyncDispose]() {
      try {
        cut();
      } catch {
        // it is
      }
      await running;
      await Promise.all(work);
      [open, work] = [new Set(), []];
    },
  };
}

Deno.test(
  { name: "who is written anew while a hub learns who is there is not told as gone", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using proxied = await cuttable(nats.port);
    const times = { ...SHORT_TIMES, late: 60_000 };
    await using b = await NatsHub.open([`nats://127.0.0.1:${proxied.port}`], { times });
    const people = Array.from({ length: 300 }, (_, n) => a.put(`ana${n}`));
    await b.until(() => b.people.size === 300, "all");
    let isOver = false;
    const changing = (async () => {
      for (let round = 0; !isOver; round++) {
        for (const person of people) {
          a.cluster.putUser({ ...person, isAway: round % 2 === 0 });
          if (Math.random() < 0.1) await new Promise((resolve) => setTimeout(resolve));
        }
      }
    })();
    for (let round = 1; round <= 3; round++) {
      proxied.cut();
      await b.until(() => b.cluster.isOffline, "the cut");
      proxied.mend();
      await b.until(() => !b.cluster.isOffline, "it to be back");
    }
    isOver = true;
    await changing;
    assertEquals(b.gone, []);
    assertEquals(b.people.size, 300);
  },
);
