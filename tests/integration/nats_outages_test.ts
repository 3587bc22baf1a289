/** Outages of the NATS servers: each message is accepted once, and delivered to all hubs in one order. */

import { assert, assertEquals } from "@std/assert";
import { NATS_MISSING, startNats, startNatsCluster } from "../support/nats.ts";
import { idOf, NatsHub } from "../support/nats_hubs.ts";
import { DEADLINE_MS } from "../support/watch.ts";

const ignore = NATS_MISSING;

Deno.test({
  name: "messages published during an outage are accepted once after it",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await Promise.all([a.open("general"), b.open("general")]);
  a.put("ana");
  await b.untilEvent("user ana");
  await a.say("ana", "before");
  await b.untilEvent("before");
  await nats.kill();
  for (const hub of [a, b]) await hub.untilEvent("offline");
  assert(a.cluster.isOffline);
  const waiting = Array.from({ length: 20 }, (_, n) => a.say(`ana${n}`, `a${n}`));
  waiting.push(...Array.from({ length: 20 }, (_, n) => b.say(`bob${n}`, `b${n}`)));
  a.put("ana", { isAway: true });
  assertEquals(await a.claim("x", "y"), "offline");
  assertEquals(await b.open("other"), undefined);
  assertEquals(
    await new Promise((resolve) => b.cluster.takeUser(idOf("ana"), 0, resolve)),
    "offline",
  );
  await nats.start();
  await Promise.all(waiting);
  for (const hub of [a, b]) {
    await hub.until(() => hub.texts.length === 41, "all messages");
    assertEquals(hub.texts, a.texts);
    const changes = hub.events.filter((event) => /^(offline|online)$/.test(event));
    assertEquals(changes, ["offline", "online"]);
    assert(!hub.cluster.isOffline);
  }
  await b.untilEvent(`user ana at ${a.id} away`);
  for (const [hub, prefix] of [[a, "a"], [b, "b"]] as const) {
    const own = hub.events.filter((event) => event.startsWith("accepted"))
      .map((event) => event.split(" ")[2]).filter((text) => text !== "before");
    assertEquals(own, Array.from({ length: 20 }, (_, n) => `${prefix}${n}`));
  }
  await a.say("ana", "later", { room: "other" });
  await b.untilEvent("later");
  assertEquals(await a.claim("x", "y"), "claimed");
});

Deno.test(
  { name: "messages published while the server is killed are accepted once", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using b = await NatsHub.open([nats.url]);
    await Promise.all([a.open("general"), b.open("general")]);
    const hubs = [a, b];
    let isDone = false;
    const talking = hubs.map(async (hub, index) => {
      let n = 0;
      while (!isDone) await hub.say(`ana${index}`, `${index}:${n++}`);
      return n;
    });
    for (let round = 1; round <= 3; round++) {
      await a.until(() => a.texts.length > 100 * round && !a.cluster.isOffline, "more messages");
      await b.until(() => !b.cluster.isOffline, "b to be online");
      await nats.kill();
      for (const hub of hubs) {
        const times = () => hub.events.filter((event) => event === "offline").length;
        await hub.until(() => times() === round, "the outage to be noticed");
      }
      await nats.start();
    }
    await a.until(() => a.texts.length > 500, "more messages");
    isDone = true;
    const [first = 0, second = 0] = await countAccepted(talking);
    for (const hub of hubs) {
      await hub.until(() => hub.texts.length >= first + second, "all messages");
      assertEquals(hub.texts, a.texts);
      assertEquals(new Set(hub.texts).size, first + second);
    }
  },
);

Deno.test({
  name: "a stopped server is noticed, and nothing is lost when it continues",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  await Promise.all([a.open("general"), b.open("general")]);
  await a.say("ana", "1");
  await b.untilEvent("message 1 1");
  nats.pause();
  const waiting = a.say("ana", "2");
  for (const hub of [a, b]) await hub.untilEvent("offline");
  nats.resume();
  await waiting;
  await b.untilEvent("message 2 2");
  await b.say("bob", "3");
  await a.untilEvent("message 3 3");
  assertEquals(a.texts, b.texts);
  assertEquals(a.accepted.map(({ id }) => id), [1, 2]);
  for (const hub of [a, b]) await hub.untilEvent("online");
});

Deno.test({
  name: "joins, changes and leaves during an outage are known after it",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using b = await NatsHub.open([nats.url]);
  const ana = a.put("ana");
  a.put("eva");
  await b.untilEvent("user eva");
  await nats.kill();
  for (const hub of [a, b]) await hub.untilEvent("offline");
  a.cluster.removeUser(ana.id, {});
  a.put("eva", { isModerator: true });
  a.put("leo");
  await nats.start();
  await b.untilEvent("user leo");
  await b.untilEvent(`gone ${ana.id}`);
  await b.until(() => b.users.get(idOf("eva"))?.isModerator, "the moderator");
  assertEquals([...b.users.keys()].sort(), [idOf("eva"), idOf("leo")]);
  assertEquals(b.gone.length, 1);
});

Deno.test({
  name: "a hub gets the messages it missed before it is online again",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using proxy = await startProxy(nats.port);
  await using b = await NatsHub.open([`nats://127.0.0.1:${proxy.port}`]);
  await Promise.all([a.open("general"), b.open("general")]);
  const bob = b.put("bob");
  await a.untilEvent("user bob");
  await a.say("ana", "1");
  await b.untilEvent("message 1");
  proxy.cut();
  await b.untilEvent("offline");
  for (let n = 2; n <= 30; n++) await a.say("ana", `${n}`);
  await a.say("ana", "31", { to: bob.id });
  a.put("ana");
  const waiting = b.say("bob", "32");
  proxy.restore();
  await waiting;
  assertEquals(b.texts, [
    ...Array.from({ length: 30 }, (_, n) => `${n + 1} ${n + 1}`),
    `31 31 to ${bob.id}`,
    "32 32",
  ]);
  const back = b.events.indexOf("online");
  assert(back > b.events.findIndex((event) => event.startsWith("message 31")));
  assert(back > b.events.findIndex((event) => event.startsWith("user ana")));
  assert(back < b.events.findIndex((event) => event.startsWith("accepted 32")));
});

Deno.test({
  name: "a hub whose lease expired during an outage comes back with its users",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url], { timeouts: { leaseExpiry: 2000 } });
  await using proxy = await startProxy(nats.port);
  await using b = await NatsHub.open([`nats://127.0.0.1:${proxy.port}`]);
  const bob = b.put("bob");
  const eva = b.put("eva");
  assertEquals(await b.claim("bob", bob.id), "claimed");
  assertEquals(await b.claim("eva", eva.id), "claimed");
  await a.untilEvent("user eva");
  proxy.cut();
  await a.untilEvent(`gone ${bob.id}`);
  await a.untilEvent(`gone ${eva.id}`);
  assertEquals(await claimEventually(a, "bob", "other"), "claimed");
  proxy.restore();
  await b.untilEvent("online");
  await a.until(() => a.users.get(eva.id), "eva");
  await b.until(() => b.commands.length === 1, "bob's end");
  assertEquals(b.commands[0], { kind: "dismiss", id: bob.id, code: "shutdown", params: {} });
  assertEquals(await claimEventually(b, "eva", eva.id), "claimed");
  assertEquals(await a.claim("eva", "other"), "taken");
});

Deno.test(
  { name: "in a cluster the chat goes on when the leader is killed", ignore },
  async () => {
    await using cluster = await startNatsCluster(3);
    const options = { keep: { messages: 1_000_000 }, times: { late: 10_000 } };
    await using a = await NatsHub.open(cluster.urls, options);
    await using b = await NatsHub.open(cluster.urls, options);
    assertEquals(
      a.log.find(({ message }) => message === "connected to NATS")?.fields["replicas"],
      3,
    );
    await Promise.all([a.open("general"), b.open("general")]);
    const hubs = [a, b];
    let isDone = false;
    const talking = hubs.map(async (hub, index) => {
      let n = 0;
      while (!isDone) await hub.say(`ana${index}`, `${index}:${n++}`);
      return n;
    });
    await a.until(() => a.texts.length > 100, "more messages");
    const leader = await cluster.leader("chat-chat");
    await leader.kill();
    const before = a.texts.length;
    await a.until(() => a.texts.length > before + 100 && !a.cluster.isOffline, "more messages");
    isDone = true;
    const [first = 0, second = 0] = await countAccepted(talking);
    for (const hub of hubs) {
      await hub.until(() => hub.texts.length >= first + second, "all messages");
      assertEquals(hub.texts, a.texts);
      assertEquals(new Set(hub.texts).size, first + second);
    }
  },
);

/** The number of messages of each hub, once all are accepted. */
async function countAccepted(talking: readonly Promise<number>[]): Promise<number[]> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    timeout.reject(new Error("some messages were not accepted"));
  }, DEADLINE_MS);
  try {
    return await Promise.race([Promise.all(talking), timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function claimEventually(hub: NatsHub, key: string, id: string): Promise<string> {
  for (;;) {
    const outcome = await hub.claim(key, id);
    if (outcome !== "taken") return outcome;
  }
}

/** A TCP proxy to a server that can be cut. */
async function startProxy(port: number) {
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
      // already closed by its pipe
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
    restore() {
      listener = Deno.listen({ hostname: "127.0.0.1", port: own });
      running = run();
    },
    async [Symbol.asyncDispose]() {
      try {
        cut();
      } catch {
        // already cut
      }
      await running;
      await Promise.all(work);
      [open, work] = [new Set(), []];
    },
  };
}

Deno.test(
  { name: "a user whose record is rewritten during a reload does not count as gone", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using proxy = await startProxy(nats.port);
    await using b = await NatsHub.open([`nats://127.0.0.1:${proxy.port}`], {
      timeouts: { leaseExpiry: 60_000 },
    });
    const users = Array.from({ length: 300 }, (_, n) => a.put(`ana${n}`));
    await b.until(() => b.users.size === 300, "all messages");
    let isDone = false;
    const changing = (async () => {
      for (let round = 0; !isDone; round++) {
        for (const user of users) {
          a.cluster.putUser({ ...user, isAway: round % 2 === 0 });
          if (Math.random() < 0.1) await new Promise((resolve) => setTimeout(resolve));
        }
      }
    })();
    for (let round = 1; round <= 3; round++) {
      proxy.cut();
      await b.until(() => b.cluster.isOffline, "the cut");
      proxy.restore();
      await b.until(() => !b.cluster.isOffline, "b to be online");
    }
    isDone = true;
    await changing;
    assertEquals(b.gone, []);
    assertEquals(b.users.size, 300);
  },
);
