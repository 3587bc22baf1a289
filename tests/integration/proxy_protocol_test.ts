/** With --proxy-protocol: whose address counts, and what a proxy's connection may begin with. */

import { assert, assertEquals } from "@std/assert";
import { MAX_REJECTED } from "../../server/net/listener.ts";
import { LiveHub } from "../support/live_hub.ts";
import { Peer } from "../support/peer.ts";
import { binaryHeader, PROXY_HEADERS } from "../support/proxy_header.ts";
import { tempDirectory } from "../support/temp.ts";

const PROXIES = ["127.0.0.1"];

const from = (address: string) => `PROXY TCP4 ${address} 10.0.0.1 5000 443\r\n`;

/** A text member behind the proxy, with an address. */
async function member(hub: LiveHub, nick: string, address: string): Promise<Peer> {
  const peer = await hub.connect();
  await peer.send(`${from(address)}/name ${nick}\n`);
  await peer.until(`* you are now ${nick}`);
  return peer;
}

for (const [version, header] of Object.entries(PROXY_HEADERS)) {
  Deno.test(`behind a header of version ${version}, however it is split, is a user with another address`, async () => {
    await using hub = new LiveHub({ proxies: PROXIES });
    const hello = new TextEncoder().encode('{"type":"hello","protocol":1,"nick":"ana"}\n');
    for (const at of [1, 11, header.length - 1, header.length, header.length + 5]) {
      await using peer = await hub.connect();
      const bytes = new Uint8Array([...header, ...hello]);
      await peer.send(bytes.subarray(0, at));
      await peer.send(bytes.subarray(at));
      const welcome = await peer.untilFrame("welcome");
      assert(welcome.hub);
    }
    await hub.untilLogged(/msg=connected peer=203\.0\.113\.9:34536/, 5);
    await using silent = await hub.connect();
    await silent.send(header);
    await silent.until("* welcome, guest");
  });
}

Deno.test("limits and bans of addresses count the users' addresses, and not the proxy's", async () => {
  await using directory = await tempDirectory();
  const modPasswordFile = `${directory.path}/mod`;
  await Deno.writeTextFile(modPasswordFile, "chalk\n", { mode: 0o600 });
  await using hub = new LiveHub({ proxies: PROXIES, limits: { perAddress: 2 }, modPasswordFile });
  await using _a = await member(hub, "a", "203.0.113.5");
  await using _b = await member(hub, "b", "203.0.113.5");
  await using full = await hub.connect();
  await full.send(from("203.0.113.5"));
  await full.until("* too many connections from your address");
  await using rude = await member(hub, "rude", "203.0.113.8");
  await using mod = await member(hub, "mod", "203.0.113.6");
  await mod.send("/mod chalk\n/ban rude address\n");
  await rude.until("* you are banned from this hub");
  await rude.closed();
  await using banned = await hub.connect();
  await banned.send(from("203.0.113.8") + "/name c\n");
  await banned.until("* you are banned from this hub");
  await using _c = await member(hub, "c", "203.0.113.7");
});

Deno.test("a proxy's own connection is told to nobody until it says something", async () => {
  await using hub = new LiveHub({ proxies: PROXIES, times: { greetAfter: 0 } });
  await using ana = await member(hub, "ana", "203.0.113.5");
  const headers = [binaryHeader(0x20, 0x00, []), new TextEncoder().encode("PROXY UNKNOWN\r\n")];
  for (const [count, header] of headers.entries()) {
    await using check = await hub.connect();
    await check.send(header);
    await hub.untilLogged(/msg=connected peer=127\.0\.0\.1/, count + 1);
    check.end();
    assertEquals(await check.closed(), "end");
    assertEquals(check.pending(), []);
  }
  await using eva = await member(hub, "eva", "203.0.113.7");
  await ana.until("* guest2 joined (2 here)"); // after ana, who was the first guest
  await using talks = await hub.connect();
  await talks.send(headers[0]!);
  await talks.send("hola\n");
  await eva.until("guest3: hola");
});

Deno.test("a proxy's connection without a header, with a bad one or a late one is closed, logged and told to nobody", async () => {
  await using hub = new LiveHub({ proxies: PROXIES, limits: { handshake: 2_000 } });
  await using ana = await member(hub, "ana", "203.0.113.5");
  const bad = [
    ...[
      "hola\n",
      '{"type":"hello","protocol":1}\n',
      "PROXY TCP4 1.2.3.4\r\n",
      "PROXY " + "x".repeat(200),
    ],
    binaryHeader(0x21, 0x11, Array(3).fill(1)),
  ];
  for (const bytes of bad) {
    await using peer = await hub.connect();
    await peer.send(bytes);
    await peer.closed();
    assertEquals(peer.received().length, 0);
  }
  const begun = ["", "PROXY ", binaryHeader(0x21, 0x11, Array(12).fill(1)).subarray(0, 20)];
  await Promise.all(begun.map(async (bytes) => {
    await using late = await hub.connect();
    await late.send(bytes);
    await using ended = await hub.connect();
    await ended.send(bytes);
    ended.end();
    await Promise.all([late.closed(), ended.closed()]);
  }));
  await hub.untilLogged(
    /msg=dropped .*reason=bad_proxy_header/,
    bad.length + 5, // a health check that ends without a byte is no fault
  );
  await ana.send("/who\n");
  await ana.until("* 1 here: ana");
  assert(!hub.log.some((line) => /msg=connected peer=127/.test(line)));
});

Deno.test("a header is believed from the proxy alone, and only once", async () => {
  await using hub = new LiveHub({ proxies: ["192.0.2.1", "2001:db8::/32"] });
  await using spoofing = await hub.connect();
  await spoofing.send(from("203.0.113.5"));
  await spoofing.until(
    "* this is a chat hub, and a proxy in front of this hub sends a PROXY header",
  );
  await using behind = new LiveHub({ proxies: ["192.0.2.1", "127.0.0.0/8"] });
  await using twice = await behind.connect();
  await twice.send(from("203.0.113.5") + from("203.0.113.6"));
  await twice.until("* this is a chat hub, and a proxy in front of this hub sends a PROXY header");
  await behind.untilLogged(/msg=dropped peer=203\.0\.113\.5:5000 reason=not_proxied/);
});

Deno.test("connections without their header yet are bounded, and do not hold up the end", async () => {
  const hub = new LiveHub({ proxies: PROXIES, limits: { connections: 1, handshake: 3_600_000 } });
  const peers: Peer[] = [];
  for (let count = 0; count <= 1 + MAX_REJECTED; count++) peers.push(await hub.connect());
  await peers.at(-1)!.closed();
  await hub.stop();
  for (const peer of peers) {
    await peer.closed();
    await peer[Symbol.asyncDispose]();
  }
  assert(!hub.log.some((line) => line.includes("bad_proxy_header")));
});
