/** Outages of the NATS servers: each message is accepted once, and delivered to all hubs in one order. */

import { assert, assertEquals } from "@std/assert";
import { NATS_MISSING, startNats, startNatsCluster } from "../support/nats.ts";
import { Acceptor } from "../support/acceptor.ts";
import { idOf, NatsHub, testTwoHubs } from "../support/nats_hubs.ts";
import { idlePort } from "../support/ports.ts";

const ignore = NATS_MISSING;

testTwoHubs(
  "messages published during an outage are accepted once after it",
  async ({ nats, a, b }) => {
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
  },
);

testTwoHubs(
  "messages published while the server is killed are accepted once",
  async ({ nats, a, b }) => {
    await Promise.all([a.open("general"), b.open("general")]);
    await talkWhile([a, b], async () => {
      for (let round = 1; round <= 3; round++) {
        await a.until(() => a.texts.length > 100 * round && !a.cluster.isOffline, "more messages");
        await b.until(() => !b.cluster.isOffline, "b to be online");
        await nats.kill();
        for (const hub of [a, b]) {
          const times = () => hub.events.filter((event) => event === "offline").length;
          await hub.until(() => times() === round, "the outage to be noticed");
        }
        await nats.start();
      }
      await a.until(() => a.texts.length > 500, "more messages");
    });
  },
);

/** Lets hubs talk meanwhile, and asserts that all get each message once, in one order. */
async function talkWhile(hubs: readonly NatsHub[], during: () => Promise<void>): Promise<void> {
  const sent = hubs.map(() => 0);
  let isDone = false;
  const talking = hubs.map(async (hub, index) => {
    while (!isDone) await hub.say(`ana${index}`, `${index}:${sent[index]!++}`);
  });
  await during();
  isDone = true;
  for (const [index, hub] of hubs.entries()) {
    await hub.until(() => hub.accepted.length === sent[index], "all messages to be accepted");
  }
  await Promise.all(talking);
  const total = sent.reduce((sum, count) => sum + count);
  for (const hub of hubs) {
    await hub.until(() => hub.texts.length >= total, "all messages");
    assertEquals(hub.texts, hubs[0]!.texts);
    assertEquals(new Set(hub.texts).size, total);
  }
}

testTwoHubs(
  "a stopped server is noticed, and nothing is lost when it continues",
  async ({ nats, a, b }) => {
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
  },
);

testTwoHubs(
  "joins, changes and leaves during an outage are known after it",
  async ({ nats, a, b }) => {
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
  },
);

Deno.test({
  name: "a hub gets the messages it missed before it is online again",
  ignore,
}, async () => {
  await using nats = await startNats();
  await using a = await NatsHub.open([nats.url]);
  await using proxy = new Proxy(nats);
  await using b = await NatsHub.open([proxy.url]);
  await Promise.all([a.open("general"), b.open("general")]);
  const bob = b.put("bob");
  await a.untilEvent("user bob");
  await a.say("ana", "1");
  await b.untilEvent("message 1");
  await proxy.cut();
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
  await using proxy = new Proxy(nats);
  await using b = await NatsHub.open([proxy.url]);
  const bob = b.put("bob");
  const eva = b.put("eva");
  assertEquals(await b.claim("bob", bob.id), "claimed");
  assertEquals(await b.claim("eva", eva.id), "claimed");
  await a.untilEvent("user eva");
  await proxy.cut();
  await a.untilEvent(`gone ${bob.id}`);
  await a.untilEvent(`gone ${eva.id}`);
  assertEquals(await a.claimEventually("bob", "other"), "claimed");
  proxy.restore();
  await b.untilEvent("online");
  await a.until(() => a.users.get(eva.id), "eva");
  await b.until(() => b.commands.length === 1, "bob's end");
  assertEquals(b.commands[0], { kind: "dismiss", id: bob.id, code: "shutdown", params: {} });
  assertEquals(await b.claimEventually("eva", eva.id), "claimed");
  assertEquals(await a.claim("eva", "other"), "taken");
});

Deno.test({ name: "in a cluster the chat goes on when the leader is killed", ignore }, async () => {
  await using cluster = await startNatsCluster(3);
  const options = { keep: { messages: 1_000_000 } };
  await using a = await NatsHub.open(cluster.urls, options);
  await using b = await NatsHub.open(cluster.urls, options);
  const connected = a.log.find(({ message }) => message === "connected to NATS");
  assertEquals(connected?.fields["replicas"], 3);
  await Promise.all([a.open("general"), b.open("general")]);
  await talkWhile([a, b], async () => {
    await a.until(() => a.texts.length > 100, "more messages");
    await (await cluster.leader("chat-chat")).kill();
    const before = a.texts.length;
    await a.until(() => a.texts.length > before + 100 && !a.cluster.isOffline, "more messages");
  });
});

/** A TCP proxy to a server that can be cut. */
class Proxy implements AsyncDisposable {
  readonly port = idlePort();
  readonly #server: number;
  #acceptor: Acceptor;

  constructor({ port }: { port: number }) {
    this.#server = port;
    this.#acceptor = this.#listen();
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  #listen(): Acceptor {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
    const acceptor: Acceptor = new Acceptor(
      listener,
      (conn) => acceptor.relay(conn, this.#server),
    );
    return acceptor;
  }

  /** Closes all connections, and accepts none. */
  async cut(): Promise<void> {
    await this.#acceptor[Symbol.asyncDispose]();
  }

  restore(): void {
    this.#acceptor = this.#listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut();
  }
}

Deno.test(
  { name: "a user whose record is rewritten during a reload does not count as gone", ignore },
  async () => {
    await using nats = await startNats();
    await using a = await NatsHub.open([nats.url]);
    await using proxy = new Proxy(nats);
    await using b = await NatsHub.open([proxy.url], {
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
      await proxy.cut();
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
