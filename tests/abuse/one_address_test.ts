/**
 * What the connections of one address may do together, on the real hub with its usual options. The hub runs in a network
 * namespace: on loopback no address has limits.
 */

import { assert, assertEquals } from "@std/assert";
import { Namespace, noNamespaces } from "../support/namespaces.ts";
import { Peer } from "../support/peer.ts";
import { type Hub, startHub } from "../support/program.ts";

interface Site extends AsyncDisposable {
  readonly hub: Hub;
  /** Connects from the same address as all others. */
  connect: () => Promise<Peer>;
}

async function openSite(args: string[] = []): Promise<Site> {
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await Namespace.open());
  const hostname = network.address;
  const hub = stack.use(
    await startHub(["--lang", "en", ...args], {
      hostname,
      wrap: (command) => network.wrap(command),
    }),
  );
  const all = stack.move();
  return {
    hub,
    connect: () => Peer.connect(hub.port, { hostname }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const hello = (nick: string) => JSON.stringify({ type: "hello", protocol: 1, nick }) + "\n";
const say = (ref: number, text: string) =>
  JSON.stringify({ type: "say", ref: `${ref}`, text }) + "\n";

const CLASS = 60;
const MESSAGES = 9;

Deno.test({
  name: "a class of 60 behind one address joins and writes all at once, and notices no limit",
  ignore: noNamespaces(),
  fn: async () => {
    await using stack = new AsyncDisposableStack();
    const { hub, connect } = stack.use(await openSite());
    const members = await Promise.all(
      Array.from({ length: CLASS }, async (_, number) => {
        const peer = stack.use(await connect());
        const isBot = number % 2 === 0;
        await peer.send(isBot ? hello(`m${number}`) : `/name m${number}\n`);
        await peer.until(isBot ? '"type":"welcome"' : `you are now m${number}`);
        return { peer, nick: `m${number}`, isBot };
      }),
    );
    for (const { peer, nick, isBot } of members) {
      for (let count = 1; count <= MESSAGES; count++) {
        peer.send(isBot ? say(count, `${nick} says ${count}`) : `${nick} says ${count}\n`);
      }
    }
    await Promise.all(members.map(async ({ peer, nick }) => {
      const missing = new Map(members.map((other) => [other.nick, 1]));
      missing.delete(nick);
      while (missing.size > 0) {
        const line = await peer.line();
        assert(!line.includes("throttled") && !line.includes("slowing you down"), line);
        const [, from = "", count] = /(m\d+) says (\d+)/.exec(line) ?? [];
        if (!missing.has(from)) continue;
        assertEquals(Number(count), missing.get(from));
        if (Number(count) === MESSAGES) missing.delete(from);
        else missing.set(from, Number(count) + 1);
      }
    }));
    for (const word of ["throttled", "rejected", "dropped"]) {
      assert(!hub.stderr().includes(word), hub.stderr());
    }
  },
});

Deno.test({
  name: "ever new connections of one address bring no more messages than its budget",
  ignore: noNamespaces(),
  fn: async () => {
    // Together 180 lines at once and 12 a second; of the three lines of each connection, one is a message.
    await using site = await openSite(["--rate", "1", "--burst", "3"]);
    await using reader = await site.connect();
    reader.send(hello("reader"));
    await reader.untilFrame("welcome");
    const startedAt = performance.now();
    for (let number = 0; number < 90; number++) {
      await using peer = await site.connect();
      const exit = JSON.stringify({ type: "command", ref: "2", line: "/exit" });
      peer.send(`${hello(`n${number}`)}${say(1, "flood")}${exit}\n`);
      await peer.until(/"bye"/);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    const received = reader.pending().filter((line) => line.includes('"text":"flood"')).length;
    assert(received <= (180 + 12 * seconds) / 3 + 1, `${received} messages in ${seconds} s`);
  },
});

Deno.test({
  name: "a trusted address makes as many connections as it likes",
  ignore: noNamespaces(),
  fn: async () => {
    const args = ["--max-per-address", "2", "--trusted", "198.18.0.1,::1"];
    for (const isTrusted of [false, true]) {
      await using stack = new AsyncDisposableStack();
      const network = stack.use(await Namespace.open());
      const hostname = network.address;
      const own = hostname.replace(/2$/, "1");
      const hub = stack.use(
        await startHub(isTrusted ? [...args, "--trusted", own] : args, {
          hostname,
          wrap: (command) => network.wrap(command),
        }),
      );
      const welcomes: boolean[] = [];
      for (let number = 0; number < 4; number++) {
        const peer = stack.use(await Peer.connect(hub.port, { hostname }));
        peer.send(hello(`n${number}`));
        welcomes.push((await peer.until(/welcome|too many/)).includes("welcome"));
      }
      assertEquals(welcomes, isTrusted ? Array(4).fill(true) : [true, true, false, false]);
    }
  },
});
